//! Password verification: Argon2id (RFC 9106), and the hashes of other systems.

mod argon2_memory;
mod breached_range;
mod hash_cost;
mod hash_flaw;
mod imported;
mod must_replace;
mod new_password;
pub mod policy;
mod stored_hash;

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Password, PasswordPreparation, opaque_string, username_key};

pub use self::{
    breached_range::{BreachedRange, MalformedRange},
    hash_cost::HashCost,
    hash_flaw::HashFlaw,
    must_replace::MustReplace,
    new_password::{NewPassword, record_replaced},
    stored_hash::{StoredHash, after_cost, cost_prefix},
};
use super::VerifiedFactor;

/// The longest password, in bytes. The limit bounds the cost of hashing.
pub const BYTES_MAX: usize = 1_024;
/// The longest user name, in bytes.
pub const USERNAME_BYTES_MAX: usize = 256;

/// A submitted user name and password.
#[derive(Clone)]
pub struct SubmittedPassword {
    username: String,
    password: String,
}

impl SubmittedPassword {
    /// Checks the lengths of a submitted user name and password.
    ///
    /// # Errors
    /// One of them is empty or too long.
    pub fn new(username: &str, password: &str) -> Result<Self, Refusal> {
        let username = username.trim();
        if username.is_empty() || password.is_empty() {
            let name = if username.is_empty() { "username" } else { "password" };
            let comparison = Comparison::new(name).with_difference(Difference::new("empty"));
            return Err(refusal::wrong_username_or_password().with(comparison));
        }
        check_username(username)?;
        if password.len() > BYTES_MAX {
            let comparison = too_long("password", password.len(), BYTES_MAX);
            return Err(refusal::password_too_long(BYTES_MAX).with(comparison));
        }
        Ok(Self { username: username.to_owned(), password: password.to_owned() })
    }

    /// Returns the user name as it was typed, without spaces at the ends.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// Returns the password as it was typed.
    pub fn password(&self) -> &str {
        &self.password
    }

    /// Returns the form of the user name that is compared.
    pub fn username_key(&self) -> String {
        username_key(&self.username)
    }

    /// Verifies the password. A hash of Admit takes tens of milliseconds of CPU time and 19 MiB, an
    /// imported one up to a second and 128 MiB. Without a stored hash, a hash of `cost` is computed
    /// and the refusal is the one for a wrong password, so that the response does not reveal
    /// whether the user exists.
    ///
    /// # Errors
    /// The password is wrong, or there is no stored hash that can be verified.
    pub fn verify(
        &self,
        stored: Option<&Password>,
        cost: HashCost,
    ) -> Result<VerifiedFactor, Refusal> {
        let parsed = stored.and_then(|stored| StoredHash::parse(&stored.hash).ok());
        // One form is hashed. The preparation itself costs next to nothing.
        let prepared = opaque_string(&self.password);
        let text = match stored.map(|stored| stored.preparation) {
            Some(PasswordPreparation::Raw) => &self.password,
            Some(PasswordPreparation::Nfc) | None => &prepared,
        };
        let Some(parsed) = parsed else {
            // The hash is computed for its time only.
            drop(std::hint::black_box(cost.hash(text, &[0; 16])));
            return Err(wrong("account_unknown"));
        };
        if parsed.verifies(text) {
            Ok(VerifiedFactor::new(&["pwd"]))
        } else {
            Err(wrong("password_wrong"))
        }
    }
}

/// Returns the refusal of a wrong password or user name. Only the operator sees which of the two is
/// wrong.
fn wrong(kind: &'static str) -> Refusal {
    let comparison = Comparison::new("user").with_difference(Difference::new(kind)).operator_only();
    refusal::wrong_username_or_password().with(comparison)
}

/// Returns the hash to store in place of one that was imported, that has another cost, or whose
/// password was not prepared. `None` if the stored one stays. Call it after the verification
/// succeeded.
pub fn replacement(
    submitted: &SubmittedPassword,
    stored: &Password,
    (cost, salt): (HashCost, [u8; 16]),
) -> Option<String> {
    let is_current = StoredHash::parse(&stored.hash).is_ok_and(|parsed| parsed.has_cost(cost));
    let is_unchanged = || opaque_string(&submitted.password) == submitted.password;
    match stored.preparation {
        PasswordPreparation::Nfc if is_current => None,
        // The hash of an unchanged password stays.
        PasswordPreparation::Raw if is_current && is_unchanged() => Some(stored.hash.clone()),
        PasswordPreparation::Nfc | PasswordPreparation::Raw => {
            hash(&submitted.password, salt, cost)
        }
    }
}

/// Checks the length of a typed user name.
///
/// # Errors
/// It is too long.
pub fn check_username(username: &str) -> Result<(), Refusal> {
    if username.len() > USERNAME_BYTES_MAX {
        let comparison = too_long("username", username.len(), USERNAME_BYTES_MAX);
        return Err(refusal::parameter_too_long("username", USERNAME_BYTES_MAX).with(comparison));
    }
    Ok(())
}

fn too_long(name: &'static str, bytes: usize, most: usize) -> Comparison {
    let difference = Difference::new("bytes").with("received", bytes).with("most", most);
    Comparison::new(name).with_difference(difference)
}

impl std::fmt::Debug for SubmittedPassword {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SubmittedPassword")
    }
}

/// Prepares a password ([`PasswordPreparation::Nfc`]) and hashes it for storage, in the PHC string
/// format. `salt` is sixteen random bytes. Returns `None` if the password is too long or empty.
pub fn hash(password: &str, salt: [u8; 16], cost: HashCost) -> Option<String> {
    if password.is_empty() || password.len() > BYTES_MAX {
        return None;
    }
    cost.hash(&opaque_string(password), &salt)
}

/// Returns whether a new password has only characters that OpaqueString allows: no control
/// characters (RFC 8265 §4.2). Passwords of earlier releases may have them.
pub fn is_typable(password: &str) -> bool {
    !password.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
