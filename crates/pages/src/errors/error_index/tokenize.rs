//! Splits texts into words for the search, and compares misspelled words.

use catalogue::edit_distance;

/// Returns `InvalidReplyTo` as `InvalidReplyTo  Invalid Reply To`, so that each part is a word.
pub(super) fn with_spaced_parts(name: &str) -> String {
    let mut result = format!("{name} ");
    for letter in name.chars() {
        if letter.is_uppercase() {
            result.push(' ');
        }
        result.push(letter);
    }
    result
}

/// Returns the words of a text in lower case without diacritics. A word with underscores is
/// returned as a whole and in parts.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let whole = text.split(|one: char| !one.is_alphanumeric() && one != '_');
    whole.filter(|word| !word.is_empty()).flat_map(|word| {
        let folded: String =
            word.chars().flat_map(char::to_lowercase).map(without_diacritics).collect();
        let parts: Vec<String> = if folded.contains('_') {
            folded.split('_').map(str::to_owned).collect()
        } else {
            Vec::new()
        };
        std::iter::once(folded).chain(parts).filter(|word| !word.is_empty())
    })
}

/// Removes the diacritics of a letter.
fn without_diacritics(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'į' | 'ı' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ś' | 'š' | 'ş' => 's',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        _ => letter,
    }
}

/// Returns whether a word is too common to search for.
pub(super) fn is_filler(word: &str) -> bool {
    const FILLERS: [&str; 29] = [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "in",
        "is",
        "it",
        "not",
        "of",
        "on",
        "or",
        "the",
        "to",
        "was",
        "atau",
        "dan",
        "dari",
        "di",
        "ini",
        "ke",
        "tidak",
        "yang",
        // These words fit every error.
        "wrong",
        "bad",
        "incorrect",
        "salah",
        "keliru",
    ];
    FILLERS.contains(&word)
}

/// Returns whether the word has only digits.
pub(super) fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether one letter is replaced, missing or added, or two adjacent letters are swapped.
pub(super) fn is_one_edit_away(typed: &[char], known: &str) -> bool {
    let known: Vec<char> = known.chars().collect();
    edit_distance(typed, &known, 1) == Some(1)
}
