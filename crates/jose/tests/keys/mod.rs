//! Private keys for tests, from the printed JWKs of the RFCs.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::{KeyPair, KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
};
use jose::digest::base64url_decode;
use jose::{Algorithm, Jwk, SigningKey};
use serde_json::{Map, Value};

/// Returns the public half of a private JWK.
pub(crate) fn public(private: &Value) -> Jwk {
    let private_members = ["d", "p", "q", "dp", "dq", "qi"];
    let members: Map<String, Value> = private
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| !private_members.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Jwk::from_members(&members).unwrap()
}

/// Returns the signing key of a private JWK.
pub(crate) fn signing(algorithm: Algorithm, jwk: &Value) -> SigningKey {
    let number = |name: &str| base64url_decode(jwk[name].as_str().unwrap()).unwrap();
    let point = || [vec![4], number("x"), number("y")].concat();
    let ecdsa = |signing| {
        EcdsaKeyPair::from_private_key_and_public_key(signing, &number("d"), &point())
            .and_then(|pair| Ok(pair.to_pkcs8v1()?.as_ref().to_vec()))
            .unwrap()
    };
    let pkcs8 = match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 => {
            let components = KeyPairComponents {
                public_key: PublicKeyComponents { n: number("n"), e: number("e") },
                d: number("d"),
                p: number("p"),
                q: number("q"),
                dP: number("dp"),
                dQ: number("dq"),
                qInv: number("qi"),
            };
            KeyPair::from_components(&components).unwrap().as_der().unwrap().as_ref().to_vec()
        }
        Algorithm::Es256 => ecdsa(&ECDSA_P256_SHA256_FIXED_SIGNING),
        Algorithm::Es384 => ecdsa(&ECDSA_P384_SHA384_FIXED_SIGNING),
        Algorithm::EdDsa => {
            let pair = Ed25519KeyPair::from_seed_and_public_key(&number("d"), &number("x"));
            pair.unwrap().to_pkcs8().unwrap().as_ref().to_vec()
        }
    };
    SigningKey::from_pkcs8(algorithm, &pkcs8).unwrap()
}
