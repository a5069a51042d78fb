//! The values of the attributes that users may change.

use crate::{ProfileAttribute, User};

impl ProfileAttribute {
    /// Returns the value of a user.
    pub fn of(self, user: &User) -> Option<&str> {
        let profile = &user.profile;
        match self {
            Self::Name => Some(&user.name),
            Self::Email => user.email.as_deref(),
            Self::GivenName => profile.given_name.as_deref(),
            Self::FamilyName => profile.family_name.as_deref(),
            Self::MiddleName => profile.middle_name.as_deref(),
            Self::Nickname => profile.nickname.as_deref(),
            Self::Locale => profile.locale.as_deref(),
            Self::Zoneinfo => profile.zoneinfo.as_deref(),
        }
    }

    /// Sets the value of a user. A display name is never removed.
    pub fn set(self, user: &mut User, value: Option<String>) {
        let member = match self {
            Self::Name => {
                user.name = value.unwrap_or_else(|| user.name.clone());
                return;
            }
            Self::Email => &mut user.email,
            Self::GivenName => &mut user.profile.given_name,
            Self::FamilyName => &mut user.profile.family_name,
            Self::MiddleName => &mut user.profile.middle_name,
            Self::Nickname => &mut user.profile.nickname,
            Self::Locale => &mut user.profile.locale,
            Self::Zoneinfo => &mut user.profile.zoneinfo,
        };
        *member = value;
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{TenantId, UserId};

    #[test]
    fn attribute_is_set_and_read_by_its_name() {
        // Sets and removes each attribute. The names are those of the stored form.
        let (tenant, id) = (TenantId::new(Uuid::nil()), UserId::new(Uuid::nil()));
        for attribute in ProfileAttribute::ALL {
            let mut user = User::new(tenant, id, "ana");
            attribute.set(&mut user, Some("x".to_owned()));
            assert_eq!(attribute.of(&user), Some("x"));
            attribute.set(&mut user, None);
            let kept = (attribute == ProfileAttribute::Name).then_some("x");
            assert_eq!(attribute.of(&user), kept);
            let stored = serde_json::to_value(attribute).expect("a text");
            assert_eq!(stored, attribute.as_str());
        }
    }
}
