//! Verification of tokens by the demo app and by its API, as apps and APIs do it: with the keys of
//! the tenant.

use jose::{CompactJws, JwkSet, Padding, VerifyingKey};
use pages::DecodedToken;
use serde_json::{Map, Value};

use super::http_client::indented;

/// The longest token that the demo app decodes, in bytes.
const TOKEN_BYTES_MAX: usize = 16 * 1024;

/// Returns the claims of a token whose signature a key of the set verifies.
pub(super) fn verify(token: &str, keys: &Value) -> Option<Map<String, Value>> {
    let keys = JwkSet::from_json(keys.to_string().as_bytes()).ok()?;
    let parse = || CompactJws::parse(token, TOKEN_BYTES_MAX, Padding::Refused).ok();
    let candidates = keys.candidates(parse()?.header());
    candidates.into_iter().find_map(|jwk| {
        let key = VerifyingKey::new(jwk).ok()?;
        parse()?.verify(&key).ok()?.claims().ok()
    })
}

/// Decodes a token for the page.
pub(super) fn decode(name: &str, token: &str, keys: &Value) -> DecodedToken {
    let part = |index| {
        let bytes =
            token.split('.').nth(index).and_then(|text| jose::digest::base64url_decode(text).ok());
        let value: Value = serde_json::from_slice(&bytes.unwrap_or_default()).unwrap_or_default();
        indented(&value)
    };
    DecodedToken {
        name: name.to_owned(),
        is_verified: verify(token, keys).is_some(),
        header: part(0),
        claims: part(1),
    }
}
