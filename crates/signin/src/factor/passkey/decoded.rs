//! Responses of browsers decoded without verification, for explanations.

use jose::digest::sha256;

use super::attestation_object::AttestationObject;
use super::authenticator_data::AuthenticatorData;
use super::client_data::ClientData;
use super::flaw::PasskeyFlaw;
use super::response::Response;
use super::{parent_domains, public_key};

/// A response of a browser to creation options or to request options.
pub struct DecodedResponse {
    /// The credential id.
    pub credential_id: Vec<u8>,
    /// The client data.
    pub client_data: ClientData,
    /// The authenticator data.
    pub authenticator_data: DecodedAuthenticatorData,
    /// The format of the attestation statement, in a registration.
    pub attestation_format: Option<String>,
    /// The user handle, in a response to request options.
    pub user_handle: Option<Vec<u8>>,
}

/// The data in which an authenticator describes itself (WebAuthn §6.1).
pub struct DecodedAuthenticatorData {
    /// SHA-256 of the relying party id.
    pub rp_id_hash: [u8; 32],
    /// Whether a user was present.
    pub user_present: bool,
    /// Whether the authenticator identified the user.
    pub user_verified: bool,
    /// Whether the passkey can be copied to other devices.
    pub backup_eligible: bool,
    /// Whether the passkey has been copied.
    pub backed_up: bool,
    /// The signature counter. 0 if the authenticator does not count.
    pub sign_count: u32,
    /// The new credential, in a registration.
    pub new_credential: Option<DecodedCredential>,
}

/// A new credential.
pub struct DecodedCredential {
    /// The model of the authenticator.
    pub aaguid: [u8; 16],
    /// The algorithm of the key: its number in COSE.
    pub algorithm: Option<i64>,
    /// Whether the service accepts keys of that algorithm.
    pub is_accepted: bool,
}

impl DecodedResponse {
    /// Decodes a response of at most [`RESPONSE_BYTES_MAX`](super::RESPONSE_BYTES_MAX).
    ///
    /// # Errors
    /// It is too long, or a member is missing or malformed.
    pub fn parse(json: &str) -> Result<Self, PasskeyFlaw> {
        let response = Response::parse(json)?;
        let client_data = ClientData::parse(&response.required("clientDataJSON")?)?;
        let (attestation_format, authenticator_data) =
            match response.optional("attestationObject")? {
                Some(bytes) => {
                    let (format, data) = attestation_object(&bytes)?;
                    (Some(format), data)
                }
                None => (None, authenticator_data(&response.required("authenticatorData")?)?),
            };
        let user_handle = response.optional("userHandle")?;
        Ok(Self {
            credential_id: response.credential_id,
            client_data,
            authenticator_data,
            attestation_format,
            user_handle,
        })
    }
}

impl DecodedAuthenticatorData {
    /// Returns the relying party id that the hash is of: the host, or a parent domain of it.
    pub fn rp_id(&self, host: &str) -> Option<String> {
        let mut ids = std::iter::once(host).chain(parent_domains(host));
        ids.find(|id| sha256(id.as_bytes()) == self.rp_id_hash).map(str::to_owned)
    }
}

/// Decodes an attestation object. Returns the format of its statement, and its authenticator data.
///
/// # Errors
/// A part is missing or malformed.
pub fn attestation_object(bytes: &[u8]) -> Result<(String, DecodedAuthenticatorData), PasskeyFlaw> {
    let object = AttestationObject::parse(bytes)?;
    let data = authenticator_data(&object.authenticator_data)?;
    Ok((object.format, data))
}

fn authenticator_data(bytes: &[u8]) -> Result<DecodedAuthenticatorData, PasskeyFlaw> {
    let data = AuthenticatorData::parse(bytes)?;
    let new_credential = data.credential.as_ref().map(|credential| {
        let algorithm = public_key::algorithm(&credential.public_key);
        let is_accepted = algorithm.is_some_and(|it| public_key::ALGORITHMS.contains(&it));
        DecodedCredential { aaguid: credential.aaguid, algorithm, is_accepted }
    });
    Ok(DecodedAuthenticatorData {
        rp_id_hash: data.rp_id_hash,
        user_present: data.is_user_present(),
        user_verified: data.is_user_verified(),
        backup_eligible: data.is_backup_eligible(),
        backed_up: data.is_backed_up(),
        sign_count: data.sign_count,
        new_credential,
    })
}
