//! Client data (WebAuthn §5.8.1): what the browser says about the page that asked it.

use jose::json;
use serde_json::{Map, Value};

use super::flaw::PasskeyFlaw;
use super::{Challenge, RelyingParty};

/// The value of `type` for a registration.
pub(super) const CREATE: &str = "webauthn.create";
/// The value of `type` for an assertion.
pub(super) const GET: &str = "webauthn.get";

/// Maximum number of characters of an origin in an explanation.
const ORIGIN_CHARS_MAX: usize = 200;

/// Checks the client data (WebAuthn §7.1 and §7.2): its type, challenge and origin, and that the
/// page was in no frame of another site.
pub(super) fn check(
    json: &[u8],
    ceremony: &str,
    relying_party: &RelyingParty,
    challenge: &Challenge,
) -> Result<(), PasskeyFlaw> {
    let members = json::object(json).map_err(|_| PasskeyFlaw::Malformed("clientDataJSON"))?;
    if text(&members, "type")? != Some(ceremony) {
        return Err(PasskeyFlaw::Malformed("type"));
    }
    if text(&members, "challenge")? != Some(&challenge.text()) {
        return Err(PasskeyFlaw::OtherChallenge);
    }
    let origin = text(&members, "origin")?.ok_or(PasskeyFlaw::Malformed("origin"))?;
    if origin != relying_party.origin {
        let expected = relying_party.origin.clone();
        return Err(PasskeyFlaw::OtherOrigin { expected, received: shorten(origin) });
    }
    let is_cross_origin = match members.get("crossOrigin") {
        None => false,
        Some(Value::Bool(is_cross_origin)) => *is_cross_origin,
        Some(_) => return Err(PasskeyFlaw::Malformed("crossOrigin")),
    };
    let top_origin = text(&members, "topOrigin")?.map(shorten);
    if is_cross_origin || top_origin.is_some() {
        return Err(PasskeyFlaw::CrossOrigin { top_origin });
    }
    Ok(())
}

/// Returns the text of a member. An absent member is `None`.
fn text<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, PasskeyFlaw> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(PasskeyFlaw::Malformed(name)),
    }
}

fn shorten(origin: &str) -> String {
    origin.chars().take(ORIGIN_CHARS_MAX).collect()
}
