//! A browser and an authenticator whose responses can be changed in each part.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use ciborium::Value;
use jose::digest::{base64url, sha256};
use serde_json::json;

use crate::{ORIGIN, challenge, user_handle};

pub(crate) const USER_PRESENT: u8 = 1;
pub(crate) const USER_VERIFIED: u8 = 1 << 2;
pub(crate) const BACKUP_ELIGIBLE: u8 = 1 << 3;
pub(crate) const BACKED_UP: u8 = 1 << 4;
pub(crate) const HAS_CREDENTIAL: u8 = 1 << 6;
pub(crate) const HAS_EXTENSIONS: u8 = 1 << 7;

/// The private key of a passkey.
pub(crate) enum Key {
    Es256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rs256(RsaKeyPair),
}

/// Every part of a response, before it is signed and encoded.
pub(crate) struct Parts {
    /// The client data.
    pub(crate) client_data: serde_json::Value,
    /// The relying party id of the authenticator.
    pub(crate) rp_id: String,
    /// The flags of the authenticator data.
    pub(crate) flags: u8,
    pub(crate) sign_count: u32,
    /// The credential id in the authenticator data.
    pub(crate) credential_id: Vec<u8>,
    /// The public key.
    pub(crate) cose: Vec<(i64, Value)>,
    /// The bytes at the end of the authenticator data.
    pub(crate) extensions: Vec<u8>,
    /// The format and the statement of the attestation.
    pub(crate) attestation: (&'static str, Value),
    /// The user handle.
    pub(crate) user_handle: Option<Vec<u8>>,
    /// The last change: of the JSON.
    pub(crate) change_json: fn(&mut serde_json::Value),
}

impl Key {
    pub(crate) fn es256() -> Self {
        Self::Es256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"))
    }

    pub(crate) fn ed25519() -> Self {
        Self::Ed25519(Ed25519KeyPair::generate().expect("a key"))
    }

    pub(crate) fn rs256() -> Self {
        Self::Rs256(RsaKeyPair::generate(KeySize::Rsa2048).expect("a key"))
    }

    /// Returns the labels and values of the COSE_Key.
    pub(crate) fn cose(&self) -> Vec<(i64, Value)> {
        let integer = |value: i64| Value::from(value);
        let bytes = |value: &[u8]| Value::Bytes(value.to_vec());
        match self {
            Self::Es256(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                let kind = [(1, integer(2)), (3, integer(-7)), (-1, integer(1))];
                kind.into_iter().chain([(-2, bytes(x)), (-3, bytes(y))]).collect()
            }
            Self::Ed25519(pair) => {
                let kind = [(1, integer(1)), (3, integer(-8)), (-1, integer(6))];
                kind.into_iter().chain([(-2, bytes(pair.public_key().as_ref()))]).collect()
            }
            Self::Rs256(pair) => {
                let der = pair.public_key().as_der().expect("an encoding");
                let jwk = jose::Jwk::from_spki_der(der.as_ref()).expect("a key");
                let jose::PublicKey::Rsa { n, e, .. } = jwk.key else { panic!("another kind") };
                vec![(1, integer(3)), (3, integer(-257)), (-1, bytes(&n)), (-2, bytes(&e))]
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        #[expect(clippy::disallowed_methods, reason = "a test needs no seed")]
        let random = SystemRandom::new();
        match self {
            Self::Es256(pair) => pair.sign(&random, message).expect("one").as_ref().to_vec(),
            Self::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("one");
                signature
            }
        }
    }
}

impl Parts {
    /// Returns the parts of a correct registration of a key.
    pub(crate) fn registration(key: &Key) -> Self {
        let flags = USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE | BACKED_UP | HAS_CREDENTIAL;
        Self { flags, cose: key.cose(), ..Self::new("webauthn.create") }
    }

    /// Returns the parts of a correct assertion.
    pub(crate) fn assertion() -> Self {
        let flags = USER_PRESENT | USER_VERIFIED | BACKUP_ELIGIBLE | BACKED_UP;
        Self { flags, ..Self::new("webauthn.get") }
    }

    fn new(ceremony: &str) -> Self {
        let challenge = base64url(challenge().as_bytes());
        Self {
            client_data: json!({
                "type": ceremony,
                "challenge": challenge,
                "origin": ORIGIN,
                "crossOrigin": false,
                "other_keys_can_be_added_here": "do not compare clientDataJSON against a template",
            }),
            rp_id: "login.example.com".to_owned(),
            flags: 0,
            sign_count: 0,
            credential_id: vec![9; 20],
            cose: Vec::new(),
            extensions: Vec::new(),
            attestation: ("none", Value::Map(Vec::new())),
            user_handle: Some(user_handle().to_bytes().to_vec()),
            change_json: |_| (),
        }
    }

    /// Returns the response to creation options.
    pub(crate) fn into_registration(self) -> String {
        let (format, statement) = self.attestation.clone();
        let object = Value::Map(vec![
            (Value::from("fmt"), Value::from(format)),
            (Value::from("attStmt"), statement),
            (Value::from("authData"), Value::Bytes(self.authenticator_data())),
        ]);
        let response = json!({
            "clientDataJSON": base64url(self.client_data.to_string()),
            "attestationObject": base64url(cbor(&object)),
            "transports": ["internal", "hybrid", "internal", "NOT A NAME", 5],
        });
        self.json(&response)
    }

    /// Returns the response to request options.
    pub(crate) fn into_assertion(self, key: &Key) -> String {
        let (client_data, data) = (self.client_data.to_string(), self.authenticator_data());
        let signature = key.sign(&[&data[..], &sha256(client_data.as_bytes())].concat());
        let response = json!({
            "clientDataJSON": base64url(&client_data),
            "authenticatorData": base64url(&data),
            "signature": base64url(signature),
            "userHandle": self.user_handle.as_ref().map(base64url),
        });
        self.json(&response)
    }

    /// Returns the bytes that an attestation signs.
    pub(crate) fn signed(&self) -> Vec<u8> {
        let client_data = self.client_data.to_string();
        [&self.authenticator_data()[..], &sha256(client_data.as_bytes())].concat()
    }

    fn authenticator_data(&self) -> Vec<u8> {
        let mut data = sha256(self.rp_id.as_bytes()).to_vec();
        data.push(self.flags);
        data.extend(self.sign_count.to_be_bytes());
        if self.flags & HAS_CREDENTIAL != 0 {
            data.extend([3; 16]);
            let length = u16::try_from(self.credential_id.len()).expect("a short id");
            data.extend(length.to_be_bytes());
            data.extend(&self.credential_id);
            let label = |(label, value): &(i64, Value)| (Value::from(*label), value.clone());
            data.extend(cbor(&Value::Map(self.cose.iter().map(label).collect())));
        }
        data.extend(&self.extensions);
        data
    }

    fn json(&self, response: &serde_json::Value) -> String {
        let id = base64url(&self.credential_id);
        let mut whole = json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        });
        (self.change_json)(&mut whole);
        whole.to_string()
    }
}

fn cbor(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).expect("an encoding");
    bytes
}
