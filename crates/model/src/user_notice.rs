//! Notices to users about their account, which are sent by mail.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::{Timestamp, UserId};

/// A notice to a user about a change of their account. The mail is composed when it is sent, and
/// contains no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserNotice {
    /// The user.
    pub user: UserId,
    /// The kind of change.
    pub kind: UserNoticeKind,
    /// The request that changed it.
    pub origin: MailOrigin,
    /// The user name, if the user is removed when the notice is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The language, as a tag.
    pub language: String,
}

/// The kinds of notices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UserNoticeKind {
    /// The user reset the password. `signed_out`: every other session ended with it.
    PasswordReset {
        /// Whether every other session ended.
        signed_out: bool,
    },
    /// The user set a password on the account page.
    PasswordSet {
        /// Whether every other session ended.
        signed_out: bool,
    },
    /// An administrator created a temporary access pass for the user.
    AccessPassCreated {
        /// When the pass expires.
        expires_at: Timestamp,
        /// Whether it works once only.
        once: bool,
    },
    /// The user replaced an expired or temporary password while signing in.
    PasswordReplaced {
        /// Whether every other session ended.
        signed_out: bool,
    },
    /// The user replaced the e-mail address. The notice goes to the earlier one.
    EmailChanged,
    /// The account was deleted.
    AccountDeleted,
}

/// The request that caused a mail to a user: the mail says where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailOrigin {
    /// The time of the request.
    pub at: Timestamp,
    /// The IP address of the sender, if it is known.
    pub address: Option<IpAddr>,
    /// The browser and its operating system, if they are known, such as `Firefox, Linux`.
    pub browser: Option<String>,
}
