//! Demonstrating Proof of Possession (RFC 9449).

use catalogue::{Comparison, Difference, Refusal, refusal};
use jose::{
    Algorithm, CompactError, CompactJws, Jwk, JwkError, Padding, VerifyError, VerifyingKey, digest,
    numeric_date,
};
use model::{Confirmation, Seconds, Timestamp, UsedValue, UsedValueKind, format_utc};
use serde_json::{Map, Value};

use super::DpopProof;
use crate::{
    Checks, OneTimeValue,
    context::RuleContext,
    difference::{self, clock, jws, list},
    equivalence::is_same_endpoint,
    request_head::RequestHead,
};

mod mismatch;

/// Every algorithm that a proof may be signed with (`dpop_signing_alg_values_supported`).
pub const ALGORITHMS: &[Algorithm] = &Algorithm::ALL;

/// The longest proof, in bytes.
const BYTES_MAX: usize = 4 * 1024;
/// The tolerated difference between `iat` and the service's clock, in both directions. The nonce
/// limits the age of a proof, so that a client whose clock is off can use DPoP too (RFC 9449 §4.3,
/// point 11).
pub const WINDOW: Seconds = Seconds::new(300);
/// The server's nonce changes after this time. The previous one is still accepted.
const NONCE_SECONDS: i64 = 120;
/// The time for which a nonce is accepted, counted from the time that is sealed in it.
const NONCE_VALIDITY: Seconds = Seconds::new(2 * NONCE_SECONDS);
/// The time for which the use of a proof is stored longer than its nonce is accepted. Covers the
/// difference between the clocks of several nodes.
const USE_KEPT_AFTER: Seconds = Seconds::new(60);
/// The longest `jti`, in bytes.
const JTI_BYTES_MAX: usize = 256;

/// Verifies the proof of a request, if it has one (§4.3).
pub(super) fn verify(
    head: &RequestHead<'_>,
    access_token: Option<&str>,
    context: &RuleContext<'_>,
    checks: &mut Checks,
) -> Result<Option<DpopProof>, Refusal> {
    let proof = match head.dpop.as_slice() {
        [] => return Ok(None),
        [proof] => *proof,
        several => {
            let comparison = Comparison::mismatch("DPoP", 1, several.len());
            return Err(refusal::several_dpop_proofs().with(comparison));
        }
    };
    let compact =
        CompactJws::parse(proof, BYTES_MAX, Padding::Refused).map_err(|error| malformed(&error))?;
    checks.pass("dpop_form");
    let jwk = check_header(&compact)?;
    let thumbprint = jwk.thumbprint();
    let key = VerifyingKey::new(&jwk)
        .map_err(|error| refusal::dpop_key_malformed().with(about_proof(jws::signature(&error))))?;
    checks.pass("dpop_key");
    let algorithm = compact.header().alg.clone();
    let verified = compact.verify(&key).map_err(|error| unverified(&error, &key, &algorithm))?;
    let claims = verified
        .claims()
        .map_err(|error| refusal::dpop_proof_malformed().with(about_proof(jws::detail(error))))?;
    checks.pass("dpop_signature");
    checks.record("dpop_target", check_target(&claims, head))?;
    checks.record("dpop_access_token", check_access_token(&claims, access_token))?;
    // Before the time, so that a client whose clock is off gets a nonce and tries again (§8).
    let nonce_issued_at = checks.record("dpop_nonce", check_nonce(&claims, context))?;
    checks.record("dpop_time", check_time(&claims, context.now))?;
    let jti = text(&claims, "jti").filter(|jti| (1..=JTI_BYTES_MAX).contains(&jti.len()));
    let jti = jti.ok_or_else(|| mismatch::missing("jti", &claims))?;
    let comparison =
        Comparison::new("jti").received(jti).with_difference(Difference::new("used_before"));
    Ok(Some(DpopProof {
        confirmation: Confirmation::Jkt(thumbprint.0),
        one_time_value: OneTimeValue {
            used_value: UsedValue {
                tenant: context.tenant.id(),
                kind: UsedValueKind::DpopProof,
                digest: digest::sha256(&[&thumbprint.0[..], jti.as_bytes()].concat()),
                // Not from `iat`, which the client chooses. Until then a replay would be accepted,
                // and afterwards its nonce is refused.
                expires_at: nonce_issued_at + NONCE_VALIDITY + USE_KEPT_AFTER,
            },
            replayed: refusal::dpop_proof_replayed(jti).with(comparison),
        },
        token_type: "DPoP",
    }))
}

fn malformed(error: &CompactError) -> Refusal {
    let comparison = about_proof(jws::malformed(error));
    match error {
        CompactError::Jwk(JwkError::Private(_)) => refusal::dpop_key_private().with(comparison),
        CompactError::Jwk(_) => refusal::dpop_key_malformed().with(comparison),
        _ => refusal::dpop_proof_malformed().with(comparison),
    }
}

fn unverified(error: &VerifyError, key: &VerifyingKey, algorithm: &str) -> Refusal {
    match error {
        VerifyError::Signature | VerifyError::SignatureLength { .. } => {
            let comparison = about_proof(jws::signature(error));
            let comparison =
                comparison.expected(format!("a signature by the key {}", key.thumbprint()));
            refusal::dpop_signature_invalid().with(comparison)
        }
        _ => {
            let accepted = list(key.algorithms().map(Algorithm::as_str));
            let comparison = Comparison::mismatch("alg", &accepted, algorithm);
            refusal::dpop_algorithm_not_accepted(algorithm, &accepted)
                .with(comparison.with_difference(jws::signature(error)))
        }
    }
}

fn algorithm_not_accepted(algorithm: &str) -> Refusal {
    let accepted = list(ALGORITHMS.iter().map(|it| it.as_str()));
    let comparison = Comparison::mismatch("alg", &accepted, algorithm);
    refusal::dpop_algorithm_not_accepted(algorithm, &accepted)
        .with(comparison.with_difference(jws::algorithm_unknown(algorithm)))
}

fn about_proof(difference: Difference) -> Comparison {
    Comparison::new("DPoP").with_difference(difference)
}

/// Checks `typ`, `alg` and the public key in the header (§4.3, points 4 to 7).
fn check_header(compact: &CompactJws<'_>) -> Result<Jwk, Refusal> {
    let header = compact.header();
    if header.typ.as_deref() != Some("dpop+jwt") {
        let typ = header.typ.as_deref().unwrap_or("none");
        let comparison = Comparison::mismatch("typ", "dpop+jwt", typ)
            .with_difference(difference::suggest(typ, ["dpop+jwt"]));
        return Err(refusal::dpop_typ_not_accepted(typ).with(comparison));
    }
    if header.alg.parse::<Algorithm>().is_err() {
        return Err(algorithm_not_accepted(&header.alg));
    }
    header.jwk.clone().ok_or_else(|| {
        let missing = Difference::new("header_missing").with("member", "jwk");
        refusal::dpop_key_malformed().with(about_proof(missing))
    })
}

/// Checks `htm` and `htu` (§4.3, points 8 and 9).
fn check_target(claims: &Map<String, Value>, head: &RequestHead<'_>) -> Result<(), Refusal> {
    let method = text(claims, "htm").ok_or_else(|| mismatch::missing("htm", claims))?;
    if method != head.method {
        let comparison = Comparison::mismatch("htm", head.method, method)
            .with_difference(difference::spelling(method, head.method));
        return Err(refusal::dpop_method_mismatch(method, head.method).with(comparison));
    }
    let url = text(claims, "htu").ok_or_else(|| mismatch::missing("htu", claims))?;
    if !is_same_endpoint(url, &head.url) {
        let comparison = Comparison::mismatch("htu", &head.url, url)
            .with_difference(difference::url(url, &head.url));
        return Err(refusal::dpop_url_mismatch(url, &head.url).with(comparison));
    }
    Ok(())
}

/// Checks `iat` against the service's clock (§4.3, point 11).
fn check_time(claims: &Map<String, Value>, now: Timestamp) -> Result<(), Refusal> {
    let issued = claims.get("iat").ok_or_else(|| mismatch::missing("iat", claims))?;
    let issued = numeric_date::microseconds(issued).map_err(|_| {
        let comparison =
            Comparison::new("iat").received(issued).with_difference(clock::unreadable(issued));
        refusal::dpop_claim_missing("iat").with(comparison)
    })?;
    let issued = Timestamp::from_microseconds(issued);
    if issued > now + WINDOW || issued < now - WINDOW {
        let comparison = mismatch::issued(issued, now, WINDOW);
        return Err(
            refusal::dpop_proof_not_current(format_utc(issued), format_utc(now)).with(comparison)
        );
    }
    Ok(())
}

/// Checks that `ath` is the hash of the access token (§4.3, point 12).
fn check_access_token(
    claims: &Map<String, Value>,
    access_token: Option<&str>,
) -> Result<(), Refusal> {
    let Some(token) = access_token else { return Ok(()) };
    let expected = digest::base64url(digest::sha256(token.as_bytes()));
    match text(claims, "ath") {
        None => Err(mismatch::missing("ath", claims)),
        Some(ath) if ath == expected => Ok(()),
        Some(ath) => {
            Err(refusal::dpop_access_token_hash_mismatch().with(mismatch::hash(ath, &expected)))
        }
    }
}

/// Checks `nonce` (§8): this service must have issued it, so that no proof can be created long
/// before its use. Returns the time that is sealed in it.
fn check_nonce(
    claims: &Map<String, Value>,
    context: &RuleContext<'_>,
) -> Result<Timestamp, Refusal> {
    let Some(sent) = text(claims, "nonce") else {
        let comparison = Comparison::new("nonce").with_difference(Difference::new("missing"));
        return Err(refusal::dpop_nonce_missing().with(comparison));
    };
    let bucket = context.now.seconds().div_euclid(NONCE_SECONDS);
    let sealer = &context.tenant.sealers.dpop_nonce;
    let opened = sealer.open(sent).ok();
    let issued = opened.as_deref().and_then(|payload| payload.split_first_chunk());
    let issued = issued.filter(|(_, rest)| *rest == nonce_memory(context));
    match issued.map(|(bucket, _)| i64::from_be_bytes(*bucket)) {
        Some(issued) if issued == bucket || issued == bucket - 1 => {
            Ok(Timestamp::from_seconds(issued.saturating_mul(NONCE_SECONDS)))
        }
        issued => {
            let ago = issued.map(|it| Seconds::new((bucket - it).saturating_mul(NONCE_SECONDS)));
            Err(refusal::dpop_nonce_stale().with(mismatch::nonce(ago)))
        }
    }
}

/// Returns the current nonce for proofs (§8). It is the sealed time, so nothing is stored.
pub fn fresh_nonce(context: &RuleContext<'_>) -> Option<String> {
    let bucket = context.now.seconds().div_euclid(NONCE_SECONDS);
    let payload = [&bucket.to_be_bytes()[..], &nonce_memory(context)].concat();
    context.tenant.sealers.dpop_nonce.seal(&payload).ok()
}

/// Returns the part of a nonce that binds it to the ledger, which remembers the proofs with it. If
/// the ledger is lost, no earlier nonce is accepted: clients get a new one and try again.
fn nonce_memory(context: &RuleContext<'_>) -> Vec<u8> {
    let since = context.tenant.remembered_since;
    let is_first = since == Timestamp::default();
    if is_first { Vec::new() } else { since.microseconds().to_be_bytes().to_vec() }
}

fn text<'a>(claims: &'a Map<String, Value>, claim: &str) -> Option<&'a str> {
    claims.get(claim).and_then(Value::as_str)
}
