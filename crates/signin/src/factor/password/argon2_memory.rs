//! Argon2 (RFC 9106) in memory that is returned to the system immediately.

use argon2::{Algorithm, Argon2, Block, Params, Version};

/// The minimum allocation in blocks of 1 KiB. The system's allocator maps allocations above 32 MiB
/// and unmaps them afterwards. It keeps smaller ones for reuse, on every thread. The unused part is
/// never touched, and so costs no memory.
const BLOCKS_MIN: usize = 33 * 1_024;

/// Computes the hash of a password into a buffer. Returns `None` if the parameters do not allow it.
pub(super) fn compute(
    (algorithm, version, params): (Algorithm, Version, &Params),
    password: &[u8],
    salt: &[u8],
    out: &mut [u8],
) -> Option<()> {
    #[cfg(test)]
    COMPUTED.with(|computed| computed.set(computed.get() + 1));
    let mut blocks = Vec::with_capacity(params.block_count().max(BLOCKS_MIN));
    blocks.resize(params.block_count(), Block::default());
    Argon2::new(algorithm, version, params.clone())
        .hash_password_into_with_memory(password, salt, out, blocks.as_mut_slice())
        .ok()
}

#[cfg(test)]
thread_local! {
    /// The number of hashes that were computed on this thread.
    pub(super) static COMPUTED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::CustomizedPasswordHasher;

    use super::*;

    #[test]
    fn hash_equals_that_of_the_argon2_library() {
        // Hashes a password with both, at another cost than that of stored hashes.
        let params = Params::new(64, 3, 2, None).expect("parameters");
        let hashed = Argon2::default()
            .hash_password_with_params(b"correct horse", &[7; 16], params.clone())
            .expect("a hash");
        let mut own = [0; 32];
        let parameters = (Algorithm::Argon2id, Version::V0x13, &params);
        compute(parameters, b"correct horse", &[7; 16], &mut own).expect("a hash");
        assert_eq!(Some(own.as_slice()), hashed.hash.as_ref().map(AsRef::as_ref));
    }
}
