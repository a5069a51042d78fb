//! The mails of a sign-up and of an invitation.

use model::{MailOrigin, TimeZone, Timestamp};
use outbound::mail::Email;
use pages::{MailCode, MailLink, UserMail};
use uuid::Uuid;

use super::{Recipient, compose::Contents};

/// The mail to an address that was typed for a new account.
pub(crate) struct SignUpMail {
    /// The code in groups. `None` if the address has an account.
    pub(crate) code: Option<String>,
    /// The request for the mail.
    pub(crate) origin: MailOrigin,
}

/// The mail to an invited user.
pub(crate) struct InvitationMail {
    /// The URL of the link.
    pub(crate) link: String,
    /// When the link expires.
    pub(crate) expires_at: Timestamp,
}

impl SignUpMail {
    /// Returns the e-mail. `None` if the user has no address.
    pub(crate) fn email(self, recipient: &Recipient<'_>, id: Uuid) -> Option<Email> {
        let Self { code, origin } = self;
        let at = origin.at;
        let kind = if code.is_some() { "sign-up-mail" } else { "account-exists-mail" };
        let [heading, not_you] = ["heading", "not-you"].map(|part| format!("{kind}-{part}"));
        let mail = UserMail {
            paragraphs: vec![recipient.text(&format!("{kind}-lead"))],
            code: code.map(|code| MailCode {
                label: recipient.text("sign-up-mail-code"),
                code,
                hint: recipient.text("sign-up-mail-code-hint"),
            }),
            ..recipient.mail(&heading, &origin, &not_you)
        };
        let subject = recipient.text(&format!("{kind}-subject"));
        recipient.email(Contents { subject, mail }, (id, at))
    }
}

impl InvitationMail {
    /// Returns the e-mail. `None` if the user has no address.
    pub(crate) fn email(
        self,
        recipient: &Recipient<'_>,
        (id, at): (Uuid, Timestamp),
    ) -> Option<Email> {
        let zone = TimeZone::named(recipient.tenant.time_zone.as_deref());
        let expires = zone.format(self.expires_at);
        let expires = ("expires", expires.as_str());
        let texts =
            ("invitation-mail-heading", "invitation-mail-origin", "invitation-mail-not-you");
        let mail = UserMail {
            paragraphs: vec![
                recipient.text("invitation-mail-lead"),
                catalogue::text(recipient.language, "invitation-mail-expires", &[expires]),
            ],
            link: Some(MailLink {
                lead: recipient.text("invitation-mail-link-lead"),
                label: recipient.text("invitation-mail-link"),
                url: self.link,
            }),
            ..recipient.mail_of_administrator(texts, at)
        };
        let subject = recipient.text("invitation-mail-subject");
        recipient.email(Contents { subject, mail }, (id, at))
    }
}
