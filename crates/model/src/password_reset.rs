//! The policy of whether users can reset a forgotten password themselves.

use serde::{Deserialize, Serialize};

use crate::User;

/// Whether users can reset a forgotten password themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordReset {
    /// By a code or link that is sent to their verified e-mail address, if the service sends mails.
    #[default]
    Mail,
    /// As [`Self::Mail`], but not the password of an administrator.
    MailExceptAdministrators,
    /// Not at all: an administrator sets a new password.
    Off,
}

impl PasswordReset {
    /// Returns whether users of the tenant can ask for a mail.
    pub const fn is_offered(self) -> bool {
        !matches!(self, Self::Off)
    }

    /// Returns whether the policy excludes the password of a user, whatever their row says.
    pub const fn excludes(self, user: &User) -> bool {
        match self {
            Self::Mail => false,
            Self::MailExceptAdministrators => user.administrator,
            Self::Off => true,
        }
    }

    /// Returns whether the password of a user can be reset by a mail.
    pub const fn is_allowed_for(self, user: &User) -> bool {
        user.password_reset && !self.excludes(user)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{TenantId, UserId};

    #[test]
    fn reset_is_allowed_by_the_policy_and_the_row_of_the_user() {
        // Asks for users and administrators, with and without permission, under each policy.
        let (tenant, id) = (TenantId::new(Uuid::nil()), UserId::new(Uuid::nil()));
        let user = |administrator, password_reset| User {
            administrator,
            password_reset,
            ..User::new(tenant, id, "ana")
        };
        for (policy, expected) in [
            (PasswordReset::Mail, [true, true]),
            (PasswordReset::MailExceptAdministrators, [true, false]),
            (PasswordReset::Off, [false, false]),
        ] {
            let allowed = [false, true].map(|it| policy.is_allowed_for(&user(it, true)));
            assert_eq!(allowed, expected, "{policy:?}");
            assert!([false, true].iter().all(|it| !policy.is_allowed_for(&user(*it, false))));
        }
    }
}
