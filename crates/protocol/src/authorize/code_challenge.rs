//! `code_challenge` and `code_challenge_method` (RFC 7636 §4.3): S256, for every client.

use catalogue::{Difference, Fact, Refusal, refusal};

use crate::{
    difference::named,
    form::Form,
    pkce::{self, nearest::malformed_challenge},
};

/// The challenge. Confidential clients must send one too: it is what keeps a code that leaked from
/// being put into another session (RFC 9700 §2.1.1).
pub(super) fn check(form: &Form) -> Result<String, Refusal> {
    let Some(challenge) = form.get("code_challenge") else {
        let fact = form.nearly("code_challenge");
        return Err(refusal::code_challenge_missing().with(fact));
    };
    // RFC 7636 §4.3: a missing method means `plain`.
    match form.get("code_challenge_method").unwrap_or("plain") {
        "S256" if pkce::is_challenge(challenge) => Ok(challenge.to_owned()),
        "S256" if challenge.len() == 43 => {
            Err(refusal::code_challenge_malformed().with(malformed_challenge(challenge)))
        }
        "S256" => Err(refusal::code_challenge_wrong_length(challenge.len())
            .with(malformed_challenge(challenge))),
        method => {
            let sent = form.get("code_challenge_method").is_some();
            let difference = match method {
                "plain" if sent => Some(Difference::of("method_plain")),
                "plain" => Some(Difference::of("method_missing")),
                method => named(method, ["S256"]),
            };
            let fact = Fact::mismatch("code_challenge_method", "S256", method);
            Err(refusal::code_challenge_method_not_supported(method)
                .with(fact.differing(difference)))
        }
    }
}
