//! The page after a report: the ticket ID.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page.
#[derive(Clone, Debug, Serialize)]
pub struct ReportConfirmation {
    /// The layout of the page.
    pub layout: Layout,
    /// The ticket ID.
    pub ticket: String,
    /// The trace ID of the reported request.
    pub trace_id: String,
    /// True if the request was already reported; the text of this report is not stored.
    pub is_repeated: bool,
    /// The email address for the answer.
    pub address: Option<String>,
}

impl ReportConfirmation {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("report_confirmation", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ReportConfirmation {
    const TEMPLATE: &'static str = "report_confirmation";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            ticket: "T-4QXK-0Z7D-N2M8-91HC".to_owned(),
            trace_id: "6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned(),
            is_repeated: false,
            address: Some("rina@demo.example".to_owned()),
        };
        let repeated = Self { is_repeated: true, address: None, ..first.clone() };
        vec![("first", first), ("repeated", repeated)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            ticket: text.to_owned(),
            trace_id: text.to_owned(),
            is_repeated: true,
            address: Some(text.to_owned()),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
