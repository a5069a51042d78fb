//! The events of users: their state, rights and attributes, sign-ups, invitations, and accepted
//! terms of use.

use super::super::{fields, lists::role_assignments};
use super::{CREATED_USERS_MAX, ChangeDetector};
use crate::{User, format_utc};

impl ChangeDetector {
    pub(super) fn compare_user(&mut self, before: Option<&User>, after: &User) {
        let was_administrator = before.is_some_and(|before| before.administrator);
        let kinds = ("administrator_added", "administrator_removed");
        self.record_toggle((was_administrator, after.administrator), kinds);
        let Some(before) = before else { return self.record_new_user(after) };
        self.record_toggle((before.enabled, after.enabled), ("user_enabled", "user_disabled"));
        let kinds = ("password_reset_allowed", "password_reset_forbidden");
        self.record_toggle((before.password_reset, after.password_reset), kinds);
        match after.expires {
            expires if before.expires == expires => {}
            Some(expires) => self.push("user_expiry_set", &format_utc(expires)),
            None => self.push("user_expiry_removed", ""),
        }
        let times = (before.tokens_not_before, after.tokens_not_before);
        if times.0 != times.1 && before.enabled == after.enabled {
            self.push("user_tokens_revoked", "");
        } else if before.sessions_not_before != after.sessions_not_before {
            self.push("session_ended", "");
        }
        let kinds = ("user_role_added", "user_role_removed");
        self.compare_lists(&role_assignments(before), &role_assignments(after), kinds);
        if before.username != after.username {
            self.push("username_changed", &before.username);
        }
        self.compare_registration(before, after);
        self.record_fields("user_changed", &fields::of_user(before, after));
    }

    fn record_created_user(&mut self) {
        self.created_users += 1;
        if self.created_users <= CREATED_USERS_MAX {
            self.push("user_created", "");
        }
    }

    pub(super) fn compare_registration(&mut self, before: &User, after: &User) {
        match (&before.invitation, &after.invitation) {
            (Some(_), None) if before.registration != after.registration => {
                self.push("invitation_accepted", "");
            }
            (Some(_), None) => self.push("invitation_revoked", ""),
            (before, after @ Some(_)) if before != after => self.push("user_invited", ""),
            _ => {}
        }
        if let Some(terms) = &after.accepted_terms
            && before.accepted_terms != after.accepted_terms
        {
            self.push("terms_accepted", &terms.version);
        }
    }

    pub(super) fn record_new_user(&mut self, user: &User) {
        if user.registration.is_some() {
            self.push("user_signed_up", "");
        } else if user.invitation.is_some() {
            self.push("user_invited", "");
        } else {
            self.record_created_user();
        }
    }
}
