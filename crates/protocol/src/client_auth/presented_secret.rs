//! A client secret in a request, and the comparison with the secrets of a client.

use catalogue::Difference;
use jose::digest;
use model::{Client, ClientCredential, Digest, Timestamp};

use crate::difference;

/// A client secret in a request.
pub(super) struct PresentedSecret<'a> {
    /// The secret.
    pub(super) value: &'a str,
    /// In HTTP Basic, the secret before form decoding.
    pub(super) raw: Option<&'a str>,
}

impl PresentedSecret<'_> {
    /// Describes the form of the secret, if it is one that pasting or a missing encoding causes.
    /// Reads nothing but the request.
    pub(super) fn form(&self) -> Option<Difference> {
        let wrapping = difference::wrapping(self.value);
        wrapping.or_else(|| self.encoding().map(Difference::new))
    }

    /// Returns how a character of the secret may have been lost on the way. In HTTP Basic, `+` is
    /// read as a space and `%` as the start of an escape (RFC 6749 §2.3.1), in a form `+` as a
    /// space.
    fn encoding(&self) -> Option<&'static str> {
        match self.raw {
            Some(raw) if raw.contains('+') => Some("raw_plus"),
            Some(raw) if raw.contains('%') => Some("raw_percent"),
            None if self.value.contains(' ') => Some("space_inside"),
            _ => None,
        }
    }
}

/// Returns whether a text is one of the client's secrets, expired ones included. Compares with all
/// of them, each in constant time.
pub(super) fn is_secret_of(text: &str, client: &Client) -> bool {
    let sha256 = digest::sha256(text.as_bytes());
    let matches = secrets(client).map(|(known, _)| digest::constant_time_eq(&sha256, known));
    matches.fold(false, |any, one| any | one)
}

/// Returns the digest and the expiry of each secret of the client.
pub(super) fn secrets(client: &Client) -> impl Iterator<Item = (&Digest, Option<Timestamp>)> {
    client.credentials.iter().filter_map(|credential| match credential {
        ClientCredential::Secret { sha256, expires, .. } => Some((sha256, *expires)),
        ClientCredential::PublicKey { .. } => None,
    })
}
