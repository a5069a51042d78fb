//! `dpop_jkt` (RFC 9449 §10): the key that the redemption of the code must prove.

use catalogue::{Comparison, Refusal, refusal};
use jose::digest;

use crate::{parameters::Parameters, pkce};

/// Parses a SHA-256 thumbprint in base64url.
pub(super) fn check(parameters: &Parameters) -> Result<Option<[u8; 32]>, Refusal> {
    let Some(text) = parameters.get("dpop_jkt") else { return Ok(None) };
    let thumbprint = digest::base64url_decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    thumbprint.map(Some).ok_or_else(|| {
        let comparison = pkce::mismatch::malformed_challenge(text);
        refusal::dpop_jkt_malformed().with(Comparison { name: "dpop_jkt", ..comparison })
    })
}
