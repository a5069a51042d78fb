//! Codes that users type from paper or from a screen: sixteen letters in four groups, with 80
//! random bits. Recovery codes and temporary access passes have this form.

use aws_lc_rs::digest;
use data_encoding::{Encoding, Specification};
use model::Digest;

/// The random bytes of a code: 80 bits, so that a digest of it cannot be reversed.
pub(super) const RANDOM_LENGTH: usize = 10;
/// The number of letters of a code.
const LETTERS_IN_CODE: usize = 16;
/// The letters of a code: no two look alike (Crockford's Base32, in lower case).
const LETTERS: &str = "0123456789abcdefghjkmnpqrstvwxyz";

/// A code in the form in which it is compared.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct GroupedCode(String);

impl GroupedCode {
    /// Creates a code from random bytes.
    pub(super) fn new(random: [u8; RANDOM_LENGTH]) -> Self {
        Self(encoding().map(|it| it.encode(&random)).unwrap_or_default())
    }

    /// Parses a code that a user typed: in upper or lower case, with or without hyphens and spaces.
    /// The letters `o`, `i` and `l` are read as digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let letters = text.chars().filter(|it| !it.is_whitespace() && *it != '-');
        let letter = |typed: char| match typed.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        let code: String = letters.map(letter).take(LETTERS_IN_CODE + 1).collect();
        let is_code = code.len() == LETTERS_IN_CODE && code.chars().all(|it| LETTERS.contains(it));
        is_code.then_some(Self(code))
    }

    /// Returns the code as users read it: in four groups.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (index, letter) in self.0.char_indices() {
            if index > 0 && index % 4 == 0 {
                text.push('-');
            }
            text.push(letter);
        }
        text
    }

    /// Returns the digest by which the code is stored.
    pub(super) fn digest(&self) -> Digest {
        let digest = digest::digest(&digest::SHA256, self.0.as_bytes());
        digest.as_ref().try_into().unwrap_or_default()
    }
}

fn encoding() -> Option<Encoding> {
    let mut specification = Specification::new();
    specification.symbols.push_str(LETTERS);
    specification.encoding().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_read_in_every_form_in_which_users_type_it() {
        // Types a code in other cases, groupings and look-alike letters, and texts that are none.
        let code = GroupedCode::new([0, 1, 2, 3, 250, 251, 252, 253, 254, 255]);
        let text = code.text();
        assert_eq!(text, "000g-40zt-zfyf-vzqz");
        let looks_alike = text.replace('0', "O");
        for typed in [text.clone(), text.to_uppercase(), text.replace('-', " "), looks_alike] {
            assert!(GroupedCode::parse(&typed) == Some(code.clone()), "{typed:?}");
        }
        for typed in ["", "000g-40zt-zfyf-vzq", "000g-40zt-zfyf-vzqzz", "000g-40rf-zbyf-vzqu"] {
            assert!(GroupedCode::parse(typed).is_none(), "{typed:?}");
        }
    }
}
