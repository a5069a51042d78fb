//! What clients sign: assertions and DPoP proofs, right ones, and wrong ones made by changing one
//! thing at a time.

use std::sync::OnceLock;

use base64::{Engine, engine::general_purpose::URL_SAFE};
use jose::{Algorithm, Pkcs8, SigningKey, digest::base64url};
use model::ClientCredential;
use protocol::context::{Context, Entropy};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::house::{House, ORIGIN, TENANT};

/// `client_assertion_type`.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// What stands for a certificate: only its digests are compared.
pub const CERTIFICATE: &[u8] = b"the bytes of a certificate";

/// One RSA key for all tests, for the algorithm asked for.
pub fn rsa(algorithm: Algorithm) -> SigningKey {
    static KEY: OnceLock<Pkcs8> = OnceLock::new();
    let pkcs8 = KEY.get_or_init(|| SigningKey::generate(Algorithm::Rs256).expect("a key").1);
    SigningKey::from_pkcs8(algorithm, pkcs8).expect("the key")
}

/// A new key on P-256.
pub fn p256() -> SigningKey {
    SigningKey::generate(Algorithm::Es256).expect("a key").0
}

/// The key of [`rsa`] as it is registered; a JWK without `alg` takes RS256 and PS256.
pub fn registered(jwk: &Value) -> ClientCredential {
    ClientCredential::PublicKey {
        id: "key-1".to_owned(),
        jwk: jwk.to_string(),
        x5t: Some([1; 20]),
        x5t_s256: Some(jose::digest::sha256(CERTIFICATE)),
        expires: None,
    }
}

/// A public key without `alg`.
pub fn bare(key: &SigningKey) -> Value {
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
    /// An assertion of the client `keyed` as MSAL makes it.
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

    /// A DPoP proof for a request.
    pub fn proof(key: &SigningKey, method: &str, path: &str) -> Self {
        let algorithm = key.algorithm().as_str();
        let mut jwk = bare(key);
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

    /// With a claim set, or taken out if it is null.
    pub fn with(mut self, claim: &str, value: impl Into<Value>) -> Self {
        set(&mut self.claims, claim, value.into());
        self
    }

    /// With a member of the header set, or taken out if it is null.
    pub fn header(mut self, member: &str, value: impl Into<Value>) -> Self {
        set(&mut self.header, member, value.into());
        self
    }

    /// Without the names of the key that [`Jws::assertion`] puts there.
    pub fn nameless(self) -> Self {
        self.header("kid", Value::Null)
    }

    /// Signed; the key does not look at what the header says.
    pub fn sign(&self, key: &SigningKey) -> String {
        self.sign_by(|input| key.sign_bytes(input).expect("a signature"), |part| base64url(part))
    }

    /// Signed, each segment with `=` at its end, as azure-identity's asyncio client does.
    pub fn sign_padded(&self, key: &SigningKey) -> String {
        let sign = |input: &[u8]| key.sign_bytes(input).expect("a signature");
        self.sign_by(sign, |part| URL_SAFE.encode(part))
    }

    /// With whatever stands for a signature.
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

impl House {
    /// The nonce that a proof must carry so many seconds from now.
    pub fn nonce(&self, seconds_from_now: i64) -> String {
        let now = service::now() + model::Seconds::new(seconds_from_now);
        let context = Context { now, realm: &self.realm, entropy: Entropy::new([0; 32]) };
        protocol::binding::fresh_nonce(&context).expect("a nonce")
    }

    /// A good proof for a request to this house.
    pub fn proof(&self, key: &SigningKey, method: &str, path: &str) -> Jws {
        Jws::proof(key, method, path).with("nonce", self.nonce(0))
    }
}
