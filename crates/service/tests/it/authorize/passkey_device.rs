//! A device with passkeys for tests, written from WebAuthn Level 3 and apart from the service's own
//! code.

use std::sync::Arc;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use jose::digest::{base64url, sha256};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair,
    SigningKey as _,
};
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
    /// The model, which only attested passkeys prove.
    pub model: [u8; 16],
    /// The manufacturer that attests new passkeys, and the format that it names.
    pub manufacturer: Option<(Arc<Manufacturer>, &'static str)>,
}

/// A manufacturer of authenticators.
pub struct Manufacturer {
    root: CertifiedIssuer<'static, KeyPair>,
}

impl Manufacturer {
    /// Creates a manufacturer with a root of its own.
    pub fn new() -> Arc<Self> {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Arc::new(Self { root: CertifiedIssuer::self_signed(params, key).expect("a certificate") })
    }

    /// Returns the root as a tenant stores it.
    pub fn root(&self) -> String {
        base64url(self.root.der())
    }

    /// Returns the statement of an authenticator of a model (WebAuthn §8.2) as CBOR.
    fn statement(&self, model: [u8; 16], signed: &[u8]) -> Vec<u8> {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::OrganizationalUnitName, "Authenticator Attestation");
        let value = [&[4, 16][..], &model].concat();
        let oid = [1, 3, 6, 1, 4, 1, 45724, 1, 1, 4];
        params.custom_extensions.push(CustomExtension::from_oid_content(&oid, value));
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.root).expect("a certificate");
        let signature = key.sign(signed).expect("a signature");
        let statement = [
            &b"\xa3\x63alg\x26\x63sig"[..],
            &bytes(&signature),
            b"\x63x5c\x81",
            &bytes(certificate.der()),
        ];
        statement.concat()
    }
}

/// Returns a byte string as CBOR.
fn bytes(content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len()).expect("short content");
    [&[0x59][..], &length.to_be_bytes(), content].concat()
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
            model: [0; 16],
            manufacturer: None,
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
            manufacturer: self.manufacturer.clone(),
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
        let credential = [&self.model[..], &length, &self.id, &cose.concat()].concat();
        let data = [&self.data(0x40)[..], &credential].concat();
        let client_data = self.client_data("webauthn.create", options);
        let signed = [&data[..], &sha256(client_data.as_bytes())].concat();
        let (format, statement) = match &self.manufacturer {
            None => ("none", vec![0xa0]),
            Some((manufacturer, format)) => (*format, manufacturer.statement(self.model, &signed)),
        };
        let attestation = [
            &b"\xa3\x63fmt"[..],
            &[0x60 | u8::try_from(format.len()).expect("a short name")],
            format.as_bytes(),
            b"\x67attStmt",
            &statement,
            b"\x68authData",
            &bytes(&data),
        ];
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
