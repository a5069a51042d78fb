//! How the claims of a proof differ from those that would have been taken.

use catalogue::{Difference, Fact, Refusal, refusal};
use model::{Seconds, Timestamp};
use serde_json::{Map, Value};

use super::WINDOW;
use crate::{
    difference::{clock, nearest, span},
    moment,
};

/// Every claim of a proof (RFC 9449 §4.2).
const CLAIMS: [&str; 6] = ["jti", "htm", "htu", "iat", "ath", "nonce"];

/// A claim that is not there, and the one that may have been meant for it.
pub(super) fn missing(claim: &'static str, claims: &Map<String, Value>) -> Refusal {
    let others = claims.keys().map(String::as_str).filter(|name| !CLAIMS.contains(name));
    let fact = Fact::about(claim).differing(match nearest(claim, others) {
        Some(sent) => Difference::of("almost_named").with("sent", sent),
        None => Difference::of("missing"),
    });
    refusal::dpop_claim_missing(claim).with(fact)
}

/// A proof that was not made now.
pub(super) fn issued(issued: Timestamp, now: Timestamp) -> Fact {
    let expected = format!("{} +/- {} s", moment::shown(now), WINDOW);
    Fact::mismatch("iat", expected, moment::shown(issued)).differing(clock::moment(issued, now))
}

/// A hash that is not that of the token that came with the proof.
pub(super) fn hash(sent: &str, expected: &str) -> Fact {
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
    Fact::about("ath").differing(Difference::of(kind))
}

/// A nonce that is not ours, or that was so long ago.
pub(super) fn nonce(ago: Option<Seconds>) -> Fact {
    Fact::about("nonce").differing(match ago.filter(|ago| ago.get() > 0) {
        Some(ago) => Difference::of("nonce_old").with("ago", span(ago)),
        None => Difference::of("nonce_unknown"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kind(fact: &Fact) -> Option<&'static str> {
        fact.difference.as_ref().map(|difference| difference.kind)
    }

    #[test]
    fn a_wrong_claim_of_a_proof_says_how_it_is_wrong() {
        // Makes each claim wrong in each way.
        let claims = json!({ "htn": "POST" });
        let claims = claims.as_object().expect("an object");
        assert_eq!(kind(&missing("htm", claims).facts()[0]), Some("almost_named"));
        assert_eq!(kind(&missing("jti", claims).facts()[0]), Some("missing"));
        let now = Timestamp::from_seconds(1_790_000_000);
        assert_eq!(kind(&issued(now + Seconds::new(90), now)), Some("clock_ahead"));
        assert_eq!(kind(&issued(now - Seconds::new(90), now)), Some("clock_behind"));
        assert_eq!(kind(&nonce(Some(Seconds::new(240)))), Some("nonce_old"));
        assert_eq!(kind(&nonce(None)), Some("nonce_unknown"));
    }

    #[test]
    fn a_wrong_hash_says_how_it_is_written_and_never_what_it_is() {
        // Writes hashes in each wrong way.
        let expected = "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo";
        let hexadecimal = "0".repeat(64);
        for (sent, wrong) in [
            ("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo=", "padded"),
            (hexadecimal.as_str(), "hexadecimal"),
            ("fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksm+Eo=", "base64_not_url"),
            ("another", "hash_of_another_token"),
        ] {
            let fact = hash(sent, expected);
            assert_eq!(kind(&fact), Some(wrong), "{sent}");
            assert_eq!((fact.expected, fact.received), (None, None));
        }
    }
}
