//! An expected and a received value with the differing part highlighted.

use serde::Serialize;

/// A comparison, with both values cut into a common start, a differing middle and a common end.
#[derive(Clone, Debug, Default, Serialize)]
pub struct HighlightedComparison {
    /// The parameter or claim.
    pub name: String,
    /// The segments of the expected value.
    pub expected: Option<[String; 3]>,
    /// The segments of the received value.
    pub received: Option<[String; 3]>,
    /// A sentence about the difference.
    pub difference: Option<String>,
}

impl HighlightedComparison {
    /// Cuts the values into segments. If less than half of them is common, nothing is highlighted.
    pub fn new(
        name: String,
        expected: Option<String>,
        received: Option<String>,
        difference: Option<String>,
    ) -> Self {
        let (expected, received) = match (expected, received) {
            (Some(expected), Some(received)) => {
                let (expected, received) = segments(&expected, &received);
                (Some(expected), Some(received))
            }
            (expected, received) => (expected.map(unhighlighted), received.map(unhighlighted)),
        };
        Self { name, expected, received, difference }
    }
}

fn unhighlighted(text: String) -> [String; 3] {
    [text, String::new(), String::new()]
}

fn segments(expected: &str, received: &str) -> ([String; 3], [String; 3]) {
    let expected: Vec<char> = expected.chars().collect();
    let received: Vec<char> = received.chars().collect();
    let shorter = expected.len().min(received.len());
    let is_same = |pair: &(&char, &char)| pair.0 == pair.1;
    let start = expected.iter().zip(&received).take_while(is_same).count();
    let end = expected.iter().rev().zip(received.iter().rev()).take_while(is_same).count();
    let end = end.min(shorter - start);
    let differing = expected.len().max(received.len()) - start - end;
    let is_similar = start + end >= differing;
    let cut = |text: &[char]| {
        let part = |range: &[char]| range.iter().collect::<String>();
        if !is_similar {
            return unhighlighted(part(text));
        }
        let (head, rest) = text.split_at(start);
        let (middle, tail) = rest.split_at(rest.len() - end);
        [part(head), part(middle), part(tail)]
    };
    (cut(&expected), cut(&received))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_differing_part_of_both_values_is_highlighted() {
        // Compares a longer end, a different middle, and a repeated letter at the boundary.
        let (left, right) = segments("https://a.test/cb", "https://a.test/cb/");
        assert_eq!(left, ["https://a.test/cb", "", ""].map(str::to_owned));
        assert_eq!(right, ["https://a.test/cb", "/", ""].map(str::to_owned));
        let (left, right) = segments("https://a.test/cb", "http://a.test/cb");
        assert_eq!(left, ["http", "s", "://a.test/cb"].map(str::to_owned));
        assert_eq!(right, ["http", "", "://a.test/cb"].map(str::to_owned));
        let (left, right) = segments("aaa", "aa");
        assert_eq!((left.concat(), right.concat()), ("aaa".to_owned(), "aa".to_owned()));
    }

    #[test]
    fn values_with_little_in_common_are_not_highlighted() {
        // Compares unlike texts, an empty one, and characters of more than one byte.
        for (left, right) in [("one", "a quite different text"), ("", "x"), ("é", "üü")] {
            let (first, second) = segments(left, right);
            let unchanged = (unhighlighted(left.to_owned()), unhighlighted(right.to_owned()));
            assert_eq!((first, second), unchanged);
        }
    }
}
