//! Finds the known name that is nearest to an unknown one.

use catalogue::{Comparison, Difference, edit_distance};

use super::spelling;

/// The longest name that is compared, in characters. A longer one gets no suggestion.
const CHARS_MAX: usize = 128;
/// The number of known names that are compared.
const NAMES_MAX: usize = 512;

/// Returns the nearest known name, if one is near. A name is near if at most a quarter of the
/// letters differ (one in a short name). It is also near if one name is a prefix or suffix of the
/// other, separated by `.`, `:`, `/`, `-` or `_`.
pub fn nearest<'n>(sent: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let text = lowercase_chars(sent)?;
    let similar = names.into_iter().take(NAMES_MAX).filter_map(|name| {
        let known = lowercase_chars(name)?;
        let most = (text.len().min(known.len()) / 4).max(1);
        let distance = edit_distance(&text, &known, most).filter(|it| *it < text.len());
        let distance = distance.or_else(|| is_part(&text, &known).then_some(most + 1));
        distance.map(|distance| (distance, name))
    });
    similar.min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// Describes a text as a misspelling of the nearest known name, if one is near.
pub(crate) fn suggest<'n>(
    sent: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<Difference> {
    let nearest = nearest(sent.trim(), names)?;
    spelling(sent, nearest).or_else(|| Some(Difference::new("misspelled").with("nearest", nearest)))
}

/// Compares an unknown name with the known name that it misspells.
pub fn suggestion(name: &'static str, sent: &str, known: &str) -> Comparison {
    let difference = spelling(sent, known)
        .unwrap_or_else(|| Difference::new("misspelled").with("nearest", known));
    Comparison::mismatch(name, known, sent).with_difference(difference)
}

/// Describes a text as a list with a wrong separator, or else as in [`suggest`].
pub(crate) fn suggest_in_list<'n>(
    sent: &str,
    names: impl IntoIterator<Item = &'n str> + Clone,
) -> Option<Difference> {
    let parts = |separator| sent.split(separator).map(str::trim);
    let is_list = |separator: &char| {
        sent.contains(*separator)
            && parts(*separator).all(|part| names.clone().into_iter().any(|name| name == part))
    };
    match [',', '+', ';', '|'].iter().find(|separator| is_list(separator)) {
        Some(separator) => Some(Difference::new("separator").with("separator", separator)),
        None => suggest(sent, names),
    }
}

fn lowercase_chars(text: &str) -> Option<Vec<char>> {
    let lowercase_chars: Vec<char> =
        text.chars().take(CHARS_MAX + 1).flat_map(char::to_lowercase).collect();
    (1..=CHARS_MAX).contains(&lowercase_chars.len()).then_some(lowercase_chars)
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
    fn nearest_returns_similar_names_only() {
        // Passes names with each kind of misspelling, and names that resemble no known one.
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
    fn unknown_name_is_described_by_the_mistake() {
        // Passes names with each mistake, and lists with a wrong separator.
        for (sent, kind) in [
            ("orders.raed", Some("misspelled")),
            ("ORDERS.READ", Some("letter_case")),
            (" openid", Some("white_space_around")),
            ("\"openid\"", None),
            ("openid,orders.read", Some("separator")),
            ("openid+orders.read", Some("separator")),
            ("wholly-else", None),
        ] {
            assert_eq!(suggest_in_list(sent, SCOPES).map(|it| it.kind), kind, "{sent}");
        }
    }
}
