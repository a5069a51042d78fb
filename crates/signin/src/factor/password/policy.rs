//! The rules for new passwords, after NIST SP 800-63B-4 §3.1.1.2: a least length, and neither
//! common nor easy to guess. There is no rule on kinds of characters. Passwords
//! expire only if a tenant requires it.
//!
//! `zxcvbn` estimates the number of guesses that a password takes. Its list of 30,000 passwords by
//! frequency is in the binary, and so is a dictionary of words and names.

use catalogue::{Refusal, refusal};
use model::{Tenant, User, opaque_string};
use zxcvbn::{
    Entropy, Score,
    feedback::{Feedback, Warning},
    zxcvbn,
};

use super::{BYTES_MAX, is_typable};

/// The least value of the minimum length, for users who have a second factor as well.
pub const LENGTH_MIN: u16 = 8;
/// The greatest value of the minimum length.
pub const LENGTH_MIN_MAX: u16 = 64;
/// The least score: more than 10⁸ guesses.
const SCORE_MIN: Score = Score::Three;
/// The shortest part of a name that counts as one, in characters.
const NAME_CHARACTERS_MIN: usize = 3;
/// The most parts of names, and the longest one in bytes. They bound the time of a check.
const NAMES_MAX: usize = 64;
const NAME_BYTES_MAX: usize = 256;

/// Returns the names that an attacker would try in a password of the user.
pub fn names<'a>(user: &'a User, tenant: &'a Tenant) -> [&'a str; 5] {
    [
        &user.username,
        &user.name,
        user.email.as_deref().unwrap_or_default(),
        &tenant.name,
        tenant.display_name.as_str(),
    ]
}

/// Checks a new password in some milliseconds. For `names`, see [`names`].
///
/// # Errors
/// The password breaks a rule. The refusal says what helps.
pub fn check(password: &str, minimum_length: u16, names: &[&str]) -> Result<(), Refusal> {
    if password.len() > BYTES_MAX {
        return Err(refusal::password_too_long(BYTES_MAX));
    }
    if !is_typable(password) {
        return Err(refusal::password_has_control_character());
    }
    // Characters of the form that is hashed, in which a composed letter is one.
    let prepared = opaque_string(password);
    let length = prepared.chars().count();
    if length < usize::from(minimum_length) {
        return Err(refusal::password_too_short(length, minimum_length));
    }
    let alone = zxcvbn(&prepared, &[]);
    if alone.score() < SCORE_MIN {
        return Err(if is_common(&alone) {
            refusal::password_too_common()
        } else {
            refusal::password_too_guessable()
        });
    }
    let names = parts(names);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if zxcvbn(&prepared, &names).score() < SCORE_MIN {
        return Err(refusal::password_has_names());
    }
    Ok(())
}

/// Returns whether the whole password is one of the list, or like one of them. Of equally likely
/// parts, zxcvbn names any, so parts do not count: one password always gets one number.
fn is_common(entropy: &Entropy) -> bool {
    if entropy.sequence().len() != 1 {
        return false;
    }
    let warning = entropy.feedback().and_then(Feedback::warning);
    warning.is_some_and(|warning| {
        matches!(
            warning,
            Warning::ThisIsATop10Password
                | Warning::ThisIsATop100Password
                | Warning::ThisIsACommonPassword
                | Warning::ThisIsSimilarToACommonlyUsedPassword
        )
    })
}

/// Returns the names and their parts: `ana.lopez@demo.example` has `ana`, `lopez`, `demo` and
/// `example`.
fn parts(names: &[&str]) -> Vec<String> {
    let mut parts = Vec::new();
    let names = names.iter().filter(|name| name.len() <= NAME_BYTES_MAX);
    for name in names.map(|name| opaque_string(name)) {
        let of_name = name.split(|one: char| !one.is_alphanumeric()).map(str::to_owned);
        parts.extend(of_name.chain([name.clone()]));
    }
    parts.retain(|part| part.chars().count() >= NAME_CHARACTERS_MIN);
    parts.truncate(NAMES_MAX);
    parts
}

#[cfg(test)]
mod tests {
    use catalogue::Language;

    use super::*;

    const NAMES: [&str; 4] =
        ["ana.lopezgarcia@demo.example", "Ana López García", "Montgomery Widgets", "montgomery"];

    fn number(password: &str, minimum_length: u16) -> Option<u32> {
        check(password, minimum_length, &NAMES).err().map(|refusal| refusal.number())
    }

    #[test]
    fn new_password_is_refused_for_the_first_rule_that_it_breaks() {
        // Checks passwords that break one rule, and some that break none.
        for (password, minimum, expected) in [
            ("Xq7-vLr2#mT", 12, Some(88_000_360)),
            ("Xq7-vLr2#mT", 8, None),
            ("Xq7-vL", 8, Some(88_000_360)),
            ("1234567890123", 12, Some(88_000_363)),
            ("iloveyou", 8, Some(88_000_361)),
            ("P@ssw0rd", 8, Some(88_000_361)),
            ("qwertyuiop[]", 12, Some(88_000_363)),
            ("aaaaaaaaaaaaaaaa", 12, Some(88_000_363)),
            ("lopezgarciamontgomery", 12, Some(88_000_362)),
            ("lopezgarcia12", 12, Some(88_000_362)),
            ("correct\thorse battery staple", 12, Some(88_000_364)),
            ("correct horse battery staple", 12, None),
            ("correct horse battery", 12, None),
            // No rule on kinds of characters: letters alone are enough, in any script.
            ("membeliempatbukuhijau", 12, None),
            ("кошка вечером гуляет", 12, None),
        ] {
            assert_eq!(number(password, minimum), expected, "{password}");
        }
        assert_eq!(number(&"p".repeat(1_025), 12), Some(88_000_111));
    }

    #[test]
    fn length_counts_characters_of_the_prepared_form() {
        // Checks a password of twelve composed letters, written with decomposed ones, and one of
        // eleven.
        let twelve = "zu\u{308}rxqo\u{308}wvkpjt";
        assert_eq!(number(twelve, 12), None);
        assert_eq!(number(twelve, 13), Some(88_000_360));
    }

    #[test]
    fn refusal_names_what_helps_in_every_language() {
        // Reads the texts of each refusal. None repeats the password or a name.
        for password in ["short", "iloveyou", "lopezgarciamontgomery", "aaaaaaaaaaaaaaaa"] {
            let refusal = check(password, 8, &NAMES).expect_err(password);
            for language in Language::all() {
                let text = format!("{}{}", refusal.description(language), refusal.remedy(language));
                assert!(text.len() > 40, "{text}");
                assert!(!text.contains(password) && !text.to_lowercase().contains("lopez"));
            }
        }
    }

    #[test]
    fn long_password_and_long_names_are_checked_in_bounded_time() {
        // Checks the longest password with more names than count. The test ends at once.
        let password = "kx7-".repeat(256);
        let long = "lopez ".repeat(40);
        let names = [long.as_str(); 100];
        assert!(check(&password, 12, &names).is_err());
    }
}
