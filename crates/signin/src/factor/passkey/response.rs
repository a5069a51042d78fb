//! The response of a browser as JSON (WebAuthn §5.1, `RegistrationResponseJSON` and
//! `AuthenticationResponseJSON`): `toJSON()` of a `PublicKeyCredential`.

use jose::digest::base64url_decode;
use jose::json;
use serde_json::{Map, Value};

use super::RESPONSE_BYTES_MAX;
use super::authenticator_data::CREDENTIAL_ID_BYTES_MAX;
use super::flaw::PasskeyFlaw;

/// A parsed response, whose members are not verified yet. Unknown members are ignored.
pub(super) struct Response {
    /// The credential id.
    pub(super) credential_id: Vec<u8>,
    members: Map<String, Value>,
}

impl Response {
    /// Parses a response.
    ///
    /// # Errors
    /// It is too long, not JSON, repeats a member, or names no credential.
    pub(super) fn parse(text: &str) -> Result<Self, PasskeyFlaw> {
        if text.len() > RESPONSE_BYTES_MAX {
            return Err(PasskeyFlaw::TooLong { received: text.len() });
        }
        let mut whole =
            json::object(text.as_bytes()).map_err(|_| PasskeyFlaw::Malformed("JSON"))?;
        if whole.get("type").and_then(Value::as_str) != Some("public-key") {
            return Err(PasskeyFlaw::Malformed("type"));
        }
        let credential_id = bytes(&whole, "rawId")?.ok_or(PasskeyFlaw::Malformed("rawId"))?;
        if credential_id.is_empty() || credential_id.len() > CREDENTIAL_ID_BYTES_MAX {
            return Err(PasskeyFlaw::Malformed("rawId"));
        }
        if bytes(&whole, "id")?.as_ref() != Some(&credential_id) {
            return Err(PasskeyFlaw::Malformed("id"));
        }
        match whole.remove("response") {
            Some(Value::Object(members)) => Ok(Self { credential_id, members }),
            _ => Err(PasskeyFlaw::Malformed("response")),
        }
    }

    /// Returns the bytes of a member.
    pub(super) fn required(&self, name: &'static str) -> Result<Vec<u8>, PasskeyFlaw> {
        bytes(&self.members, name)?.ok_or(PasskeyFlaw::Malformed(name))
    }

    /// Returns the bytes of a member. A member that is absent, `null` or empty is `None`.
    pub(super) fn optional(&self, name: &'static str) -> Result<Option<Vec<u8>>, PasskeyFlaw> {
        Ok(bytes(&self.members, name)?.filter(|bytes| !bytes.is_empty()))
    }

    /// Returns the texts of a list. A member that is no list has none.
    pub(super) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        let values = self.members.get(name).and_then(Value::as_array).into_iter().flatten();
        values.filter_map(Value::as_str)
    }
}

fn bytes(members: &Map<String, Value>, name: &'static str) -> Result<Option<Vec<u8>>, PasskeyFlaw> {
    match members.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            base64url_decode(text).map(Some).map_err(|_| PasskeyFlaw::Malformed(name))
        }
        Some(_) => Err(PasskeyFlaw::Malformed(name)),
    }
}
