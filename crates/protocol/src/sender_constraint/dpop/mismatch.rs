//! Describes how the claims of a DPoP proof differ from accepted ones.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Seconds, Timestamp, format_utc};
use serde_json::{Map, Value};

use crate::difference::{clock, nearest, span};

/// The claims of a DPoP proof (RFC 9449 §4.2).
const CLAIMS: [&str; 6] = ["jti", "htm", "htu", "iat", "ath", "nonce"];

/// Refuses a missing claim, and names an unknown claim of a similar name.
pub(super) fn missing(claim: &'static str, claims: &Map<String, Value>) -> Refusal {
    let others = claims.keys().map(String::as_str).filter(|name| !CLAIMS.contains(name));
    let comparison = Comparison::new(claim).with_difference(match nearest(claim, others) {
        Some(sent) => Difference::new("almost_named").with("sent", sent),
        None => Difference::new("missing"),
    });
    refusal::dpop_claim_missing(claim).with(comparison)
}

/// Describes a proof whose `iat` is too far from the service's clock.
pub(super) fn issued(issued: Timestamp, now: Timestamp, window: Seconds) -> Comparison {
    let expected = format!("{} +/- {window} s", format_utc(now));
    Comparison::mismatch("iat", expected, format_utc(issued))
        .with_difference(clock::skew(issued, now))
}

/// Describes a hash that is not that of the access token.
pub(super) fn hash(sent: &str, expected: &str) -> Comparison {
    let is_hexadecimal = sent.len() == 64 && sent.bytes().all(|byte| byte.is_ascii_hexdigit());
    let kind = if sent.trim_end_matches('=') == expected {
        "padded"
    } else if is_hexadecimal {
        "hexadecimal"
    } else if sent.contains(['+', '/']) {
        "base64_not_url"
    } else {
        "hash_of_another_token"
    };
    Comparison::new("ath").with_difference(Difference::new(kind))
}

/// Describes a nonce that this service did not issue, or issued `ago`.
pub(super) fn nonce(ago: Option<Seconds>) -> Comparison {
    Comparison::new("nonce").with_difference(match ago.filter(|ago| ago.get() > 0) {
        Some(ago) => Difference::new("nonce_old").with("ago", span(ago)),
        None => Difference::new("nonce_unknown"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(comparison: &Comparison) -> Option<&'static str> {
        comparison.difference.as_ref().map(|difference| difference.kind)
    }

    #[test]
    fn wrong_proof_claim_is_described_by_the_mistake() {
        // Misnames and omits a claim, and passes proofs and nonces of another time.
        let claims = json!({ "htn": "POST" });
        let claims = claims.as_object().expect("an object");
        assert_eq!(kind(&missing("htm", claims).comparisons()[0]), Some("almost_named"));
        assert_eq!(kind(&missing("jti", claims).comparisons()[0]), Some("missing"));
        let now = Timestamp::from_seconds(1_790_000_000);
        assert_eq!(
            kind(&issued(now + Seconds::new(90), now, Seconds::new(60))),
            Some("clock_ahead")
        );
        assert_eq!(
            kind(&issued(now - Seconds::new(90), now, Seconds::new(60))),
            Some("clock_behind")
        );
        assert_eq!(kind(&nonce(Some(Seconds::new(240)))), Some("nonce_old"));
        assert_eq!(kind(&nonce(None)), Some("nonce_unknown"));
    }

    #[test]
    fn wrong_access_token_hash_is_described_without_values() {
        // Passes the hash in each wrong encoding, and the hash of another token.
        let expected = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";
        let hexadecimal = "0".repeat(64);
        for (sent, wrong) in [
            ("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo=", "padded"),
            (hexadecimal.as_str(), "hexadecimal"),
            ("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksm+Eo=", "base64_not_url"),
            ("another", "hash_of_another_token"),
        ] {
            let comparison = hash(sent, expected);
            assert_eq!(kind(&comparison), Some(wrong), "{sent}");
            assert_eq!((comparison.expected, comparison.received), (None, None));
        }
    }
}
