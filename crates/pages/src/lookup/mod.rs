//! The page about one error number, for anyone: `/error?code=N`.

use catalogue::{Entry, FixedBy, Language};
use serde::Serialize;

use crate::Frame;

/// Nobody's number is longer than this; what follows is not shown again.
const CODE_CHARS_MAX: usize = 40;

/// The page about one number.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// What surrounds the page.
    pub frame: Frame,
    /// The number as it was asked for: `50011` or `AADSTS50011`.
    pub code: String,
}

impl Lookup {
    /// What the catalogue has under the number. Nothing means that the page is to be sent as 404.
    pub fn entry(&self) -> Option<&'static Entry> {
        let code = self.code.trim();
        let digits = code.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let entry = catalogue::entry(digits.parse().ok()?)?;
        (code == digits || entry.label().eq_ignore_ascii_case(code)).then_some(entry)
    }

    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("lookup", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        View {
            frame: &self.frame,
            code: self.code.trim().chars().take(CODE_CHARS_MAX).collect(),
            entry: self.entry().map(|entry| Explained::new(entry, language)),
        }
    }
}

/// Who can mend it, in words.
pub(crate) fn mended_by(who: FixedBy, language: Language) -> String {
    let id = match who {
        FixedBy::Developer => "lookup-developer",
        FixedBy::Administrator => "lookup-administrator",
        FixedBy::User => "lookup-user",
        FixedBy::Operator => "lookup-operator",
    };
    catalogue::text(language, id, &[])
}

#[derive(Serialize)]
struct View<'a> {
    frame: &'a Frame,
    code: String,
    entry: Option<Explained>,
}

#[derive(Serialize)]
struct Explained {
    label: &'static str,
    name: &'static str,
    title: String,
    happened: Vec<Piece>,
    steps: Vec<Vec<Piece>>,
    error: Option<&'static str>,
    error_on_authorize: Option<&'static str>,
    suberror: Option<&'static str>,
    status: u16,
    mended_by: String,
    parameters: &'static [&'static str],
    since: &'static str,
    retired: Option<&'static str>,
    related: Vec<Related>,
}

/// A stretch of a general text: words, or the name of a value that a real refusal puts there.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Piece {
    text: String,
    value: bool,
}

#[derive(Serialize)]
struct Related {
    number: u32,
    label: &'static str,
    title: String,
}

impl Explained {
    fn new(entry: &'static Entry, language: Language) -> Self {
        let remedy = entry.remedy(language);
        let related = entry.related.iter().filter_map(|number| catalogue::entry(*number));
        Self {
            label: entry.label(),
            name: entry.name,
            title: entry.title(language),
            happened: pieces(&entry.happened(language), entry.parameters),
            steps: remedy
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .map(|line| pieces(line, entry.parameters))
                .collect(),
            error: (entry.error != "none").then_some(entry.error),
            error_on_authorize: entry.error_on_authorize,
            suberror: entry.suberror,
            status: entry.status,
            mended_by: mended_by(entry.fixed_by, language),
            parameters: entry.parameters,
            since: entry.since,
            retired: entry.retired,
            related: related
                .map(|other| Related {
                    number: other.number,
                    label: other.label(),
                    title: other.title(language),
                })
                .collect(),
        }
    }
}

/// Cuts `a {name} b` at the names that are known.
fn pieces(text: &str, names: &[&str]) -> Vec<Piece> {
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

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for Lookup {
    const TEMPLATE: &'static str = "lookup";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let frame = || Frame { tenant: None, ..crate::sample::frame() };
        let mut samples = vec![
            ("known", Self { frame: frame(), code: "50011".to_owned() }),
            ("unknown", Self { frame: frame(), code: "4711".to_owned() }),
        ];
        if cfg!(test) {
            let all = catalogue::entries().iter();
            samples.extend(all.map(|entry| {
                (entry.name, Self { frame: frame(), code: entry.number.to_string() })
            }));
        }
        samples
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self { frame: crate::sample::hostile_frame(text), code: text.to_owned() }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> Option<u32> {
        let lookup = Lookup { frame: Frame::default(), code: code.to_owned() };
        lookup.entry().map(|entry| entry.number)
    }

    #[test]
    fn a_number_is_found_with_and_without_its_letters() {
        // Proof: the ways to write one number; other letters, signs and lengths find nothing.
        for code in ["50011", "AADSTS50011", "aadsts50011", " 50011 "] {
            assert_eq!(found(code), Some(50_011), "{code}");
        }
        for code in ["", "0", "-50011", "ADMIT50011", "5001100000000000", "50011x", "AADSTS"] {
            assert_eq!(found(code), None, "{code}");
        }
    }

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
