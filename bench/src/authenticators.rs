//! The factors of a user besides the password: an authenticator app, a passkey and recovery codes.

use aws_lc_rs::hmac;
use jose::seal::Sealer;
use model::{AuthenticatorApp, Authenticators, Passkey, RecoveryCodes, Timestamp};
use signin::factor::totp::{SECRET_LENGTH, STEP};
use uuid::Uuid;

use crate::Result;
use crate::dataset::{derive_32, tenant_id, user_id};

/// The length of a public key of a passkey (COSE_Key, ES256).
const PUBLIC_KEY_LENGTH: usize = 77;
const RECOVERY_CODES: u64 = 10;
/// The number of codes of six digits.
const CODES: u32 = 1_000_000;

/// Returns the row of a user. Only the secret of the app can be used.
pub(crate) fn row(user: u64, sealer: &Sealer) -> Result<Authenticators> {
    let sealed_secret = sealer.seal_bytes(&secret(user))?;
    let app = AuthenticatorApp {
        id: Uuid::from_u128(u128::from(user)),
        name: "Phone".to_owned(),
        sealed_secret,
        added_at: Timestamp::default(),
    };
    let passkey = Passkey {
        id: derive_32("passkey", user).to_vec(),
        public_key: derive_32("public key", user)
            .into_iter()
            .cycle()
            .take(PUBLIC_KEY_LENGTH)
            .collect(),
        sign_count: 0,
        backup_eligible: true,
        backed_up: true,
        aaguid: [0; 16],
        transports: vec!["internal".to_owned()],
        name: "Laptop".to_owned(),
        added_at: Timestamp::default(),
        last_used_on: None,
        attested: false,
    };
    let digests =
        (0..RECOVERY_CODES).map(|code| derive_32("recovery code", user * RECOVERY_CODES + code));
    Ok(Authenticators {
        apps: vec![app],
        passkeys: vec![passkey],
        recovery_codes: RecoveryCodes {
            digests: digests.collect(),
            created_at: Some(Timestamp::default()),
        },
        ..Authenticators::new(tenant_id(), user_id(user))
    })
}

/// Returns the code that the app of a user shows now (RFC 6238 §4, RFC 4226 §5.3).
pub(crate) fn code(user: u64, now: Timestamp) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &secret(user));
    let step = now.seconds().div_euclid(STEP.get());
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let offset = usize::from(tag.as_ref().last().copied().unwrap_or_default() & 0xf);
    let four = tag.as_ref().get(offset..).and_then(<[u8]>::first_chunk::<4>);
    let number = u32::from_be_bytes(four.copied().unwrap_or_default()) & 0x7fff_ffff;
    format!("{:06}", number % CODES)
}

fn secret(user: u64) -> [u8; SECRET_LENGTH] {
    derive_32("totp secret", user).first_chunk().copied().unwrap_or([0; SECRET_LENGTH])
}
