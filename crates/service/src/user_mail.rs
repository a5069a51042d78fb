//! Mails to users about their account: in their language, with the name and the logo of the tenant,
//! and with the request that caused them. No text of that request is in a mail, so that a sender
//! cannot write to a user through this service.

mod access_pass;
mod account;
mod compose;
mod notice;
mod password_reset;
mod sending;
mod sign_up;

use catalogue::Language;
use model::{Tenant, User};

pub(crate) use account::AddressMail;
pub(crate) use compose::origin_texts;
pub(crate) use notice::{announce, send_notice, store_notice, withdraw};
pub(crate) use password_reset::ResetMail;
pub(crate) use sending::{MailSender, send_soon};
pub(crate) use sign_up::{InvitationMail, SignUpMail};

/// The recipient of a mail.
pub(crate) struct Recipient<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) user: &'a User,
    pub(crate) language: Language,
    /// The origin of the service.
    pub(crate) service_origin: &'a str,
}

/// Returns the language of a user: that of their profile, or else that of the page which they used.
pub(crate) fn language_of(user: &User, of_page: Language) -> Language {
    user.profile.locale.as_deref().and_then(Language::from_tag).unwrap_or(of_page)
}
