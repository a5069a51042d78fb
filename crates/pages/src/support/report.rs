//! The page where anybody reports a problem that they cannot mend themselves.

use catalogue::{FixedBy, Language, Refusal};
use serde::Serialize;

use crate::{Frame, remedy};

/// The page of a report. Its form posts `about`, `text` and `address` to `/report`.
#[derive(Clone, Debug)]
pub struct Report {
    /// What surrounds the page.
    pub frame: Frame,
    /// What the form carries back: which request it is about, sealed.
    pub about: String,
    /// The number that the reader saw.
    pub number: u32,
    /// Our id of the request that it was.
    pub trace_id: String,
    /// When that was, as the error page showed it.
    pub timestamp: String,
    /// The most characters of a text.
    pub text_max: usize,
    /// What was typed before; may be empty.
    pub text: String,
    /// The address that was typed before; may be empty.
    pub address: String,
    /// Why the report was not taken.
    pub problem: Option<Refusal>,
}

impl Report {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("report", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        let entry = catalogue::entry(self.number);
        View {
            frame: &self.frame,
            about: &self.about,
            label: entry.map_or_else(|| self.number.to_string(), |entry| entry.label().to_owned()),
            title: entry.map_or_else(String::new, |entry| entry.title(language)),
            trace_id: &self.trace_id,
            timestamp: &self.timestamp,
            text_max: self.text_max.to_string(),
            text: &self.text,
            address: &self.address,
            problem: self.problem.as_ref().map(|it| Trouble::new(it, FixedBy::User, language)),
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    frame: &'a Frame,
    about: &'a str,
    label: String,
    title: String,
    trace_id: &'a str,
    timestamp: &'a str,
    text_max: String,
    text: &'a str,
    address: &'a str,
    problem: Option<Trouble>,
}

/// A refusal above a form that is shown again.
#[derive(Serialize)]
pub(crate) struct Trouble {
    label: &'static str,
    title: String,
    text: String,
    steps: Vec<String>,
}

impl Trouble {
    /// What `reader` can do about it is shown beside it.
    pub(crate) fn new(refusal: &Refusal, reader: FixedBy, language: Language) -> Self {
        let entry = refusal.entry();
        let steps = remedy::steps(&refusal.remedy(language), entry.fixed_by, language);
        let steps = steps.into_iter().filter(|step| step.who == reader);
        Self {
            label: entry.label(),
            title: refusal.title(language),
            text: refusal.happened(language),
            steps: steps.map(|step| step.what).collect(),
        }
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for Report {
    const TEMPLATE: &'static str = "report";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            frame: crate::sample::frame(),
            about: "c2VhbGVk".to_owned(),
            number: 50_011,
            trace_id: "6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned(),
            timestamp: "2026-11-22 16:20:00Z".to_owned(),
            text_max: 4_000,
            text: String::new(),
            address: String::new(),
            problem: None,
        };
        let typed = Self {
            text: "It worked yesterday.\nSince this morning it does not.".to_owned(),
            address: "rina@demo.example".to_owned(),
            problem: Some(catalogue::refusal::report_not_kept()),
            ..first.clone()
        };
        vec![("first", first), ("not-kept", typed)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            frame: crate::sample::hostile_frame(text),
            about: text.to_owned(),
            number: 50_011,
            trace_id: text.to_owned(),
            timestamp: text.to_owned(),
            text_max: 4_000,
            text: text.to_owned(),
            address: text.to_owned(),
            problem: Some(crate::sample::refusal(text)),
        }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}
