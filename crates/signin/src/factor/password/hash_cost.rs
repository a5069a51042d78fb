//! The cost of new password hashes.

use argon2::{
    Algorithm, Params, PasswordHash, Version,
    password_hash::phc::{Output, ParamsString, Salt},
};

use super::argon2_memory;

/// The length of a hash in bytes.
const OUTPUT_BYTES: usize = Params::DEFAULT_OUTPUT_LEN;
/// The number of lanes. More would save an attacker time, but not the service, which computes one
/// hash on one thread.
const LANES: u32 = 1;

/// The cost of Argon2id (RFC 9106 §3.1) with one lane. Every new hash has it. So has the hash that
/// is computed for a name without a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashCost {
    memory_kib: u32,
    passes: u32,
}

impl Default for HashCost {
    /// Returns what OWASP recommends for servers.
    fn default() -> Self {
        Self { memory_kib: Self::MEMORY_KIB_MIN, passes: 2 }
    }
}

impl HashCost {
    /// The least memory, in KiB.
    pub const MEMORY_KIB_MIN: u32 = 19 * 1_024;
    /// The most memory, in KiB. Two verifications at once need twice as much.
    pub const MEMORY_KIB_MAX: u32 = 128 * 1_024;
    /// The least product of memory in KiB and passes.
    pub const WORK_MIN: u32 = 2 * Self::MEMORY_KIB_MIN;
    /// The greatest product of memory in KiB and passes: about 0.9 seconds on one core.
    pub const WORK_MAX: u32 = 640 * 1_024;

    /// Creates a cost. Returns `None` if it is outside of the limits.
    pub fn new(memory_kib: u32, passes: u32) -> Option<Self> {
        let work = memory_kib.checked_mul(passes)?;
        let is_allowed = (Self::MEMORY_KIB_MIN..=Self::MEMORY_KIB_MAX).contains(&memory_kib)
            && (Self::WORK_MIN..=Self::WORK_MAX).contains(&work);
        is_allowed.then_some(Self { memory_kib, passes })
    }

    /// Returns the memory in KiB.
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Returns the number of passes over the memory.
    pub const fn passes(self) -> u32 {
        self.passes
    }

    /// Returns the text with which every hash of this cost begins.
    pub fn prefix(self) -> String {
        let Self { memory_kib, passes } = self;
        format!("$argon2id$v=19$m={memory_kib},t={passes},p={LANES}$")
    }

    /// Returns the text of a hash of this cost, of no known password.
    pub fn example(self) -> String {
        format!("{}{}${}", self.prefix(), "A".repeat(22), "A".repeat(43))
    }

    /// Hashes a password, in the PHC string format.
    pub(super) fn hash(self, password: &str, salt: &[u8; 16]) -> Option<String> {
        let params = self.params()?;
        let version = Version::V0x13;
        let mut output = [0; OUTPUT_BYTES];
        let parameters = (Algorithm::Argon2id, version, &params);
        argon2_memory::compute(parameters, password.as_bytes(), salt, &mut output)?;
        let hash = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(&params).ok()?,
            salt: Some(Salt::new(salt).ok()?),
            hash: Some(Output::new(&output).ok()?),
        };
        Some(hash.to_string())
    }

    fn params(self) -> Option<Params> {
        Params::new(self.memory_kib, self.passes, LANES, None).ok()
    }
}
