//! The attributes that users have set themselves: a declaration that still has the value of before
//! leaves them.

use model::{ProfileAttribute, Tenant, User};
use signin::profile::value_digest;

use crate::apply::declaration::UserDeclaration;

/// Gives the row of a declared user the values back that the user has set, if the declaration has
/// those that they replaced. Returns the attributes whose own value the declaration replaces.
///
/// An attribute that users of the tenant may not change any more has no own value.
pub(super) fn keep(
    row: &mut User,
    stored: &User,
    (declared, tenant): (&UserDeclaration, &Tenant),
) -> Vec<ProfileAttribute> {
    let mut replaced = Vec::new();
    for (attribute, before) in &stored.replaced_values {
        if !declared.names(*attribute) {
            continue;
        }
        let value = value_digest(attribute.of(row));
        if value == *before && tenant.lets_users_change(*attribute) {
            attribute.set(row, attribute.of(stored).map(str::to_owned));
            if *attribute == ProfileAttribute::Email {
                row.email_verified = stored.email_verified;
            }
            continue;
        }
        row.replaced_values.remove(attribute);
        if value != value_digest(attribute.of(stored)) {
            replaced.push(*attribute);
        }
    }
    replaced
}

#[cfg(test)]
mod tests {
    use model::{TenantId, UserId};
    use signin::profile::{with_own_value, with_proven_address};
    use uuid::Uuid;

    use super::*;
    use crate::toml_document::Declared;

    fn stored() -> User {
        let user = User::new(TenantId::new(Uuid::nil()), UserId::new(Uuid::nil()), "ana");
        let user = User { email: Some("ana@acme.test".to_owned()), ..user };
        let named = with_own_value(user, ProfileAttribute::Name, Some("Ana Putri".to_owned()));
        with_proven_address(named, "new@acme.test".to_owned())
    }

    fn declaration(name: &str, email: &str) -> UserDeclaration {
        UserDeclaration {
            name: Declared::Set(name.to_owned()),
            email: Declared::Set(email.to_owned()),
            email_verified: Declared::Set(false),
            ..UserDeclaration::default()
        }
    }

    fn applied(declared: &UserDeclaration, tenant: &Tenant) -> (User, Vec<ProfileAttribute>) {
        let stored = stored();
        let mut row = declared.merge(Some(&stored), &stored, stored.tokens_not_before, false);
        let replaced = keep(&mut row, &stored, (declared, tenant));
        (row, replaced)
    }

    #[test]
    fn own_value_stays_unless_another_one_is_declared() {
        // Applies the values of before, no value, others, and those of the user.
        let tenant = Tenant::new(TenantId::new(Uuid::nil()), "acme", [0; 32]);
        for same in [declaration("ana", "ana@acme.test"), UserDeclaration::default()] {
            let (row, replaced) = applied(&same, &tenant);
            assert_eq!((row.name.as_str(), row.email_verified), ("Ana Putri", true));
            assert_eq!(row.email.as_deref(), Some("new@acme.test"));
            assert_eq!((row.replaced_values.len(), replaced.len()), (2, 0));
        }
        let (row, replaced) = applied(&declaration("Boss", "boss@acme.test"), &tenant);
        assert_eq!((row.name.as_str(), row.email_verified), ("Boss", false));
        assert_eq!(row.replaced_values.len(), 0);
        assert_eq!(replaced, [ProfileAttribute::Name, ProfileAttribute::Email]);
        let (row, replaced) = applied(&declaration("Ana Putri", "new@acme.test"), &tenant);
        assert_eq!((row.name.as_str(), row.replaced_values.len()), ("Ana Putri", 0));
        assert_eq!(replaced, []);
    }

    #[test]
    fn attribute_that_users_may_not_change_is_that_of_the_declaration() {
        // Applies the values of before, in a tenant that lets users change the name only.
        let mut tenant = Tenant::new(TenantId::new(Uuid::nil()), "acme", [0; 32]);
        tenant.profile_changes = vec![ProfileAttribute::Name];
        let (row, replaced) = applied(&declaration("ana", "ana@acme.test"), &tenant);
        assert_eq!((row.name.as_str(), row.email.as_deref()), ("Ana Putri", Some("ana@acme.test")));
        assert_eq!(replaced, [ProfileAttribute::Email]);
    }
}
