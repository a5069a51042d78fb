//! The options that a page passes to the browser.

use serde_json::{Value, json};
use signin::factor::passkey::NewUser;

use crate::authenticator::{Key, Parts};
use crate::{challenge, register, relying_party, user_handle};

#[test]
fn creation_options_require_a_discoverable_verified_passkey() {
    // Compares the options of a user with a passkey to the JSON of WebAuthn.
    let passkey = register(&Parts::registration(&Key::es256()).into_registration()).expect("one");
    let user = NewUser { handle: user_handle(), username: "rina", display_name: "Rina \"R\"" };
    let options = relying_party().creation_options(&challenge(), user, &[passkey]);
    let expected = json!({
        "rp": { "id": "login.example.com", "name": "Admit" },
        "user": {
            "id": "AQEBAQEBAQEBAQEBAQEBAQICAgICAgICAgICAgICAgI",
            "name": "rina",
            "displayName": "Rina \"R\"",
        },
        "challenge": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
        "pubKeyCredParams": [
            { "type": "public-key", "alg": -7 },
            { "type": "public-key", "alg": -8 },
            { "type": "public-key", "alg": -257 },
        ],
        "timeout": 300_000,
        "excludeCredentials": [
            {
                "type": "public-key",
                "id": "CQkJCQkJCQkJCQkJCQkJCQkJCQk",
                "transports": ["hybrid", "internal"],
            },
        ],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": true,
            "userVerification": "required",
        },
        "hints": [],
        "attestation": "none",
    });
    assert_eq!(serde_json::from_str::<Value>(&options).expect("JSON"), expected);
}

#[test]
fn request_options_allow_the_passkeys_of_a_known_user_or_any() {
    // Compares the options without and with a known user to the JSON of WebAuthn.
    let passkey = register(&Parts::registration(&Key::es256()).into_registration()).expect("one");
    let mut expected = json!({
        "challenge": "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc",
        "timeout": 300_000,
        "rpId": "login.example.com",
        "allowCredentials": [],
        "userVerification": "required",
        "hints": [],
    });
    let options = relying_party().request_options(&challenge(), &[]);
    assert_eq!(serde_json::from_str::<Value>(&options).expect("JSON"), expected);
    expected["allowCredentials"] = json!([{
        "type": "public-key",
        "id": "CQkJCQkJCQkJCQkJCQkJCQkJCQk",
        "transports": ["hybrid", "internal"],
    }]);
    let options = relying_party().request_options(&challenge(), &[passkey]);
    assert_eq!(serde_json::from_str::<Value>(&options).expect("JSON"), expected);
}
