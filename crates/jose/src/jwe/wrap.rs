//! Encrypts and decrypts the content encryption key (RFC 7518 §4.3 to §4.6).

use aws_lc_rs::key_wrap::{AES_128, AES_256, AesKek, KeyWrap};
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::agreement::{OtherInfo, derive, derive_for_recipient};
use super::header::party;
use super::key::{DecryptionMaterial, EncryptionMaterial};
use super::{
    ContentEncryption, DecryptionKey, EncryptionKey, Header, JweError, KeyManagement,
    check_required_alg,
};
use crate::random;

type Key = Zeroizing<Vec<u8>>;

/// Creates a content encryption key and its encrypted form. Adds `epk` to the header for ECDH-ES.
pub(super) fn wrap(
    key: &EncryptionKey,
    management: KeyManagement,
    content: ContentEncryption,
    header: &mut Map<String, Value>,
) -> Result<(Key, Vec<u8>), JweError> {
    check_required_alg(key.required_alg.as_deref(), management, content)?;
    let mismatch = JweError::AlgorithmNotOfKind { algorithm: management, kind: key.kind };
    match (&key.material, management) {
        (EncryptionMaterial::Symmetric(shared), KeyManagement::Direct) => {
            Ok((direct(shared, content)?, Vec::new()))
        }
        (EncryptionMaterial::Symmetric(shared), KeyManagement::A128Kw | KeyManagement::A256Kw) => {
            wrap_new(shared, management, content)
        }
        (EncryptionMaterial::Rsa(public), management) => {
            let oaep = oaep(management).ok_or(mismatch)?;
            let cek = new_key(content)?;
            let mut encrypted = vec![0; public.ciphertext_size()];
            let length = public
                .encrypt(oaep, &cek, &mut encrypted, None)
                .map_err(|_| JweError::Failed)?
                .len();
            encrypted.truncate(length);
            Ok((cek, encrypted))
        }
        (
            EncryptionMaterial::Agreement(recipient),
            KeyManagement::EcdhEs | KeyManagement::EcdhEsA128Kw | KeyManagement::EcdhEsA256Kw,
        ) => {
            let (apu, apv) = (party(header, "apu")?, party(header, "apv")?);
            let info = other_info(management, content, &apu, &apv);
            let (epk, agreed) = derive_for_recipient(recipient, &info)?;
            header.insert("epk".into(), epk.to_json());
            if management.is_direct() {
                return Ok((agreed, Vec::new()));
            }
            wrap_new(&agreed, management, content)
        }
        _ => Err(mismatch),
    }
}

/// Decrypts the content encryption key.
pub(super) fn unwrap(
    key: &DecryptionKey,
    header: &Header,
    encrypted: &[u8],
) -> Result<Key, JweError> {
    check_required_alg(key.required_alg.as_deref(), header.alg, header.enc)?;
    if header.alg.is_direct() && !encrypted.is_empty() {
        return Err(JweError::NotAuthentic);
    }
    let mismatch = JweError::AlgorithmNotOfKind { algorithm: header.alg, kind: key.kind };
    match (&key.material, header.alg) {
        (DecryptionMaterial::Symmetric(shared), KeyManagement::Direct) => {
            direct(shared, header.enc)
        }
        (DecryptionMaterial::Symmetric(shared), KeyManagement::A128Kw | KeyManagement::A256Kw) => {
            unwrap_with(shared, header, encrypted)
        }
        (DecryptionMaterial::Rsa(private), management) => {
            let oaep = oaep(management).ok_or(mismatch)?;
            // If decryption fails, a random key replaces the result. The tag then fails, as after
            // any other error, so that there is no padding oracle (RFC 7516 §11.5).
            let mut cek = new_key(header.enc)?;
            let mut buffer = Zeroizing::new(vec![0; private.min_output_size()]);
            match private.decrypt(oaep, encrypted, &mut buffer, None) {
                Ok(decrypted) if decrypted.len() == cek.len() => cek.copy_from_slice(decrypted),
                _ => {}
            }
            Ok(cek)
        }
        (
            DecryptionMaterial::Agreement(own),
            KeyManagement::EcdhEs | KeyManagement::EcdhEsA128Kw | KeyManagement::EcdhEsA256Kw,
        ) => {
            let epk = header.epk.as_ref().ok_or(JweError::Missing("epk"))?;
            let info = other_info(header.alg, header.enc, &header.apu, &header.apv);
            let agreed = derive(own, &epk.key, &info).ok_or(JweError::Malformed("epk"))?;
            if header.alg.is_direct() {
                return Ok(agreed);
            }
            unwrap_with(&agreed, header, encrypted)
        }
        _ => Err(mismatch),
    }
}

fn direct(shared: &Key, content: ContentEncryption) -> Result<Key, JweError> {
    let (expected, received) = (content.key_length(), shared.len());
    if expected == received {
        Ok(shared.clone())
    } else {
        Err(JweError::KeyLength { expected, received })
    }
}

fn new_key(content: ContentEncryption) -> Result<Key, JweError> {
    let mut key = Zeroizing::new(vec![0; content.key_length()]);
    random::fill(&mut key).map_err(|_| JweError::Failed)?;
    Ok(key)
}

fn wrap_new(
    wrapping: &[u8],
    management: KeyManagement,
    content: ContentEncryption,
) -> Result<(Key, Vec<u8>), JweError> {
    let cek = new_key(content)?;
    let mut encrypted = vec![0; cek.len() + 8];
    kek(wrapping, management)?.wrap(&cek, &mut encrypted).map_err(|_| JweError::Failed)?;
    Ok((cek, encrypted))
}

fn unwrap_with(wrapping: &[u8], header: &Header, encrypted: &[u8]) -> Result<Key, JweError> {
    let kek = kek(wrapping, header.alg)?;
    if encrypted.len() != header.enc.key_length() + 8 {
        return Err(JweError::NotAuthentic);
    }
    let mut cek = Zeroizing::new(vec![0; header.enc.key_length()]);
    kek.unwrap(encrypted, &mut cek).map_err(|_| JweError::NotAuthentic)?;
    Ok(cek)
}

fn kek(wrapping: &[u8], management: KeyManagement) -> Result<AesKek, JweError> {
    let (cipher, expected) = match wrapping_length(management) {
        16 => (&AES_128, 16),
        _ => (&AES_256, 32),
    };
    let received = wrapping.len();
    AesKek::new(cipher, wrapping).map_err(|_| JweError::KeyLength { expected, received })
}

const fn wrapping_length(management: KeyManagement) -> usize {
    match management {
        KeyManagement::A128Kw | KeyManagement::EcdhEsA128Kw => 16,
        _ => 32,
    }
}

const fn oaep(management: KeyManagement) -> Option<&'static OaepAlgorithm> {
    match management {
        KeyManagement::RsaOaep => Some(&OAEP_SHA1_MGF1SHA1),
        KeyManagement::RsaOaep256 => Some(&OAEP_SHA256_MGF1SHA256),
        _ => None,
    }
}

/// Returns the context of the KDF. It contains `enc` if the agreed key encrypts the content, and
/// otherwise `alg` (RFC 7518 §4.6.2).
fn other_info<'a>(
    management: KeyManagement,
    content: ContentEncryption,
    apu: &'a [u8],
    apv: &'a [u8],
) -> OtherInfo<'a> {
    if management.is_direct() {
        OtherInfo { algorithm: content.as_str(), apu, apv, key_length: content.key_length() }
    } else {
        let key_length = wrapping_length(management);
        OtherInfo { algorithm: management.as_str(), apu, apv, key_length }
    }
}
