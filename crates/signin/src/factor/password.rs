//! A password, kept as Argon2id (RFC 9106).

use argon2::{
    Algorithm, Params, PasswordHash, Version,
    password_hash::phc::{ParamsString, Salt},
};
use catalogue::{Difference, Fact, Refusal, refusal};

use super::{Proof, argon2id};

/// The longest password that is looked at, in bytes: hashing must not cost what a caller likes.
pub const BYTES_MAX: usize = 1_024;
/// The longest user name that is looked at, in bytes.
pub const USERNAME_BYTES_MAX: usize = 256;

/// Memory in KiB, passes and lanes, as OWASP advises for servers. Every hash costs exactly this:
/// one that took longer or less long would tell that the account exists.
const COST: (u32, u32, u32) = (19 * 1_024, 2, 1);

/// A user name and a password as they were typed.
#[derive(Clone)]
pub struct Typed {
    username: String,
    password: String,
}

impl Typed {
    /// Takes what was typed.
    ///
    /// # Errors
    /// One is missing, or too long.
    pub fn new(username: &str, password: &str) -> Result<Self, Refusal> {
        let username = username.trim();
        if username.is_empty() || password.is_empty() {
            let name = if username.is_empty() { "username" } else { "password" };
            let fact = Fact::about(name).differing(Difference::of("empty"));
            return Err(refusal::wrong_username_or_password().with(fact));
        }
        if username.len() > USERNAME_BYTES_MAX {
            let fact = too_long("username", username.len(), USERNAME_BYTES_MAX);
            return Err(refusal::parameter_too_long("username", USERNAME_BYTES_MAX).with(fact));
        }
        if password.len() > BYTES_MAX {
            let fact = too_long("password", password.len(), BYTES_MAX);
            return Err(refusal::password_too_long(BYTES_MAX).with(fact));
        }
        Ok(Self { username: username.to_lowercase(), password: password.to_owned() })
    }

    /// The user name, in lower case.
    pub fn username(&self) -> &str {
        &self.username
    }

    /// Judges the password, which takes tens of milliseconds of one core and 19 MiB. `stored` is
    /// the hash of the account that may sign in; without one as much work is done in vain, and
    /// the answer is the same, so that nobody learns which names exist.
    ///
    /// # Errors
    /// The password is not the stored one, or there is none.
    pub fn check(&self, stored: Option<&str>) -> Result<Proof, Refusal> {
        let parsed = stored.and_then(parse);
        let is_somebodys = parsed.is_some();
        let expected = parsed.or_else(|| parse(NOBODYS));
        let matches = expected.is_some_and(|hash| argon2id::verifies(&self.password, &hash));
        if matches && is_somebodys {
            Ok(Proof { amr: "pwd" })
        } else {
            // Which of the two it is, only the operator may know.
            let kind = if is_somebodys { "password_wrong" } else { "account_unknown" };
            let fact = Fact::about("user").differing(Difference::of(kind)).for_operators();
            Err(refusal::wrong_username_or_password().with(fact))
        }
    }
}

fn too_long(name: &'static str, bytes: usize, most: usize) -> Fact {
    let difference = Difference::of("bytes").with("received", bytes).with("most", most);
    Fact::about(name).differing(difference)
}

impl std::fmt::Debug for Typed {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Typed")
    }
}

/// The hash to keep, in the PHC string format. `salt` is sixteen random bytes; `None` if the
/// password is too long or empty.
pub fn hash(password: &str, salt: [u8; 16]) -> Option<String> {
    if password.is_empty() || password.len() > BYTES_MAX {
        return None;
    }
    phc(password, salt).map(|hash| hash.to_string())
}

/// Whether a hash that was made elsewhere may be kept: Argon2id 1.3 of the cost that ours have,
/// `m=19456,t=2,p=1`.
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
    let costs_as_ours = (params.m_cost(), params.t_cost(), params.p_cost()) == COST;
    let is_of_our_kind = hash.algorithm == Algorithm::Argon2id.ident()
        && hash.version == Some(Version::V0x13.into())
        && hash.salt.is_some()
        && hash.hash.is_some();
    (costs_as_ours && is_of_our_kind).then_some(hash)
}

/// What is verified where no account is: as costly as any other.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA\
                       $kzNXgaLLpLWTCuRyJ4LeoyhEUufITz/YoLhGa876qoY";

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(password: &str) -> Typed {
        Typed::new("Rina@Demo.example ", password).expect("typed")
    }

    #[test]
    fn only_the_password_that_was_hashed_is_good() {
        // Hashes one password and types it, another, and a prefix of it.
        let stored = hash("correct horse", [7; 16]).expect("a hash");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(typed("correct horse").check(Some(&stored)).map(|proof| proof.amr()), Ok("pwd"));
        for wrong in ["correct hors", "Correct horse", "correct horse "] {
            assert_eq!(typed(wrong).check(Some(&stored)).expect_err("refused").number(), 50_126);
        }
    }

    #[test]
    fn without_an_account_even_the_password_of_the_vain_hash_is_wrong() {
        // S16: types the very password that is hashed for nobody; the refusal is the same one as
        // for a wrong password but for what the operator alone is told, and that hash is made as
        // any other is.
        assert_eq!(hash("nobody's", [0; 16]).as_deref(), Some(NOBODYS));
        let told = |typed: &Typed, stored: Option<&str>| {
            let refusal = typed.check(stored).expect_err("refused");
            assert!(refusal.facts().iter().all(|fact| fact.operator_only));
            let kind = refusal.facts()[0].difference.as_ref().map(|difference| difference.kind);
            ((refusal.number(), refusal.arguments().to_vec()), kind)
        };
        let (wrong, kind) = told(&typed("x"), hash("y", [1; 16]).as_deref());
        assert_eq!(kind, Some("password_wrong"));
        for stored in [None, Some("not a hash")] {
            assert_eq!(told(&typed("nobody's"), stored), (wrong.clone(), Some("account_unknown")));
        }
    }

    #[test]
    fn every_check_hashes_once_whatever_is_stored() {
        // S16: counts the hashes of a right and a wrong password, of an account without one, and
        // of one whose stored text cannot be used.
        let stored = hash("correct horse", [7; 16]).expect("a hash");
        let elsewhere = stored.replace("t=2", "t=1");
        for stored in [Some(stored.as_str()), Some(&elsewhere), Some("not a hash"), None] {
            for password in ["correct horse", "wrong"] {
                let before = argon2id::COMPUTED.get();
                let verdict = typed(password).check(stored);
                assert_eq!(argon2id::COMPUTED.get() - before, 1, "{stored:?} {verdict:?}");
            }
        }
    }

    #[test]
    fn what_is_too_long_is_refused_before_it_costs_anything() {
        // S20: one byte over each limit, and exactly on it.
        assert!(Typed::new("u", &"p".repeat(BYTES_MAX)).is_ok());
        let long = Typed::new("u", &"p".repeat(BYTES_MAX + 1)).expect_err("refused");
        assert_eq!(long.number(), 88_000_111);
        let long = Typed::new(&"u".repeat(USERNAME_BYTES_MAX + 1), "p").expect_err("refused");
        assert_eq!(long.number(), 88_000_003);
        assert_eq!(hash(&"p".repeat(BYTES_MAX + 1), [0; 16]), None);
    }

    #[test]
    fn a_hash_of_another_cost_or_kind_is_not_accepted() {
        // S16, S20: hashes that ask for 4 GiB, for a little more or less than ours, for another
        // algorithm or version.
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
}
