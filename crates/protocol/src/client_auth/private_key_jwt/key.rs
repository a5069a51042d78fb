//! Which of a client's registered keys an assertion names.

use catalogue::{Difference, Fact, Refusal, refusal};
use jose::{Compact, Header, Jwk, Padding, VerifyingKey, digest};
use model::{Client, ClientCredential, Timestamp};

use super::{BYTES_MAX, Method as _, PrivateKeyJwt};
use crate::{
    client_auth::nearest,
    context::Context,
    difference::{self, list},
    moment,
};

/// The registered key that the header names, by `kid`, by a certificate's thumbprint, or by the
/// certificate itself. The certificate in a header is a name only, never a key to trust. A header
/// that names nothing means the client's only key. Comes with its end, if it has one.
pub(super) fn registered_key(
    client: &Client,
    header: &Header,
    context: &Context<'_>,
) -> Result<(VerifyingKey, Option<Timestamp>), Refusal> {
    let keys: Vec<_> = keys_of(client).collect();
    if keys.is_empty() {
        return Err(without_key(client));
    }
    let name = Name::of(header);
    let key = keys.iter().find(|key| name.names(key));
    let key = match (&name, key, keys.as_slice()) {
        (_, Some(key), _) => key,
        (Name::Nothing, None, [only]) => only,
        (name, None, keys) => {
            let fact = unknown(name, keys);
            return Err(refusal::assertion_key_unknown(name).with(fact));
        }
    };
    if let Some(end) = key.expires.filter(|end| *end <= context.now) {
        let current = keys.iter().filter(|key| key.expires.is_none_or(|end| end > context.now));
        let fact = Fact::mismatch("client_assertion", list(current.map(ToString::to_string)), key)
            .differing(difference::expired(end, context.now));
        return Err(refusal::assertion_key_expired(key.id, moment::shown(end)).with(fact));
    }
    key.parsed().map(|parsed| (parsed, key.expires)).ok_or_else(|| without_key(client))
}

struct RegisteredKey<'a> {
    id: &'a str,
    jwk: &'a str,
    x5t: &'a Option<[u8; 20]>,
    x5t_s256: &'a Option<[u8; 32]>,
    expires: Option<Timestamp>,
}

/// How a header names its key.
enum Name<'a> {
    Kid(&'a str),
    Sha1([u8; 20]),
    Sha256([u8; 32]),
    Nothing,
}

impl<'a> Name<'a> {
    fn of(header: &'a Header) -> Self {
        match header {
            Header { x5t_s256: Some(digest), .. } => Self::Sha256(*digest),
            Header { x5t: Some(digest), .. } => Self::Sha1(*digest),
            Header { x5c: Some(der), .. } => Self::Sha256(digest::sha256(der)),
            Header { kid: Some(kid), .. } => Self::Kid(kid),
            _ => Self::Nothing,
        }
    }

    fn names(&self, key: &RegisteredKey<'_>) -> bool {
        match self {
            Self::Kid(kid) => key.id == *kid || key.is_thumbprint(kid),
            Self::Sha1(digest) => key.x5t.as_ref() == Some(digest),
            Self::Sha256(digest) => key.x5t_s256.as_ref() == Some(digest),
            Self::Nothing => false,
        }
    }
}

impl RegisteredKey<'_> {
    fn parsed(&self) -> Option<VerifyingKey> {
        let jwk = Jwk::from_json(self.jwk.as_bytes()).ok()?;
        VerifyingKey::new(&jwk).ok()
    }

    /// Some clients put a thumbprint into `kid`: of the certificate in hexadecimal or base64url,
    /// or of the key itself.
    fn is_thumbprint(&self, kid: &str) -> bool {
        let of = |bytes: &[u8]| kid == digest::base64url(bytes) || is_hexadecimal_of(kid, bytes);
        self.x5t.is_some_and(|bytes| of(&bytes)) || self.x5t_s256.is_some_and(|bytes| of(&bytes))
    }
}

fn is_hexadecimal_of(text: &str, bytes: &[u8]) -> bool {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digits = digits.map(|digit| char::from_digit(u32::from(digit), 16));
    text.len() == bytes.len() * 2
        && text.chars().map(|it| it.to_ascii_lowercase()).map(Some).eq(digits)
}

impl std::fmt::Display for Name<'_> {
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
    /// Everything that a header could name it by.
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

/// The registered key, other than the named one, that signed an assertion: the app signs with one
/// key and names another.
pub(super) fn signer(assertion: &str, client: &Client) -> Option<String> {
    keys_of(client).find_map(|key| {
        let compact = Compact::parse(assertion, BYTES_MAX, Padding::Tolerated).ok()?;
        compact.verify(&key.parsed()?).ok()?;
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

fn unknown(name: &Name<'_>, keys: &[RegisteredKey<'_>]) -> Fact {
    let known = list(keys.iter().map(ToString::to_string));
    let fact = Fact::about("client_assertion").expected(known).fingerprint(name);
    fact.differing(match name {
        Name::Nothing => Some(Difference::of("key_not_named")),
        Name::Kid(kid) => difference::named(kid, keys.iter().map(|key| key.id)),
        Name::Sha1(_) | Name::Sha256(_) => Some(Difference::of("certificate_unknown")),
    })
}

fn without_key(client: &Client) -> Refusal {
    let (received, expected) = (PrivateKeyJwt::NAME, "client_secret");
    refusal::wrong_client_authentication_method(&client.name, received, expected)
        .with(nearest::registered(client).received(received))
}
