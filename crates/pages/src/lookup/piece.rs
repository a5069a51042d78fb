//! A general text, cut at the names of the values that a real refusal puts there.

use serde::Serialize;

/// A stretch of a general text: words, or the name of a value that a real refusal puts there.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Piece {
    text: String,
    value: bool,
}

/// Cuts `a {name} b` at the names that are known.
pub(super) fn pieces(text: &str, names: &[&str]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        words.push_str(before);
        match after.split_once('}') {
            Some((name, behind)) if names.contains(&name) => {
                let before = Piece { text: std::mem::take(&mut words), value: false };
                pieces.push(before);
                pieces.push(Piece { text: name.to_owned(), value: true });
                rest = behind;
            }
            _ => {
                words.push('{');
                rest = after;
            }
        }
    }
    words.push_str(rest);
    pieces.push(Piece { text: words, value: false });
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_in_braces_are_values() {
        // Proof: a known name, an unknown one, a brace that never closes.
        let piece = |text: &str, value| Piece { text: text.to_owned(), value };
        assert_eq!(
            pieces("sent '{uri}', not {other} or {", &["uri"]),
            [piece("sent '", false), piece("uri", true), piece("', not {other} or {", false)]
        );
        assert_eq!(pieces("", &["uri"]), []);
    }
}
