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

/// The parsed client data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientData {
    /// The ceremony: `webauthn.create` or `webauthn.get`.
    pub ceremony: String,
    /// The challenge as base64url, if there is one.
    pub challenge: Option<String>,
    /// The origin of the page that asked the browser.
    pub origin: String,
    /// Whether that page was in a frame of another site.
    pub is_cross_origin: bool,
    /// The origin of that site, if the browser says it.
    pub top_origin: Option<String>,
}

impl ClientData {
    /// Parses client data without checking them. Unknown members are ignored.
    ///
    /// # Errors
    /// They are no JSON object, or a member is malformed.
    pub fn parse(json: &[u8]) -> Result<Self, PasskeyFlaw> {
        let members = json::object(json).map_err(|_| PasskeyFlaw::Malformed("clientDataJSON"))?;
        let required = |name| text(&members, name)?.ok_or(PasskeyFlaw::Malformed(name));
        let is_cross_origin = match members.get("crossOrigin") {
            None => false,
            Some(Value::Bool(is_cross_origin)) => *is_cross_origin,
            Some(_) => return Err(PasskeyFlaw::Malformed("crossOrigin")),
        };
        Ok(Self {
            ceremony: required("type")?.to_owned(),
            challenge: text(&members, "challenge")?.map(str::to_owned),
            origin: required("origin")?.to_owned(),
            is_cross_origin,
            top_origin: text(&members, "topOrigin")?.map(str::to_owned),
        })
    }

    /// Checks the client data (WebAuthn §7.1 and §7.2): their type, challenge and origin, and that
    /// the page was in no frame of another site.
    pub(super) fn check(
        &self,
        ceremony: &str,
        relying_party: &RelyingParty,
        challenge: &Challenge,
    ) -> Result<(), PasskeyFlaw> {
        if self.ceremony != ceremony {
            return Err(PasskeyFlaw::Malformed("type"));
        }
        if self.challenge.as_deref() != Some(&challenge.text()) {
            return Err(PasskeyFlaw::OtherChallenge);
        }
        if self.origin != relying_party.origin {
            let (expected, received) = (relying_party.origin.clone(), shorten(&self.origin));
            return Err(PasskeyFlaw::OtherOrigin { expected, received });
        }
        if self.is_cross_origin || self.top_origin.is_some() {
            let top_origin = self.top_origin.as_deref().map(shorten);
            return Err(PasskeyFlaw::CrossOrigin { top_origin });
        }
        Ok(())
    }
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
