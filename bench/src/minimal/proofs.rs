//! Verifies assertions of clients (RFC 7523), DPoP proofs (RFC 9449) and access tokens.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::signer::{VerificationKey, sha256};
use crate::Result;

/// The claims of an assertion.
#[derive(Deserialize)]
struct Assertion {
    iss: String,
    aud: String,
    jti: String,
    exp: i64,
}

/// The header of a DPoP proof.
#[derive(Deserialize)]
struct ProofHeader {
    jwk: ProofKey,
}

#[derive(Deserialize)]
struct ProofKey {
    x: String,
    y: String,
}

/// The claims of a DPoP proof.
#[derive(Deserialize)]
struct ProofClaims {
    htm: String,
    htu: String,
    jti: String,
    nonce: Option<String>,
}

/// The part of an access token that UserInfo needs.
#[derive(Deserialize)]
pub(super) struct AccessToken {
    pub(super) sub: String,
    exp: i64,
}

/// A verified DPoP proof.
pub(super) struct Proof {
    /// The thumbprint of its key (RFC 7638), for `cnf`.
    pub(super) thumbprint: String,
    /// The value that is used up.
    pub(super) used: [u8; 32],
    pub(super) nonce: Option<String>,
}

/// Verifies an assertion of a client, and returns the value that is used up.
pub(super) fn verify_assertion(
    assertion: &str,
    client: &str,
    key: &VerificationKey,
) -> Result<[u8; 32]> {
    let claims: Assertion = verified(assertion, |input, signature| key.verify(input, signature))?;
    let is_valid = claims.iss == client && claims.exp > service::now().seconds();
    if !is_valid || claims.aud.is_empty() {
        return Err("the assertion is of another client or expired".into());
    }
    Ok(sha256(&[client.as_bytes(), claims.jti.as_bytes()].concat()))
}

/// Verifies a DPoP proof of a request.
pub(super) fn verify_proof(proof: &str) -> Result<Proof> {
    let header = proof.split('.').next().unwrap_or_default();
    let ProofHeader { jwk: ProofKey { x, y } } = decoded(header)?;
    let point =
        [vec![4], BASE64_URL_SAFE_NO_PAD.decode(&x)?, BASE64_URL_SAFE_NO_PAD.decode(&y)?].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    let claims: ProofClaims = verified(proof, |input, signature| {
        Ok(key.verify(input, signature).map_err(|_| "the signature is wrong")?)
    })?;
    if claims.htm != "POST" || !claims.htu.ends_with("/token") {
        return Err("the proof is for another request".into());
    }
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let thumbprint = sha256(members.as_bytes());
    Ok(Proof {
        thumbprint: BASE64_URL_SAFE_NO_PAD.encode(thumbprint),
        used: sha256(&[&thumbprint[..], claims.jti.as_bytes()].concat()),
        nonce: claims.nonce,
    })
}

/// Verifies an access token of this server.
pub(super) fn verify_access_token(token: &str, key: &VerificationKey) -> Result<AccessToken> {
    let token: AccessToken = verified(token, |input, signature| key.verify(input, signature))?;
    if token.exp <= service::now().seconds() {
        return Err("the token expired".into());
    }
    Ok(token)
}

/// Returns the claims of a JWT after its signature is verified.
fn verified<T: DeserializeOwned>(
    token: &str,
    verify: impl FnOnce(&[u8], &[u8]) -> Result<()>,
) -> Result<T> {
    let (input, signature) = token.rsplit_once('.').ok_or("not a JWT")?;
    verify(input.as_bytes(), &BASE64_URL_SAFE_NO_PAD.decode(signature)?)?;
    decoded(input.split_once('.').ok_or("not a JWT")?.1)
}

fn decoded<T: DeserializeOwned>(segment: &str) -> Result<T> {
    Ok(serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(segment)?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request_keys::RequestKeys;

    fn keys() -> (RequestKeys, VerificationKey) {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("key");
        RequestKeys::create(&file).unwrap();
        let keys = RequestKeys::read(&file).unwrap();
        let key = VerificationKey::from_jwk(keys.public_jwk()).unwrap();
        (keys, key)
    }

    #[test]
    fn an_assertion_is_verified_with_its_client_and_key() {
        // Verifies an assertion for its client, for another client, and with another key.
        let (keys, key) = keys();
        let assertion = keys.assertion("client", "issuer").unwrap();
        verify_assertion(&assertion, "client", &key).unwrap();
        assert!(verify_assertion(&assertion, "other", &key).is_err());
        let (_, other) = self::keys();
        assert!(verify_assertion(&assertion, "client", &other).is_err());
    }

    #[test]
    fn proofs_of_one_key_have_its_thumbprint_and_are_used_up_alone() {
        // Verifies two proofs, and one whose signature is cut.
        let (keys, _) = keys();
        let proof = |nonce| keys.proof("http://host/token", nonce).unwrap();
        let (first, second) =
            (verify_proof(&proof(None)).unwrap(), verify_proof(&proof(Some("n"))).unwrap());
        assert_eq!(first.thumbprint, keys.public_jwk().thumbprint().to_string());
        assert_eq!(first.thumbprint, second.thumbprint);
        assert_ne!(first.used, second.used);
        assert_eq!(second.nonce.as_deref(), Some("n"));
        let cut = proof(None);
        assert!(verify_proof(&cut[..cut.len() - 4]).is_err());
    }
}
