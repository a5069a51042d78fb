//! Preparation of user names and passwords for comparison (PRECIS, RFC 8264 and RFC 8265).
//!
//! The mappings accept every text, because names and passwords of earlier releases were not
//! checked. Only a new user name is checked. The crate `precis-profiles` refuses instead, and its
//! tables are those of Unicode 6.3.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};

mod bidi;

/// The characters to which halfwidth katakana, U+FF61 to U+FF9F, are mapped.
const KATAKANA: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソ\
    タチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u{3099}\u{309a}";

/// The reason why a new user name is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UsernameFlaw {
    /// A character that user names may not have (RFC 8264 §4.2).
    Character(char),
    /// A part that can be read in two orders, because it mixes directions (RFC 5893 §2).
    Direction(String),
}

/// Returns the form of a user name that is compared: UsernameCaseMapped (RFC 8265 §3.3), without
/// its checks.
pub fn username_key(username: &str) -> String {
    if username.is_ascii() {
        return username.to_ascii_lowercase();
    }
    let narrow: String = username.chars().map(without_width).collect();
    nfc(&narrow.to_lowercase())
}

/// Returns the form of a password that is hashed: OpaqueString (RFC 8265 §4.2), without its checks.
pub fn opaque_string(password: &str) -> String {
    let with_ascii_spaces: String =
        password.chars().map(|it| if is_space(it) { ' ' } else { it }).collect();
    nfc(&with_ascii_spaces)
}

/// Returns a name as pages and apps show it: composed, without spaces at its ends or double ones
/// (RFC 8266 §2.1, without the mapping to lower case).
///
/// # Errors
/// The name has a character that cannot be seen: a control character, or one that changes the order
/// of others, so that a name could look like another text.
pub fn shown_name(name: &str) -> Result<String, char> {
    let is_hidden = |character: &char| {
        let joins_letters = matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe0f}');
        let is_ignorable =
            CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(*character);
        let is_line = matches!(character, '\u{2028}' | '\u{2029}');
        character.is_control() || is_line || is_ignorable && !joins_letters
    };
    let prepared = opaque_string(name);
    let words: Vec<&str> = prepared.split(' ').filter(|word| !word.is_empty()).collect();
    let shown = words.join(" ");
    shown.chars().find(is_hidden).map_or(Ok(shown), Err)
}

/// Returns why a new user name is refused. It may have letters, digits and marks of every script,
/// printable ASCII, and single spaces inside (RFC 8264 §4.2). With right-to-left letters it fulfils
/// the Bidi rule (RFC 8265 §3.3.2, rule 5).
pub fn username_flaw(username: &str) -> Option<UsernameFlaw> {
    let key = username_key(username);
    if let Some(character) = forbidden_character(&key) {
        return Some(UsernameFlaw::Character(character));
    }
    bidi::broken_part(&key).map(|part| UsernameFlaw::Direction(part.to_owned()))
}

fn forbidden_character(key: &str) -> Option<char> {
    let mut previous = ' ';
    for character in key.chars() {
        let is_second_space = character == ' ' && previous == ' ';
        if is_second_space || !is_identifier(character) {
            return Some(character);
        }
        previous = character;
    }
    key.ends_with(' ').then_some(' ')
}

fn nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// Maps a fullwidth or halfwidth character to its decomposition (RFC 8265 §3.3.2, rule 1).
fn without_width(character: char) -> char {
    let code = u32::from(character);
    let shifted = |from: u32, to: u32| char::from_u32(code - from + to).unwrap_or(character);
    match code {
        0x3000 => ' ',
        0xff01..=0xff5e => shifted(0xff01, 0x21),
        0xff5f | 0xff60 => shifted(0xff5f, 0x2985),
        0xff61..=0xff9f => {
            let position = usize::try_from(code - 0xff61).unwrap_or_default();
            KATAKANA.chars().nth(position).unwrap_or(character)
        }
        0xffa0 => '\u{3164}',
        0xffa1..=0xffbe => shifted(0xffa1, 0x3131),
        0xffc2..=0xffc7 => shifted(0xffc2, 0x314f),
        0xffca..=0xffcf => shifted(0xffca, 0x3155),
        0xffd2..=0xffd7 => shifted(0xffd2, 0x315b),
        0xffda..=0xffdc => shifted(0xffda, 0x3161),
        0xffe0 => '¢',
        0xffe1 => '£',
        0xffe2 => '¬',
        0xffe3 => '¯',
        0xffe4 => '¦',
        0xffe5 => '¥',
        0xffe6 => '₩',
        0xffe8 => '│',
        0xffe9..=0xffec => shifted(0xffe9, 0x2190),
        0xffed => '■',
        0xffee => '○',
        _ => character,
    }
}

/// Returns whether a character is a space that is not in ASCII (category Zs).
const fn is_space(character: char) -> bool {
    matches!(
        character,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

/// Returns whether a mapped user name may have a character: that of IdentifierClass (RFC 8264
/// §4.2), without those that need their context, and the space between its parts.
fn is_identifier(character: char) -> bool {
    use GeneralCategory as Category;
    if character.is_ascii() {
        return matches!(character, ' '..='~');
    }
    let is_letter_or_digit = matches!(
        CodePointMapData::<Category>::new().get(character),
        Category::LowercaseLetter
            | Category::UppercaseLetter
            | Category::OtherLetter
            | Category::ModifierLetter
            | Category::DecimalNumber
            | Category::NonspacingMark
            | Category::SpacingMark
    );
    let is_old_hangul = matches!(
        character,
        '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97c}' | '\u{d7b0}'..='\u{d7fb}'
    );
    let is_ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character);
    is_letter_or_digit && !is_old_hangul && !is_ignorable && !has_compatible(character)
}

/// Returns whether a character is a variant of others, such as a ligature (RFC 8264 §9.17).
fn has_compatible(character: char) -> bool {
    let mut buffer = [0; 4];
    let text: &str = character.encode_utf8(&mut buffer);
    let canonical = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
    DecomposingNormalizerBorrowed::new_nfkd().normalize(text) != canonical
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shown_name_has_no_hidden_characters() {
        // Prepares names with spaces and combined letters, and names that would show as others.
        for (typed, shown) in [
            (" Ana  Putri ", "Ana Putri"),
            ("Ana\u{a0}Putri", "Ana Putri"),
            ("Jose\u{301}", "José"),
            ("می\u{200c}نا", "می\u{200c}نا"),
            ("  ", ""),
        ] {
            assert_eq!(shown_name(typed).as_deref(), Ok(shown), "{typed:?}");
        }
        for hidden in ['\u{202e}', '\u{200b}', '\u{ad}', '\n', '\u{7f}', '\u{2028}', '\u{2066}'] {
            assert_eq!(shown_name(&format!("An{hidden}a")), Err(hidden), "{hidden:?}");
        }
    }

    #[test]
    fn width_of_every_character_is_mapped() {
        // Maps each character of the block, whose compatibility form must not change by that, and
        // U+3000. No character with a width of its own is left.
        let nfkd = DecomposingNormalizerBorrowed::new_nfkd();
        for character in ('\u{ff00}'..='\u{ffef}').chain(['\u{3000}']) {
            let mapped = without_width(character);
            let (before, after) = (character.to_string(), mapped.to_string());
            assert_eq!(nfkd.normalize(&before), nfkd.normalize(&after), "{character:?}");
            let has_width = *nfkd.normalize(&before) != before;
            assert_eq!(mapped != character, has_width, "{character:?}");
        }
    }

    #[test]
    fn user_names_that_look_alike_have_one_key() {
        // Compares names that differ in width, case and composition, and names that differ in more.
        for (left, right) in [
            ("Ana@Demo.example", "ana@demo.example"),
            ("ａｎａ＠ｄｅｍｏ", "ana@demo"),
            ("A\u{308}nne", "änne"),
            ("\u{212b}sa", "åsa"),
            ("ｶﾞ", "ガ"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ] {
            assert_eq!(username_key(left), username_key(right), "{left} {right}");
            assert_eq!(username_key(&username_key(left)), username_key(left), "{left}");
        }
        for (left, right) in [("anne", "änne"), ("ana", "аna"), ("ﬁ", "fi"), ("a b", "ab")] {
            assert_ne!(username_key(left), username_key(right), "{left} {right}");
        }
    }

    #[test]
    fn passwords_keep_case_width_and_control_characters() {
        // Prepares passwords that RFC 8265 §4.3 lists, and characters that stay.
        assert_eq!(opaque_string("correct horse battery"), "correct horse battery");
        assert_eq!(opaque_string("foo\u{1680}bar\u{a0}\u{3000}"), "foo bar  ");
        assert_eq!(opaque_string("πßå"), "πßå");
        assert_eq!(opaque_string("Jack of ♦s"), "Jack of ♦s");
        assert_eq!(opaque_string("a\u{30a}"), "å");
        for kept in ["Ana ａ ﬁ", "a\tb\n\u{7f}", "🦊\u{200d}"] {
            assert_eq!(opaque_string(kept), kept);
        }
    }

    #[test]
    fn new_user_name_has_letters_digits_and_ascii() {
        // Checks names of several scripts, then names with one character that is not allowed.
        for right in
            ["ana+x@demo.example", "Nguyễn Thị", "山田太郎", "אבי", "ａｎａ", "ﾔﾏﾀﾞ", "a\u{308}"]
        {
            assert_eq!(username_flaw(right), None, "{right}");
        }
        for (wrong, character) in [
            ("a\tb", '\t'),
            ("a  b", ' '),
            (" a", ' '),
            ("a ", ' '),
            ("ﬁn", 'ﬁ'),
            ("a♥", '♥'),
            ("a\u{200b}b", '\u{200b}'),
            ("a\u{202e}b", '\u{202e}'),
            ("a\u{fe0f}", '\u{fe0f}'),
            ("🦊", '🦊'),
            ("a\u{2067}b", '\u{2067}'),
        ] {
            assert_eq!(username_flaw(wrong), Some(UsernameFlaw::Character(character)), "{wrong:?}");
        }
    }
    #[test]
    fn new_user_name_is_shown_in_one_order_only() {
        // Checks a name in Hebrew with a domain, and one that mixes scripts of both directions,
        // also with letters that are wide.
        assert_eq!(username_flaw("אבי@Demo.example"), None);
        for (wrong, part) in [("Anaאבי@demo.example", "anaאבי"), ("אביＡ", "אביa")] {
            assert_eq!(username_flaw(wrong), Some(UsernameFlaw::Direction(part.to_owned())));
        }
    }
}
