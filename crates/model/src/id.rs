//! Identifiers: one type for each, so that they cannot be confused.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Timestamp, ledger_key};

/// A SHA-256 digest. Secrets and one-time values are stored as digests only.
pub type Digest = [u8; 32];

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Creates the id with this UUID.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Creates the id with these sixteen bytes as its UUID.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// Returns the UUID.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Returns the sixteen bytes of the UUID.
            pub const fn into_bytes(self) -> [u8; 16] {
                self.0.into_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(formatter)
            }
        }
    };
}

uuid_id! {
    /// The id of a tenant: a UUID, the `{tenant}` of the issuer and the claim `tid`.
    TenantId
}

uuid_id! {
    /// The id of a user of a tenant: a UUID, the claim `oid`.
    UserId
}

uuid_id! {
    /// The id of a ledger: a random UUID.
    LedgerId
}

macro_rules! ledger_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name([u8; 16]);

        impl $name {
            /// Creates the id with these bytes.
            pub const fn new(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// Returns the sixteen bytes.
            pub const fn into_bytes(self) -> [u8; 16] {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                Uuid::from_bytes(self.0).as_hyphenated().fmt(formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, formatter)
            }
        }
    };
}

ledger_id! {
    /// The id of a grant, generated with the authorization code.
    GrantId
}

ledger_id! {
    /// The id of a session, derived from the sign-in flow that opened it.
    SessionId
}

macro_rules! ending {
    ($name:ident) => {
        impl $name {
            /// Creates an id from random bytes. Its row has ended at `end` and is in the database
            /// with this number: see [`Ledger::database_for_new`](crate::Ledger).
            pub fn with_end(random: [u8; 16], end: Timestamp, database: u8) -> Self {
                Self(ledger_key::new(random, end, database))
            }

            /// Returns the number of the database that has the row.
            pub fn database(self) -> u8 {
                ledger_key::database(self.0)
            }

            /// Returns the week, counted from 1970-01-01, at whose end the row has ended.
            pub fn week(self) -> i32 {
                ledger_key::week(self.0)
            }
        }
    };
}

ending!(GrantId);
ending!(SessionId);

ledger_id! {
    /// The id of a pushed request: sixteen random bytes, the last part of its `request_uri`.
    PushedRequestId
}

/// A `client_id` (RFC 6749 §2.2): printable ASCII of 1 to 128 characters, compared byte for byte.
/// Admit generates UUIDs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClientId(Arc<str>);

impl TryFrom<String> for ClientId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(&text).ok_or("a client_id is 1 to 128 printable ASCII characters")
    }
}

impl From<ClientId> for String {
    fn from(id: ClientId) -> Self {
        id.as_str().to_owned()
    }
}

impl ClientId {
    /// The maximum length of a `client_id`, in bytes.
    pub const MAX_LEN: usize = 128;

    /// Creates an id. Returns `None` if the text is empty, too long or not printable ASCII.
    pub fn new(text: &str) -> Option<Self> {
        let has_valid_length = (1..=Self::MAX_LEN).contains(&text.len());
        (has_valid_length && text.bytes().all(|byte| (0x20..0x7f).contains(&byte)))
            .then(|| Self(text.into()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ClientId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl fmt::Debug for ClientId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn client_id_is_printable_ascii_of_1_to_128_characters() {
        // Creates ids on both sides of each limit.
        assert!(ClientId::new("a").is_some());
        assert!(ClientId::new(&"a".repeat(128)).is_some());
        assert!(ClientId::new("").is_none());
        assert!(ClientId::new(&"a".repeat(129)).is_none());
        assert!(ClientId::new("a\nb").is_none());
        assert!(ClientId::new("é").is_none());
    }
}
