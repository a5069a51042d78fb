//! Authenticator data (WebAuthn §6.1): what the authenticator signs about itself.

use model::Passkey;

use super::cbor::Map;
use super::flaw::PasskeyFlaw;
use super::public_key::COSE_BYTES_MAX;

/// The name in an explanation.
const MEMBER: &str = "authenticatorData";
/// Maximum length of a credential id in bytes (WebAuthn §6.5.1).
pub(super) const CREDENTIAL_ID_BYTES_MAX: usize = 1_023;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const HAS_CREDENTIAL: u8 = 1 << 6;
const HAS_EXTENSIONS: u8 = 1 << 7;

/// The parsed authenticator data.
pub(super) struct AuthenticatorData<'a> {
    /// SHA-256 of the relying party id.
    pub(super) rp_id_hash: [u8; 32],
    /// The signature counter.
    pub(super) sign_count: u32,
    /// The new credential, in the response to a registration.
    pub(super) credential: Option<NewCredential<'a>>,
    flags: u8,
}

/// The attested credential data (WebAuthn §6.5.1).
pub(super) struct NewCredential<'a> {
    /// The model of the authenticator.
    pub(super) aaguid: [u8; 16],
    /// The credential id.
    pub(super) id: &'a [u8],
    /// The public key, as received.
    pub(super) cose: &'a [u8],
    /// The public key.
    pub(super) public_key: Map,
}

impl<'a> AuthenticatorData<'a> {
    /// Parses the data. Extensions are read and ignored: none is requested.
    ///
    /// # Errors
    /// A part is missing or malformed, or bytes follow.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, PasskeyFlaw> {
        Self::read(bytes).ok_or(PasskeyFlaw::Malformed(MEMBER))
    }

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (rp_id_hash, rest) = bytes.split_first_chunk::<32>()?;
        let (&[flags], rest) = rest.split_first_chunk::<1>()?;
        let (sign_count, mut rest) = rest.split_first_chunk::<4>()?;
        let mut credential = None;
        if flags & HAS_CREDENTIAL != 0 {
            let (received, after) = NewCredential::read(rest)?;
            (credential, rest) = (Some(received), after);
        }
        if flags & HAS_EXTENSIONS != 0 {
            (_, rest) = Map::read(rest).ok()?;
        }
        let sign_count = u32::from_be_bytes(*sign_count);
        let data = Self { rp_id_hash: *rp_id_hash, sign_count, credential, flags };
        rest.is_empty().then_some(data)
    }

    /// Checks that the authenticator had the consent of a user whom it identified.
    pub(super) fn check_user(&self) -> Result<(), PasskeyFlaw> {
        if !self.is_user_present() {
            return Err(PasskeyFlaw::UserNotPresent);
        }
        if !self.is_user_verified() {
            return Err(PasskeyFlaw::UserNotVerified);
        }
        Ok(())
    }

    /// Checks that a passkey that was copied can be copied.
    pub(super) fn check_backup(&self) -> Result<(), PasskeyFlaw> {
        if self.is_backed_up() && !self.is_backup_eligible() {
            return Err(PasskeyFlaw::Malformed("authenticatorData.flags"));
        }
        Ok(())
    }

    /// Checks the values that the stored passkey limits: its eligibility for backup never changes,
    /// and the counter, if there is one, increases with each use (WebAuthn §6.1.1).
    pub(super) fn check_stored(&self, stored: &Passkey) -> Result<(), PasskeyFlaw> {
        if self.is_backup_eligible() != stored.backup_eligible {
            return Err(PasskeyFlaw::BackupEligibilityChanged);
        }
        let (stored, received) = (stored.sign_count, self.sign_count);
        if (stored, received) != (0, 0) && received <= stored {
            return Err(PasskeyFlaw::CounterNotIncreased { stored, received });
        }
        Ok(())
    }

    /// Returns whether a user was present.
    pub(super) const fn is_user_present(&self) -> bool {
        self.flags & USER_PRESENT != 0
    }

    /// Returns whether the authenticator identified the user.
    pub(super) const fn is_user_verified(&self) -> bool {
        self.flags & USER_VERIFIED != 0
    }

    /// Returns whether the passkey can be copied to other devices.
    pub(super) const fn is_backup_eligible(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }

    /// Returns whether the passkey has been copied.
    pub(super) const fn is_backed_up(&self) -> bool {
        self.flags & BACKED_UP != 0
    }
}

impl<'a> NewCredential<'a> {
    /// Reads the credential at the beginning of the bytes. Returns it, and the bytes after it.
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (aaguid, rest) = bytes.split_first_chunk::<16>()?;
        let (length, rest) = rest.split_first_chunk::<2>()?;
        let length = usize::from(u16::from_be_bytes(*length));
        if length == 0 || length > CREDENTIAL_ID_BYTES_MAX {
            return None;
        }
        let (id, key) = rest.split_at_checked(length)?;
        let (public_key, rest) = Map::read(key).ok()?;
        let cose = key.get(..key.len().checked_sub(rest.len())?)?;
        let credential = Self { aaguid: *aaguid, id, cose, public_key };
        (cose.len() <= COSE_BYTES_MAX).then_some((credential, rest))
    }
}
