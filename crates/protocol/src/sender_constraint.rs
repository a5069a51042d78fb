//! Sender constraint: tokens that only the holder of a key can use.
//!
//! Grant types do not depend on it. The token endpoint calls [`verify_proof`] for the request and
//! [`bind_tokens`] for the decision.

use catalogue::{Comparison, Difference, Refusal, refusal};
use jose::digest;
use model::{Change, Client, Confirmation};

use crate::{
    Checks, OneTimeValue, context::RuleContext, decision::Decision, request_head::RequestHead,
};

mod dpop;

pub use dpop::{ALGORITHMS as DPOP_ALGORITHMS, WINDOW as DPOP_WINDOW, fresh_nonce};

/// The verified DPoP proof of a request (RFC 9449).
#[derive(Clone, Debug)]
pub struct DpopProof {
    /// The key whose possession it proves.
    pub confirmation: Confirmation,
    /// The one-time value to spend before anything is issued.
    pub one_time_value: OneTimeValue,
    /// The `token_type` of tokens that are bound to the key.
    pub token_type: &'static str,
}

/// Verifies the proof of a request, if it has one. If an access token is passed, the proof must be
/// for that token.
///
/// # Errors
/// The proof is invalid.
pub fn verify_proof(
    head: &RequestHead<'_>,
    access_token: Option<&str>,
    context: &RuleContext<'_>,
    checks: &mut Checks,
) -> Result<Option<DpopProof>, Refusal> {
    dpop::verify(head, access_token, context, checks)
}

/// Binds the tokens of a decision to the key of the proof. For a public client, it also binds the
/// grant, so that the refresh token needs the key too (RFC 9449 §5). The refresh token of a
/// confidential client is bound to its credential already, and the client may change its key.
pub fn bind_tokens(decision: Decision, proof: Option<&DpopProof>, client: &Client) -> Decision {
    let opens_grant = decision.changes.iter().any(|change| matches!(change, Change::OpenGrant(_)));
    let mut decision = decision.and_then(|mut entitlement| {
        match (entitlement.confirmation, proof) {
            (None, None) if client.dpop_required => return Err(no_proof()),
            (Some(_), None) => return Err(no_proof()),
            (Some(expected), Some(proof)) if expected != proof.confirmation => {
                return Err(key_differs(opens_grant).with(two_keys(expected, proof.confirmation)));
            }
            (_, proof) => {
                entitlement.confirmation = proof.map(|proof| proof.confirmation);
            }
        }
        Ok(entitlement)
    });
    if client.public {
        let confirmation = proof.map(|proof| proof.confirmation);
        decision.update_opened_grant(|grant| grant.confirmation = confirmation);
    }
    decision
}

fn wrong_scheme(expected: &str, received: &str, refusal: Refusal) -> Refusal {
    refusal.with(Comparison::mismatch("Authorization", expected, received))
}

/// Compares the thumbprints of two public keys (RFC 7638).
fn two_keys(expected: Confirmation, received: Confirmation) -> Comparison {
    let text = |Confirmation::Jkt(thumbprint)| digest::base64url(thumbprint);
    let comparison = Comparison::new("jkt").expected(text(expected)).fingerprint(text(received));
    comparison.with_difference(Difference::new("another_key"))
}

fn no_proof() -> Refusal {
    let comparison = Comparison::new("DPoP").with_difference(Difference::new("missing"));
    refusal::dpop_proof_missing().with(comparison)
}

fn key_differs(opens_grant: bool) -> Refusal {
    if opens_grant { refusal::code_dpop_key_differs() } else { refusal::refresh_dpop_key_differs() }
}

/// Checks the scheme of a token (RFC 9449 §7.1). A bound token must have the scheme `DPoP` and a
/// proof of its key, an unbound token the scheme `Bearer`.
///
/// # Errors
/// The scheme is wrong, or the proof is missing or of another key.
pub fn check_token_use(
    bound_to: Option<Confirmation>,
    proof: Option<&DpopProof>,
    scheme_is_dpop: bool,
) -> Result<(), Refusal> {
    match (bound_to, proof) {
        (None, _) if scheme_is_dpop => {
            Err(wrong_scheme("Bearer", "DPoP", refusal::bearer_token_sent_as_dpop()))
        }
        (Some(_), _) if !scheme_is_dpop => {
            Err(wrong_scheme("DPoP", "Bearer", refusal::dpop_token_sent_as_bearer()))
        }
        (Some(_), None) => Err(no_proof()),
        (Some(expected), Some(proof)) if expected != proof.confirmation => {
            Err(refusal::dpop_key_mismatch().with(two_keys(expected, proof.confirmation)))
        }
        _ => Ok(()),
    }
}
