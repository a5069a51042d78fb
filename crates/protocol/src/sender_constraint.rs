//! Sender constraint: tokens that only the holder of a key can use.
//!
//! No grant type knows of it. The token endpoint lets this room look at the request once, and at
//! the decision once.

use catalogue::{Difference, Fact, Refusal, refusal};
use jose::digest;
use model::{Change, Client, Confirmation};

use crate::{Checks, Once, context::Context, decision::Decision, request::Head};

mod dpop;

pub use dpop::{ALGORITHMS as DPOP_ALGORITHMS, WINDOW as DPOP_WINDOW, fresh_nonce, same_place};

/// A proof that came with the request, checked.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The key that it proves.
    pub confirmation: Confirmation,
    /// The one-time value that must be remembered before anything is given.
    pub once: Once,
    /// `token_type` of tokens bound to it.
    pub token_type: &'static str,
}

/// Looks for a proof in a request, and checks it. With an access token, the proof must be for
/// that token.
///
/// # Errors
/// A proof is there and not good.
pub fn find(
    head: &Head<'_>,
    access_token: Option<&str>,
    context: &Context<'_>,
    checks: &mut Checks,
) -> Result<Option<Proof>, Refusal> {
    dpop::find(head, access_token, context, checks)
}

/// Binds what is decided to the proof's key: the tokens, and, for a public client, the grant, so
/// that its refresh token is worth nothing without the key (RFC 9449 §5). A confidential client
/// is already tied to its refresh token by its own credential, and may change its key.
pub fn bind(decision: Decision, proof: Option<&Proof>, client: &Client) -> Decision {
    let opens = decision.changes.iter().any(|change| matches!(change, Change::OpenGrant(_)));
    let mut decision = decision.and_then(|mut entitlement| {
        match (entitlement.confirmation, proof) {
            (None, None) if client.dpop_required => return Err(no_proof()),
            (Some(_), None) => return Err(no_proof()),
            (Some(expected), Some(proof)) if expected != proof.confirmation => {
                return Err(key_differs(opens).with(two_keys(expected, proof.confirmation)));
            }
            (_, proof) => {
                entitlement.confirmation = proof.map(|proof| proof.confirmation);
            }
        }
        Ok(entitlement)
    });
    if client.public {
        let confirmation = proof.map(|proof| proof.confirmation);
        decision.on_opened_grant(|grant| grant.confirmation = confirmation);
    }
    decision
}

fn scheme(expected: &str, received: &str, refusal: Refusal) -> Refusal {
    refusal.with(Fact::mismatch("Authorization", expected, received))
}

/// Thumbprints of public keys (RFC 7638).
fn two_keys(expected: Confirmation, received: Confirmation) -> Fact {
    let shown = |Confirmation::Jkt(thumbprint)| digest::base64url(thumbprint);
    let fact = Fact::about("jkt").expected(shown(expected)).fingerprint(shown(received));
    fact.differing(Difference::of("another_key"))
}

fn no_proof() -> Refusal {
    let fact = Fact::about("DPoP").differing(Difference::of("missing"));
    refusal::dpop_proof_missing().with(fact)
}

fn key_differs(opens_grant: bool) -> Refusal {
    if opens_grant { refusal::code_dpop_key_differs() } else { refusal::refresh_dpop_key_differs() }
}

/// Whether a bound token came with the proof of its key, and an unbound one without a scheme that
/// claims more (RFC 9449 §7.1).
///
/// # Errors
/// The token is bound and the proof is missing or of another key; or the scheme does not fit.
pub fn check_use(
    bound_to: Option<Confirmation>,
    proof: Option<&Proof>,
    scheme_is_dpop: bool,
) -> Result<(), Refusal> {
    match (bound_to, proof) {
        (None, _) if scheme_is_dpop => {
            Err(scheme("Bearer", "DPoP", refusal::bearer_token_sent_as_dpop()))
        }
        (Some(_), _) if !scheme_is_dpop => {
            Err(scheme("DPoP", "Bearer", refusal::dpop_token_sent_as_bearer()))
        }
        (Some(_), None) => Err(no_proof()),
        (Some(expected), Some(proof)) if expected != proof.confirmation => {
            Err(refusal::dpop_key_mismatch().with(two_keys(expected, proof.confirmation)))
        }
        _ => Ok(()),
    }
}
