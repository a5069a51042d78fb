//! The users of a tenant who were deleted, and the policy of what users may change.

use crate::{ProfileAttribute, Tenant};

impl Tenant {
    /// Maximum number of names of deleted users that are kept. The oldest ones leave first.
    pub const DELETED_USERS_MAX: usize = 10_000;

    /// Returns whether users may change an attribute.
    pub fn lets_users_change(&self, attribute: ProfileAttribute) -> bool {
        self.profile_changes.contains(&attribute)
    }

    /// Returns the row after the removal of a user who is not to return by a declaration. `name` is
    /// a digest of their user name.
    #[must_use]
    pub fn with_deleted_user(mut self, name: u64) -> Self {
        self.removals = self.removals.saturating_add(1);
        self.deleted_users.retain(|deleted| *deleted != name);
        let excess = (self.deleted_users.len() + 1).saturating_sub(Self::DELETED_USERS_MAX);
        self.deleted_users.drain(..excess);
        self.deleted_users.push(name);
        self
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{AccountDeletion, TenantId, User, UserId};

    #[test]
    fn deleted_users_have_a_limit_and_the_newest_stay() {
        // Deletes more users than are kept, and one of them again.
        let mut tenant = Tenant::new(TenantId::new(Uuid::nil()), "acme", [0; 32]);
        tenant.deleted_users = (0..10_000).collect();
        let tenant = tenant.with_deleted_user(10_000).with_deleted_user(1);
        assert_eq!(tenant.deleted_users.len(), Tenant::DELETED_USERS_MAX);
        assert_eq!(
            (tenant.deleted_users.first(), tenant.deleted_users.last()),
            (Some(&2), Some(&1))
        );
        assert_eq!(tenant.removals, 2);
    }

    #[test]
    fn rows_of_earlier_releases_have_no_marks_and_the_usual_policy() {
        // Reads rows without the new members.
        let (tenant, id) = (TenantId::new(Uuid::nil()), UserId::new(Uuid::nil()));
        let without = |mut row: serde_json::Value, members: &[&str]| {
            let map = row.as_object_mut().expect("a row");
            for member in members {
                map.remove(*member);
            }
            row
        };
        let row = serde_json::to_value(User::new(tenant, id, "ana")).expect("a row");
        let user: User = serde_json::from_value(without(row, &["replaced_values"])).expect("a row");
        assert!(user.replaced_values.is_empty());
        let row = serde_json::to_value(Tenant::new(tenant, "acme", [0; 32])).expect("a row");
        let members = ["profile_changes", "account_deletion", "deleted_users"];
        let row: Tenant = serde_json::from_value(without(row, &members)).expect("a row");
        assert_eq!(row.account_deletion, AccountDeletion::Off);
        assert!(row.lets_users_change(ProfileAttribute::Name) && row.deleted_users.is_empty());
        assert!(!row.lets_users_change(ProfileAttribute::FamilyName));
    }
}
