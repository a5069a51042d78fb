//! The kinds of proof that a person can give. Each is one file, which judges it and names it.

mod argon2id;
pub mod password;

/// A proof that was good: what a session remembers of it. Made by a factor's check only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    amr: &'static str,
}

impl Proof {
    /// The method's name in the claim `amr` (RFC 8176).
    pub const fn amr(&self) -> &'static str {
        self.amr
    }
}
