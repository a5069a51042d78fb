//! The policy of whether users can reset a forgotten password themselves.

use serde::{Deserialize, Serialize};

/// Whether users can reset a forgotten password themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PasswordReset {
    /// By a code or link that is sent to their verified e-mail address, if the service sends mails.
    #[default]
    Mail,
    /// Not at all: an administrator sets a new password.
    Off,
}
