//! A new password that a user chose, checked against the rules.

use catalogue::{Refusal, refusal};
use jose::digest::sha256;
use model::{Password, PasswordPreparation, Timestamp, User};

use super::{HashCost, SubmittedPassword, VerifiedFactor, hash, policy};

/// A new password that follows the rules.
pub struct NewPassword(String);

impl NewPassword {
    /// Checks a password that the user typed twice. Takes some milliseconds. For `minimum_length`
    /// and `names`, see [`policy::check`].
    ///
    /// # Errors
    /// The two differ, or the password breaks a rule.
    pub fn check(
        [typed, repeated]: [&str; 2],
        minimum_length: u16,
        names: &[&str],
    ) -> Result<Self, Refusal> {
        if typed != repeated {
            return Err(refusal::passwords_differ());
        }
        policy::check(typed, minimum_length, names)?;
        Ok(Self(typed.to_owned()))
    }

    /// Refuses the password that is replaced. Takes as long as a verification.
    ///
    /// # Errors
    /// It is the same.
    pub fn refuse_same(
        &self,
        username: &str,
        replaced: &Password,
        cost: HashCost,
    ) -> Result<(), Refusal> {
        let submitted = SubmittedPassword::new(username, &self.0);
        let is_same = submitted.is_ok_and(|it| it.verify(Some(replaced), cost).is_ok());
        if is_same { Err(refusal::new_password_same()) } else { Ok(()) }
    }

    /// Hashes the password for storage. Takes as long as a verification. Once the result is stored,
    /// the user has given the password of their account: the factor. `None` if the cost is invalid.
    pub fn hash(
        &self,
        set_at: Timestamp,
        (cost, salt): (HashCost, [u8; 16]),
    ) -> Option<(Password, VerifiedFactor)> {
        let hash = hash(&self.0, salt, cost)?;
        let preparation = PasswordPreparation::Nfc;
        let password = Password { hash, set_at, preparation, rehashed_from: None };
        Some((password, VerifiedFactor::new(&["pwd"])))
    }
}

/// Returns the row of a user who replaces this password themselves: a declaration that still has
/// its hash leaves the new one, and it is not temporary.
pub fn record_replaced(mut user: User, replaced: Option<&Password>) -> User {
    let of_declaration = replaced
        .map(|replaced| replaced.rehashed_from.unwrap_or_else(|| sha256(replaced.hash.as_bytes())));
    user.replaced_password = user.replaced_password.or(of_declaration);
    user.must_change_password = false;
    user
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("NewPassword")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_password_is_hashed_if_both_fields_follow_the_rules() {
        // Checks a password that is repeated with a difference, a short one, and a good one.
        let number = |typed| NewPassword::check(typed, 12, &[]).err().map(|it| it.number());
        let good = "correct horse battery staple";
        assert_eq!(number([good, "correct horse battery stable"]), Some(88_000_377));
        assert_eq!(number(["Xq7-vLr2#mT", "Xq7-vLr2#mT"]), Some(88_000_360));
        let new = NewPassword::check([good, good], 12, &[]).expect("a password");
        let hashed = new.hash(Timestamp::from_seconds(1), (HashCost::default(), [1; 16]));
        let (stored, factor) = hashed.expect("a hash");
        assert_eq!(factor.methods(), ["pwd"]);
        let submitted = SubmittedPassword::new("ana", good).expect("a password");
        assert!(submitted.verify(Some(&stored), HashCost::default()).is_ok());
        let same = new.refuse_same("ana", &stored, HashCost::default()).err();
        assert_eq!(same.map(|it| it.number()), Some(88_000_486));
        let other = "membeli empat buku hijau";
        let other = NewPassword::check([other, other], 12, &[]).expect("a password");
        assert!(other.refuse_same("ana", &stored, HashCost::default()).is_ok());
    }
}
