//! The parsed signing keys of a tenant: the signers, and the verifiers of published keys.

use std::sync::Arc;

use jose::{
    Algorithm, CompactJws, Jwk, Padding, PreparedSigner, SigningKey, Verified, VerifiedSignatures,
    VerifyingKey, seal::Sealer,
};
use model::{Fault, FaultKind, SealedSigningKey, Tenant, TenantId, Timestamp};
use serde_json::json;

use crate::context::TenantContext;

/// `typ` of ID tokens, and of access tokens for old libraries.
pub const JWT: &str = "JWT";
/// `typ` of access tokens (RFC 9068 §2.1).
pub const AT_JWT: &str = "at+jwt";
/// `typ` of logout tokens (OpenID Connect Back-Channel Logout §2.4).
pub const LOGOUT_JWT: &str = "logout+jwt";

/// The longest token that is verified, in bytes.
pub(crate) const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// The keys of one tenant at one time.
pub struct TenantKeys {
    tenant: TenantId,
    signers: Vec<Signer>,
    verifiers: Vec<Verifier>,
    key_set: String,
    /// The signatures that were verified, to be verified once.
    signatures: Arc<VerifiedSignatures>,
}

struct Signer {
    algorithm: Algorithm,
    jwt: PreparedSigner,
    at_jwt: PreparedSigner,
    logout_jwt: PreparedSigner,
}

struct Verifier {
    kid: String,
    key: VerifyingKey,
}

impl TenantKeys {
    /// Unseals and parses the stored keys. For each algorithm, the newest active key signs.
    ///
    /// # Errors
    /// A key cannot be unsealed or parsed.
    pub fn new(
        rows: &[SealedSigningKey],
        tenant: &TenantContext,
        now: Timestamp,
    ) -> Result<Self, Fault> {
        let sealer = &tenant.sealers.signing_keys;
        let mut newest: Vec<&SealedSigningKey> = Vec::new();
        for row in rows.iter().filter(|row| row.active_from <= now && now < row.retired_at) {
            match newest.iter_mut().find(|known| known.algorithm == row.algorithm) {
                Some(known) if known.active_from < row.active_from => *known = row,
                Some(_) => {}
                None => newest.push(row),
            }
        }
        let signers =
            newest.into_iter().map(|row| signer(row, sealer)).collect::<Result<_, _>>()?;
        let published =
            || rows.iter().filter(|row| row.published_at <= now && now < row.retired_at);
        let jwks = published().map(public_key).collect::<Result<Vec<Jwk>, _>>()?;
        let key_set = json!({ "keys": jwks.iter().map(Jwk::to_json).collect::<Vec<_>>() });
        let verifier = |(row, jwk): (&SealedSigningKey, &Jwk)| {
            let key = VerifyingKey::new(jwk).map_err(|error| unusable(row, &error))?;
            Ok(Verifier { kid: row.kid.clone(), key })
        };
        let verifiers = published().zip(&jwks).map(verifier).collect::<Result<_, Fault>>()?;
        let (tenant, key_set) = (tenant.id(), key_set.to_string());
        Ok(Self { tenant, signers, verifiers, key_set, signatures: Arc::default() })
    }

    /// Remembers verified signatures there, beyond the life of this value.
    #[must_use]
    pub fn remembering(self, signatures: Arc<VerifiedSignatures>) -> Self {
        Self { signatures, ..self }
    }

    /// Returns the tenant that signs with them.
    pub const fn tenant(&self) -> TenantId {
        self.tenant
    }

    /// Returns the signer for an algorithm and a `typ`.
    ///
    /// # Errors
    /// The tenant has no active key of that algorithm.
    pub fn signer(&self, algorithm: &str, typ: &str) -> Result<&PreparedSigner, Fault> {
        let signer = self.signers.iter().find(|signer| signer.algorithm.as_str() == algorithm);
        let signer = signer.ok_or_else(|| {
            Fault::from_message(FaultKind::KeyMissing, &format!("no active {algorithm} key"))
        })?;
        Ok(match typ {
            JWT => &signer.jwt,
            LOGOUT_JWT => &signer.logout_jwt,
            _ => &signer.at_jwt,
        })
    }

    /// Returns whether there is an active key for each algorithm with which the tenant signs.
    pub fn is_complete(&self, tenant: &Tenant) -> bool {
        tenant.signing_algs.iter().all(|algorithm| self.signer(algorithm, JWT).is_ok())
    }

    /// Verifies the signature of a token. The caller must check its header and claims.
    pub fn verify(&self, token: &str) -> Option<Verified> {
        let compact = CompactJws::parse(token, TOKEN_BYTES_MAX, Padding::Refused).ok()?;
        let kid = compact.header().kid.as_deref()?;
        let verifier = self.verifiers.iter().find(|verifier| verifier.kid == kid)?;
        self.signatures.verify(compact, &verifier.key).ok()
    }

    /// Returns the JWK Set that clients fetch (RFC 7517 §5).
    pub fn key_set(&self) -> &str {
        &self.key_set
    }
}

fn signer(row: &SealedSigningKey, sealer: &Sealer) -> Result<Signer, Fault> {
    let algorithm: Algorithm = row.algorithm.parse().map_err(|error| unusable(row, &error))?;
    let pkcs8 =
        sealer.open_bytes(&row.sealed_private_key).map_err(|error| unusable(row, &error))?;
    let key = SigningKey::from_pkcs8(algorithm, &pkcs8).map_err(|error| unusable(row, &error))?;
    let key = Arc::new(key.with_kid(row.kid.clone()));
    Ok(Signer {
        algorithm,
        jwt: key.prepare(JWT).map_err(|error| unusable(row, &error))?,
        at_jwt: key.prepare(AT_JWT).map_err(|error| unusable(row, &error))?,
        logout_jwt: key.prepare(LOGOUT_JWT).map_err(|error| unusable(row, &error))?,
    })
}

fn public_key(row: &SealedSigningKey) -> Result<Jwk, Fault> {
    Jwk::from_json(row.jwk.as_bytes()).map_err(|error| unusable(row, &error))
}

/// Creates the fault of an unusable key. Names the key, so that the operator can find its row.
fn unusable(row: &SealedSigningKey, error: &(dyn std::error::Error + 'static)) -> Fault {
    let inner = Fault::new(FaultKind::KeyMissing, error);
    Fault::from_message(FaultKind::KeyMissing, &format!("key {}: {}", row.kid, inner.cause()))
}
