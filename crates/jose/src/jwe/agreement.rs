//! ECDH-ES key agreement with the Concat KDF (RFC 7518 §4.6, NIST SP 800-56A §5.8.1).

use aws_lc_rs::agreement::{self, ECDH_P256, ECDH_P384, UnparsedPublicKey, X25519};
use aws_lc_rs::digest::{Context, SHA256};
use zeroize::Zeroizing;

use super::JweError;
use crate::digest::fixed;
use crate::jwk::{Curve, Jwk, PublicKey};

/// The context that the derived key is bound to, and the length of the key in bytes.
pub(super) struct OtherInfo<'a> {
    pub(super) algorithm: &'a str,
    pub(super) apu: &'a [u8],
    pub(super) apv: &'a [u8],
    pub(super) key_length: usize,
}

/// Generates an ephemeral key, and derives a key from it and the recipient's public key. Returns
/// the public half of the ephemeral key and the derived key.
pub(super) fn derive_for_recipient(
    recipient: &PublicKey,
    info: &OtherInfo<'_>,
) -> Result<(Jwk, Zeroizing<Vec<u8>>), JweError> {
    let algorithm = match recipient {
        PublicKey::Ec { curve: Curve::P256, .. } => &ECDH_P256,
        PublicKey::Ec { curve: Curve::P384, .. } => &ECDH_P384,
        PublicKey::X25519(_) => &X25519,
        PublicKey::Rsa { .. } | PublicKey::Ed25519(_) => return Err(JweError::KeyRejected),
    };
    let ephemeral = agreement::PrivateKey::generate(algorithm).map_err(|_| JweError::Failed)?;
    let point = ephemeral.compute_public_key().map_err(|_| JweError::Failed)?;
    let epk = match recipient {
        PublicKey::Ec { curve, .. } => PublicKey::from_point(*curve, point.as_ref())?,
        _ => PublicKey::X25519(fixed(point.as_ref())),
    };
    // The recipient's key may not be a point of its curve.
    let key = derive(&ephemeral, recipient, info).ok_or(JweError::KeyRejected)?;
    Ok((Jwk::new(epk), key))
}

/// Derives a key from an own private key and another party's public key. Returns `None` if their
/// curves differ or `other` is not a point of its curve.
pub(super) fn derive(
    own: &agreement::PrivateKey,
    other: &PublicKey,
    info: &OtherInfo<'_>,
) -> Option<Zeroizing<Vec<u8>>> {
    let algorithm = own.algorithm();
    let matches = match other {
        PublicKey::Ec { curve: Curve::P256, .. } => *algorithm == ECDH_P256,
        PublicKey::Ec { curve: Curve::P384, .. } => *algorithm == ECDH_P384,
        PublicKey::X25519(_) => *algorithm == X25519,
        PublicKey::Rsa { .. } | PublicKey::Ed25519(_) => false,
    };
    if !matches {
        return None;
    }
    let other = UnparsedPublicKey::new(algorithm, other.encoded_point());
    agreement::agree(own, other, (), |secret| concat_kdf(secret, info).ok_or(())).ok()
}

fn concat_kdf(secret: &[u8], info: &OtherInfo<'_>) -> Option<Zeroizing<Vec<u8>>> {
    let mut key = Zeroizing::new(Vec::with_capacity(info.key_length.next_multiple_of(32)));
    let bits = u32::try_from(info.key_length).ok()?.checked_mul(8)?;
    for round in 1_u32.. {
        let mut context = Context::new(&SHA256);
        context.update(&round.to_be_bytes());
        context.update(secret);
        for part in [info.algorithm.as_bytes(), info.apu, info.apv] {
            context.update(&u32::try_from(part.len()).ok()?.to_be_bytes());
            context.update(part);
        }
        context.update(&bits.to_be_bytes());
        key.extend_from_slice(context.finish().as_ref());
        if key.len() >= info.key_length {
            break;
        }
    }
    key.truncate(info.key_length);
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::{base64url, base64url_decode};

    #[test]
    fn concat_kdf_derives_the_key_of_rfc_7518_appendix_c() {
        // Derives from the shared secret Z that is printed there.
        let secret = [
            158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49,
            110, 163, 218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
        ];
        let info = OtherInfo { algorithm: "A128GCM", apu: b"Alice", apv: b"Bob", key_length: 16 };
        let key = concat_kdf(&secret, &info).map(|key| base64url(key.as_slice()));
        assert_eq!(key.as_deref(), Some("VqqN6vgjbSBcIijNcacQGg"));
    }

    #[test]
    fn x25519_derives_the_secret_of_rfc_8037_appendix_a_6() {
        // Derives a key from the printed keys, and one from the printed secret Z.
        let ephemeral = "dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo";
        let bob = "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08";
        let secret = "Sl2dW6TOLeFyjjv0gDUPJeB-IclH0Z4zdvCbPB4WF0I";
        let bytes = |text| base64url_decode(text).unwrap_or_default();
        let info = OtherInfo { algorithm: "ECDH-ES+A128KW", apu: b"", apv: b"", key_length: 16 };
        let bob = PublicKey::X25519(fixed(&bytes(bob)));
        let agreed = agreement::PrivateKey::from_private_key(&X25519, &bytes(ephemeral))
            .ok()
            .and_then(|own| derive(&own, &bob, &info));
        assert_eq!(agreed, concat_kdf(&bytes(secret), &info));
        assert!(agreed.is_some());
    }
}
