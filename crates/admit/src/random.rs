//! The one place of the binary that draws random bytes, and the ids made of them.

use model::Timestamp;
use uuid::{Builder, Uuid};

use crate::failure::Failure;

/// Random bytes.
pub(crate) fn bytes<const LENGTH: usize>() -> Result<[u8; LENGTH], Failure> {
    let mut bytes = [0; LENGTH];
    #[expect(clippy::disallowed_methods, reason = "the one random source of the binary")]
    let filled = aws_lc_rs::rand::fill(&mut bytes);
    filled.map_err(|_| Failure::said("the system gives no random bytes"))?;
    Ok(bytes)
}

/// A random UUID (version 4).
pub(crate) fn uuid() -> Result<Uuid, Failure> {
    Ok(Builder::from_random_bytes(bytes()?).into_uuid())
}

/// A UUID that sorts by the time of its making (version 7).
pub(crate) fn uuid_at(now: Timestamp) -> Result<Uuid, Failure> {
    let milliseconds = u64::try_from(now.microseconds() / 1_000).unwrap_or_default();
    Ok(Builder::from_unix_timestamp_millis(milliseconds, &bytes()?).into_uuid())
}
