//! The keys of clients: the load generator signs assertions and DPoP proofs with them.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use jose::{Algorithm, HeaderSegment, Jwk, SigningKey};
use serde_json::{Value, json};

use crate::Result;

/// The lifetime of assertions.
const LIFETIME_SECONDS: i64 = 60;

/// A key pair for all clients, with the prepared headers of what it signs.
pub(crate) struct RequestKeys {
    key: SigningKey,
    assertion_header: HeaderSegment,
    proof_header: HeaderSegment,
    next: AtomicU64,
}

impl RequestKeys {
    /// Creates a file with a new key.
    pub(crate) fn create(file: &Path) -> Result<()> {
        let (_, pkcs8) = SigningKey::generate(Algorithm::Es256)?;
        Ok(std::fs::write(file, &*pkcs8)?)
    }

    /// Reads the key from its file.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let key = SigningKey::from_pkcs8(Algorithm::Es256, &std::fs::read(file)?)?;
        let jwk = public_members(key.public_jwk());
        Ok(Self {
            assertion_header: key.header(&json!({ "typ": "JWT" }))?,
            proof_header: key.header(&json!({ "typ": "dpop+jwt", "jwk": jwk }))?,
            next: AtomicU64::new(0),
            key,
        })
    }

    /// Returns the public key as a JWK.
    pub(crate) fn public_jwk(&self) -> &Jwk {
        self.key.public_jwk()
    }

    /// Returns a fresh assertion of a client for an issuer (RFC 7523 §3).
    pub(crate) fn assertion(&self, client: &str, issuer: &str) -> Result<String> {
        let now = service::now().seconds();
        let claims = json!({
            "iss": client, "sub": client, "aud": issuer, "jti": self.jti(),
            "iat": now, "exp": now + LIFETIME_SECONDS,
        });
        Ok(self.key.sign_with(&self.assertion_header, claims.to_string().as_bytes())?)
    }

    /// Returns a fresh proof for a POST request (RFC 9449 §4.2).
    pub(crate) fn proof(&self, uri: &str, nonce: Option<&str>) -> Result<String> {
        let mut claims = json!({
            "htm": "POST", "htu": uri, "jti": self.jti(), "iat": service::now().seconds(),
        });
        if let Some((nonce, claims)) = nonce.zip(claims.as_object_mut()) {
            claims.insert("nonce".to_owned(), nonce.into());
        }
        Ok(self.key.sign_with(&self.proof_header, claims.to_string().as_bytes())?)
    }

    /// Returns an id that no earlier call returned, in this run or another.
    fn jti(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{}-{number}", service::now().microseconds())
    }
}

/// Returns the members that a public key consists of.
fn public_members(key: &Jwk) -> Value {
    let json = key.to_json();
    let members = ["kty", "crv", "x", "y"].map(|name| (name, json.get(name).cloned()));
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
