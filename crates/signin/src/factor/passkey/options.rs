//! The options that a page passes to the browser, in the JSON form of WebAuthn §5.1
//! (`parseCreationOptionsFromJSON` and `parseRequestOptionsFromJSON`).

use jose::digest::base64url;
use model::{Passkey, Seconds};
use serde_json::{Value, json};

use super::public_key::ALGORITHMS;
use super::user_handle::UserHandle;
use super::{Challenge, RelyingParty};

/// The time that a user has. WebAuthn §15.1 recommends 300 seconds at least.
const TIMEOUT: Seconds = Seconds::minutes(5);

/// The user of a new passkey, as the authenticator stores them.
#[derive(Clone, Copy, Debug)]
pub struct NewUser<'a> {
    /// The user handle.
    pub handle: UserHandle,
    /// The user name, which tells two accounts of the service apart.
    pub username: &'a str,
    /// The display name.
    pub display_name: &'a str,
}

impl RelyingParty {
    /// Returns the options for a new passkey, as a JSON text: one that the authenticator finds
    /// without a user name, and that it uses only after it has verified the user. `existing` are
    /// the passkeys of the user, whose authenticators are not offered.
    pub fn creation_options(
        &self,
        challenge: &Challenge,
        user: NewUser<'_>,
        existing: &[Passkey],
    ) -> String {
        let algorithm = |alg: i64| json!({ "type": "public-key", "alg": alg });
        let options = json!({
            "rp": { "id": self.id, "name": self.name },
            "user": {
                "id": base64url(user.handle.to_bytes()),
                "name": user.username,
                "displayName": user.display_name,
            },
            "challenge": challenge.text(),
            "pubKeyCredParams": ALGORITHMS.map(algorithm),
            "timeout": timeout(),
            "excludeCredentials": descriptors(existing),
            "authenticatorSelection": {
                "residentKey": "required",
                // For browsers that know Level 1 only.
                "requireResidentKey": true,
                "userVerification": "required",
            },
            "hints": [],
            "attestation": if self.models.is_empty() { "none" } else { "direct" },
        });
        options.to_string()
    }

    /// Returns the options for signing in with a passkey, as a JSON text. `allowed` are the
    /// passkeys of a known user. If there are none, the browser offers all of the service, and the
    /// response names the user.
    pub fn request_options(&self, challenge: &Challenge, allowed: &[Passkey]) -> String {
        let options = json!({
            "challenge": challenge.text(),
            "timeout": timeout(),
            "rpId": self.id,
            "allowCredentials": descriptors(allowed),
            "userVerification": "required",
            "hints": [],
        });
        options.to_string()
    }
}

/// Returns the timeout in milliseconds.
const fn timeout() -> i64 {
    TIMEOUT.get() * 1_000
}

fn descriptors(passkeys: &[Passkey]) -> Vec<Value> {
    let descriptor = |passkey: &Passkey| {
        json!({
            "type": "public-key",
            "id": base64url(&passkey.id),
            "transports": passkey.transports,
        })
    };
    passkeys.iter().map(descriptor).collect()
}
