//! The progress of a password reset within a sign-in flow.

use model::{Digest, UserId};
use serde::{Deserialize, Serialize};
use signin::factor::mailed_code::MailChallenge;

/// The progress of a password reset. The user name is that of the flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Reset {
    /// The user chose "Forgot password?", and types the name.
    Begun,
    /// A mail was requested.
    Requested(RequestedMail),
    /// The user has given the code of a mail, opened its link, or given an expired password, and
    /// chooses another one.
    Proven(ProvenReset),
    /// The mail has expired together with its flow.
    Expired,
}

/// A request for a mail. The code of the mail expires together with its flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RequestedMail {
    /// The challenge of the mail.
    pub(super) challenge: MailChallenge,
    /// The query that names the authorization request, for the link of the mail.
    pub(super) query: String,
}

/// A proof that the user may replace the password: they read the mails to their address, or gave
/// the password itself, which has expired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ProvenReset {
    /// The user.
    pub(super) user: UserId,
    /// The state for which the proof was given: the password that is replaced.
    pub(super) state: Digest,
    /// Whether the check box for signing out everywhere else is checked.
    pub(super) end_sessions: bool,
    /// Whether the user gave the password that is replaced.
    pub(super) by_password: bool,
}
