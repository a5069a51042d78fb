//! What a text's words are, and when one is another one misspelled.

/// `InvalidReplyTo` as it is and as `Invalid Reply To`.
pub(super) fn spaced(name: &str) -> String {
    let mut spaced = format!("{name} ");
    for letter in name.chars() {
        if letter.is_uppercase() {
            spaced.push(' ');
        }
        spaced.push(letter);
    }
    spaced
}

/// The words of a text as they are compared: in small letters, without diacritics. What is joined
/// by underscores is one word, and also each of its parts.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let whole = text.split(|one: char| !one.is_alphanumeric() && one != '_');
    whole.filter(|word| !word.is_empty()).flat_map(|word| {
        let folded: String = word.chars().flat_map(char::to_lowercase).map(plain).collect();
        let parts: Vec<String> = if folded.contains('_') {
            folded.split('_').map(str::to_owned).collect()
        } else {
            Vec::new()
        };
        std::iter::once(folded).chain(parts).filter(|word| !word.is_empty())
    })
}

/// A letter without its diacritics.
fn plain(letter: char) -> char {
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

/// Words that say nothing about what is looked for.
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
        // Everything that is looked for here is wrong.
        "wrong",
        "bad",
        "incorrect",
        "salah",
        "keliru",
    ];
    FILLERS.contains(&word)
}

/// Digits, and nothing else.
pub(super) fn is_number(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// One letter is another, missing or too many, or two neighbours changed places.
pub(super) fn is_one_slip_away(typed: &[char], known: &str) -> bool {
    let mut rest = known.chars();
    let same = typed
        .iter()
        .take_while(|letter| rest.clone().next() == Some(**letter) && rest.next().is_some())
        .count();
    let typed = typed.get(same..).unwrap_or_default();
    let (first, second) = (typed.first().copied(), typed.get(1).copied());
    let after = |skipped: usize| typed.get(skipped..).unwrap_or_default().iter().copied();
    let (mut one_on, mut two_on) = (rest.clone(), rest.clone());
    let (other, next) = (one_on.next(), {
        two_on.next();
        two_on.next()
    });
    let swapped = first.is_some() && second.is_some() && first == next && second == other;
    (swapped && after(2).eq(two_on))
        || (first.is_some() && other.is_some() && after(1).eq(one_on.clone()))
        || (first.is_some() && after(1).eq(rest))
        || (other.is_some() && after(0).eq(one_on))
}
