//! The mails of a password reset: the one with the code, and the notice afterwards.

use model::{MailOrigin, Timestamp};
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

/// The way in which a password was changed.
#[derive(Clone, Copy)]
pub(super) enum PasswordCause {
    /// It was reset by a mail.
    Reset,
    /// It had to be replaced while signing in.
    Replaced,
    /// It was set on the account page.
    Set,
}

/// The text of a notice that the password was changed.
#[derive(Clone, Copy)]
pub(super) struct PasswordNotice {
    pub(super) cause: PasswordCause,
    /// Whether every other session ended.
    pub(super) signed_out: bool,
}

/// Returns the e-mail of a notice. `None` if the user has no address.
pub(super) fn notice(
    recipient: &Recipient<'_>,
    PasswordNotice { cause, signed_out }: PasswordNotice,
    origin: &MailOrigin,
    (id, now): (Uuid, Timestamp),
) -> Option<Email> {
    let (lead, not_you) = match cause {
        PasswordCause::Reset => ("reset-notice-lead", "reset-notice-not-you"),
        PasswordCause::Replaced => ("password-notice-replaced-lead", "password-notice-not-you"),
        PasswordCause::Set => ("password-notice-lead", "password-notice-not-you"),
    };
    let sessions =
        if signed_out { "reset-notice-signed-out" } else { "reset-notice-not-signed-out" };
    let mail = UserMail {
        paragraphs: vec![recipient.text(lead), recipient.text(sessions)],
        ..recipient.mail("reset-notice-heading", origin, not_you)
    };
    let subject = recipient.text("reset-notice-subject");
    recipient.email(Contents { subject, mail }, (id, now))
}
