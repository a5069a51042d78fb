//! Reads the system clock and the random source, for all request handling.

use std::{
    cell::RefCell,
    time::{SystemTime, UNIX_EPOCH},
};

use model::{Fault, FaultKind, Timestamp};
use protocol::context::RequestSeed;
use uuid::{Builder, Uuid};

/// The number of bytes for ids that a thread reads at once: enough for 128 requests.
/// A read costs nearly the same whatever its length is, because it also asks the processor for
/// random bits.
const POOL_BYTES: usize = 4_096;
/// The number of bytes of a seed.
const SEED_BYTES: usize = 32;

thread_local! {
    static POOL: RefCell<RandomPool> =
        const { RefCell::new(RandomPool { bytes: [0; POOL_BYTES], unused: 0 }) };
}

/// Random bytes of one thread, each of which is used once.
struct RandomPool {
    bytes: [u8; POOL_BYTES],
    /// The number of unused bytes, which are the last ones.
    unused: usize,
}

/// The ids of one request.
#[derive(Clone, Copy)]
pub(crate) struct RequestIds {
    /// The trace ID. It is independent of the seed, because the client gets it.
    pub(crate) trace_id: Uuid,
    /// The correlation ID, unless the client sends one.
    pub(crate) correlation_id: Uuid,
}

/// Returns the current time.
pub fn now() -> Timestamp {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock for requests"
    )]
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_microseconds(i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX))
}

/// Returns new ids for one request.
///
/// # Errors
/// The random source of the system failed.
pub(crate) fn request_ids() -> Result<RequestIds, Fault> {
    Ok(RequestIds {
        trace_id: Builder::from_random_bytes(random()?).into_uuid(),
        correlation_id: Builder::from_random_bytes(random()?).into_uuid(),
    })
}

/// Returns a fresh random seed.
///
/// # Errors
/// The random source of the system failed.
pub fn seed() -> Result<RequestSeed, Fault> {
    // Not from the pool: a copy of the memory of a virtual machine must not repeat a secret.
    let mut bytes = [0; SEED_BYTES];
    fill(&mut bytes)?;
    Ok(RequestSeed::new(bytes))
}

fn random<const N: usize>() -> Result<[u8; N], Fault> {
    POOL.with_borrow_mut(RandomPool::take)
}

impl RandomPool {
    /// Takes unused bytes, and overwrites them in the pool.
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        if self.unused < N {
            fill(&mut self.bytes)?;
            self.unused = POOL_BYTES;
        }
        let unused = self.bytes.get_mut(POOL_BYTES - self.unused..).unwrap_or_default();
        let bytes = unused.first_chunk_mut().ok_or_else(failed)?;
        self.unused -= N;
        Ok(std::mem::replace(bytes, [0; N]))
    }
}

fn fill(bytes: &mut [u8]) -> Result<(), Fault> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the random source")]
    aws_lc_rs::rand::fill(bytes).map_err(|_| failed())
}

fn failed() -> Fault {
    Fault::from_message(FaultKind::Internal, "the random source failed")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn random_bytes_are_used_once() {
        // Takes more than two pools. No two results are equal, none is zero, and the pool keeps
        // none of the bytes that it returned.
        let mut pool = RandomPool { bytes: [0; POOL_BYTES], unused: 0 };
        let mut seen = HashSet::new();
        for _ in 0..=2 * POOL_BYTES / 24 {
            let bytes: [u8; 24] = pool.take().expect("random bytes");
            assert!(bytes != [0; 24] && seen.insert(bytes));
            assert!(!pool.bytes.windows(24).any(|kept| kept == bytes));
        }
    }

    #[test]
    fn more_bytes_than_a_pool_has_are_refused() {
        // Takes exactly a pool, then one byte more.
        let mut pool = RandomPool { bytes: [0; POOL_BYTES], unused: 0 };
        assert!(pool.take::<POOL_BYTES>().is_ok());
        assert!(pool.take::<{ POOL_BYTES + 1 }>().is_err());
    }

    #[test]
    fn ids_and_seeds_of_requests_differ() {
        // Creates the ids and seeds of two requests on one thread.
        let (one, two) = (request_ids().expect("random"), request_ids().expect("random"));
        let ids = [one.trace_id, one.correlation_id, two.trace_id, two.correlation_id];
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        let (seed, other) = (seed().expect("random"), seed().expect("random"));
        assert_ne!(seed.derive("x"), other.derive("x"));
        assert_eq!(one.trace_id.get_version_num(), 4);
    }
}
