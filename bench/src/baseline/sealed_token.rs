//! The floor's codes and refresh tokens: sealed with AES-256-GCM under a key that is no secret.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use model::GrantId;

use super::signer;
use crate::Outcome;

const KEY: [u8; 32] = [7; 32];
const GRANT_BYTES: usize = 16;

/// What a code or a refresh token holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    pub(super) grant: [u8; GRANT_BYTES],
    /// A code's challenge, or a refresh token's generation.
    pub(super) rest: Vec<u8>,
}

impl Handle {
    pub(crate) fn code(grant: GrantId, challenge: [u8; 32]) -> Self {
        Self { grant: grant.into_bytes(), rest: challenge.to_vec() }
    }

    pub(crate) fn refresh_token(grant: GrantId, generation: u32) -> Self {
        Self { grant: grant.into_bytes(), rest: generation.to_be_bytes().to_vec() }
    }

    /// The generation, if it is a refresh token.
    pub(super) fn generation(&self) -> Option<u32> {
        Some(u32::from_be_bytes(self.rest.as_slice().try_into().ok()?))
    }

    /// Seals it into base64url.
    pub(crate) fn seal(&self) -> Outcome<String> {
        let nonce: [u8; NONCE_LEN] = signer::random()?;
        let mut text = [self.grant.as_slice(), &self.rest].concat();
        key()?
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text)
            .map_err(|_| "sealing failed")?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode([nonce.as_slice(), &text].concat()))
    }

    /// Opens what was sealed.
    pub(super) fn open(text: &str) -> Outcome<Self> {
        let mut bytes = BASE64_URL_SAFE_NO_PAD.decode(text)?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN).ok_or("too short")?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| "no nonce")?;
        let opened =
            key()?.open_in_place(nonce, Aad::empty(), sealed).map_err(|_| "not authentic")?;
        let (grant, rest) = opened.split_first_chunk().ok_or("too short")?;
        Ok(Self { grant: *grant, rest: rest.to_vec() })
    }
}

/// The key, made once per thread.
fn key() -> Outcome<std::rc::Rc<LessSafeKey>> {
    thread_local! {
        static MADE: Option<std::rc::Rc<LessSafeKey>> = UnboundKey::new(&AES_256_GCM, &KEY)
            .ok()
            .map(|key| std::rc::Rc::new(LessSafeKey::new(key)));
    }
    MADE.with(Clone::clone).ok_or_else(|| "no key to seal with".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_opens_and_nothing_else_does() {
        // Opens a refresh token, and the same with its last character changed.
        let token = Handle::refresh_token(GrantId::new([3; 16]), 9);
        let text = token.seal().unwrap();
        let opened = Handle::open(&text).unwrap();
        assert_eq!((opened.generation(), &opened), (Some(9), &token));
        let other = if text.ends_with('A') { "B" } else { "A" };
        let changed = format!("{}{other}", &text[..text.len() - 1]);
        assert!(Handle::open(&changed).is_err());
    }
}
