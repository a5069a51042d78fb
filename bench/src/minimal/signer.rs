//! The keys and the random source of the minimal server.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair,
    ParsedPublicKey, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jose::Jwk;
use serde::Serialize;

use crate::Result;

/// The length of the metadata.
const DISCOVERY_BYTES: usize = 2_500;

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Es256,
    Rs256,
}

/// A key for each algorithm, parsed once.
pub(super) struct Signer {
    es256: EcdsaKeyPair,
    rs256: RsaKeyPair,
    random: SystemRandom,
    headers: [String; 2],
    /// The public key of ES256.
    pub(super) es256_public: VerificationKey,
    /// A key set of about the size of the service's.
    pub(super) key_set: String,
    /// Metadata of about the size of the service's.
    pub(super) discovery: String,
}

impl Signer {
    pub(super) fn new() -> Result<Self> {
        let failed = |_| "a key could not be generated";
        let es256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(failed)?;
        let rs256 = RsaKeyPair::generate(KeySize::Rsa2048).map_err(failed)?;
        let kid = |public: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(sha256(public));
        let kids = [kid(es256.public_key().as_ref()), kid(rs256.public_key().as_ref())];
        let headers = [("ES256", &kids[0]), ("RS256", &kids[1])].map(|(algorithm, kid)| {
            let header = format!(r#"{{"alg":"{algorithm}","kid":"{kid}","typ":"at+jwt"}}"#);
            BASE64_URL_SAFE_NO_PAD.encode(header)
        });
        let public = rs256.public_key().as_der().map_err(failed)?;
        let key_set = format!(
            r#"{{"keys":[{{"kid":"{}","x":"{}"}},{{"kid":"{}","n":"{}"}}]}}"#,
            kids[0],
            BASE64_URL_SAFE_NO_PAD.encode(es256.public_key()),
            kids[1],
            BASE64_URL_SAFE_NO_PAD.encode(public.as_ref()),
        );
        #[expect(
            clippy::disallowed_methods,
            reason = "the minimal server has its own random source"
        )]
        let random = SystemRandom::new();
        let es256_public = VerificationKey::new(es256.public_key().as_ref())?;
        let discovery = format!(
            r#"{{"token_endpoint":"http://127.0.0.1/token","padding":"{}"}}"#,
            "-".repeat(DISCOVERY_BYTES)
        );
        Ok(Self { es256, rs256, random, headers, es256_public, key_set, discovery })
    }

    /// Signs the claims into a JWT.
    pub(super) fn sign(&self, algorithm: Algorithm, claims: &impl Serialize) -> Result<String> {
        let [es256, rs256] = &self.headers;
        let header = if algorithm == Algorithm::Es256 { es256 } else { rs256 };
        let mut token = String::with_capacity(1_024);
        token.push_str(header);
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut token);
        let failed = |_| "signing failed";
        let signature = match algorithm {
            Algorithm::Es256 => {
                let signature = self.es256.sign(&self.random, token.as_bytes()).map_err(failed)?;
                BASE64_URL_SAFE_NO_PAD.encode(signature)
            }
            Algorithm::Rs256 => {
                let mut signature = vec![0; self.rs256.public_modulus_len()];
                self.rs256
                    .sign(&RSA_PKCS1_SHA256, &self.random, token.as_bytes(), &mut signature)
                    .map_err(failed)?;
                BASE64_URL_SAFE_NO_PAD.encode(signature)
            }
        };
        token.push('.');
        token.push_str(&signature);
        Ok(token)
    }
}

/// A public key for ES256, parsed once.
pub(super) struct VerificationKey(ParsedPublicKey);

impl VerificationKey {
    fn new(point: &[u8]) -> Result<Self> {
        let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
        Ok(Self(key.map_err(|_| "not a key on P-256")?))
    }

    /// Parses a JWK.
    pub(super) fn from_jwk(jwk: &Jwk) -> Result<Self> {
        let json = jwk.to_json();
        let member = |name: &str| -> Result<Vec<u8>> {
            let text = json.get(name).and_then(|value| value.as_str()).unwrap_or_default();
            Ok(BASE64_URL_SAFE_NO_PAD.decode(text)?)
        };
        Self::new(&[vec![4], member("x")?, member("y")?].concat())
    }

    /// Verifies a signature.
    pub(super) fn verify(&self, input: &[u8], signature: &[u8]) -> Result<()> {
        Ok(self.0.verify_sig(input, signature).map_err(|_| "the signature is wrong")?)
    }
}

/// Returns the SHA-256 hash.
pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest(&SHA256, bytes).as_ref().try_into().unwrap_or_default()
}

/// Returns random bytes.
pub(super) fn random<const LENGTH: usize>() -> Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    #[expect(clippy::disallowed_methods, reason = "the minimal server has its own random source")]
    rand::fill(&mut bytes).map_err(|_| "no random bytes")?;
    Ok(bytes)
}
