//! `code_challenge` and `code_challenge_method` (RFC 7636 §4.3): S256, for every client.

use catalogue::{Refusal, refusal};

use crate::{form::Form, pkce};

/// The challenge. Confidential clients must send one too: it is what keeps a code that leaked from
/// being put into another session (RFC 9700 §2.1.1).
pub(super) fn check(form: &Form) -> Result<String, Refusal> {
    let Some(challenge) = form.get("code_challenge") else {
        return Err(refusal::code_challenge_missing());
    };
    // RFC 7636 §4.3: a missing method means `plain`.
    match form.get("code_challenge_method").unwrap_or("plain") {
        "S256" if pkce::is_challenge(challenge) => Ok(challenge.to_owned()),
        "S256" if challenge.len() == 43 => Err(refusal::code_challenge_malformed()),
        "S256" => Err(refusal::code_challenge_wrong_length(challenge.len())),
        method => Err(refusal::code_challenge_method_not_supported(method)),
    }
}
