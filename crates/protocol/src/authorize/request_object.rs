//! `request`, `request_uri` and `registration` (OpenID Connect Core §6, §7.2.1): not supported.

use catalogue::{Comparison, Difference, Refusal, refusal};

use crate::parameters::Parameters;

/// Refuses these parameters with the errors of OpenID Connect Core §3.1.2.6. If they were ignored,
/// the client would assume that its request is protected.
pub(super) fn check(parameters: &Parameters) -> Result<(), Refusal> {
    if parameters.get("request").is_some() {
        return Err(refusal::request_not_supported().with(unsupported("request")));
    }
    if parameters.get("request_uri").is_some() {
        return Err(refusal::request_uri_not_supported().with(unsupported("request_uri")));
    }
    if parameters.get("registration").is_some() {
        return Err(refusal::registration_not_supported().with(unsupported("registration")));
    }
    Ok(())
}

fn unsupported(name: &'static str) -> Comparison {
    Comparison::new(name).with_difference(Difference::new("not_accepted"))
}
