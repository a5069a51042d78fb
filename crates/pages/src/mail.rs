//! Mails to users, as HTML and as plain text.

mod user_mail;

pub use user_mail::{MailCode, MailDetail, MailLink, UserMail};
