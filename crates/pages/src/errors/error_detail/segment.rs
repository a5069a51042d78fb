//! A template of the catalogue, cut into text and sample values of its parameters.

use catalogue::sample;
use serde::Serialize;

/// A segment of a template: text, or a sample value of a parameter.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Segment {
    text: String,
    is_sample: bool,
}

/// Cuts `a {name} b` at the known parameter names, and gives each a sample value.
pub(super) fn segments(text: &str, names: &[&str]) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        plain.push_str(before);
        match after.split_once('}') {
            Some((name, behind)) if names.contains(&name) => {
                segments.push(Segment { text: std::mem::take(&mut plain), is_sample: false });
                segments.push(Segment { text: sample(name).to_owned(), is_sample: true });
                rest = behind;
            }
            _ => {
                plain.push('{');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    segments.push(Segment { text: plain, is_sample: false });
    segments.retain(|segment| !segment.text.is_empty());
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_in_braces_get_a_sample_value() {
        // Cuts a known name, an unknown name, and a brace that is never closed.
        let segment = |text: &str, is_sample| Segment { text: text.to_owned(), is_sample };
        assert_eq!(
            segments("sent '{scope}', not {other} or {", &["scope"]),
            [
                segment("sent '", false),
                segment("read", true),
                segment("', not {other} or {", false)
            ]
        );
        assert_eq!(segments("", &["scope"]), []);
    }
}
