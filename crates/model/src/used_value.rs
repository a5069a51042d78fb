//! One-time values that were used: the replay cache.

use serde::{Deserialize, Serialize};

use crate::{Digest, Seconds, TenantId, Timestamp};

/// A one-time value that was used. It is stored until a replay would be refused by its age anyway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedValue {
    /// The tenant in which the value was used.
    pub tenant: TenantId,
    /// The kind of value.
    pub kind: UsedValueKind,
    /// SHA-256 of the value and of everything within which it is unique (client, key).
    pub digest: Digest,
    /// When the entry may be deleted. A replay has the same value, so that a store can partition
    /// the entries by it.
    pub expires_at: Timestamp,
}

impl UsedValue {
    /// The longest time between the use of a value and [`Self::expires_at`].
    pub const LIFETIME_MAX: Seconds = Seconds::minutes(65);
}

/// The kinds of one-time values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsedValueKind {
    /// `jti` of a client assertion (RFC 7523 §3).
    ClientAssertion,
    /// `jti` of a DPoP proof (RFC 9449 §11.1).
    DpopProof,
    /// The id of a sign-in flow that finished or was cancelled.
    SignInFlow,
    /// A code of an authenticator app (RFC 6238 §5.2).
    OneTimeCode,
    /// A challenge for a passkey (WebAuthn §13.4.3).
    PasskeyChallenge,
    /// The challenge of a code or link that was sent by mail.
    MailedCode,
}
