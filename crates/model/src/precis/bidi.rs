//! The Bidi rule (RFC 5893 §2): a name with right-to-left letters is shown in one order only.

use icu_properties::{CodePointMapData, props::BidiClass};

/// Returns the first part of a name that breaks the rule, if the name has a right-to-left
/// character. Parts are the words, the two sides of `@`, and the labels of the domain after it:
/// RFC 8265 §3.3 applies the rule to each word, RFC 5893 to each label.
pub(super) fn broken_part(name: &str) -> Option<&str> {
    let is_right_to_left = |class| {
        matches!(class, BidiClass::RightToLeft | BidiClass::ArabicLetter | BidiClass::ArabicNumber)
    };
    if !classes(name).any(is_right_to_left) {
        return None;
    }
    let (account, domain) = name.rsplit_once('@').unwrap_or((name, ""));
    let mut parts = account.split([' ', '@']).chain(domain.split([' ', '.']));
    parts.find(|part| !part.is_empty() && !is_in_one_order(part))
}

/// Checks a part against conditions 1 to 6.
fn is_in_one_order(part: &str) -> bool {
    let Some(first) = classes(part).next() else { return true };
    let last = classes(part).filter(|class| *class != BidiClass::NonspacingMark).last();
    match first {
        BidiClass::LeftToRight => {
            classes(part).all(is_in_left_to_right)
                && matches!(last, Some(BidiClass::LeftToRight | BidiClass::EuropeanNumber))
        }
        BidiClass::RightToLeft | BidiClass::ArabicLetter => {
            let has = |number| classes(part).any(|class| class == number);
            classes(part).all(is_in_right_to_left)
                && last.is_some_and(ends_right_to_left)
                && !(has(BidiClass::EuropeanNumber) && has(BidiClass::ArabicNumber))
        }
        _ => false,
    }
}

/// Returns whether a left-to-right part may have a class (condition 5).
fn is_in_left_to_right(class: BidiClass) -> bool {
    class == BidiClass::LeftToRight || class == BidiClass::EuropeanNumber || is_neutral(class)
}

/// Returns whether a right-to-left part may have a class (condition 2).
fn is_in_right_to_left(class: BidiClass) -> bool {
    ends_right_to_left(class) || is_neutral(class)
}

/// Returns whether a right-to-left part may end in a class (condition 3).
fn ends_right_to_left(class: BidiClass) -> bool {
    matches!(
        class,
        BidiClass::RightToLeft
            | BidiClass::ArabicLetter
            | BidiClass::ArabicNumber
            | BidiClass::EuropeanNumber
    )
}

/// Returns whether parts of both directions may have a class.
fn is_neutral(class: BidiClass) -> bool {
    matches!(
        class,
        BidiClass::EuropeanSeparator
            | BidiClass::CommonSeparator
            | BidiClass::EuropeanTerminator
            | BidiClass::OtherNeutral
            | BidiClass::BoundaryNeutral
            | BidiClass::NonspacingMark
    )
}

fn classes(text: &str) -> impl Iterator<Item = BidiClass> {
    text.chars().map(|character| CodePointMapData::<BidiClass>::new().get(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bidi_rule_accepts_names_that_are_shown_in_one_order() {
        // Checks names without right-to-left letters, which the rule leaves alone, and names of
        // each direction per part.
        for name in [
            "ana+x@1and1.example",
            "1ana",
            "אבי",
            "אבי@demo.example",
            "אבי+7@דמו.example",
            "ana אבי",
            "علي.رضا",
            "علي٣",
            "علي3",
            "مَن\u{64b}",
        ] {
            assert_eq!(broken_part(name), None, "{name}");
        }
    }

    #[test]
    fn bidi_rule_refuses_names_that_can_be_read_in_two_orders() {
        // Breaks each condition in one part of a name.
        for (name, part) in [
            ("3אבי", "3אבי"),
            ("אביana", "אביana"),
            ("אבי-", "אבי-"),
            ("علي3٣", "علي3٣"),
            ("anaאבי@demo.example", "anaאבי"),
            ("אבי@3com.example", "3com"),
            ("אבי ana-", "ana-"),
            ("ana@דמו3a.example", "דמו3a"),
        ] {
            assert_eq!(broken_part(name), Some(part), "{name}");
        }
    }
}
