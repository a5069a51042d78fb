//! Demonstrating Proof of Possession (RFC 9449).

use catalogue::{Difference, Fact, Refusal, refusal};
use facts::{Confirmation, Mark, MarkPurpose, Seconds, Timestamp};
use jose::{
    Algorithm, Compact, CompactError, Jwk, JwkError, Padding, VerifyError, VerifyingKey, digest,
    numeric_date,
};
use serde_json::{Map, Value};

use super::Proof;
use crate::{Checks, Once, context::Context, moment, request::Head};

/// Every algorithm that a proof may be signed with (`dpop_signing_alg_values_supported`).
pub const ALGORITHMS: &[Algorithm] = &Algorithm::ALL;

/// The longest proof, in bytes.
const BYTES_MAX: usize = 4 * 1024;
/// How far `iat` may be from our clock, either way.
pub const WINDOW: Seconds = Seconds::new(60);
/// The server's nonce changes this often; the one before is still good.
const NONCE_SECONDS: i64 = 120;
/// The longest `jti`, in bytes.
const JTI_BYTES_MAX: usize = 256;

/// Checks the proof of a request, if there is one (§4.3).
pub(super) fn find(
    head: &Head<'_>,
    access_token: Option<&str>,
    context: &Context<'_>,
    checks: &mut Checks,
) -> Result<Option<Proof>, Refusal> {
    let proof = match head.dpop.as_slice() {
        [] => return Ok(None),
        [proof] => *proof,
        _ => return Err(refusal::several_dpop_proofs()),
    };
    let compact = Compact::parse(proof, BYTES_MAX, Padding::Refused).map_err(malformed)?;
    checks.pass("dpop_form");
    let jwk = check_header(&compact)?;
    let thumbprint = jwk.thumbprint();
    let key = VerifyingKey::new(&jwk).map_err(|error| about_key(&error))?;
    checks.pass("dpop_key");
    let verified = compact.verify(&key).map_err(|error| unverified(&error, &key))?;
    let claims =
        verified.claims().map_err(|error| refusal::dpop_proof_malformed().with(what(&error)))?;
    checks.pass("dpop_signature");
    checks.note("dpop_target", check_target(&claims, head))?;
    checks.note("dpop_time", check_time(&claims, context.now))?;
    checks.note("dpop_access_token", check_access_token(&claims, access_token))?;
    checks.note("dpop_nonce", check_nonce(&claims, context))?;
    let jti = text(&claims, "jti").filter(|jti| (1..=JTI_BYTES_MAX).contains(&jti.len()));
    let jti = jti.ok_or_else(|| refusal::dpop_claim_missing("jti"))?;
    Ok(Some(Proof {
        confirmation: Confirmation::Jkt(thumbprint.0),
        once: Once {
            mark: Mark {
                tenant: context.realm.tenant.id,
                purpose: MarkPurpose::DpopProof,
                digest: digest::sha256(&[&thumbprint.0[..], jti.as_bytes()].concat()),
                expires_at: context.now + WINDOW + WINDOW,
            },
            replayed: refusal::dpop_proof_replayed(jti),
        },
        token_type: "DPoP",
    }))
}

fn malformed(error: CompactError) -> Refusal {
    match error {
        CompactError::Jwk(JwkError::Private(_)) => refusal::dpop_key_private(),
        CompactError::Jwk(error) => about_key(&error),
        other => refusal::dpop_proof_malformed().with(what(&other)),
    }
}

fn about_key(error: &dyn std::error::Error) -> Refusal {
    refusal::dpop_key_malformed().with(what(error))
}

fn unverified(error: &VerifyError, key: &VerifyingKey) -> Refusal {
    match error {
        VerifyError::Signature | VerifyError::SignatureLength { .. } => {
            refusal::dpop_signature_invalid().with(what(error))
        }
        _ => {
            let accepted: Vec<&str> = key.algorithms().map(Algorithm::as_str).collect();
            refusal::dpop_algorithm_not_accepted("another one", accepted.join(", "))
                .with(what(error))
        }
    }
}

fn algorithm_not_accepted(algorithm: &str) -> Refusal {
    let accepted: Vec<&str> = ALGORITHMS.iter().map(|it| it.as_str()).collect();
    refusal::dpop_algorithm_not_accepted(algorithm, accepted.join(", "))
}

fn what(error: &dyn std::error::Error) -> Fact {
    Fact::about("DPoP").differing(Difference::of("malformed").with("detail", error))
}

/// §4.3, points 4 to 7: the type, and a public key of our kinds in the header.
fn check_header(compact: &Compact<'_>) -> Result<Jwk, Refusal> {
    let header = compact.header();
    if header.typ.as_deref() != Some("dpop+jwt") {
        return Err(refusal::dpop_typ_not_accepted(header.typ.as_deref().unwrap_or("none")));
    }
    if header.alg.parse::<Algorithm>().is_err() {
        return Err(algorithm_not_accepted(&header.alg));
    }
    header.jwk.clone().ok_or_else(refusal::dpop_key_malformed)
}

/// §4.3, points 8 and 9: for this method, at this place.
fn check_target(claims: &Map<String, Value>, head: &Head<'_>) -> Result<(), Refusal> {
    let method = text(claims, "htm").ok_or_else(|| refusal::dpop_claim_missing("htm"))?;
    if method != head.method {
        return Err(refusal::dpop_method_mismatch(method, head.method));
    }
    let url = text(claims, "htu").ok_or_else(|| refusal::dpop_claim_missing("htu"))?;
    if !same_place(url, &head.url) {
        return Err(refusal::dpop_url_mismatch(url, &head.url));
    }
    Ok(())
}

/// Without query and fragment; scheme and host in any case; a default port may be left out.
pub fn same_place(claimed: &str, called: &str) -> bool {
    match (place(claimed), place(called)) {
        (Some(claimed), Some(called)) => claimed == called,
        _ => false,
    }
}

fn place(url: &str) -> Option<(String, String, &str)> {
    let url = url.split(['?', '#']).next()?;
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let path_at = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(path_at);
    let authority = authority.to_ascii_lowercase();
    let default = if scheme == "https" { ":443" } else { ":80" };
    let authority = authority.strip_suffix(default).unwrap_or(&authority).to_owned();
    Some((scheme, authority, if path.is_empty() { "/" } else { path }))
}

/// §4.3, point 11, by the claim itself; the nonce bounds it again by our own clock.
fn check_time(claims: &Map<String, Value>, now: Timestamp) -> Result<(), Refusal> {
    let issued = claims.get("iat").ok_or_else(|| refusal::dpop_claim_missing("iat"))?;
    let issued = numeric_date::microseconds(issued);
    let issued = issued.map_err(|_| refusal::dpop_claim_missing("iat"))?;
    let issued = Timestamp::from_microseconds(issued);
    if issued > now + WINDOW || issued < now - WINDOW {
        return Err(refusal::dpop_proof_not_current(moment::shown(issued), moment::shown(now)));
    }
    Ok(())
}

/// §4.3, point 12: with an access token, the proof names it.
fn check_access_token(
    claims: &Map<String, Value>,
    access_token: Option<&str>,
) -> Result<(), Refusal> {
    let Some(token) = access_token else { return Ok(()) };
    let expected = digest::base64url(digest::sha256(token.as_bytes()));
    match text(claims, "ath") {
        None => Err(refusal::dpop_claim_missing("ath")),
        Some(ath) if ath == expected => Ok(()),
        Some(_) => Err(refusal::dpop_access_token_hash_mismatch()),
    }
}

/// §8: a nonce of ours, so that no proof can be made long before it is used.
fn check_nonce(claims: &Map<String, Value>, context: &Context<'_>) -> Result<(), Refusal> {
    let Some(sent) = text(claims, "nonce") else { return Err(refusal::dpop_nonce_missing()) };
    let bucket = context.now.seconds().div_euclid(NONCE_SECONDS);
    let sealer = &context.realm.seals.dpop_nonce;
    let good = sealer.open(sent).ok().and_then(|bytes| bytes.try_into().ok());
    match good.map(i64::from_be_bytes) {
        Some(made) if made == bucket || made == bucket - 1 => Ok(()),
        _ => Err(refusal::dpop_nonce_stale()),
    }
}

/// The nonce that proofs must carry now (§8): sealed time, so nothing has to be kept.
pub fn fresh_nonce(context: &Context<'_>) -> Option<String> {
    let bucket = context.now.seconds().div_euclid(NONCE_SECONDS);
    context.realm.seals.dpop_nonce.seal(&bucket.to_be_bytes()).ok()
}

fn text<'a>(claims: &'a Map<String, Value>, claim: &str) -> Option<&'a str> {
    claims.get(claim).and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_compared_without_query_fragment_case_of_host_and_default_port() {
        // Compares one endpoint with spellings of it, and with other places.
        let here = "https://id.example/t/oauth2/v2.0/token";
        for same in [
            "https://id.example/t/oauth2/v2.0/token?x=1",
            "https://id.example/t/oauth2/v2.0/token#x",
            "HTTPS://ID.example:443/t/oauth2/v2.0/token",
        ] {
            assert!(same_place(same, here), "{same}");
        }
        for other in [
            "http://id.example/t/oauth2/v2.0/token",
            "https://id.example:8443/t/oauth2/v2.0/token",
            "https://id.example/T/oauth2/v2.0/token",
            "https://id.example/t/oauth2/v2.0/token/",
            "id.example/t/oauth2/v2.0/token",
            "",
        ] {
            assert!(!same_place(other, here), "{other}");
        }
    }
}
