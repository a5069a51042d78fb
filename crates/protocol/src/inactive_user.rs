//! Refuses a disabled or expired user. Since when they are disabled is for the operator and
//! administrators only.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Timestamp, User, format_utc};

/// Checks that a user is enabled and has not expired. Call it only if the user, or what was given
/// to them, has proven who they are.
///
/// # Errors
/// The user is disabled or expired.
pub fn check(user: &User, now: Timestamp) -> Result<(), Refusal> {
    if !user.enabled {
        return Err(refusal::user_disabled().with(describe_disabled(user)));
    }
    let Some(expired) = user.expired_at(now) else { return Ok(()) };
    Err(refusal::user_expired(format_utc(expired)).with(describe_expired(expired)))
}

/// Describes why a user is inactive, if they are.
pub fn describe(user: &User, now: Timestamp) -> Option<Comparison> {
    if !user.enabled {
        return Some(describe_disabled(user));
    }
    user.expired_at(now).map(describe_expired)
}

/// Describes since when a user is disabled, if that is stored.
fn describe_disabled(user: &User) -> Comparison {
    let difference = match user.disabled_at {
        Some(at) => Difference::new("account_disabled_since").with("since", format_utc(at)),
        None => Difference::new("account_disabled"),
    };
    Comparison::new("user").with_difference(difference).operator_only()
}

fn describe_expired(expired: Timestamp) -> Comparison {
    let difference = Difference::new("account_expired").with("since", format_utc(expired));
    Comparison::new("user").with_difference(difference).operator_only()
}

#[cfg(test)]
mod tests {
    use model::{TenantId, UserId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn inactive_user_is_refused_with_the_number_of_the_cause() {
        // Checks a user around their expiry, and a disabled one who has expired too.
        let (tenant, id) = (TenantId::new(Uuid::nil()), UserId::new(Uuid::nil()));
        let [before, at] = [8, 9].map(Timestamp::from_seconds);
        let user = User { expires: Some(at), ..User::new(tenant, id, "ana") };
        let number = |user: &User, now| check(user, now).err().map(|it| it.entry().number);
        assert_eq!((number(&user, before), describe(&user, before)), (None, None));
        assert_eq!(number(&user, at), Some(88_000_410));
        let disabled = User { enabled: false, ..user };
        assert_eq!(number(&disabled, at), Some(50057));
        assert_eq!(describe(&disabled, at), Some(describe_disabled(&disabled)));
    }
}
