//! Authentication factors of users. Each file verifies one kind.

pub mod access_pass;
mod grouped_code;
pub mod mailed_code;
pub mod passkey;
pub mod password;
pub mod recovery_code;
pub mod totp;

/// A verified factor, as the session stores it. Only the verification of a factor creates one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedFactor {
    methods: &'static [&'static str],
}

impl VerifiedFactor {
    const fn new(methods: &'static [&'static str]) -> Self {
        Self { methods }
    }

    /// Returns the name of the first method in the claim `amr` (RFC 8176).
    pub const fn amr(&self) -> &'static str {
        match self.methods {
            [first, ..] => first,
            [] => "",
        }
    }

    /// Returns the names of all methods in the claim `amr`.
    pub const fn methods(&self) -> &'static [&'static str] {
        self.methods
    }
}
