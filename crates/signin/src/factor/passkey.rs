//! Passkeys (WebAuthn Level 3): the options of a request to the browser, and the verification of
//! its response.
//!
//! A passkey belongs to one user of one tenant. All tenants of the service have one origin, so
//! browsers offer the passkeys of each at every other; the user handle in the passkey names the
//! tenant. The caller creates the challenge, stores it, and consumes it before anything follows
//! from a verified response: the response to a challenge could otherwise be used again.

mod assertion;
mod attestation;
mod attestation_object;
mod authenticator_data;
mod cbor;
mod client_data;
mod decoded;
mod flaw;
mod model_flaw;
mod options;
mod public_key;
mod registration;
mod response;
mod user_handle;

pub use assertion::{Assertion, VerifiedPasskey};
pub use attestation::{AttestationTrust, is_attestation_root};
pub use client_data::ClientData;
pub use decoded::{
    DecodedAuthenticatorData, DecodedCredential, DecodedResponse, attestation_object,
};
pub use flaw::PasskeyFlaw;
pub use model_flaw::ModelFlaw;
pub use options::NewUser;
pub use registration::{NewPasskey, Registration};
pub use user_handle::UserHandle;

use jose::digest;
use uuid::Uuid;

/// The length of a challenge in bytes. WebAuthn §13.4.3 requires 16.
pub const CHALLENGE_LENGTH: usize = 32;
/// Maximum length of a response in bytes. One with an attestation statement has about 6 KiB.
pub const RESPONSE_BYTES_MAX: usize = 16 * 1024;

/// The service as a relying party (WebAuthn §4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    id: String,
    origin: String,
    name: String,
    /// The models of authenticators that passkeys may be of. Empty: any.
    models: Vec<Uuid>,
}

/// The random bytes that one response must contain.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge([u8; CHALLENGE_LENGTH]);

impl RelyingParty {
    /// Creates the relying party of an origin, such as `https://login.example.com:8443`. Its id is
    /// the host. `name` is the name that authenticators show. `None` if the host is an IP address,
    /// for which browsers create no passkeys (WebAuthn §5.1.3, step 8).
    pub fn new(origin: &str, name: &str) -> Option<Self> {
        let (_, authority) = origin.split_once("://")?;
        let id = authority.split_once(':').map_or(authority, |(host, _)| host);
        let is_address = id.starts_with('[') || id.parse::<std::net::Ipv4Addr>().is_ok();
        let is_host = !id.is_empty() && !authority.contains(['/', '?', '#', '@']);
        (is_host && !is_address).then(|| Self {
            id: id.to_owned(),
            origin: origin.to_owned(),
            name: name.to_owned(),
            models: Vec::new(),
        })
    }

    /// Allows passkeys of these models only: a new one needs an attestation. Without models, any
    /// passkey is allowed.
    #[must_use]
    pub fn allowing(self, models: &[Uuid]) -> Self {
        Self { models: models.to_vec(), ..self }
    }

    /// Returns the relying party id: the host of the origin.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Checks the hash of a relying party id.
    fn check_id(&self, received: &[u8; 32]) -> Result<(), PasskeyFlaw> {
        let hash = |id: &str| digest::sha256(id.as_bytes());
        if hash(&self.id) == *received {
            return Ok(());
        }
        // A page may name a parent domain. The hash of another id cannot be reversed.
        let received = parent_domains(&self.id).find(|parent| hash(parent) == *received);
        let (expected, received) = (self.id.clone(), received.map(str::to_owned));
        Err(PasskeyFlaw::OtherRelyingParty { expected, received })
    }
}

/// Returns the parent domains of a host, the nearest first.
fn parent_domains(host: &str) -> impl Iterator<Item = &str> {
    host.match_indices('.').filter_map(|(dot, _)| host.get(dot + 1..))
}

impl Challenge {
    /// Creates a challenge from random bytes, or from those that were stored.
    pub const fn new(random: [u8; CHALLENGE_LENGTH]) -> Self {
        Self(random)
    }

    /// Returns the bytes to store.
    pub const fn as_bytes(&self) -> &[u8; CHALLENGE_LENGTH] {
        &self.0
    }

    /// Returns the text that options and client data contain.
    fn text(&self) -> String {
        digest::base64url(self.0)
    }
}

impl std::fmt::Debug for Challenge {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Challenge")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relying_party_id_is_the_host_of_the_origin() {
        // Reads origins with and without a port, and texts without a domain.
        for (origin, id) in [
            ("https://login.example.com", "login.example.com"),
            ("https://login.example.com:8443", "login.example.com"),
            ("https://localhost:8443", "localhost"),
        ] {
            let party = RelyingParty::new(origin, "Admit").expect("a relying party");
            assert_eq!((party.id(), party.origin()), (id, origin));
        }
        for origin in
            ["", "login.example.com", "https://", "https://127.0.0.1:8443", "https://[::1]:8443"]
        {
            assert_eq!(RelyingParty::new(origin, "Admit"), None, "{origin}");
        }
    }

    #[test]
    fn relying_party_id_of_a_parent_domain_is_recognized() {
        // Checks hashes of the own id, of a parent domain, and of an unrelated host.
        let party = RelyingParty::new("https://login.example.com", "Admit").expect("one");
        let check = |id: &str| party.check_id(&digest::sha256(id.as_bytes()));
        assert_eq!(check("login.example.com"), Ok(()));
        for (id, received) in [("example.com", Some("example.com")), ("evil.test", None)] {
            let (expected, received) = ("login.example.com".into(), received.map(str::to_owned));
            assert_eq!(check(id), Err(PasskeyFlaw::OtherRelyingParty { expected, received }));
        }
    }
}
