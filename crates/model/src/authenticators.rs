//! The authenticators of a user besides the password (NIST SP 800-63B-4 §3).

mod access_pass;
mod base64url;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use self::access_pass::AccessPass;
use crate::{Digest, TenantId, Timestamp, UserId};

/// Maximum number of authenticator apps of a user.
pub const AUTHENTICATOR_APPS_MAX: usize = 5;
/// Maximum number of passkeys of a user.
pub const PASSKEYS_MAX: usize = 10;

/// Everything besides the password with which a user can sign in: one row for each user who has
/// something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authenticators {
    /// The tenant of the user.
    pub tenant: TenantId,
    /// The user.
    pub user: UserId,
    /// The authenticator apps, oldest first, at most [`AUTHENTICATOR_APPS_MAX`].
    #[serde(default)]
    pub apps: Vec<AuthenticatorApp>,
    /// The passkeys, oldest first, at most [`PASSKEYS_MAX`].
    #[serde(default)]
    pub passkeys: Vec<Passkey>,
    /// The recovery codes that were not used yet.
    #[serde(default)]
    pub recovery_codes: RecoveryCodes,
    /// The temporary access pass. It stays in the row after it has expired or was used, so that its
    /// refusal can say so, until another one replaces it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_pass: Option<AccessPass>,
}

/// An app that shows time-based one-time codes (TOTP, RFC 6238): SHA-1, six digits, 30 seconds.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthenticatorApp {
    /// The id.
    pub id: Uuid,
    /// The name that the user gave it; may be empty.
    pub name: String,
    /// The secret that the app and the service share, sealed.
    pub sealed_secret: Vec<u8>,
    /// When it was added.
    pub added_at: Timestamp,
}

/// A passkey: a key pair of which the service knows the public key (WebAuthn Level 3 §4, credential
/// record).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passkey {
    /// The credential id, which the authenticator chose.
    #[serde(with = "base64url")]
    pub id: Vec<u8>,
    /// The public key as a COSE_Key (RFC 9052 §7).
    #[serde(with = "base64url")]
    pub public_key: Vec<u8>,
    /// The signature counter of the last use. 0 if the authenticator does not count.
    pub sign_count: u32,
    /// Whether the passkey can be copied to other devices. It never changes.
    pub backup_eligible: bool,
    /// Whether it was copied when it was last used.
    pub backed_up: bool,
    /// The model of the authenticator. Zeros if the authenticator does not say it.
    #[serde(with = "base64url")]
    pub aaguid: [u8; 16],
    /// Whether an attestation proved the model when the passkey was added.
    #[serde(default)]
    pub attested: bool,
    /// The ways to reach the authenticator (WebAuthn §5.8.4), for the next request.
    pub transports: Vec<String>,
    /// The name that the user gave it; may be empty.
    pub name: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// The beginning of the day (UTC) of its last use. `None` if it was never used.
    pub last_used_on: Option<Timestamp>,
}

/// One-time codes for a user who has lost every other second factor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryCodes {
    /// SHA-256 of each code that was not used yet. A code has 80 random bits, so that its digest
    /// needs no salt and no slow hash.
    pub digests: Vec<Digest>,
    /// When the set was created. `None` if the user has never had one.
    pub created_at: Option<Timestamp>,
}

impl Authenticators {
    /// Returns the row of a user who has nothing yet.
    pub const fn new(tenant: TenantId, user: UserId) -> Self {
        let recovery_codes = RecoveryCodes { digests: Vec::new(), created_at: None };
        Self {
            tenant,
            user,
            apps: Vec::new(),
            passkeys: Vec::new(),
            recovery_codes,
            access_pass: None,
        }
    }

    /// Returns whether the user can pass a second step. Recovery codes and a temporary access pass
    /// alone do not count: they stand in for a second factor that was lost.
    pub const fn has_second_factor(&self) -> bool {
        !self.apps.is_empty() || !self.passkeys.is_empty()
    }
}

impl Passkey {
    /// Returns whether the passkey is of one of these models and was proven to be. None of them
    /// allow any passkey.
    pub fn is_of_model(&self, models: &[Uuid]) -> bool {
        let model = Uuid::from_bytes(self.aaguid);
        models.is_empty() || (self.attested && models.contains(&model))
    }
}

impl std::fmt::Debug for AuthenticatorApp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "AuthenticatorApp({}, added_at {:?})", self.id, self.added_at)
    }
}

impl std::fmt::Debug for Passkey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let id = base64url::encode(&self.id);
        write!(formatter, "Passkey({id}, added_at {:?})", self.added_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkey_alone_is_a_second_factor_and_what_replaces_one_is_none() {
        // Gives a user recovery codes and an access pass, and then a passkey.
        let (tenant, user) = (TenantId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let mut stored = Authenticators::new(tenant, user);
        stored.recovery_codes.digests.push([3; 32]);
        stored.access_pass = Some(access_pass());
        assert!(!stored.has_second_factor());
        stored.passkeys.push(passkey());
        assert!(stored.has_second_factor());
    }

    #[test]
    fn passkey_is_of_a_model_only_if_an_attestation_proved_it() {
        // Compares a passkey with no models, its own, and another, with and without a proof.
        let (own, other) = (Uuid::from_bytes([7; 16]), Uuid::from_bytes([8; 16]));
        let unproven = passkey();
        let proven = Passkey { attested: true, ..passkey() };
        for (models, of_unproven, of_proven) in
            [(&[][..], true, true), (&[other, own], false, true), (&[other], false, false)]
        {
            assert_eq!(unproven.is_of_model(models), of_unproven, "{models:?}");
            assert_eq!(proven.is_of_model(models), of_proven, "{models:?}");
        }
    }

    #[test]
    fn passkey_is_stored_with_its_bytes_as_base64url() {
        // Writes a passkey, reads it, and reads texts that are no base64url or of another length.
        let json = serde_json::to_string(&passkey()).unwrap();
        for text in
            [r#""id":"_wAB""#, r#""public_key":"_v8""#, r#""aaguid":"BwcHBwcHBwcHBwcHBwcHBw""#]
        {
            assert!(json.contains(text), "{json}");
        }
        assert_eq!(serde_json::from_str::<Passkey>(&json).unwrap(), passkey());
        for text in ["_wAB=", "+wAB", "_wA\\n", "_x"] {
            let changed = json.replace("_wAB", text);
            assert!(serde_json::from_str::<Passkey>(&changed).is_err(), "{changed}");
        }
        let changed = json.replace("BwcHBwcHBwcHBwcHBwcHBw", "BwcH");
        assert!(serde_json::from_str::<Passkey>(&changed).is_err());
    }

    #[test]
    fn row_of_before_passkeys_is_read_as_one_without_any() {
        // Removes the member from a row.
        let row = Authenticators::new(TenantId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let json = serde_json::to_string(&row).unwrap().replace("\"passkeys\":[],", "");
        assert!(!json.contains("passkeys"));
        assert_eq!(serde_json::from_str::<Authenticators>(&json).unwrap(), row);
    }

    #[test]
    fn row_of_before_access_passes_is_read_and_written_unchanged() {
        // Writes a row without a pass, and reads one with it.
        let (tenant, user) = (TenantId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let mut row = Authenticators::new(tenant, user);
        assert!(!serde_json::to_string(&row).unwrap().contains("access_pass"));
        row.access_pass = Some(access_pass());
        let json = serde_json::to_string(&row).unwrap();
        assert_eq!(serde_json::from_str::<Authenticators>(&json).unwrap(), row);
    }

    fn access_pass() -> AccessPass {
        AccessPass {
            digest: [9; 32],
            created_at: Timestamp::from_seconds(5),
            expires_at: Timestamp::from_seconds(50),
            once: true,
            last_used_at: None,
            last_flow: None,
        }
    }

    fn passkey() -> Passkey {
        Passkey {
            id: vec![0xff, 0, 1],
            public_key: vec![0xfe, 0xff],
            sign_count: 7,
            backup_eligible: true,
            backed_up: false,
            aaguid: [7; 16],
            attested: false,
            transports: vec!["internal".to_owned()],
            name: "phone".to_owned(),
            added_at: Timestamp::from_seconds(5),
            last_used_on: None,
        }
    }
}
