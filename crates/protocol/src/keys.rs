//! A tenant's signing keys, parsed once: which one signs now, and which ones verify.

use std::sync::Arc;

use jose::{
    Algorithm, Compact, Jwk, Padding, PreparedSigner, SigningKey, Verified, VerifyingKey,
    seal::Sealer,
};
use model::{Fault, FaultKind, SigningKeyRow, Timestamp};
use serde_json::json;

/// `typ` of ID tokens, and of access tokens for libraries of old.
pub const JWT: &str = "JWT";
/// `typ` of access tokens (RFC 9068 §2.1).
pub const AT_JWT: &str = "at+jwt";

/// The longest token of our own that we take back, in bytes.
pub(crate) const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// The keys of one tenant at one moment.
pub struct TenantKeys {
    signers: Vec<Signer>,
    verifiers: Vec<Verifier>,
    key_set: String,
}

struct Signer {
    algorithm: Algorithm,
    jwt: PreparedSigner,
    at_jwt: PreparedSigner,
}

struct Verifier {
    kid: String,
    key: VerifyingKey,
}

impl TenantKeys {
    /// Unseals and parses what the directory holds; per algorithm the newest key that may sign
    /// already is the one that signs.
    ///
    /// # Errors
    /// A key cannot be unsealed or parsed.
    pub fn new(rows: &[SigningKeyRow], sealer: &Sealer, now: Timestamp) -> Result<Self, Fault> {
        let mut newest: Vec<&SigningKeyRow> = Vec::new();
        for row in rows.iter().filter(|row| row.signs_from <= now && now < row.kept_until) {
            match newest.iter_mut().find(|known| known.algorithm == row.algorithm) {
                Some(known) if known.signs_from < row.signs_from => *known = row,
                Some(_) => {}
                None => newest.push(row),
            }
        }
        let signers =
            newest.into_iter().map(|row| signer(row, sealer)).collect::<Result<_, _>>()?;
        let published =
            || rows.iter().filter(|row| row.published_at <= now && now < row.kept_until);
        let jwks = published().map(public_key).collect::<Result<Vec<Jwk>, _>>()?;
        let key_set = json!({ "keys": jwks.iter().map(Jwk::to_json).collect::<Vec<_>>() });
        let verifier = |(row, jwk): (&SigningKeyRow, &Jwk)| {
            let key = VerifyingKey::new(jwk).map_err(|error| broken(row, &error))?;
            Ok(Verifier { kid: row.kid.clone(), key })
        };
        let verifiers = published().zip(&jwks).map(verifier).collect::<Result<_, Fault>>()?;
        Ok(Self { signers, verifiers, key_set: key_set.to_string() })
    }

    /// The signer for an algorithm and a `typ`.
    ///
    /// # Errors
    /// The tenant has no key of that algorithm that may sign now.
    pub fn signer(&self, algorithm: &str, typ: &str) -> Result<&PreparedSigner, Fault> {
        let signer = self.signers.iter().find(|signer| signer.algorithm.as_str() == algorithm);
        let signer = signer.ok_or_else(|| {
            Fault::because(FaultKind::KeyMissing, &format!("no {algorithm} key may sign now"))
        })?;
        Ok(if typ == JWT { &signer.jwt } else { &signer.at_jwt })
    }

    /// Whether there is a key for each algorithm that tokens are signed with.
    pub fn is_complete(&self) -> bool {
        ["ES256", "RS256"].iter().all(|algorithm| self.signer(algorithm, JWT).is_ok())
    }

    /// A token that one of these keys signed; whatever it says besides is still to be checked.
    pub fn verify(&self, token: &str) -> Option<Verified> {
        let compact = Compact::parse(token, TOKEN_BYTES_MAX, Padding::Refused).ok()?;
        let kid = compact.header().kid.as_deref()?;
        let verifier = self.verifiers.iter().find(|verifier| verifier.kid == kid)?;
        compact.verify(&verifier.key).ok()
    }

    /// The key set as clients fetch it (RFC 7517 §5).
    pub fn key_set(&self) -> &str {
        &self.key_set
    }
}

fn signer(row: &SigningKeyRow, sealer: &Sealer) -> Result<Signer, Fault> {
    let algorithm: Algorithm = row.algorithm.parse().map_err(|error| broken(row, &error))?;
    let pkcs8 = sealer.open_bytes(&row.sealed_private_key).map_err(|error| broken(row, &error))?;
    let key = SigningKey::from_pkcs8(algorithm, &pkcs8).map_err(|error| broken(row, &error))?;
    let key = Arc::new(key.with_kid(row.kid.clone()));
    Ok(Signer {
        algorithm,
        jwt: key.prepare(JWT).map_err(|error| broken(row, &error))?,
        at_jwt: key.prepare(AT_JWT).map_err(|error| broken(row, &error))?,
    })
}

fn public_key(row: &SigningKeyRow) -> Result<Jwk, Fault> {
    Jwk::from_json(row.jwk.as_bytes()).map_err(|error| broken(row, &error))
}

/// Names the key, so that the operator knows which row or root key to look at.
fn broken(row: &SigningKeyRow, error: &(dyn std::error::Error + 'static)) -> Fault {
    let inner = Fault::new(FaultKind::KeyMissing, error);
    Fault::because(FaultKind::KeyMissing, &format!("key {}: {}", row.kid, inner.cause()))
}
