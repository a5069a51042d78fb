//! Authentication factors of users. Each file verifies one kind.

pub mod password;
pub mod recovery_code;
pub mod totp;

/// A verified factor, as the session stores it. Only the verification of a factor creates one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedFactor {
    amr: &'static str,
}

impl VerifiedFactor {
    const fn new(amr: &'static str) -> Self {
        Self { amr }
    }

    /// Returns the name of the method in the claim `amr` (RFC 8176).
    pub const fn amr(&self) -> &'static str {
        self.amr
    }
}
