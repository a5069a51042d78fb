//! The events of users who sign up, of invitations, and of accepted terms of use.

use super::ChangeDetector;
use crate::User;

impl ChangeDetector {
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
