//! The public page about one error number: `/error?code=N`.

mod segment;

use catalogue::microsoft_only::{MicrosoftOnlyError, microsoft_only_error, microsoft_only_errors};
use catalogue::{Entry, Language, entry, example};
use serde::Serialize;

use self::segment::{Segment, segments};
use crate::{Development, Layout, remedy};

/// The limit on the displayed code, in characters. No error number is longer.
const CODE_CHARS_MAX: usize = 40;

/// The data of the page.
#[derive(Clone, Debug)]
pub struct ErrorDetail {
    /// The layout of the page.
    pub layout: Layout,
    /// The requested number: `50011` or `AADSTS50011`.
    pub code: String,
    /// The URL of the report form, if a fault of the service led to this page.
    pub report: Option<String>,
    /// The part for the developer whose own request was refused with this number.
    pub development: Option<Development>,
}

/// The catalogue's record of a number.
enum Known {
    Entry(&'static Entry),
    MicrosoftOnly(&'static MicrosoftOnlyError),
}

impl ErrorDetail {
    /// Returns whether the number exists. If not, the page must be sent with status 404.
    pub fn is_known(&self) -> bool {
        self.known().is_some()
    }

    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("error_detail", language, &self.view(language))
    }

    fn known(&self) -> Option<Known> {
        let code = self.code.trim();
        let digits = code.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let number = digits.parse().ok()?;
        let entry = entry(number).map(|entry| (entry.label(), Known::Entry(entry)));
        let known = entry.or_else(|| {
            microsoft_only_error(number).map(|error| (error.label(), Known::MicrosoftOnly(error)))
        });
        let (label, known) = known?;
        (code == digits || label.eq_ignore_ascii_case(code)).then_some(known)
    }

    fn view(&self, language: Language) -> View<'_> {
        let known = self.known();
        View {
            layout: &self.layout,
            report: self.report.as_deref(),
            development: self.development.as_ref(),
            code: self.code.trim().chars().take(CODE_CHARS_MAX).collect(),
            entry: match known {
                Some(Known::Entry(entry)) => Some(EntryView::new(entry, language)),
                _ => None,
            },
            microsoft_only: match known {
                Some(Known::MicrosoftOnly(error)) => Some(MicrosoftOnlyView::new(error, language)),
                _ => None,
            },
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    layout: &'a Layout,
    development: Option<&'a Development>,
    report: Option<&'a str>,
    code: String,
    entry: Option<EntryView>,
    microsoft_only: Option<MicrosoftOnlyView>,
}

/// The view of an entry.
#[derive(Serialize)]
struct EntryView {
    label: &'static str,
    name: &'static str,
    title: String,
    description: Vec<Segment>,
    steps: Vec<Vec<Segment>>,
    example: Option<Example>,
    error: Option<&'static str>,
    error_on_authorize: Option<&'static str>,
    suberror: Option<&'static str>,
    status: u16,
    fixed_by: String,
    parameters: &'static [&'static str],
    since: &'static str,
    retired: Option<&'static str>,
    related: Vec<Related>,
    /// The Microsoft-only numbers that this entry replaces.
    replaces: Vec<Related>,
}

#[derive(Serialize)]
struct Example {
    request: &'static str,
    response: &'static str,
    page: bool,
}

/// The view of a Microsoft-only number.
#[derive(Serialize)]
struct MicrosoftOnlyView {
    label: &'static str,
    name: Option<&'static str>,
    meaning: String,
    explanation: String,
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

impl EntryView {
    fn new(entry: &'static Entry, language: Language) -> Self {
        let remedy = entry.remedy(language);
        let steps = remedy.lines().map(str::trim).filter(|line| !line.is_empty());
        let related = entry.related.iter().filter_map(|number| catalogue::entry(*number));
        let replaced =
            microsoft_only_errors().iter().filter(|one| one.nearest == Some(entry.number));
        Self {
            label: entry.label(),
            name: entry.name,
            title: entry.title(language),
            description: segments(&entry.description(language), entry.parameters),
            steps: steps.map(|line| segments(line, entry.parameters)).collect(),
            example: example(entry.number).map(|it| Example {
                request: it.request,
                response: it.response,
                page: it.page,
            }),
            error: (entry.error != "none").then_some(entry.error),
            error_on_authorize: entry.error_on_authorize,
            suberror: entry.suberror,
            status: entry.status,
            fixed_by: remedy::role_name(entry.fixed_by, language),
            parameters: entry.parameters,
            since: entry.since,
            retired: entry.retired,
            related: related.map(|other| Related::from_entry(other, language)).collect(),
            replaces: replaced.map(|other| Related::from_microsoft_only(other, language)).collect(),
        }
    }
}

impl MicrosoftOnlyView {
    fn new(error: &MicrosoftOnlyError, language: Language) -> Self {
        Self {
            label: error.label(),
            name: error.name,
            meaning: error.meaning(language),
            explanation: error.explanation(language),
            feature: error.feature(language),
            error: error.error,
            status: error.status,
            nearest: error.nearest().map(|entry| Related::from_entry(entry, language)),
        }
    }
}

impl Related {
    fn from_entry(entry: &Entry, language: Language) -> Self {
        Self { number: entry.number, label: entry.label(), title: entry.title(language) }
    }

    fn from_microsoft_only(error: &MicrosoftOnlyError, language: Language) -> Self {
        Self { number: error.number, label: error.label(), title: error.meaning(language) }
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ErrorDetail {
    const TEMPLATE: &'static str = "error_detail";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let page = |code: &str| Self {
            report: None,
            development: None,
            layout: Layout { tenant: None, ..crate::sample::layout() },
            code: code.to_owned(),
        };
        let reportable = Self {
            report: Some("/report?report_token=c2VhbGVk".to_owned()),
            development: Some(Development::sample()),
            ..page("50000")
        };
        let mut samples = vec![
            ("known", page("50011")),
            ("microsoft_only", page("70001")),
            ("report_link", reportable),
            ("unknown", page("4711")),
        ];
        if cfg!(test) {
            let all = catalogue::entries().iter();
            samples.extend(all.map(|entry| (entry.name, page(&entry.number.to_string()))));
            let all = microsoft_only_errors().iter();
            samples.extend(all.map(|error| {
                (error.name.unwrap_or("microsoft_only"), page(&error.number.to_string()))
            }));
        }
        samples
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            code: text.to_owned(),
            report: Some(text.to_owned()),
            development: Some(Development::hostile(text)),
        }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(code: &str) -> Option<u32> {
        let page = ErrorDetail {
            report: None,
            development: None,
            layout: crate::sample::layout(),
            code: code.to_owned(),
        };
        page.known().map(|known| match known {
            Known::Entry(entry) => entry.number,
            Known::MicrosoftOnly(error) => error.number,
        })
    }

    #[test]
    fn a_number_is_found_with_and_without_its_prefix() {
        // Looks up the spellings of one number; other prefixes, signs and lengths find nothing.
        for code in ["50011", "AADSTS50011", "aadsts50011", " 50011 "] {
            assert_eq!(number(code), Some(50_011), "{code}");
        }
        assert_eq!(number("AADSTS50020"), Some(50_020));
        for code in ["", "0", "-50011", "ADMIT50011", "5001100000000000", "50011x", "AADSTS"] {
            assert_eq!(number(code), None, "{code}");
        }
    }

    #[test]
    fn page_about_a_microsoft_only_number_links_to_the_nearest_entry() {
        // Renders the page of a replaced number in every language.
        for language in Language::all() {
            let page = ErrorDetail {
                report: None,
                development: None,
                layout: crate::sample::layout(),
                code: "70001".to_owned(),
            };
            let view = page.view(language).microsoft_only.unwrap();
            assert_eq!(view.nearest.map(|nearest| nearest.number), Some(700_016));
            let html = page.render(language);
            let heading = catalogue::text(language, "error-detail-microsoft-only-heading", &[]);
            for text in [&heading, &view.meaning, &view.explanation] {
                assert!(html.contains(text.as_str()), "{text}");
            }
            assert!(html.contains("code=700016"));
        }
        let page = ErrorDetail {
            report: None,
            development: None,
            layout: crate::sample::layout(),
            code: "700016".to_owned(),
        };
        let view = page.view(Language::ENGLISH).entry.unwrap();
        assert!(view.replaces.iter().any(|other| other.number == 70_001));
    }
}
