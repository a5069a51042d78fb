//! Describes a disabled user, for the operator and administrators only.

use catalogue::{Comparison, Difference};
use model::{User, format_utc};

/// Describes since when a user is disabled, if that is stored.
pub fn describe(user: &User) -> Comparison {
    let difference = match user.disabled_at {
        Some(at) => Difference::new("account_disabled_since").with("since", format_utc(at)),
        None => Difference::new("account_disabled"),
    };
    Comparison::new("user").with_difference(difference).operator_only()
}
