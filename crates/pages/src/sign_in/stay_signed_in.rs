//! The page that asks whether this browser may stay signed in.

use catalogue::Language;
use serde::Serialize;

use crate::Frame;

/// The question whether to stay signed in. Its form posts `flow` and `stay` (`yes` or `no`).
#[derive(Clone, Debug, Serialize)]
pub struct StaySignedIn {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// The sealed flow that the form carries back.
    pub flow: String,
    /// Who has just signed in.
    pub username: String,
}

impl StaySignedIn {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("stay_signed_in", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for StaySignedIn {
    const TEMPLATE: &'static str = "stay_signed_in";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let page = Self {
            frame: crate::sample::frame(),
            action: "/demo/stay".to_owned(),
            flow: "c2VhbGVk".to_owned(),
            username: "rina@demo.example".to_owned(),
        };
        vec![("question", page)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            frame: crate::sample::hostile_frame(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            username: text.to_owned(),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
