//! Codes and refresh tokens of the minimal server, sealed with AES-256-GCM and a public key
//! constant.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::GrantId;

use super::signer;
use crate::Result;

const KEY: [u8; 32] = [7; 32];
const GRANT_BYTES: usize = 16;

/// The content of a code or a refresh token.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SealedToken {
    pub(super) grant: [u8; GRANT_BYTES],
    /// The challenge of a code, or the generation of a refresh token.
    pub(super) rest: Vec<u8>,
}

impl SealedToken {
    pub(crate) fn code(grant: GrantId, challenge: [u8; 32]) -> Self {
        Self { grant: grant.into_bytes(), rest: challenge.to_vec() }
    }

    pub(crate) fn refresh_token(grant: GrantId, generation: u32) -> Self {
        Self { grant: grant.into_bytes(), rest: generation.to_be_bytes().to_vec() }
    }

    /// Returns the generation of a refresh token. Returns `None` for a code.
    pub(super) fn generation(&self) -> Option<u32> {
        Some(u32::from_be_bytes(self.rest.as_slice().try_into().ok()?))
    }

    /// Seals it into base64url.
    pub(crate) fn seal(&self) -> Result<String> {
        let nonce: [u8; NONCE_LEN] = signer::random()?;
        let mut text = [self.grant.as_slice(), &self.rest].concat();
        key()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text)
            .map_err(|_| "sealing failed")?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode([nonce.as_slice(), &text].concat()))
    }

    /// Opens a sealed text.
    pub(super) fn open(text: &str) -> Result<Self> {
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(text)?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN).ok_or("too short")?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| "no nonce")?;
        let opened =
            key()?.open_in_place(nonce, Aad::empty(), sealed).map_err(|_| "not authentic")?;
        let (grant, rest) = opened.split_first_chunk().ok_or("too short")?;
        Ok(Self { grant: *grant, rest: rest.to_vec() })
    }
}

/// Returns the key, which is prepared once per thread.
fn key() -> Result<std::rc::Rc<LessSafeKey>> {
    thread_local! {
        static KEY_OF_THREAD: Option<std::rc::Rc<LessSafeKey>> = UnboundKey::new(&AES_256_GCM, &KEY)
            .ok()
            .map(|key| std::rc::Rc::new(LessSafeKey::new(key)));
    }
    KEY_OF_THREAD.with(Clone::clone).ok_or_else(|| "no sealing key".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_token_opens_unless_it_was_changed() {
        // Opens a refresh token, and then the token with its last character changed.
        let token = SealedToken::refresh_token(GrantId::new([3; 16]), 9);
        let text = token.seal().unwrap();
        let opened = SealedToken::open(&text).unwrap();
        assert_eq!((opened.generation(), &opened), (Some(9), &token));
        let other = if text.ends_with('A') { "B" } else { "A" };
        let changed = format!("{}{other}", &text[..text.len() - 1]);
        assert!(SealedToken::open(&changed).is_err());
    }
}
