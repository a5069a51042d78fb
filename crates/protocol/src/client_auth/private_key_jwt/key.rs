//! Finds the registered key that the header of an assertion names.

use catalogue::{Comparison, Difference, Refusal, refusal};
use jose::{CompactJws, Header, Jwk, Padding, VerifyingKey, digest};
use model::{Client, ClientCredential, Timestamp, format_utc};

use super::{BYTES_MAX, Method as _, PrivateKeyJwt};
use crate::{
    client_auth::mismatch,
    context::RuleContext,
    difference::{self, list},
};

/// Returns the registered key that the header names, and its expiry, if it has one. A header names
/// a key by `kid`, by the thumbprint of a certificate, or by the certificate itself. The
/// certificate in a header only names a key; it is never trusted. A header without a name means the
/// client's only key.
pub(super) fn registered_key(
    client: &Client,
    header: &Header,
    context: &RuleContext<'_>,
) -> Result<(VerifyingKey, Option<Timestamp>), Refusal> {
    let keys: Vec<_> = keys_of(client).collect();
    if keys.is_empty() {
        return Err(no_key(client));
    }
    let name = KeyName::from_header(header);
    let key = keys.iter().find(|key| name.matches(key));
    let key = match (&name, key, keys.as_slice()) {
        (_, Some(key), _) => key,
        (KeyName::Nothing, None, [only]) => only,
        (name, None, keys) => {
            let comparison = unknown_key(name, keys);
            return Err(refusal::assertion_key_unknown(name).with(comparison));
        }
    };
    if let Some(end) = key.expires.filter(|end| *end <= context.now) {
        let current = keys.iter().filter(|key| key.expires.is_none_or(|end| end > context.now));
        let comparison =
            Comparison::mismatch("client_assertion", list(current.map(ToString::to_string)), key)
                .with_difference(difference::expired(end, context.now));
        return Err(refusal::assertion_key_expired(key.id, format_utc(end)).with(comparison));
    }
    key.parse().map(|parsed| (parsed, key.expires)).ok_or_else(|| no_key(client))
}

struct RegisteredKey<'a> {
    id: &'a str,
    jwk: &'a str,
    x5t: &'a Option<[u8; 20]>,
    x5t_s256: &'a Option<[u8; 32]>,
    expires: Option<Timestamp>,
}

/// The name by which a header refers to its key.
enum KeyName<'a> {
    Kid(&'a str),
    Sha1([u8; 20]),
    Sha256([u8; 32]),
    Nothing,
}

impl<'a> KeyName<'a> {
    fn from_header(header: &'a Header) -> Self {
        match header {
            Header { x5t_s256: Some(digest), .. } => Self::Sha256(*digest),
            Header { x5t: Some(digest), .. } => Self::Sha1(*digest),
            Header { x5c: Some(der), .. } => Self::Sha256(digest::sha256(der)),
            Header { kid: Some(kid), .. } => Self::Kid(kid),
            _ => Self::Nothing,
        }
    }

    fn matches(&self, key: &RegisteredKey<'_>) -> bool {
        match self {
            Self::Kid(kid) => key.id == *kid || key.is_thumbprint(kid),
            Self::Sha1(digest) => key.x5t.as_ref() == Some(digest),
            Self::Sha256(digest) => key.x5t_s256.as_ref() == Some(digest),
            Self::Nothing => false,
        }
    }
}

impl RegisteredKey<'_> {
    fn parse(&self) -> Option<VerifyingKey> {
        let jwk = Jwk::from_json(self.jwk.as_bytes()).ok()?;
        VerifyingKey::new(&jwk).ok()
    }

    /// Returns whether `kid` is the SHA-1 or SHA-256 thumbprint of the certificate, in hexadecimal
    /// or base64url, as some clients send it.
    fn is_thumbprint(&self, kid: &str) -> bool {
        let is_of = |bytes: &[u8]| kid == digest::base64url(bytes) || is_hexadecimal_of(kid, bytes);
        self.x5t.is_some_and(|bytes| is_of(&bytes))
            || self.x5t_s256.is_some_and(|bytes| is_of(&bytes))
    }
}

fn is_hexadecimal_of(text: &str, bytes: &[u8]) -> bool {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.map(|digit| char::from_digit(u32::from(digit), 16));
    text.len() == bytes.len() * 2
        && text.chars().map(|it| it.to_ascii_lowercase()).map(Some).eq(digits)
}

impl std::fmt::Display for KeyName<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kid(kid) => write!(formatter, "kid {kid}"),
            Self::Sha1(digest) => write!(formatter, "x5t {}", digest::base64url(digest)),
            Self::Sha256(digest) => write!(formatter, "x5t#S256 {}", digest::base64url(digest)),
            Self::Nothing => formatter.write_str("none named"),
        }
    }
}

impl std::fmt::Display for RegisteredKey<'_> {
    /// Writes every name of the key.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "kid {}", self.id)?;
        if let Some(digest) = self.x5t {
            write!(formatter, " (x5t {})", digest::base64url(digest))?;
        }
        match self.x5t_s256 {
            Some(digest) => write!(formatter, " (x5t#S256 {})", digest::base64url(digest)),
            None => Ok(()),
        }
    }
}

/// Returns the id of the registered key that signed an assertion which names another key.
pub(super) fn signer(assertion: &str, client: &Client) -> Option<String> {
    keys_of(client).find_map(|key| {
        let compact = CompactJws::parse(assertion, BYTES_MAX, Padding::Tolerated).ok()?;
        compact.verify(&key.parse()?).ok()?;
        Some(key.id.to_owned())
    })
}

fn keys_of(client: &Client) -> impl Iterator<Item = RegisteredKey<'_>> {
    client.credentials.iter().filter_map(|credential| match credential {
        ClientCredential::PublicKey { id, jwk, x5t, x5t_s256, expires } => {
            Some(RegisteredKey { id, jwk, x5t, x5t_s256, expires: *expires })
        }
        ClientCredential::Secret { .. } => None,
    })
}

fn unknown_key(name: &KeyName<'_>, keys: &[RegisteredKey<'_>]) -> Comparison {
    let known = list(keys.iter().map(ToString::to_string));
    let comparison = Comparison::new("client_assertion").expected(known).fingerprint(name);
    comparison.with_difference(match name {
        KeyName::Nothing => Some(Difference::new("key_not_named")),
        KeyName::Kid(kid) => difference::suggest(kid, keys.iter().map(|key| key.id)),
        KeyName::Sha1(_) | KeyName::Sha256(_) => Some(Difference::new("certificate_unknown")),
    })
}

fn no_key(client: &Client) -> Refusal {
    let (received, expected) = (PrivateKeyJwt::NAME, "client_secret");
    refusal::wrong_client_authentication_method(&client.name, received, expected)
        .with(mismatch::registered(client).received(received))
}
