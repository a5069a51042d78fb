//! Argon2id (RFC 9106) in memory that goes back to the system at once.

use argon2::{Algorithm, Argon2, Block, Params, PasswordHash, Version, password_hash::phc::Output};

/// Blocks of 1 KiB that are asked for at least. Beyond 32 MiB the system's allocator always maps
/// the memory and unmaps it after; below, it keeps what was asked for twice, on every thread. What
/// is not used of it is never touched, and so costs nothing.
const BLOCKS_MIN: usize = 33 * 1_024;

/// What a password gives under these parameters.
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

/// Whether the stored hash is of this password. The comparison takes the same time wherever the
/// two differ.
pub(super) fn verifies(password: &str, stored: &PasswordHash) -> bool {
    let output = again(password, stored);
    output.is_some() && output == stored.hash
}

fn again(password: &str, stored: &PasswordHash) -> Option<Output> {
    let params = Params::try_from(stored).ok()?;
    let version = stored.version.map_or(Ok(Version::default()), Version::try_from).ok()?;
    output(password, stored.salt.as_ref()?.as_ref(), version, &params)
}

#[cfg(test)]
thread_local! {
    /// How often a password was hashed on this thread.
    pub(super) static COMPUTED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{CustomizedPasswordHasher, PasswordVerifier};

    use super::*;

    #[test]
    fn it_agrees_with_the_library_on_what_a_password_gives() {
        // Each verifies what the other made, at another cost than ours, and refuses another's.
        let params = Params::new(64, 3, 2, None).expect("parameters");
        let library = Argon2::default();
        let made = library
            .hash_password_with_params(b"correct horse", &[7; 16], params.clone())
            .expect("a hash");
        assert!(verifies("correct horse", &made));
        assert!(!verifies("correct house", &made));
        let ours = output("correct horse", &[7; 16], Version::V0x13, &params);
        assert_eq!(ours, made.hash);
        assert!(library.verify_password(b"correct horse", &made).is_ok());
    }
}
