//! Signed JWTs of clients: assertions and DPoP proofs, valid ones and ones with a single change.

use std::sync::OnceLock;

use base64::{Engine, engine::general_purpose::URL_SAFE};
use jose::{Algorithm, Pkcs8, SigningKey, digest::base64url};
use model::ClientCredential;
use protocol::context::{RequestSeed, RuleContext, Sender};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::test_service::{ORIGIN, TENANT, TestService};

/// `client_assertion_type`.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Stands for a certificate: only its digests are compared.
pub const CERTIFICATE: &[u8] = b"the bytes of a certificate";

/// Returns the one RSA key of all tests, for the given algorithm.
pub fn rsa(algorithm: Algorithm) -> SigningKey {
    static KEY: OnceLock<Pkcs8> = OnceLock::new();
    let pkcs8 = KEY.get_or_init(|| SigningKey::generate(Algorithm::Rs256).expect("a key").1);
    SigningKey::from_pkcs8(algorithm, pkcs8).expect("the key")
}

/// Generates a new P-256 key.
pub fn p256() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).expect("a key").0
}

/// Returns a client credential for a public key. A JWK without `alg` accepts RS256 and PS256.
pub fn registered_key(jwk: &Value) -> ClientCredential {
    ClientCredential::PublicKey {
        id: "key-1".to_owned(),
        jwk: jwk.to_string(),
        x5t: Some([1; 20]),
        x5t_s256: Some(jose::digest::sha256(CERTIFICATE)),
        expires: None,
    }
}

/// Returns the public JWK of a key without its `alg`.
pub fn public_jwk(key: &SigningKey) -> Value {
    let mut jwk = key.public_jwk().to_json();
    jwk.as_object_mut().expect("an object").remove("alg");
    jwk
}

/// Header and claims of a JWS, to be changed and then signed.
#[derive(Clone)]
pub struct Jws {
    /// The header.
    pub header: Value,
    /// The claims.
    pub claims: Value,
}

impl Jws {
    /// Returns an assertion of the client `keyed` as MSAL creates it.
    pub fn assertion() -> Self {
        let now = service::now().seconds();
        Self {
            header: json!({ "alg": "RS256", "typ": "JWT", "kid": "key-1" }),
            claims: json!({
                "iss": "keyed",
                "sub": "keyed",
                "aud": format!("{ORIGIN}/{TENANT}/oauth2/v2.0/token"),
                "jti": Uuid::new_v4().to_string(),
                "iat": now,
                "nbf": now,
                "exp": now + 600,
            }),
        }
    }

    /// Returns a DPoP proof for a request.
    pub fn proof(key: &SigningKey, method: &str, path: &str) -> Self {
        let algorithm = key.algorithm().as_str();
        let mut jwk = public_jwk(key);
        let members = jwk.as_object_mut().expect("an object");
        members.retain(|name, _| matches!(name.as_str(), "kty" | "crv" | "x" | "y" | "n" | "e"));
        Self {
            header: json!({ "alg": algorithm, "typ": "dpop+jwt", "jwk": jwk }),
            claims: json!({
                "htm": method,
                "htu": format!("{ORIGIN}/{TENANT}/{path}"),
                "jti": Uuid::new_v4().to_string(),
                "iat": service::now().seconds(),
            }),
        }
    }

    /// Sets a claim; null removes it.
    pub fn with(mut self, claim: &str, value: impl Into<Value>) -> Self {
        set(&mut self.claims, claim, value.into());
        self
    }

    /// Sets a member of the header; null removes it.
    pub fn header(mut self, member: &str, value: impl Into<Value>) -> Self {
        set(&mut self.header, member, value.into());
        self
    }

    /// Removes the `kid` that [`Jws::assertion`] sets.
    pub fn without_kid(self) -> Self {
        self.header("kid", Value::Null)
    }

    /// Signs it with a key, whatever `alg` the header names.
    pub fn sign(&self, key: &SigningKey) -> String {
        self.sign_by(|input| key.sign_bytes(input).expect("a signature"), |part| base64url(part))
    }

    /// Signs it and pads each segment with `=`, as azure-identity's asyncio client does.
    pub fn sign_padded(&self, key: &SigningKey) -> String {
        let sign = |input: &[u8]| key.sign_bytes(input).expect("a signature");
        self.sign_by(sign, |part| URL_SAFE.encode(part))
    }

    /// Signs and encodes it with the given functions, so that both can be wrong.
    pub fn sign_by(
        &self,
        sign: impl Fn(&[u8]) -> Vec<u8>,
        encode: impl Fn(&[u8]) -> String,
    ) -> String {
        let (header, claims) = (self.header.to_string(), self.claims.to_string());
        let input = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
        let signature = encode(&sign(input.as_bytes()));
        format!("{input}.{signature}")
    }
}

fn set(object: &mut Value, name: &str, value: Value) {
    let members = object.as_object_mut().expect("an object");
    if value.is_null() {
        members.remove(name);
    } else {
        members.insert(name.to_owned(), value);
    }
}

impl TestService {
    /// Returns the DPoP nonce that is current so many seconds from now.
    pub fn nonce(&self, seconds_from_now: i64) -> String {
        let now = service::now() + model::Seconds::new(seconds_from_now);
        let context = RuleContext {
            now,
            tenant: &self.tenant,
            seed: RequestSeed::new([0; 32]),
            sender: Sender::Process,
        };
        protocol::sender_constraint::fresh_nonce(&context).expect("a nonce")
    }

    /// Returns a valid DPoP proof for a request to this service.
    pub fn proof(&self, key: &SigningKey, method: &str, path: &str) -> Jws {
        Jws::proof(key, method, path).with("nonce", self.nonce(0))
    }
}
