//! The mails of a password reset: the one with the code, and the notice afterwards.

use model::{MailOrigin, Timestamp, UserNotice, UserNoticeKind};
use outbound::mail::Email;
use pages::{MailCode, MailLink, UserMail};
use uuid::Uuid;

use super::{Recipient, compose::Contents};

/// The mail with the code and the link.
pub(crate) struct ResetMail {
    /// The code in groups.
    pub(crate) code: String,
    /// The URL of the link.
    pub(crate) link: String,
    /// The request for the mail.
    pub(crate) origin: MailOrigin,
}

impl ResetMail {
    /// Returns the e-mail. `None` if the user has no address.
    pub(crate) fn email(self, recipient: &Recipient<'_>, id: Uuid) -> Option<Email> {
        let Self { code, link, origin } = self;
        let at = origin.at;
        let mail = UserMail {
            paragraphs: vec![recipient.text("reset-mail-lead")],
            code: Some(MailCode {
                label: recipient.text("reset-mail-code"),
                code,
                hint: recipient.text("reset-mail-code-hint"),
            }),
            link: Some(MailLink {
                lead: recipient.text("reset-mail-link-lead"),
                label: recipient.text("reset-mail-link"),
                url: link,
            }),
            ..recipient.mail("reset-mail-heading", &origin, "reset-mail-not-you")
        };
        let subject = recipient.text("reset-mail-subject");
        recipient.email(Contents { subject, mail }, (id, at))
    }
}

/// Returns the e-mail of a notice. `None` if the user has no address.
pub(super) fn notice(
    recipient: &Recipient<'_>,
    notice: &UserNotice,
    (id, now): (Uuid, Timestamp),
) -> Option<Email> {
    let (lead, not_you, signed_out) = match notice.kind {
        UserNoticeKind::PasswordReset { signed_out } => {
            ("reset-notice-lead", "reset-notice-not-you", signed_out)
        }
        UserNoticeKind::PasswordSet { signed_out } => {
            ("password-notice-lead", "password-notice-not-you", signed_out)
        }
    };
    let sessions =
        if signed_out { "reset-notice-signed-out" } else { "reset-notice-not-signed-out" };
    let mail = UserMail {
        paragraphs: vec![recipient.text(lead), recipient.text(sessions)],
        ..recipient.mail("reset-notice-heading", &notice.origin, not_you)
    };
    let subject = recipient.text("reset-notice-subject");
    recipient.email(Contents { subject, mail }, (id, now))
}
