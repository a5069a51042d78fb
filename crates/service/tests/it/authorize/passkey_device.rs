//! A device with passkeys for tests, written from WebAuthn Level 3 and apart from the service's own
//! code.

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use jose::digest::{base64url, sha256};
use serde_json::{Value, json};

use super::browser::between;
use crate::test_service::{ORIGIN, TestResponse};

/// The user is present and verified.
const PRESENT_AND_VERIFIED: u8 = 0b101;
/// The passkey can be copied, and is.
const BACKED_UP: u8 = 0b1_1000;

/// A device with one passkey. Tests change its members to make it behave in another way.
pub struct Device {
    key: EcdsaKeyPair,
    pkcs8: Vec<u8>,
    pub id: Vec<u8>,
    pub user_handle: Vec<u8>,
    pub counter: u32,
    pub flags: u8,
    pub origin: String,
    pub relying_party: String,
    pub cross_origin: bool,
    /// The algorithm of the key as CBOR: ES256.
    pub algorithm: u8,
}

/// Returns the options for the browser on a page.
pub fn options(page: &TestResponse) -> Value {
    let text = between(&page.text, "data-options=\"", "\"");
    let text = text.replace("&quot;", "\"").replace("&#x2f;", "/").replace("&amp;", "&");
    serde_json::from_str(&text.replace("&#x27;", "'").replace("&#x3d;", "=")).expect("JSON")
}

impl Device {
    /// Creates a device with a new key.
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random);
        let pkcs8 = pkcs8.expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref());
        Self {
            key: key.expect("a key"),
            pkcs8: pkcs8.as_ref().to_vec(),
            id: vec![7; 16],
            user_handle: Vec::new(),
            counter: 0,
            flags: PRESENT_AND_VERIFIED | BACKED_UP,
            origin: ORIGIN.to_owned(),
            relying_party: ORIGIN.trim_start_matches("https://").to_owned(),
            cross_origin: false,
            algorithm: 0x26,
        }
    }

    /// Returns a device with the same passkey.
    pub fn copy(&self) -> Self {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &self.pkcs8);
        Self {
            key: key.expect("a key"),
            pkcs8: self.pkcs8.clone(),
            id: self.id.clone(),
            user_handle: self.user_handle.clone(),
            origin: self.origin.clone(),
            relying_party: self.relying_party.clone(),
            ..*self
        }
    }

    /// Signs with another key from now on.
    pub fn replace_key(&mut self) {
        self.key = Self::new().key;
    }

    /// Responds to creation options.
    pub fn create(&mut self, options: &Value) -> String {
        let handle = options["user"]["id"].as_str().expect("a user handle");
        self.user_handle = decode(handle);
        let point = self.key.public_key().as_ref();
        let cose = [
            &[0xa5, 1, 2, 3, self.algorithm, 0x20, 1, 0x21, 0x58, 0x20][..],
            &point[1..33],
            &[0x22, 0x58, 0x20],
            &point[33..],
        ];
        let length = u16::try_from(self.id.len()).expect("a short id").to_be_bytes();
        let credential = [&[0; 16][..], &length, &self.id, &cose.concat()].concat();
        let data = [&self.data(0x40)[..], &credential].concat();
        let attestation = [
            &b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"[..],
            &u16::try_from(data.len()).expect("short data").to_be_bytes(),
            &data,
        ];
        let client_data = self.client_data("webauthn.create", options);
        self.response(&json!({
            "clientDataJSON": base64url(client_data),
            "attestationObject": base64url(attestation.concat()),
            "transports": ["internal"],
        }))
    }

    /// Responds to request options.
    pub fn get(&mut self, options: &Value) -> String {
        let client_data = self.client_data("webauthn.get", options);
        let data = self.data(0);
        let signed = [&data[..], &sha256(client_data.as_bytes())].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).expect("a signature");
        self.response(&json!({
            "clientDataJSON": base64url(client_data),
            "authenticatorData": base64url(data),
            "signature": base64url(signature.as_ref()),
            "userHandle": base64url(&self.user_handle),
        }))
    }

    fn data(&self, more: u8) -> Vec<u8> {
        let hash = sha256(self.relying_party.as_bytes());
        [&hash[..], &[self.flags | more], &self.counter.to_be_bytes()].concat()
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let data = json!({
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        });
        data.to_string()
    }

    fn response(&self, response: &Value) -> String {
        let id = base64url(&self.id);
        let whole = json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        });
        whole.to_string()
    }
}

fn decode(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(text).expect("base64url")
}
