//! Password verification with Argon2id (RFC 9106).

use argon2::{
    Algorithm, Params, PasswordHash, Version,
    password_hash::phc::{ParamsString, Salt},
};
use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{Password, PasswordPreparation, opaque_string, username_key};

use super::{VerifiedFactor, argon2id};

/// The longest password, in bytes. The limit bounds the cost of hashing.
pub const BYTES_MAX: usize = 1_024;
/// The longest user name, in bytes.
pub const USERNAME_BYTES_MAX: usize = 256;

/// Memory in KiB, passes and lanes, as OWASP recommends for servers. Every hash has this cost, so
/// that timing does not reveal whether the user exists.
const COST: (u32, u32, u32) = (19 * 1_024, 2, 1);

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
        if username.len() > USERNAME_BYTES_MAX {
            let comparison = too_long("username", username.len(), USERNAME_BYTES_MAX);
            return Err(
                refusal::parameter_too_long("username", USERNAME_BYTES_MAX).with(comparison)
            );
        }
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

    /// Returns the form of the user name that is compared.
    pub fn username_key(&self) -> String {
        username_key(&self.username)
    }

    /// Verifies the password (tens of milliseconds of CPU time, 19 MiB). Without a stored hash it
    /// verifies a dummy hash and returns the same refusal, so neither timing nor response reveals
    /// whether the user exists.
    ///
    /// # Errors
    /// The password is wrong, or there is no stored hash.
    pub fn verify(&self, stored: Option<&Password>) -> Result<VerifiedFactor, Refusal> {
        let parsed = stored.and_then(|stored| parse(&stored.hash));
        let has_hash = parsed.is_some();
        let expected = parsed.or_else(|| parse(DUMMY_HASH));
        // One form is hashed. The preparation itself costs next to nothing.
        let prepared = opaque_string(&self.password);
        let text = match stored.map(|stored| stored.preparation) {
            Some(PasswordPreparation::Raw) => &self.password,
            Some(PasswordPreparation::Nfc) | None => &prepared,
        };
        let matches = expected.is_some_and(|hash| argon2id::verifies(text, &hash));
        if matches && has_hash {
            Ok(VerifiedFactor::new(&["pwd"]))
        } else {
            // Only the operator sees which of the two is wrong.
            let kind = if has_hash { "password_wrong" } else { "account_unknown" };
            let comparison =
                Comparison::new("user").with_difference(Difference::new(kind)).operator_only();
            Err(refusal::wrong_username_or_password().with(comparison))
        }
    }
}

/// Returns the hash of the prepared password for one that was not prepared; `None` if it was. Call
/// it after the verification succeeded.
pub fn prepared_hash(
    submitted: &SubmittedPassword,
    stored: &Password,
    salt: [u8; 16],
) -> Option<String> {
    match stored.preparation {
        PasswordPreparation::Nfc => None,
        // The hash of an unchanged password stays.
        PasswordPreparation::Raw if opaque_string(&submitted.password) == submitted.password => {
            Some(stored.hash.clone())
        }
        PasswordPreparation::Raw => hash(&submitted.password, salt),
    }
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
pub fn hash(password: &str, salt: [u8; 16]) -> Option<String> {
    if password.is_empty() || password.len() > BYTES_MAX {
        return None;
    }
    phc(&opaque_string(password), salt).map(|hash| hash.to_string())
}

/// Returns whether a new password has only characters that OpaqueString allows: no control
/// characters (RFC 8265 §4.2). Passwords of earlier releases may have them.
pub fn is_typable(password: &str) -> bool {
    !password.chars().any(char::is_control)
}

/// Returns whether an imported hash is acceptable: Argon2id 1.3 with the cost `m=19456,t=2,p=1`, as
/// in [`hash`].
pub fn is_acceptable(hash: &str) -> bool {
    parse(hash).is_some()
}

fn phc(password: &str, salt: [u8; 16]) -> Option<PasswordHash> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).ok()?;
    let version = Version::V0x13;
    Some(PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(version.into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(Salt::new(&salt).ok()?),
        hash: Some(argon2id::output(password, &salt, version, &params)?),
    })
}

fn parse(stored: &str) -> Option<PasswordHash> {
    let hash = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&hash).ok()?;
    let has_expected_cost = (params.m_cost(), params.t_cost(), params.p_cost()) == COST;
    let is_complete_argon2id = hash.algorithm == Algorithm::Argon2id.ident()
        && hash.version == Some(Version::V0x13.into())
        && hash.salt.is_some()
        && hash.hash.is_some();
    (has_expected_cost && is_complete_argon2id).then_some(hash)
}

/// The hash that is verified for unknown users, at the same cost as any stored hash.
const DUMMY_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA\
                       $kzNXgaLLpLWTCuRyJ4LeoyhEUufITz/YoLhGa876qoY";

#[cfg(test)]
mod tests {
    use super::*;

    fn prepared(hash: &str) -> Password {
        let (hash, set_at) = (hash.to_owned(), model::Timestamp::default());
        let preparation = PasswordPreparation::Nfc;
        Password { hash, set_at, preparation, rehashed_from: None }
    }

    fn submitted(password: &str) -> SubmittedPassword {
        SubmittedPassword::new("Rina@Demo.example ", password).expect("submitted")
    }

    #[test]
    fn only_the_hashed_password_verifies() {
        // Hashes one password and submits it, a prefix of it, and two variations.
        let hashed = hash("correct horse", [7; 16]).expect("a hash");
        let stored = prepared(&hashed);
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(
            submitted("correct horse").verify(Some(&stored)).map(|proof| proof.amr()),
            Ok("pwd")
        );
        for wrong in ["correct hors", "Correct horse", "correct horse "] {
            assert_eq!(
                submitted(wrong).verify(Some(&stored)).expect_err("refused").number(),
                50_126
            );
        }
    }

    #[test]
    fn password_of_the_dummy_hash_is_refused_for_unknown_users() {
        // Hostile input S16: submits the password of the dummy hash without a stored hash. Expects
        // the refusal of a wrong password; only the part for the operator differs. The dummy hash
        // has the format of any other.
        assert_eq!(hash("nobody's", [0; 16]).as_deref(), Some(DUMMY_HASH));
        let refused = |submitted: &SubmittedPassword, stored: Option<&str>| {
            let refusal = submitted.verify(stored.map(prepared).as_ref()).expect_err("refused");
            assert!(refusal.comparisons().iter().all(|comparison| comparison.operator_only));
            let kind =
                refusal.comparisons()[0].difference.as_ref().map(|difference| difference.kind);
            ((refusal.number(), refusal.arguments().to_vec()), kind)
        };
        let (wrong, kind) = refused(&submitted("x"), hash("y", [1; 16]).as_deref());
        assert_eq!(kind, Some("password_wrong"));
        for stored in [None, Some("not a hash")] {
            assert_eq!(
                refused(&submitted("nobody's"), stored),
                (wrong.clone(), Some("account_unknown"))
            );
        }
    }

    #[test]
    fn every_verification_computes_one_hash() {
        // Hostile input S16: counts the hashes for the correct and a wrong password, with a stored
        // hash, with unusable ones, and without one.
        let stored = hash("correct horse", [7; 16]).expect("a hash");
        let other_cost = stored.replace("t=2", "t=1");
        for stored in [Some(stored.as_str()), Some(&other_cost), Some("not a hash"), None] {
            for password in ["correct horse", "wrong"] {
                let before = argon2id::COMPUTED.get();
                let verdict = submitted(password).verify(stored.map(prepared).as_ref());
                assert_eq!(argon2id::COMPUTED.get() - before, 1, "{stored:?} {verdict:?}");
            }
        }
    }

    #[test]
    fn too_long_input_is_refused_before_hashing() {
        // Hostile input S20: submits the maximum length and one byte more.
        assert!(SubmittedPassword::new("u", &"p".repeat(BYTES_MAX)).is_ok());
        let long = SubmittedPassword::new("u", &"p".repeat(BYTES_MAX + 1)).expect_err("refused");
        assert_eq!(long.number(), 88_000_111);
        let long =
            SubmittedPassword::new(&"u".repeat(USERNAME_BYTES_MAX + 1), "p").expect_err("refused");
        assert_eq!(long.number(), 88_000_003);
        assert_eq!(hash(&"p".repeat(BYTES_MAX + 1), [0; 16]), None);
    }

    #[test]
    fn imported_hash_of_another_cost_or_algorithm_is_not_accepted() {
        // Hostile inputs S16, S20: hashes that need 4 GiB, slightly more or less than the accepted
        // cost, or another algorithm or version.
        let good = hash("p", [3; 16]).expect("a hash");
        assert!(is_acceptable(&good));
        for bad in [
            good.replace("m=19456", "m=4194304"),
            good.replace("m=19456", "m=19455"),
            good.replace("t=2", "t=3"),
            good.replace("t=2", "t=1"),
            good.replace("p=1", "p=2"),
            good.replace("v=19", "v=16"),
            good.replace("v=19$", ""),
            good.replace("argon2id", "argon2i"),
            "$2b$12$abcdefghijklmnopqrstuu".to_owned(),
            String::new(),
        ] {
            assert!(!is_acceptable(&bad), "{bad}");
        }
    }

    #[test]
    fn password_matches_in_the_form_in_which_it_was_hashed() {
        // Stores a decomposed password with a space that is not in ASCII, unprepared as earlier
        // releases did and prepared. The unprepared one matches byte for byte only, the prepared
        // one in every composition. Each check computes one hash.
        let (decomposed, composed) = ("ke\u{301}y\u{a0}word", "k\u{e9}y word");
        let raw_hash = phc(decomposed, [7; 16]).expect("a hash").to_string();
        let raw = Password { preparation: PasswordPreparation::Raw, ..prepared(&raw_hash) };
        let nfc = prepared(&hash(decomposed, [7; 16]).expect("a hash"));
        for (stored, password, matches) in [
            (&raw, decomposed, true),
            (&raw, composed, false),
            (&nfc, decomposed, true),
            (&nfc, composed, true),
            (&nfc, "K\u{e9}y word", false),
        ] {
            let before = argon2id::COMPUTED.get();
            let verdict = submitted(password).verify(Some(stored));
            assert_eq!(verdict.is_ok(), matches, "{password}");
            assert_eq!(argon2id::COMPUTED.get() - before, 1);
        }
        let rehashed = prepared_hash(&submitted(decomposed), &raw, [8; 16]).expect("a hash");
        assert!(submitted(composed).verify(Some(&prepared(&rehashed))).is_ok());
        assert_eq!(prepared_hash(&submitted(decomposed), &nfc, [8; 16]), None);
    }

    #[test]
    fn unchanged_password_is_marked_without_a_new_hash() {
        // Prepares a password of ASCII with a control character: its hash stays, and it matches.
        let hashed = phc("correct\thorse", [7; 16]).expect("a hash").to_string();
        let raw = Password { preparation: PasswordPreparation::Raw, ..prepared(&hashed) };
        let before = argon2id::COMPUTED.get();
        let kept = prepared_hash(&submitted("correct\thorse"), &raw, [8; 16]);
        assert_eq!((kept.as_ref(), argon2id::COMPUTED.get()), (Some(&hashed), before));
        assert!(submitted("correct\thorse").verify(Some(&prepared(&hashed))).is_ok());
        assert!(!is_typable("correct\thorse") && is_typable("correct horse"));
    }
}
