//! The page about one error number, for anyone: `/error?code=N`.

mod piece;

use catalogue::foreign::{Foreign, foreign, foreigners};
use catalogue::{Entry, Language, entry, example};
use serde::Serialize;

use self::piece::{Piece, pieces};
use crate::{Frame, remedy};

/// Nobody's number is longer than this; what follows is not shown again.
const CODE_CHARS_MAX: usize = 40;

/// The page about one number.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// What surrounds the page.
    pub frame: Frame,
    /// The number as it was asked for: `50011` or `AADSTS50011`.
    pub code: String,
    /// Where what led here can be reported, if it was a failure of the service.
    pub report: Option<String>,
}

/// What there is under a number.
enum Known {
    /// An entry of ours.
    Own(&'static Entry),
    /// A number that only Microsoft gives.
    Foreign(&'static Foreign),
}

impl Lookup {
    /// Whether anything is known of the number. If not, the page is to be sent as 404.
    pub fn is_known(&self) -> bool {
        self.known().is_some()
    }

    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("lookup", language, &self.view(language))
    }

    fn known(&self) -> Option<Known> {
        let code = self.code.trim();
        let digits = code.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let number = digits.parse().ok()?;
        let own = entry(number).map(|entry| (entry.label(), Known::Own(entry)));
        let known = own.or_else(|| foreign(number).map(|one| (one.label(), Known::Foreign(one))));
        let (label, known) = known?;
        (code == digits || label.eq_ignore_ascii_case(code)).then_some(known)
    }

    fn view(&self, language: Language) -> View<'_> {
        let known = self.known();
        View {
            frame: &self.frame,
            report: self.report.as_deref(),
            code: self.code.trim().chars().take(CODE_CHARS_MAX).collect(),
            entry: match known {
                Some(Known::Own(entry)) => Some(Explained::new(entry, language)),
                _ => None,
            },
            foreign: match known {
                Some(Known::Foreign(foreign)) => Some(Described::new(foreign, language)),
                _ => None,
            },
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    frame: &'a Frame,
    report: Option<&'a str>,
    code: String,
    entry: Option<Explained>,
    foreign: Option<Described>,
}

/// A number that this service gives.
#[derive(Serialize)]
struct Explained {
    label: &'static str,
    name: &'static str,
    title: String,
    happened: Vec<Piece>,
    steps: Vec<Vec<Piece>>,
    example: Option<Example>,
    error: Option<&'static str>,
    error_on_authorize: Option<&'static str>,
    suberror: Option<&'static str>,
    status: u16,
    mended_by: String,
    parameters: &'static [&'static str],
    since: &'static str,
    retired: Option<&'static str>,
    related: Vec<Related>,
    /// Numbers of Microsoft's for which this one stands here.
    stands_for: Vec<Related>,
}

#[derive(Serialize)]
struct Example {
    request: &'static str,
    answer: &'static str,
    page: bool,
}

/// A number that only Microsoft gives.
#[derive(Serialize)]
struct Described {
    label: &'static str,
    name: Option<&'static str>,
    meaning: String,
    reason: String,
    feature: String,
    error: Option<&'static str>,
    status: Option<u16>,
    nearest: Option<Related>,
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
        let steps = remedy.lines().map(str::trim).filter(|line| !line.is_empty());
        let related = entry.related.iter().filter_map(|number| catalogue::entry(*number));
        let replaced = foreigners().iter().filter(|one| one.nearest == Some(entry.number));
        Self {
            label: entry.label(),
            name: entry.name,
            title: entry.title(language),
            happened: pieces(&entry.happened(language), entry.parameters),
            steps: steps.map(|line| pieces(line, entry.parameters)).collect(),
            example: example(entry.number).map(|it| Example {
                request: it.request,
                answer: it.answer,
                page: it.page,
            }),
            error: (entry.error != "none").then_some(entry.error),
            error_on_authorize: entry.error_on_authorize,
            suberror: entry.suberror,
            status: entry.status,
            mended_by: remedy::named(entry.fixed_by, language),
            parameters: entry.parameters,
            since: entry.since,
            retired: entry.retired,
            related: related.map(|other| Related::own(other, language)).collect(),
            stands_for: replaced.map(|other| Related::foreign(other, language)).collect(),
        }
    }
}

impl Described {
    fn new(foreign: &Foreign, language: Language) -> Self {
        Self {
            label: foreign.label(),
            name: foreign.name,
            meaning: foreign.meaning(language),
            reason: foreign.reason(language),
            feature: foreign.feature(language),
            error: foreign.error,
            status: foreign.status,
            nearest: foreign.nearest().map(|entry| Related::own(entry, language)),
        }
    }
}

impl Related {
    fn own(entry: &Entry, language: Language) -> Self {
        Self { number: entry.number, label: entry.label(), title: entry.title(language) }
    }

    fn foreign(foreign: &Foreign, language: Language) -> Self {
        Self { number: foreign.number, label: foreign.label(), title: foreign.meaning(language) }
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for Lookup {
    const TEMPLATE: &'static str = "lookup";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let frame = || Frame { tenant: None, ..crate::sample::frame() };
        let mut samples = vec![
            ("known", Self { report: None, frame: frame(), code: "50011".to_owned() }),
            ("foreign", Self { report: None, frame: frame(), code: "70001".to_owned() }),
            (
                "reported",
                Self {
                    report: Some("/report?about=c2VhbGVk".to_owned()),
                    frame: frame(),
                    code: "50000".to_owned(),
                },
            ),
            ("unknown", Self { report: None, frame: frame(), code: "4711".to_owned() }),
        ];
        if cfg!(test) {
            let all = catalogue::entries().iter();
            samples.extend(all.map(|entry| {
                (entry.name, Self { report: None, frame: frame(), code: entry.number.to_string() })
            }));
            let all = foreigners().iter();
            samples.extend(all.map(|foreign| {
                (
                    foreign.label(),
                    Self { report: None, frame: frame(), code: foreign.number.to_string() },
                )
            }));
        }
        samples
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            frame: crate::sample::hostile_frame(text),
            code: text.to_owned(),
            report: Some(text.to_owned()),
        }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(code: &str) -> Option<u32> {
        let lookup = Lookup { report: None, frame: Frame::default(), code: code.to_owned() };
        lookup.known().map(|known| match known {
            Known::Own(entry) => entry.number,
            Known::Foreign(foreign) => foreign.number,
        })
    }

    #[test]
    fn a_number_is_found_with_and_without_its_letters() {
        // Proof: the ways to write one number; other letters, signs and lengths find nothing.
        for code in ["50011", "AADSTS50011", "aadsts50011", " 50011 "] {
            assert_eq!(found(code), Some(50_011), "{code}");
        }
        assert_eq!(found("AADSTS50020"), Some(50_020));
        for code in ["", "0", "-50011", "ADMIT50011", "5001100000000000", "50011x", "AADSTS"] {
            assert_eq!(found(code), None, "{code}");
        }
    }

    #[test]
    fn a_number_that_only_microsoft_gives_says_so_and_leads_to_ours() {
        // Proof: the page of one that another number replaces, in every language.
        for language in Language::all() {
            let page = Lookup { report: None, frame: Frame::default(), code: "70001".to_owned() };
            let described = page.view(language).foreign.unwrap();
            assert_eq!(described.nearest.map(|nearest| nearest.number), Some(700_016));
            let html = page.render(language);
            let heading = catalogue::text(language, "lookup-foreign-heading", &[]);
            for text in [&heading, &described.meaning, &described.reason] {
                assert!(html.contains(text.as_str()), "{text}");
            }
            assert!(html.contains("code=700016"));
        }
        let ours = Lookup { report: None, frame: Frame::default(), code: "700016".to_owned() };
        let ours = ours.view(Language::ENGLISH).entry.unwrap();
        assert!(ours.stands_for.iter().any(|other| other.number == 70_001));
    }
}
