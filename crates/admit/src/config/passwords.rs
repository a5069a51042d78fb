//! The options for passwords of the configuration file.

use outbound::fetch::check_url;
use signin::factor::password::HashCost;

use crate::toml_document::{Problem, Spanned, TableReader};

/// The cost of new hashes of passwords: Argon2id (RFC 9106) with one lane. Hashes of another cost,
/// and imported ones, are verified and replaced at the next sign-in of their users. With another
/// cost than the default, a wrong password is refused at a multiple of 250 ms after the request, so
/// that the time does not reveal which names exist.
#[derive(Clone, Debug)]
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
    /// The address of a service that knows breached passwords, to which the first five hexadecimal
    /// digits of the SHA-1 of each new password are appended. It returns the rest of each digest
    /// that begins so, as Have I Been Pwned does. A listed password is refused. If there is no
    /// response within two seconds, the other rules decide. The address ends with `/`. A private
    /// one needs `allowed_addresses` of `[outbound]`.
    ///
    /// Default: none, so that no service is asked
    ///
    /// Example: `breached_range_url = "https://api.pwnedpasswords.com/range/"`
    pub(crate) breached_range_url: Option<String>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::from(HashCost::default())
    }
}

impl From<HashCost> for Passwords {
    fn from(cost: HashCost) -> Self {
        let (memory_kib, passes) = (cost.memory_kib().into(), cost.passes().into());
        Self { memory_kib, passes, breached_range_url: None }
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
            breached_range_url: read_range_url(reader),
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
    pub(crate) fn cost(&self) -> HashCost {
        self.hash_cost().unwrap_or_default()
    }

    fn hash_cost(&self) -> Option<HashCost> {
        HashCost::new(u32::try_from(self.memory_kib).ok()?, u32::try_from(self.passes).ok()?)
    }
}

/// Reads the address of the service of breached passwords.
fn read_range_url(reader: &mut TableReader<'_>) -> Option<String> {
    let url: Spanned<String> = reader.optional("breached_range_url")?;
    let found = match check_url(&url) {
        Ok(()) if url.ends_with('/') && !url.contains(['?', '#']) => return Some(url.value),
        Ok(()) => "it does not end with /".to_owned(),
        Err(error) => error.to_string(),
    };
    let message = "this address of a service of breached passwords cannot be used";
    let allowed =
        "expected \"https://api.pwnedpasswords.com/range/\", or the address of another one";
    reader.problems().add(Problem::new(url.span, message, found).allowed(allowed));
    None
}
