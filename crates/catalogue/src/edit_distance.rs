//! Edit distance, to suggest the known name that a misspelled one stands for.

/// Returns the number of insertions, deletions, replacements and swaps of two adjacent elements
/// that turn one sequence into the other (optimal string alignment), or `None` if it is larger
/// than `max`. Takes O(n) memory and O(n · max) time, less where the sequences differ early.
pub fn edit_distance<T: PartialEq>(left: &[T], right: &[T], max: usize) -> Option<usize> {
    if left.len().abs_diff(right.len()) > max {
        return None;
    }
    let (left, right) = without_common_ends(left, right);
    // Row i, column j: the distance between the first i elements of `left` and j of `right`. A cell
    // more than `max` columns off the diagonal exceeds the limit, so it is not computed.
    let far = max + 1;
    let mut before_last = vec![far; right.len() + 1];
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut next = vec![far; right.len() + 1];
    for (row, element) in left.iter().enumerate() {
        let (first, end) = (row.saturating_sub(max), right.len().min(row + max + 1));
        set(&mut next, first, if first == 0 { row + 1 } else { far });
        let mut least = far;
        for (column, other) in right.iter().enumerate().take(end).skip(first) {
            let replaced = at(&last, column, far) + usize::from(element != other);
            let inserted_or_deleted = at(&last, column + 1, far).min(at(&next, column, far)) + 1;
            let mut cost = replaced.min(inserted_or_deleted);
            let is_swap = row > 0
                && column > 0
                && left.get(row - 1) == Some(other)
                && right.get(column - 1) == Some(element);
            if is_swap {
                cost = cost.min(at(&before_last, column - 1, far) + 1);
            }
            set(&mut next, column + 1, cost);
            least = least.min(cost);
        }
        set(&mut next, end + 1, far);
        // A cell depends on the two rows before it; if both exceed the limit, so does the result.
        if least > max && last.iter().all(|cost| *cost > max) {
            return None;
        }
        // The three rows take turns, so that no row allocates.
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut next);
    }
    last.last().copied().filter(|cost| *cost <= max)
}

fn at(row: &[usize], column: usize, far: usize) -> usize {
    row.get(column).copied().unwrap_or(far)
}

fn set(row: &mut [usize], column: usize, cost: usize) {
    if let Some(cell) = row.get_mut(column) {
        *cell = cost;
    }
}

fn without_common_ends<'a, T: PartialEq>(left: &'a [T], right: &'a [T]) -> (&'a [T], &'a [T]) {
    let same = left.iter().zip(right).take_while(|(one, other)| one == other).count();
    let (left, right) =
        (left.get(same..).unwrap_or_default(), right.get(same..).unwrap_or_default());
    let pairs = left.iter().rev().zip(right.iter().rev());
    let same = pairs.take_while(|(one, other)| one == other).count();
    let end = |text: &'a [T]| text.get(..text.len() - same).unwrap_or_default();
    (end(left), end(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(left: &str, right: &str, max: usize) -> Option<usize> {
        edit_distance(left.as_bytes(), right.as_bytes(), max)
    }

    #[test]
    fn each_kind_of_edit_counts_as_one() {
        // One edit of each kind at the start, in the middle and at the end.
        for other in ["name", "xname", "naxme", "namex", "ame", "nme", "nam", "xame", "naxe"] {
            assert_eq!(distance("name", other, 3), Some(usize::from(other != "name")), "{other}");
        }
        for other in ["anme", "nmae", "naem"] {
            assert_eq!(distance("name", other, 3), Some(1), "{other}");
        }
    }

    #[test]
    fn a_distance_above_the_limit_is_none() {
        // Each pair at its distance and one below.
        for (left, right, edits) in
            [("", "abc", 3), ("kitten", "sitting", 3), ("ca", "abc", 3), ("abcd", "badc", 2)]
        {
            assert_eq!(distance(left, right, edits), Some(edits), "{left} {right}");
            assert_eq!(distance(left, right, edits - 1), None, "{left} {right}");
            assert_eq!(distance(right, left, edits), Some(edits), "{right} {left}");
        }
    }

    #[test]
    fn the_distance_is_the_same_for_every_sufficient_limit() {
        // Compares words of up to five letters with every limit: cells off the diagonal are left
        // out for small limits only, so a wrong one would change the result.
        let words: Vec<String> = (0..3_usize.pow(5))
            .map(|number| (0..5).map(|at| ["a", "b", "c"][number / 3_usize.pow(at) % 3]).collect())
            .flat_map(|word: String| [word[..3].to_owned(), word])
            .collect();
        for left in words.iter().step_by(7) {
            for right in words.iter().step_by(3) {
                let expected = distance(left, right, 9).expect("a distance");
                for max in 0..9 {
                    let found = distance(left, right, max);
                    assert_eq!(
                        found,
                        Some(expected).filter(|it| *it <= max),
                        "{left} {right} {max}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_distance_is_the_same_with_and_without_common_ends() {
        // All words of up to four letters of a three-letter alphabet, alone and within others.
        let mut words = vec![String::new()];
        for length in 1..=4 {
            let shorter: Vec<_> =
                words.iter().filter(|it| it.len() == length - 1).cloned().collect();
            words.extend(
                shorter.iter().flat_map(|it| ["a", "b", "c"].map(|one| format!("{it}{one}"))),
            );
        }
        for left in words.iter().step_by(3) {
            for right in &words {
                let (long_left, long_right) = (format!("xy{left}zx"), format!("xy{right}zx"));
                let expected = distance(left, right, 9);
                assert_eq!(distance(&long_left, &long_right, 9), expected, "{left} {right}");
            }
        }
    }
}
