//! The random source of the binary.

use crate::error::CommandError;

/// Returns random bytes.
pub(crate) fn bytes<const LENGTH: usize>() -> Result<[u8; LENGTH], CommandError> {
    let mut bytes = [0; LENGTH];
    #[expect(clippy::disallowed_methods, reason = "the only random source of the binary")]
    let filled = aws_lc_rs::rand::fill(&mut bytes);
    filled.map_err(|_| CommandError::message("the system random source failed"))?;
    Ok(bytes)
}
