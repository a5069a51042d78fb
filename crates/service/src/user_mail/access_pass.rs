//! The notice that an administrator created a temporary access pass for a user. It does not contain
//! the pass.

use catalogue::text;
use model::{MailOrigin, TimeZone, Timestamp};
use outbound::mail::Email;
use pages::UserMail;
use uuid::Uuid;

use super::{Recipient, compose::Contents};

/// Returns the e-mail. `None` if the user has no address.
pub(super) fn notice(
    recipient: &Recipient<'_>,
    (expires_at, once): (Timestamp, bool),
    origin: &MailOrigin,
    (id, now): (Uuid, Timestamp),
) -> Option<Email> {
    let zone = TimeZone::named(recipient.tenant.time_zone.as_deref());
    let until = zone.format(expires_at);
    let mut paragraphs = vec![
        recipient.text("access-pass-notice-lead"),
        text(recipient.language, "access-pass-notice-until", &[("until", &until)]),
    ];
    if once {
        paragraphs.push(recipient.text("access-pass-notice-once"));
    }
    paragraphs.push(recipient.text("access-pass-notice-how"));
    let (heading, not_you) = ("access-pass-notice-heading", "access-pass-notice-not-you");
    let mail = UserMail { paragraphs, ..recipient.mail(heading, origin, not_you) };
    let subject = recipient.text("access-pass-notice-subject");
    recipient.email(Contents { subject, mail }, (id, now))
}
