//! The random source of this crate, for keys, initialization vectors and randomized signatures.

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand;

/// Fills `bytes` with random bytes.
#[expect(clippy::disallowed_methods, reason = "this crate generates keys and IVs")]
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), Unspecified> {
    rand::fill(bytes)
}

/// Returns the random source for signing.
#[expect(clippy::disallowed_methods, reason = "ECDSA and PSS signatures need random numbers")]
pub(crate) fn source() -> rand::SystemRandom {
    rand::SystemRandom::new()
}
