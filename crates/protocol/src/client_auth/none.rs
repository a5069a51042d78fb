//! `none`: a public client, which has no credential (RFC 6749 §2.1).

use super::VerifiedCredential;

/// The name in metadata.
pub(super) const NAME: &str = "none";

/// Returns the verification of a public client, which verifies nothing.
pub(super) const fn verified() -> VerifiedCredential {
    VerifiedCredential { azpacr: "0", one_time_value: None }
}
