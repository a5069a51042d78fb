//! `code_challenge` and `code_challenge_method` (RFC 7636 §4.3): S256 only.

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::Client;

use crate::{
    difference::suggest,
    parameters::Parameters,
    pkce::{self, mismatch::malformed_challenge},
};

/// Returns the challenge. By default, confidential clients must send one too: it prevents the
/// injection of a leaked code into another session (RFC 9700 §2.1.1).
///
/// A method without a challenge is refused even if PKCE is optional: an attacker who removes the
/// challenge must not turn the request into one without PKCE (RFC 9700 §4.8.2).
pub(super) fn check(parameters: &Parameters, client: &Client) -> Result<Option<String>, Refusal> {
    let has_method = parameters.get("code_challenge_method").is_some();
    let Some(challenge) = parameters.get("code_challenge") else {
        let comparison = parameters.describe_missing("code_challenge");
        return match (client.requires_pkce(), has_method) {
            (true, _) => Err(refusal::code_challenge_missing(&client.id).with(comparison)),
            (false, true) => Err(refusal::method_without_challenge().with(comparison)),
            (false, false) => Ok(None),
        };
    };
    // RFC 7636 §4.3: a missing method means `plain`.
    match parameters.get("code_challenge_method").unwrap_or("plain") {
        "S256" if pkce::is_challenge(challenge) => Ok(Some(challenge.to_owned())),
        "S256" if challenge.len() == 43 => {
            Err(refusal::code_challenge_malformed().with(malformed_challenge(challenge)))
        }
        "S256" => Err(refusal::code_challenge_wrong_length(challenge.len())
            .with(malformed_challenge(challenge))),
        method => {
            let difference = match method {
                "plain" if has_method => Some(Difference::new("method_plain")),
                "plain" => Some(Difference::new("method_missing")),
                method => suggest(method, ["S256"]),
            };
            let comparison = Comparison::mismatch("code_challenge_method", "S256", method);
            Err(refusal::code_challenge_method_not_supported(method)
                .with(comparison.with_difference(difference)))
        }
    }
}
