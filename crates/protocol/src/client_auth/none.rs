//! A public client, which has nothing to prove itself with (RFC 6749 §2.1).

use super::Proof;

/// Its name in metadata.
pub(super) const NAME: &str = "none";

/// What a public client proves: nothing.
pub(super) const fn proof() -> Proof {
    Proof { strength: "0", once: None }
}
