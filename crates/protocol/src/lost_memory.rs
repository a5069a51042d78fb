//! Refuses what was issued before the ledger began: a ledger that was lost does not tell what was
//! used or revoked before.
//!
//! If the loss explains a missing row, the same refusal says so.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Seconds, Timestamp, format_utc};

use crate::context::{RuleContext, TenantContext};

/// Refuses what was issued before the ledger began.
pub(crate) fn check(
    (name, issued): (&'static str, Timestamp),
    tenant: &TenantContext,
) -> Result<(), Refusal> {
    if issued >= tenant.remembered_since {
        return Ok(());
    }
    Err(refuse(name, Some(issued), tenant.remembered_since))
}

/// Returns whether a row that does not exist may have been lost: it may have been written before
/// the ledger began, and would not have expired yet.
pub(crate) fn may_be_lost(lifetime: Seconds, context: &RuleContext<'_>) -> bool {
    let since = context.tenant.remembered_since;
    since > Timestamp::default() && context.now < since + lifetime
}

/// The refusal. `issued` is `None` if the row that knew it is lost.
pub(crate) fn refuse(name: &'static str, issued: Option<Timestamp>, since: Timestamp) -> Refusal {
    let comparison = comparison(name, issued, since);
    refusal::memory_lost(format_utc(since)).with(comparison)
}

/// Describes a value that was issued before the ledger began.
pub(crate) fn comparison(
    name: &'static str,
    issued: Option<Timestamp>,
    since: Timestamp,
) -> Comparison {
    let expected = Comparison::new(name).expected(format!("after {}", format_utc(since)));
    let comparison = match issued {
        Some(issued) => expected.received(format_utc(issued)),
        None => expected,
    };
    comparison.with_difference(Difference::new("before_memory"))
}
