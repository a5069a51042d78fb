//! The mails of changes on the account page: the code for an e-mail address, and notices.

use model::{MailOrigin, Timestamp};
use outbound::mail::Email;
use pages::{MailCode, UserMail};
use uuid::Uuid;

use super::{Recipient, compose::Contents};

/// The mail with the code for an address.
pub(crate) struct AddressMail {
    /// The code in groups.
    pub(crate) code: String,
    /// The request for the mail.
    pub(crate) origin: MailOrigin,
}

impl AddressMail {
    /// Returns the e-mail to the address of the recipient. `None` if they have none.
    pub(crate) fn email(self, recipient: &Recipient<'_>, id: Uuid) -> Option<Email> {
        let Self { code, origin } = self;
        let at = origin.at;
        let mail = UserMail {
            paragraphs: vec![recipient.text("address-mail-lead")],
            code: Some(MailCode {
                label: recipient.text("reset-mail-code"),
                code,
                hint: recipient.text("address-mail-code-hint"),
            }),
            ..recipient.mail("address-mail-heading", &origin, "address-mail-not-you")
        };
        let subject = recipient.text("address-mail-subject");
        recipient.email(Contents { subject, mail }, (id, at))
    }
}

/// Returns the e-mail of a notice whose texts begin with a part. `None` if the user has no address.
pub(super) fn notice(
    recipient: &Recipient<'_>,
    part: &str,
    origin: &MailOrigin,
    (id, now): (Uuid, Timestamp),
) -> Option<Email> {
    let of_kind = |text: &str| format!("{part}-notice-{text}");
    let mail = UserMail {
        paragraphs: vec![recipient.text(&of_kind("lead"))],
        ..recipient.mail(&of_kind("heading"), origin, &of_kind("not-you"))
    };
    let subject = recipient.text(&of_kind("subject"));
    recipient.email(Contents { subject, mail }, (id, now))
}
