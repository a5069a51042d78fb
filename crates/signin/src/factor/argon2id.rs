//! Argon2id (RFC 9106) in memory that is returned to the system immediately.

use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version, password_hash::phc::Output};

/// The minimum allocation in blocks of 1 KiB. The system's allocator maps allocations above 32 MiB
/// and unmaps them afterwards. It keeps smaller ones for reuse, on every thread. The unused part is
/// never touched, and so costs no memory.
const BLOCKS_MIN: usize = 33 * 1_024;

/// Computes the hash of a password.
pub(super) fn output(
    password: &str,
    salt: &[u8],
    version: Version,
    params: &Params,
) -> Option<Output> {
    #[cfg(test)]
    COMPUTED.with(|computed| computed.set(computed.get() + 1));
    let mut buffer = [0; Output::MAX_LENGTH];
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let out = buffer.get_mut(..length)?;
    let mut blocks = Vec::with_capacity(params.block_count().max(BLOCKS_MIN));
    blocks.resize(params.block_count(), Block::default());
    Argon2::new(Algorithm::Argon2id, version, params.clone())
        .hash_password_into_with_memory(password.as_bytes(), salt, out, blocks.as_mut_slice())
        .ok()?;
    Output::new(out).ok()
}

/// Returns whether the stored hash is of this password, compared in constant time.
pub(super) fn verifies(password: &str, stored: &PasswordHash) -> bool {
    let output = rehash(password, stored);
    output.is_some() && output == stored.hash
}

/// Hashes a password with the parameters of a stored hash.
fn rehash(password: &str, stored: &PasswordHash) -> Option<Output> {
    let params = Params::try_from(stored).ok()?;
    let version = stored.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
    output(password, stored.salt.as_ref()?.as_ref(), version, &params)
}

#[cfg(test)]
thread_local! {
    /// The number of hashes that were computed on this thread.
    pub(super) static COMPUTED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{CustomizedPasswordHasher, PasswordVerifier};

    use super::*;

    #[test]
    fn hash_equals_that_of_the_argon2_library() {
        // Hashes a password with both, at another cost than that of stored hashes. The hashes are
        // equal, and a wrong password is refused.
        let params = Params::new(64, 3, 2, None).expect("parameters");
        let library = Argon2::default();
        let hashed = library
            .hash_password_with_params(b"correct horse", &[7; 16], params.clone())
            .expect("a hash");
        assert!(verifies("correct horse", &hashed));
        assert!(!verifies("correct house", &hashed));
        let own = output("correct horse", &[7; 16], Version::V0x13, &params);
        assert_eq!(own, hashed.hash);
        assert!(library.verify_password(b"correct horse", &hashed).is_ok());
    }
}
