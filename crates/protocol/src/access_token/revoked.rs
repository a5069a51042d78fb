//! Access tokens from before a revocation by time.

use catalogue::{Comparison, Difference};
use model::{Fault, TenantStore, Timestamp, format_utc};

/// Returns the time before which everything that was given for an audience is refused.
pub(super) async fn revocation_at(
    audience: &str,
    store: TenantStore<'_>,
) -> Result<Timestamp, Fault> {
    let resources = store.resources().await?;
    let resource = resources.iter().find(|resource| resource.identifier == audience);
    Ok(resource.map(|resource| resource.tokens_not_before).unwrap_or_default())
}

/// Describes a token that is older than `tokens_not_before` of its tenant, client or resource.
pub(super) fn before_revocation(issued: Timestamp, not_before: Timestamp) -> Comparison {
    let since = format!("after {}", format_utc(not_before));
    Comparison::mismatch("time of issue", since, format_utc(issued))
        .with_difference(Difference::new("before_revocation"))
}

/// Describes a token whose time of issue has not come yet.
pub(super) fn of_the_future(issued: Timestamp, now: Timestamp) -> Comparison {
    let until = format!("until {}", format_utc(now));
    Comparison::mismatch("time of issue", until, format_utc(issued))
        .with_difference(Difference::new("of_the_future"))
}
