//! The registration of a new passkey (WebAuthn §7.1).

use jose::digest::sha256;
use model::{Passkey, Timestamp};
use uuid::Uuid;

use super::attestation::AttestationTrust;
use super::attestation_object::AttestationObject;
use super::authenticator_data::AuthenticatorData;
use super::client_data::{self, ClientData};
use super::flaw::PasskeyFlaw;
use super::public_key::PublicKey;
use super::response::Response;
use super::{Challenge, RelyingParty};

/// Maximum number of transports that are stored.
const TRANSPORTS_MAX: usize = 8;
/// Maximum length of the name of a transport in bytes. Those of WebAuthn have up to ten.
const TRANSPORT_BYTES_MAX: usize = 16;

/// The response of a browser to creation options.
pub struct Registration {
    credential_id: Vec<u8>,
    client_data: Vec<u8>,
    attestation_object: Vec<u8>,
    transports: Vec<String>,
}

/// A verified new passkey. Only [`Registration::verify`] creates one.
#[derive(Clone, PartialEq, Eq)]
pub struct NewPasskey {
    id: Vec<u8>,
    public_key: Vec<u8>,
    sign_count: u32,
    backup_eligible: bool,
    backed_up: bool,
    aaguid: [u8; 16],
    attested: bool,
    transports: Vec<String>,
}

impl Registration {
    /// Parses a response of at most [`RESPONSE_BYTES_MAX`](super::RESPONSE_BYTES_MAX).
    ///
    /// # Errors
    /// It is too long, or a member is missing or malformed.
    pub fn parse(json: &str) -> Result<Self, PasskeyFlaw> {
        let response = Response::parse(json)?;
        let client_data = response.required("clientDataJSON")?;
        let attestation_object = response.required("attestationObject")?;
        let transports = transports(response.texts("transports"));
        let credential_id = response.credential_id;
        Ok(Self { credential_id, client_data, attestation_object, transports })
    }

    /// Verifies the response to creation options with this challenge. It does not name the user:
    /// the caller stores the challenge together with the user for whom it created the options, and
    /// refuses a passkey whose credential id the user has already.
    ///
    /// The attestation is verified if the relying party allows certain models only. Otherwise
    /// creation options ask for none, so a browser removes it, and it is not read.
    ///
    /// # Errors
    /// The first step of §7.1 that fails.
    pub fn verify(
        &self,
        relying_party: &RelyingParty,
        challenge: &Challenge,
        trust: AttestationTrust<'_>,
    ) -> Result<NewPasskey, PasskeyFlaw> {
        let client_data = ClientData::parse(&self.client_data)?;
        client_data.check(client_data::CREATE, relying_party, challenge)?;
        let object = AttestationObject::parse(&self.attestation_object)?;
        let data = AuthenticatorData::parse(&object.authenticator_data)?;
        relying_party.check_id(&data.rp_id_hash)?;
        data.check_user()?;
        data.check_backup()?;
        let credential = data.credential.as_ref();
        let credential = credential.ok_or(PasskeyFlaw::Malformed("attestedCredentialData"))?;
        PublicKey::parse(&credential.public_key)?;
        if credential.id != self.credential_id {
            return Err(PasskeyFlaw::Malformed("credentialId"));
        }
        let (models, model) = (&relying_party.models, Uuid::from_bytes(credential.aaguid));
        if !models.is_empty() {
            let signed = [&object.authenticator_data[..], &sha256(&self.client_data)].concat();
            trust.verify(&object, (model, models), &signed)?;
        }
        Ok(NewPasskey {
            id: self.credential_id.clone(),
            public_key: credential.cose.to_vec(),
            sign_count: data.sign_count,
            backup_eligible: data.is_backup_eligible(),
            backed_up: data.is_backed_up(),
            aaguid: credential.aaguid,
            attested: !models.is_empty(),
            transports: self.transports.clone(),
        })
    }
}

impl NewPasskey {
    /// Returns the credential id.
    pub fn credential_id(&self) -> &[u8] {
        &self.id
    }

    /// Returns the model of the authenticator, for the proposal of a name.
    pub const fn aaguid(&self) -> [u8; 16] {
        self.aaguid
    }

    /// Returns the passkey to store, with the name that the user gave it.
    pub fn into_passkey(self, name: String, now: Timestamp) -> Passkey {
        Passkey {
            id: self.id,
            public_key: self.public_key,
            sign_count: self.sign_count,
            backup_eligible: self.backup_eligible,
            backed_up: self.backed_up,
            aaguid: self.aaguid,
            attested: self.attested,
            transports: self.transports,
            name,
            added_at: now,
            last_used_on: None,
        }
    }
}

impl std::fmt::Debug for Registration {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Registration")
    }
}

impl std::fmt::Debug for NewPasskey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("NewPasskey")
    }
}

/// Returns the transports that have the form of a name. They come from a script and are not signed,
/// and unknown ones are stored, too (WebAuthn §5.2.1).
fn transports<'a>(received: impl Iterator<Item = &'a str>) -> Vec<String> {
    let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    let is_name = |name: &&str| {
        (1..=TRANSPORT_BYTES_MAX).contains(&name.len()) && name.bytes().all(is_letter)
    };
    let mut transports: Vec<String> =
        received.filter(is_name).take(TRANSPORTS_MAX).map(str::to_owned).collect();
    transports.sort();
    transports.dedup();
    transports
}
