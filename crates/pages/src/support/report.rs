//! The form on which a user reports a problem that they cannot fix themselves.

use catalogue::{FixedBy, Language, Refusal};
use serde::Serialize;

use crate::{FormError, Layout, PageTime};

/// The data of the page. Its form posts `report_token`, `text` and `address` to `/report`.
#[derive(Clone, Debug)]
pub struct Report {
    /// The layout of the page.
    pub layout: Layout,
    /// The report token: the sealed description of the reported request, a hidden field.
    pub report_token: String,
    /// The reported error number.
    pub number: u32,
    /// The trace ID of the request.
    pub trace_id: String,
    /// The time of the refusal.
    pub timestamp: PageTime,
    /// The limit on the text, in characters.
    pub text_max: usize,
    /// The submitted text, if the form is shown again; may be empty.
    pub text: String,
    /// The submitted email address, if the form is shown again; may be empty.
    pub address: String,
    /// The refusal of the report.
    pub problem: Option<Refusal>,
}

impl Report {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("report", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        let entry = catalogue::entry(self.number);
        View {
            layout: &self.layout,
            report_token: &self.report_token,
            label: catalogue::label(self.number),
            title: entry.map_or_else(
                || catalogue::text(language, "report-no-error", &[]),
                |entry| entry.title(language),
            ),
            trace_id: &self.trace_id,
            timestamp: &self.timestamp,
            text_max: self.text_max.to_string(),
            text: &self.text,
            address: &self.address,
            problem: self
                .problem
                .as_ref()
                .map(|it| FormError::from_refusal(it, FixedBy::User, language)),
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    layout: &'a Layout,
    report_token: &'a str,
    label: String,
    title: String,
    trace_id: &'a str,
    timestamp: &'a PageTime,
    text_max: String,
    text: &'a str,
    address: &'a str,
    problem: Option<FormError>,
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for Report {
    const TEMPLATE: &'static str = "report";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout_with(crate::LanguageSwitch::in_form()),
            report_token: "c2VhbGVk".to_owned(),
            number: 50_011,
            trace_id: "6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned(),
            timestamp: PageTime::sample("16:20:00"),
            text_max: 4_000,
            text: String::new(),
            address: String::new(),
            problem: None,
        };
        let not_stored = Self {
            text: "It worked yesterday.\nSince this morning it does not.".to_owned(),
            address: "rina@demo.example".to_owned(),
            problem: Some(catalogue::refusal::report_not_stored()),
            ..first.clone()
        };
        vec![("first", first), ("not-stored", not_stored)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            report_token: text.to_owned(),
            number: 50_011,
            trace_id: text.to_owned(),
            timestamp: PageTime::hostile(text),
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
