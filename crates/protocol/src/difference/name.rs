//! The known name that is most like one that is not known.

use catalogue::{Difference, Fact};

use super::spelling;

/// Longer texts are not compared: no name of ours is as long.
const CHARS_MAX: usize = 128;
/// No more names than this are compared with.
const NAMES_MAX: usize = 512;

/// The name that is most like a text, if one is: at most a quarter of its letters differ (one in a
/// short name), or one of the two is a part of the other that ends at a `.`, `/`, `-` or `_`.
pub fn nearest<'n>(sent: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let text = letters(sent)?;
    let alike = names.into_iter().take(NAMES_MAX).filter_map(|name| {
        let known = letters(name)?;
        let most = (text.len().min(known.len()) / 4).max(1);
        let distance = distance(&text, &known, most).filter(|it| *it < text.len());
        let distance = distance.or_else(|| is_part(&text, &known).then_some(most + 1));
        distance.map(|distance| (distance, name))
    });
    alike.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// How a text differs from the known name that it was meant to be, if it was meant to be one.
pub(crate) fn named<'n>(
    sent: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<Difference> {
    let nearest = nearest(sent.trim(), names)?;
    spelling(sent, nearest).or_else(|| Some(Difference::of("misspelled").with("nearest", nearest)))
}

/// A name that is not known, beside the known one that was meant.
pub fn meant(name: &'static str, sent: &str, known: &str) -> Fact {
    let difference = spelling(sent, known)
        .unwrap_or_else(|| Difference::of("misspelled").with("nearest", known));
    Fact::mismatch(name, known, sent).differing(difference)
}

/// The same, where the text may be a list that was put together in a wrong way.
pub(crate) fn among<'n>(
    sent: &str,
    names: impl IntoIterator<Item = &'n str> + Clone,
) -> Option<Difference> {
    let parts = |separator| sent.split(separator).map(str::trim);
    let is_list = |separator: &char| {
        sent.contains(*separator)
            && parts(*separator).all(|part| names.clone().into_iter().any(|name| name == part))
    };
    match [',', '+', ';', '|'].iter().find(|separator| is_list(separator)) {
        Some(separator) => Some(Difference::of("separator").with("separator", separator)),
        None => named(sent, names),
    }
}

fn letters(text: &str) -> Option<Vec<char>> {
    let letters: Vec<char> =
        text.chars().take(CHARS_MAX + 1).flat_map(char::to_lowercase).collect();
    (1..=CHARS_MAX).contains(&letters.len()).then_some(letters)
}

/// How many letters must be added, taken away, replaced or swapped with their neighbour (optimal
/// string alignment), if it is at most so many.
fn distance(left: &[char], right: &[char], most: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], place: usize| line.get(place).copied().unwrap_or(usize::MAX);
            let replaced = at(&last, column) + usize::from(letter != other);
            let mut cost = replaced.min(at(&last, column + 1) + 1).min(at(&next, column) + 1);
            let swapped = row > 0
                && column > 0
                && left.get(row - 1) == Some(other)
                && right.get(column - 1) == Some(letter);
            if swapped {
                cost = cost.min(at(&before_last, column - 1) + 1);
            }
            next.push(cost);
        }
        before_last = std::mem::replace(&mut last, next);
    }
    last.last().copied().filter(|cost| *cost <= most)
}

fn is_part(left: &[char], right: &[char]) -> bool {
    let (short, long) = if left.len() < right.len() { (left, right) } else { (right, left) };
    let is_edge = |letter: Option<&char>| letter.is_none_or(|it| ".:/-_".contains(*it));
    let (end, start) = (long.len() - short.len(), short.len());
    short.len() >= 3
        && (long.ends_with(short) && is_edge(end.checked_sub(1).and_then(|at| long.get(at)))
            || long.starts_with(short) && is_edge(long.get(start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPES: [&str; 4] = ["orders.read", "orders.write", "openid", "b"];

    #[test]
    fn the_nearest_name_is_found_and_a_far_one_is_not() {
        // Misspells names in each way, and asks for what is like none.
        for (sent, found) in [
            ("orders.raed", Some("orders.read")),
            ("order.write", Some("orders.write")),
            ("Orders.Read", Some("orders.read")),
            ("write", Some("orders.write")),
            ("open_id", Some("openid")),
            ("invoices", None),
            ("a", None),
            ("", None),
        ] {
            assert_eq!(nearest(sent, SCOPES), found, "{sent}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), ["x"]), None);
    }

    #[test]
    fn a_wrong_name_says_how_it_is_wrong() {
        // Names one thing in each wrong way, and a list with each wrong separator.
        for (sent, kind) in [
            ("orders.raed", Some("misspelled")),
            ("ORDERS.READ", Some("letter_case")),
            (" openid", Some("white_space_around")),
            ("\"openid\"", None),
            ("openid,orders.read", Some("separator")),
            ("openid+orders.read", Some("separator")),
            ("wholly-else", None),
        ] {
            assert_eq!(among(sent, SCOPES).map(|it| it.kind), kind, "{sent}");
        }
    }
}
