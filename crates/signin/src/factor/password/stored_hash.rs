//! A stored hash of a password: one of Admit, or one that was imported from another system.

use super::{
    HashCost, HashFlaw,
    imported::{self, Verifier},
};

/// The longest text of a hash, in bytes.
const TEXT_BYTES_MAX: u64 = 512;
/// The text before the number of rounds in a hash of SHA-crypt.
const ROUNDS: &str = "rounds=";
/// Greater than every character of a hash.
const AFTER_EVERY_CHARACTER: char = '\u{7f}';

/// A stored hash of a known kind, whose cost is within the limits.
pub struct StoredHash {
    verifier: Box<dyn Verifier>,
    /// The cost, if it is a hash as Admit computes them.
    own_cost: Option<HashCost>,
}

impl StoredHash {
    /// Parses the text of a hash. Every hash passes through here, when it is declared and when it
    /// is verified.
    ///
    /// # Errors
    /// The kind is unknown, the text is malformed, or the cost is above a limit.
    pub fn parse(text: &str) -> Result<Self, HashFlaw> {
        HashFlaw::check("its length in bytes", imported::count(text.len()), TEXT_BYTES_MAX)?;
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(HashFlaw::Malformed("a character of the hash"));
        }
        let recognized = imported::PARSERS.iter().find_map(|parse| parse(text));
        let verifier = recognized.unwrap_or(Err(HashFlaw::Unknown))?;
        let own_cost = verifier.own_cost();
        Ok(Self { verifier, own_cost })
    }

    /// Returns whether the hash is of this password, compared in constant time. Takes up to a
    /// second of CPU time and 128 MiB, and much less for most hashes.
    pub fn verifies(&self, password: &str) -> bool {
        self.verifier.verifies(password)
    }

    /// Verifies a password whose verification takes longest, among all passwords, and all hashes
    /// with the beginning of this one. For measuring that time.
    pub fn verify_slowest(&self) {
        self.verifier.verify_slowest();
    }

    /// Returns whether the hash is one of Admit with this cost.
    pub fn has_cost(&self, cost: HashCost) -> bool {
        self.own_cost == Some(cost)
    }
}

/// Returns the beginning of the text of a hash that those of equal kind and cost have in common:
/// all of it before the salt. Hashes of several beginnings may have equal cost. Those with one
/// beginning take at most the time of [`StoredHash::verify_slowest`].
pub fn cost_prefix(hash: &str) -> &str {
    let scheme = hash.len() - imported::crypt(hash).len();
    let (_, crypt) = hash.split_at(scheme);
    if crypt.starts_with("scrypt$") {
        // Django: the salt is in the middle, before two parameters.
        return fields(hash, 2);
    }
    let count = hash.matches('$').count();
    if crypt.starts_with("$2") || hash.starts_with("bcrypt") {
        return fields(hash, count);
    }
    if count > 1 {
        return fields(hash, count - 1);
    }
    if count == 1 {
        return fields(hash, 1);
    }
    if let Some(end) = hash.find('}') {
        return hash.get(..=end).unwrap_or(hash);
    }
    // ASP.NET Identity: the marker of version 3, its function and its iterations.
    let length = if hash.starts_with("AQ") { 12 } else { 2 };
    hash.get(..length).unwrap_or(hash)
}

/// Returns a text after which hashes of other costs follow, in the order of their bytes. Between it
/// and this hash, all have the cost of this one.
pub fn after_cost(hash: &str) -> String {
    let prefix = cost_prefix(hash);
    // SHA-crypt: a hash of the default rounds has no number, and its salt may come before or after
    // the numbers of others.
    let numbers = format!("{prefix}{ROUNDS}");
    let has_default_rounds = ["$5$", "$6$"].contains(&imported::crypt(prefix));
    if has_default_rounds && hash < numbers.as_str() {
        return numbers;
    }
    format!("{prefix}{AFTER_EVERY_CHARACTER}")
}

/// Returns the text up to the `count`-th dollar sign, with it.
fn fields(text: &str, count: usize) -> &str {
    let end = text.match_indices('$').nth(count.saturating_sub(1));
    end.and_then(|(at, _)| text.get(..=at)).unwrap_or(text)
}

impl std::fmt::Debug for StoredHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("StoredHash")
    }
}
