//! A template of the catalogue, cut into text and parameter names.

use serde::Serialize;

/// A segment of a template: text, or the name of a parameter.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Segment {
    text: String,
    is_parameter: bool,
}

/// Cuts `a {name} b` at the known parameter names.
pub(super) fn segments(text: &str, names: &[&str]) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        plain.push_str(before);
        match after.split_once('}') {
            Some((name, behind)) if names.contains(&name) => {
                segments.push(Segment { text: std::mem::take(&mut plain), is_parameter: false });
                segments.push(Segment { text: name.to_owned(), is_parameter: true });
                rest = behind;
            }
            _ => {
                plain.push('{');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    segments.push(Segment { text: plain, is_parameter: false });
    segments.retain(|segment| !segment.text.is_empty());
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_in_braces_are_parameters() {
        // Cuts a known name, an unknown name, and a brace that is never closed.
        let segment = |text: &str, is_parameter| Segment { text: text.to_owned(), is_parameter };
        assert_eq!(
            segments("sent '{uri}', not {other} or {", &["uri"]),
            [segment("sent '", false), segment("uri", true), segment("', not {other} or {", false)]
        );
        assert_eq!(segments("", &["uri"]), []);
    }
}
