//! The name that was probably meant.

/// The allowed name nearest to what was written, if any is near enough to be a slip of the pen.
pub(crate) fn nearest<'a>(
    written: &str,
    allowed: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = (written.chars().count() / 3).max(1);
    allowed
        .into_iter()
        .map(|name| (distance(written, name), name))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, name)| name)
}

/// How many characters must be put in, taken out, replaced or swapped with their neighbour.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().flat_map(char::to_lowercase).collect();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut two_above: Vec<usize> = Vec::new();
    let mut previous = None;
    for (row, character) in left.chars().flat_map(char::to_lowercase).enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(0);
            let replaced = at(&above, column) + usize::from(character != *other);
            let mut cost = replaced.min(at(&above, column + 1) + 1).min(at(&current, column) + 1);
            let swapped =
                column > 0 && previous == Some(*other) && right.get(column - 1) == Some(&character);
            if swapped {
                cost = cost.min(at(&two_above, column - 1) + 1);
            }
            current.push(cost);
        }
        two_above = std::mem::replace(&mut above, current);
        previous = Some(character);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_recognized_and_another_word_is_not() {
        // One slip of each kind, a different case, and a word that is simply another.
        let allowed = ["address", "tls", "behind_proxies"];
        for slip in ["adress", "adddress", "addres", "adderss", "Address"] {
            assert_eq!(nearest(slip, allowed), Some("address"), "{slip}");
        }
        assert_eq!(nearest("tsl", allowed), Some("tls"));
        assert_eq!(nearest("certificate", allowed), None);
        assert_eq!(nearest("", allowed), None);
    }
}
