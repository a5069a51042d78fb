//! Demonstrating Proof of Possession (RFC 9449).

use catalogue::{Difference, Fact, Refusal, refusal};
use jose::{
    Algorithm, Compact, CompactError, Jwk, JwkError, Padding, VerifyError, VerifyingKey, digest,
    numeric_date,
};
use model::{Confirmation, Mark, MarkPurpose, Seconds, Timestamp};
use serde_json::{Map, Value};

use super::Proof;
use crate::{
    Checks, Once,
    context::Context,
    difference::{self, clock, jws, list},
    moment,
    request::Head,
};

mod nearest;

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
        several => {
            let fact = Fact::mismatch("DPoP", 1, several.len());
            return Err(refusal::several_dpop_proofs().with(fact));
        }
    };
    let compact =
        Compact::parse(proof, BYTES_MAX, Padding::Refused).map_err(|error| malformed(&error))?;
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
    checks.note("dpop_target", check_target(&claims, head))?;
    checks.note("dpop_time", check_time(&claims, context.now))?;
    checks.note("dpop_access_token", check_access_token(&claims, access_token))?;
    checks.note("dpop_nonce", check_nonce(&claims, context))?;
    let jti = text(&claims, "jti").filter(|jti| (1..=JTI_BYTES_MAX).contains(&jti.len()));
    let jti = jti.ok_or_else(|| nearest::missing("jti", &claims))?;
    let used = Fact::about("jti").received(jti).differing(Difference::of("used_before"));
    Ok(Some(Proof {
        confirmation: Confirmation::Jkt(thumbprint.0),
        once: Once {
            mark: Mark {
                tenant: context.realm.tenant.id,
                purpose: MarkPurpose::DpopProof,
                digest: digest::sha256(&[&thumbprint.0[..], jti.as_bytes()].concat()),
                expires_at: context.now + WINDOW + WINDOW,
            },
            replayed: refusal::dpop_proof_replayed(jti).with(used),
        },
        token_type: "DPoP",
    }))
}

fn malformed(error: &CompactError) -> Refusal {
    let fact = about_proof(jws::form(error));
    match error {
        CompactError::Jwk(JwkError::Private(_)) => refusal::dpop_key_private().with(fact),
        CompactError::Jwk(_) => refusal::dpop_key_malformed().with(fact),
        _ => refusal::dpop_proof_malformed().with(fact),
    }
}

fn unverified(error: &VerifyError, key: &VerifyingKey, algorithm: &str) -> Refusal {
    match error {
        VerifyError::Signature | VerifyError::SignatureLength { .. } => {
            let fact = about_proof(jws::signature(error));
            let fact = fact.expected(format!("a signature by the key {}", key.thumbprint()));
            refusal::dpop_signature_invalid().with(fact)
        }
        _ => {
            let accepted = list(key.algorithms().map(Algorithm::as_str));
            let fact = Fact::mismatch("alg", &accepted, algorithm);
            refusal::dpop_algorithm_not_accepted(algorithm, &accepted)
                .with(fact.differing(jws::signature(error)))
        }
    }
}

fn algorithm_not_accepted(algorithm: &str) -> Refusal {
    let accepted = list(ALGORITHMS.iter().map(|it| it.as_str()));
    let fact = Fact::mismatch("alg", &accepted, algorithm);
    refusal::dpop_algorithm_not_accepted(algorithm, &accepted)
        .with(fact.differing(jws::algorithm_unknown(algorithm)))
}

fn about_proof(difference: Difference) -> Fact {
    Fact::about("DPoP").differing(difference)
}

/// §4.3, points 4 to 7: the type, and a public key of our kinds in the header.
fn check_header(compact: &Compact<'_>) -> Result<Jwk, Refusal> {
    let header = compact.header();
    if header.typ.as_deref() != Some("dpop+jwt") {
        let typ = header.typ.as_deref().unwrap_or("none");
        let fact =
            Fact::mismatch("typ", "dpop+jwt", typ).differing(difference::named(typ, ["dpop+jwt"]));
        return Err(refusal::dpop_typ_not_accepted(typ).with(fact));
    }
    if header.alg.parse::<Algorithm>().is_err() {
        return Err(algorithm_not_accepted(&header.alg));
    }
    header.jwk.clone().ok_or_else(|| {
        let missing = Difference::of("header_missing").with("member", "jwk");
        refusal::dpop_key_malformed().with(about_proof(missing))
    })
}

/// §4.3, points 8 and 9: for this method, at this place.
fn check_target(claims: &Map<String, Value>, head: &Head<'_>) -> Result<(), Refusal> {
    let method = text(claims, "htm").ok_or_else(|| nearest::missing("htm", claims))?;
    if method != head.method {
        let fact = Fact::mismatch("htm", head.method, method)
            .differing(difference::spelling(method, head.method));
        return Err(refusal::dpop_method_mismatch(method, head.method).with(fact));
    }
    let url = text(claims, "htu").ok_or_else(|| nearest::missing("htu", claims))?;
    if !same_place(url, &head.url) {
        let fact = Fact::mismatch("htu", &head.url, url).differing(difference::url(url, &head.url));
        return Err(refusal::dpop_url_mismatch(url, &head.url).with(fact));
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
    let issued = claims.get("iat").ok_or_else(|| nearest::missing("iat", claims))?;
    let issued = numeric_date::microseconds(issued).map_err(|_| {
        let fact = Fact::about("iat").received(issued).differing(clock::unreadable(issued));
        refusal::dpop_claim_missing("iat").with(fact)
    })?;
    let issued = Timestamp::from_microseconds(issued);
    if issued > now + WINDOW || issued < now - WINDOW {
        let fact = nearest::issued(issued, now);
        return Err(
            refusal::dpop_proof_not_current(moment::shown(issued), moment::shown(now)).with(fact)
        );
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
        None => Err(nearest::missing("ath", claims)),
        Some(ath) if ath == expected => Ok(()),
        Some(ath) => {
            Err(refusal::dpop_access_token_hash_mismatch().with(nearest::hash(ath, &expected)))
        }
    }
}

/// §8: a nonce of ours, so that no proof can be made long before it is used.
fn check_nonce(claims: &Map<String, Value>, context: &Context<'_>) -> Result<(), Refusal> {
    let Some(sent) = text(claims, "nonce") else {
        let fact = Fact::about("nonce").differing(Difference::of("missing"));
        return Err(refusal::dpop_nonce_missing().with(fact));
    };
    let bucket = context.now.seconds().div_euclid(NONCE_SECONDS);
    let sealer = &context.realm.seals.dpop_nonce;
    let good = sealer.open(sent).ok().and_then(|bytes| bytes.try_into().ok());
    match good.map(i64::from_be_bytes) {
        Some(made) if made == bucket || made == bucket - 1 => Ok(()),
        made => {
            let ago = made.map(|made| Seconds::new((bucket - made).saturating_mul(NONCE_SECONDS)));
            Err(refusal::dpop_nonce_stale().with(nearest::nonce(ago)))
        }
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
