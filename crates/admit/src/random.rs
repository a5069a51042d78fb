//! The random source of the binary, and random ids.

use model::Timestamp;
use uuid::{Builder, Uuid};

use crate::error::CommandError;

/// Returns random bytes.
pub(crate) fn bytes<const LENGTH: usize>() -> Result<[u8; LENGTH], CommandError> {
    let mut bytes = [0; LENGTH];
    #[expect(clippy::disallowed_methods, reason = "the only random source of the binary")]
    let filled = aws_lc_rs::rand::fill(&mut bytes);
    filled.map_err(|_| CommandError::message("the system random source failed"))?;
    Ok(bytes)
}

/// Returns a random UUID (version 4).
pub(crate) fn uuid() -> Result<Uuid, CommandError> {
    Ok(Builder::from_random_bytes(bytes()?).into_uuid())
}

/// Returns a UUID that sorts by its creation time (version 7).
pub(crate) fn uuid_at(now: Timestamp) -> Result<Uuid, CommandError> {
    let milliseconds = u64::try_from(now.microseconds() / 1_000).unwrap_or_default();
    Ok(Builder::from_unix_timestamp_millis(milliseconds, &bytes()?).into_uuid())
}
