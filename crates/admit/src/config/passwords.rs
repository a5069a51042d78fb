//! The options for passwords of the configuration file.

use signin::factor::password::HashCost;

use crate::toml_document::{Problem, Spanned, TableReader};

/// The cost of new hashes of passwords: Argon2id (RFC 9106) with one lane. Hashes of another cost,
/// and imported ones, are verified and replaced at the next sign-in of their users. With another
/// cost than the default, a wrong password is refused at a multiple of 250 ms after the request, so
/// that the time does not reveal which names exist.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passwords {
    /// The memory of a verification in KiB, from `19456` to `131072`. Two verifications run at
    /// once.
    ///
    /// Default: `19456`
    pub(crate) memory_kib: u64,
    /// The passes over the memory. The product of both options is from `38912` to `655360`, which
    /// takes about 0.9 seconds.
    ///
    /// Default: `2`
    pub(crate) passes: u64,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::from(HashCost::default())
    }
}

impl From<HashCost> for Passwords {
    fn from(cost: HashCost) -> Self {
        Self { memory_kib: cost.memory_kib().into(), passes: cost.passes().into() }
    }
}

impl Passwords {
    pub(super) fn read(reader: &mut TableReader<'_>) -> Self {
        let default = Self::default();
        let memory_kib: Option<Spanned<u64>> = reader.optional("memory_kib");
        let passes: Option<Spanned<u64>> = reader.optional("passes");
        let read = Self {
            memory_kib: memory_kib.as_ref().map_or(default.memory_kib, |it| it.value),
            passes: passes.as_ref().map_or(default.passes, |it| it.value),
        };
        if let Some(option) = memory_kib.or(passes)
            && read.hash_cost().is_none()
        {
            let message = "this cost of password hashes is outside of the limits";
            let allowed = format!(
                "expected `memory_kib` from {} to {}, and its product with `passes` from {} to {}",
                HashCost::MEMORY_KIB_MIN,
                HashCost::MEMORY_KIB_MAX,
                HashCost::WORK_MIN,
                HashCost::WORK_MAX
            );
            reader.problems().add(Problem::new(option.span, message, "").allowed(allowed));
        }
        read
    }

    /// Returns the cost of new hashes.
    pub(crate) fn cost(self) -> HashCost {
        self.hash_cost().unwrap_or_default()
    }

    fn hash_cost(self) -> Option<HashCost> {
        HashCost::new(u32::try_from(self.memory_kib).ok()?, u32::try_from(self.passes).ok()?)
    }
}
