//! The limits of what all tenants and addresses share, each in a file of its own.

mod dry_runs;
mod network;
mod password_pool;
mod pushed_requests;
mod rate_limit;
mod reports;

use dry_runs::DryRuns;
pub(crate) use password_pool::PasswordPool;
use pushed_requests::PushedRequests;
use reports::Reports;

/// The limits of one process.
#[derive(Default)]
pub(crate) struct Limits {
    pub(crate) passwords: PasswordPool,
    pub(crate) dry_runs: DryRuns,
    pub(crate) pushed_requests: PushedRequests,
    pub(crate) reports: Reports,
}
