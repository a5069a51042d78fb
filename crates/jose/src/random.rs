//! Where this room takes randomness: for keys, initialization vectors and randomized signatures.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand;

/// Fills `bytes` with random ones.
#[expect(clippy::disallowed_methods, reason = "keys and IVs are made in this room")]
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Unspecified> {
    rand::fill(bytes)
}

/// The source that signing takes by its signature.
#[expect(clippy::disallowed_methods, reason = "ECDSA and PSS are randomized in this room")]
pub(crate) fn source() -> rand::SystemRandom {
    rand::SystemRandom::new()
}
