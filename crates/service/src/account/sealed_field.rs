//! Values that a form of an account page carries, sealed for the session that it was shown to.

use catalogue::refusal;
use jose::{digest, seal::Purpose};
use model::{Fault, FaultKind};
use protocol::Error;

use super::context::AccountContext;

/// The longest sealed value that a form may send, in bytes.
const SEALED_BYTES_MAX: usize = 512;

/// The fields that carry a sealed value. One is never accepted as the other.
#[derive(Clone, Copy, Debug)]
pub(super) enum SealedField {
    /// The secret of an authenticator app that is not stored yet.
    AuthenticatorApp,
    /// The challenge of a passkey that is not stored yet.
    Passkey,
}

impl SealedField {
    const fn label(self) -> &'static str {
        match self {
            Self::AuthenticatorApp => "authenticator app",
            Self::Passkey => "passkey",
        }
    }
}

impl AccountContext<'_> {
    /// Seals a value into a form, for this session only.
    pub(super) fn seal(&self, field: SealedField, value: &[u8]) -> Result<String, Fault> {
        let payload = [&self.session_digest(field)[..], value].concat();
        let sealed = self.incoming.service.sealer(Purpose::AccountForm)?.seal(&payload);
        sealed.map_err(|error| Fault::new(FaultKind::Internal, &error))
    }

    /// Opens a value that a form of this session sent.
    ///
    /// # Errors
    /// The value is not one that [`Self::seal`] returned for this session and field.
    pub(super) fn open(&self, field: SealedField, sealed: &str) -> Result<Vec<u8>, Error> {
        let sealer = self.incoming.service.sealer(Purpose::AccountForm)?;
        let sealed = Some(sealed).filter(|sealed| sealed.len() <= SEALED_BYTES_MAX);
        let payload = sealed.and_then(|sealed| sealer.open(sealed).ok()).unwrap_or_default();
        let value = payload.strip_prefix(&self.session_digest(field)[..]).map(<[u8]>::to_vec);
        Ok(value.ok_or_else(refusal::form_token_invalid)?)
    }

    fn session_digest(&self, field: SealedField) -> [u8; 32] {
        let session = self.user.cookie().session.into_bytes();
        digest::sha256(&[field.label().as_bytes(), b"\0", &session].concat())
    }
}
