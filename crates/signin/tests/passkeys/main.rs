//! Registers passkeys and signs in with them: with recorded responses of another project, and with
//! responses that differ from a correct one in one part (row S14 of
//! `docs/reference/hostile-inputs.md`).

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod assertion;
mod attestation;
mod authenticator;
mod options;
mod recorded;
mod registration;

use model::{Authenticators, Passkey, TenantId, Timestamp, UserId};
use signin::factor::passkey::{
    Assertion, AttestationTrust, Challenge, PasskeyFlaw, Registration, RelyingParty, UserHandle,
    VerifiedPasskey,
};

const ORIGIN: &str = "https://login.example.com";
const TENANT: TenantId = TenantId::from_bytes([1; 16]);
/// A time in 2025.
const NOW: i64 = 1_750_000_000;
const USER: UserId = UserId::from_bytes([2; 16]);

fn relying_party() -> RelyingParty {
    RelyingParty::new(ORIGIN, "Admit").expect("a relying party")
}

fn challenge() -> Challenge {
    Challenge::new([7; 32])
}

fn user_handle() -> UserHandle {
    UserHandle::new(TENANT, USER)
}

/// Returns the trust in these roots of attestations.
fn trust(roots: &[String]) -> AttestationTrust<'_> {
    AttestationTrust { roots, now: Timestamp::from_seconds(NOW) }
}

/// Registers a passkey.
fn register(json: &str) -> Result<Passkey, PasskeyFlaw> {
    let new = Registration::parse(json)?.verify(&relying_party(), &challenge(), trust(&[]))?;
    Ok(new.into_passkey("phone".to_owned(), Timestamp::from_seconds(5)))
}

/// Signs the user in, who has one passkey.
fn sign_in(json: &str, passkey: &Passkey) -> Result<VerifiedPasskey, PasskeyFlaw> {
    Assertion::parse(json)?.verify(&relying_party(), &challenge(), &having(passkey))
}

/// Returns the authenticators of the user, who has one passkey.
fn having(passkey: &Passkey) -> Authenticators {
    Authenticators { passkeys: vec![passkey.clone()], ..Authenticators::new(TENANT, USER) }
}
