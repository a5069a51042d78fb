//! Two values side by side, with the part that differs set off.

use serde::Serialize;

/// One value that was compared.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Contrast {
    /// The parameter or claim.
    pub name: String,
    /// What would have been accepted, in pieces.
    pub expected: Option<[String; 3]>,
    /// What came, in pieces: what is the same, what differs, what is the same again.
    pub received: Option<[String; 3]>,
    /// How the two differ, in words.
    pub difference: Option<String>,
}

impl Contrast {
    /// Sets off what differs; where nearly all of it does, nothing is.
    pub fn new(
        name: String,
        expected: Option<String>,
        received: Option<String>,
        difference: Option<String>,
    ) -> Self {
        let (expected, received) = match (expected, received) {
            (Some(expected), Some(received)) => {
                let (expected, received) = pieces(&expected, &received);
                (Some(expected), Some(received))
            }
            (expected, received) => (expected.map(whole), received.map(whole)),
        };
        Self { name, expected, received, difference }
    }
}

fn whole(text: String) -> [String; 3] {
    [text, String::new(), String::new()]
}

fn pieces(left: &str, right: &str) -> ([String; 3], [String; 3]) {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let shorter = left.len().min(right.len());
    let same = |pair: &(&char, &char)| pair.0 == pair.1;
    let front = left.iter().zip(&right).take_while(same).count();
    let back = left.iter().rev().zip(right.iter().rev()).take_while(same).count();
    let back = back.min(shorter - front);
    let differs = left.len().max(right.len()) - front - back;
    let alike = front + back >= differs;
    let cut = |text: &[char]| {
        let part = |range: &[char]| range.iter().collect::<String>();
        if !alike {
            return whole(part(text));
        }
        let (head, rest) = text.split_at(front);
        let (middle, tail) = rest.split_at(rest.len() - back);
        [part(head), part(middle), part(tail)]
    };
    (cut(&left), cut(&right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_set_off_on_both_sides() {
        // Pairs with an end more, a middle that differs, and a repeated letter at the seam.
        let (left, right) = pieces("https://a.test/cb", "https://a.test/cb/");
        assert_eq!(left, ["https://a.test/cb", "", ""].map(str::to_owned));
        assert_eq!(right, ["https://a.test/cb", "/", ""].map(str::to_owned));
        let (left, right) = pieces("https://a.test/cb", "http://a.test/cb");
        assert_eq!(left, ["http", "s", "://a.test/cb"].map(str::to_owned));
        assert_eq!(right, ["http", "", "://a.test/cb"].map(str::to_owned));
        let (left, right) = pieces("aaa", "aa");
        assert_eq!((left.concat(), right.concat()), ("aaa".to_owned(), "aa".to_owned()));
    }

    #[test]
    fn texts_that_have_little_in_common_stay_whole() {
        // Two unlike texts, an empty one, and characters of more than one byte.
        for (left, right) in [("one", "a quite different text"), ("", "x"), ("é", "üü")] {
            let (first, second) = pieces(left, right);
            assert_eq!((first, second), (whole(left.to_owned()), whole(right.to_owned())));
        }
    }
}
