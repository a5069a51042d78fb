//! The limits of what all tenants and addresses share, each in a file of its own.
//!
//! The table of all of them follows in the documentation of this module. A new limit is a variant
//! of [`Limit`], a row of the table, and a test in which a flood leaves the share of others.
#![cfg_attr(doc, doc = include_str!("../../../docs/reference/limits.md"))]

mod address_mails;
mod deliveries;
mod dry_runs;
mod expiring_map;
mod hashing;
mod logouts;
mod look_ups;
pub(crate) mod mail_slots;
mod mails;
mod password_changes;
mod password_queue;
mod pushed_requests;
mod rate_limit;
mod recent_sites;
mod refusals;
mod reports;
mod turns;
mod user_mails;

use std::sync::{Mutex, MutexGuard, PoisonError};

use catalogue::{Refusal, refusal};
use signin::lockout::RecentUsers;
use tokio::sync::Semaphore;

use crate::nodes::NodeCount;

use address_mails::AddressMails;
use deliveries::Deliveries;
use dry_runs::DryRuns;
use logouts::Logouts;
use look_ups::LookUps;
use password_changes::PasswordChanges;
use password_queue::PasswordQueue;
use pushed_requests::PushedRequests;
use reports::Reports;
use user_mails::UserMails;

pub(crate) use deliveries::DeliverySlot;
pub(crate) use hashing::{Priority, hash};
pub(crate) use logouts::LogoutSlot;
pub(crate) use mail_slots::MailSlot;
pub(crate) use mails::Mails;
pub(crate) use password_queue::{Applicant, Slot};
pub(crate) use refusals::{Limit, Refusals};
pub(crate) use reports::Reporter;
pub(crate) use user_mails::{MailFlood, MailRequester};

/// The waiting time that a refusal of the queue of passwords names.
const BUSY_SECONDS: u32 = 5;

/// Number of questions to the service of breached passwords that wait for a response at once.
const RANGE_REQUESTS: usize = 4;

/// The limits of one process. Rates are limited for all nodes together: each has a part of them.
pub(crate) struct Limits {
    pub(crate) refusals: Refusals,
    pub(crate) passwords: PasswordQueue,
    pub(crate) dry_runs: DryRuns,
    pub(crate) pushed_requests: PushedRequests,
    pub(crate) look_ups: LookUps,
    pub(crate) password_changes: PasswordChanges,
    pub(crate) reports: Reports,
    pub(crate) mails: Mails,
    pub(crate) user_mails: UserMails,
    pub(crate) sign_up_mails: UserMails,
    pub(crate) address_mails: AddressMails,
    pub(crate) deliveries: Deliveries,
    pub(crate) logouts: Logouts,
    /// Questions to the service of breached passwords.
    pub(crate) range_requests: Semaphore,
    recent_users: Mutex<RecentUsers>,
}

impl Limits {
    /// Creates the limits of a node, whose part of the rates follows the number of nodes.
    pub(crate) fn new(nodes: &NodeCount) -> Self {
        Self {
            refusals: Refusals::default(),
            passwords: PasswordQueue::default(),
            dry_runs: DryRuns::new(nodes),
            pushed_requests: PushedRequests::new(nodes),
            look_ups: LookUps::new(nodes),
            password_changes: PasswordChanges::new(nodes),
            reports: Reports::new(nodes),
            mails: Mails::new(nodes),
            user_mails: UserMails::new(nodes),
            sign_up_mails: UserMails::new(nodes),
            address_mails: AddressMails::new(nodes),
            deliveries: Deliveries::default(),
            logouts: Logouts::default(),
            range_requests: Semaphore::new(RANGE_REQUESTS),
            recent_users: Mutex::default(),
        }
    }

    /// Takes a slot of the queue of passwords, as soon as there is one.
    ///
    /// # Errors
    /// Too many wait.
    pub(crate) async fn password_slot(&self, applicant: Applicant) -> Result<Slot, Refusal> {
        let slot = self.passwords.acquire(applicant).await;
        let slot = slot.ok_or_else(|| refusal::password_check_busy(BUSY_SECONDS));
        self.refusals.counted(Limit::PasswordQueue, slot)
    }

    /// Returns the users that have signed in recently.
    pub(crate) fn recent_users(&self) -> MutexGuard<'_, RecentUsers> {
        self.recent_users.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
