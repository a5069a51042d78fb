//! The page that says under which number a problem is kept.

use catalogue::Language;
use serde::Serialize;

use crate::Frame;

/// The page after a report.
#[derive(Clone, Debug, Serialize)]
pub struct Reported {
    /// What surrounds the page.
    pub frame: Frame,
    /// The ticket's number.
    pub ticket: String,
    /// Our id of the request that it is about.
    pub trace_id: String,
    /// It was reported before: what was typed now was not kept.
    pub again: bool,
    /// Where the reporter will be answered.
    pub address: Option<String>,
}

impl Reported {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("reported", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for Reported {
    const TEMPLATE: &'static str = "reported";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            frame: crate::sample::frame(),
            ticket: "T-4QXK-0Z7D-N2M8-91HC".to_owned(),
            trace_id: "6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned(),
            again: false,
            address: Some("rina@demo.example".to_owned()),
        };
        let again = Self { again: true, address: None, ..first.clone() };
        vec![("first", first), ("again", again)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            frame: crate::sample::hostile_frame(text),
            ticket: text.to_owned(),
            trace_id: text.to_owned(),
            again: true,
            address: Some(text.to_owned()),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
