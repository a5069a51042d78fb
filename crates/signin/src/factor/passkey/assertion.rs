//! Signing in with a passkey (WebAuthn §7.2).

use jose::digest;
use model::{Authenticators, Passkey, Seconds, Timestamp};
use uuid::Uuid;

use super::authenticator_data::AuthenticatorData;
use super::cbor::Map;
use super::client_data::{self, ClientData};
use super::flaw::PasskeyFlaw;
use super::model_flaw::ModelFlaw;
use super::public_key::PublicKey;
use super::response::Response;
use super::user_handle::UserHandle;
use super::{Challenge, RelyingParty};
use crate::factor::VerifiedFactor;

const DAY: Seconds = Seconds::days(1);

/// The response of a browser to request options.
pub struct Assertion {
    credential_id: Vec<u8>,
    client_data: Vec<u8>,
    authenticator_data: Vec<u8>,
    signature: Vec<u8>,
    user_handle: Option<Vec<u8>>,
}

/// A verified use of a passkey. Only [`Assertion::verify`] creates one.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedPasskey {
    credential_id: Vec<u8>,
    sign_count: u32,
    backed_up: bool,
    factor: VerifiedFactor,
}

impl Assertion {
    /// Parses a response of at most [`RESPONSE_BYTES_MAX`](super::RESPONSE_BYTES_MAX).
    ///
    /// # Errors
    /// It is too long, or a member is missing or malformed.
    pub fn parse(json: &str) -> Result<Self, PasskeyFlaw> {
        let response = Response::parse(json)?;
        Ok(Self {
            client_data: response.required("clientDataJSON")?,
            authenticator_data: response.required("authenticatorData")?,
            signature: response.required("signature")?,
            user_handle: response.optional("userHandle")?,
            credential_id: response.credential_id,
        })
    }

    /// Returns the credential id.
    pub fn credential_id(&self) -> &[u8] {
        &self.credential_id
    }

    /// Returns the user handle, which names the user if they were not known before. It is not
    /// verified yet.
    ///
    /// # Errors
    /// The response has none, or this service has not created it.
    pub fn user_handle(&self) -> Result<UserHandle, PasskeyFlaw> {
        let bytes = self.user_handle.as_ref().ok_or(PasskeyFlaw::Malformed("userHandle"))?;
        UserHandle::from_bytes(bytes).ok_or(PasskeyFlaw::UnknownPasskey)
    }

    /// Verifies the response to request options with this challenge, for a user with these
    /// authenticators. The user was known before, or is the one of
    /// [`user_handle`](Self::user_handle).
    ///
    /// # Errors
    /// The first step of §7.2 that fails.
    pub fn verify(
        &self,
        relying_party: &RelyingParty,
        challenge: &Challenge,
        stored: &Authenticators,
    ) -> Result<VerifiedPasskey, PasskeyFlaw> {
        let passkey = self.find(stored)?;
        let client_data = ClientData::parse(&self.client_data)?;
        client_data.check(client_data::GET, relying_party, challenge)?;
        let data = AuthenticatorData::parse(&self.authenticator_data)?;
        relying_party.check_id(&data.rp_id_hash)?;
        data.check_user()?;
        data.check_backup()?;
        let cose = Map::read_whole(&passkey.public_key);
        let key = cose.map_err(|_| PasskeyFlaw::Malformed("credentialPublicKey"))?;
        if !PublicKey::parse(&key)?.has_signed(&self.signed(), &self.signature) {
            return Err(PasskeyFlaw::WrongSignature);
        }
        // After the signature, so that the values are those of the authenticator.
        data.check_stored(passkey)?;
        if !passkey.is_of_model(&relying_party.models) {
            let (received, attested) = (Uuid::from_bytes(passkey.aaguid), passkey.attested);
            let allowed = relying_party.models.clone();
            return Err(ModelFlaw::NoLongerAllowed { received, attested, allowed }.into());
        }
        Ok(VerifiedPasskey {
            credential_id: self.credential_id.clone(),
            sign_count: data.sign_count,
            backed_up: data.is_backed_up(),
            factor: factor(passkey),
        })
    }

    /// Finds the passkey among those of the user.
    fn find<'a>(&self, stored: &'a Authenticators) -> Result<&'a Passkey, PasskeyFlaw> {
        if self.user_handle.is_some() {
            let user = self.user_handle()?.user_of(stored.tenant)?;
            if user != stored.user {
                return Err(PasskeyFlaw::UnknownPasskey);
            }
        }
        let mut passkeys = stored.passkeys.iter();
        let passkey = passkeys.find(|passkey| passkey.id == self.credential_id);
        passkey.ok_or(PasskeyFlaw::UnknownPasskey)
    }

    /// Returns the bytes that the authenticator signs: its data, and the hash of the client data.
    fn signed(&self) -> Vec<u8> {
        [&self.authenticator_data[..], &digest::sha256(&self.client_data)].concat()
    }
}

impl VerifiedPasskey {
    /// Returns the credential id.
    pub fn credential_id(&self) -> &[u8] {
        &self.credential_id
    }

    /// Returns the new value of the signature counter.
    pub const fn sign_count(&self) -> u32 {
        self.sign_count
    }

    /// Returns whether the passkey has been copied to another device.
    pub const fn is_backed_up(&self) -> bool {
        self.backed_up
    }

    /// Returns the proof that the user has the passkey.
    pub const fn factor(&self) -> &VerifiedFactor {
        &self.factor
    }

    /// Returns the user's authenticators with the new counter, state and day of use. They must be
    /// stored, in place of those that were read, before anything follows from the factor. `None` if
    /// nothing changes: nearly all passkeys have no counter, so only the first use of a day is
    /// written.
    pub fn record_use(&self, stored: &Authenticators, now: Timestamp) -> Option<Authenticators> {
        let mut used = stored.clone();
        let passkey = used.passkeys.iter_mut().find(|passkey| passkey.id == self.credential_id)?;
        passkey.sign_count = self.sign_count;
        passkey.backed_up = self.backed_up;
        let day = now.seconds().div_euclid(DAY.get());
        passkey.last_used_on = Some(Timestamp::from_seconds(day * DAY.get()));
        (used != *stored).then_some(used)
    }
}

impl std::fmt::Debug for Assertion {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Assertion")
    }
}

impl std::fmt::Debug for VerifiedPasskey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "VerifiedPasskey(sign_count {}, {:?})", self.sign_count, self.factor)
    }
}

/// Returns the factor of a passkey (RFC 8176 §2): a key that can be copied is one in software.
fn factor(passkey: &Passkey) -> VerifiedFactor {
    VerifiedFactor::new(if passkey.backup_eligible { &["swk", "user"] } else { &["hwk", "user"] })
}
