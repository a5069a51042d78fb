//! `dpop_jkt` (RFC 9449 §10): the key that whoever redeems the code must hold.

use catalogue::{Fact, Refusal, refusal};
use jose::digest;

use crate::{form::Form, pkce};

/// A SHA-256 thumbprint in base64url.
pub(super) fn check(form: &Form) -> Result<Option<[u8; 32]>, Refusal> {
    let Some(text) = form.get("dpop_jkt") else { return Ok(None) };
    let thumbprint = digest::base64url_decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    thumbprint.map(Some).ok_or_else(|| {
        let fact = pkce::nearest::malformed_challenge(text);
        refusal::dpop_jkt_malformed().with(Fact { name: "dpop_jkt", ..fact })
    })
}
