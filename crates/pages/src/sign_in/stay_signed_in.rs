//! The page that asks whether to keep the user signed in with this browser.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page. Its form posts `flow`, `step` and `stay_signed_in` (`yes` or `no`).
#[derive(Clone, Debug, Serialize)]
pub struct StaySignedIn {
    /// The layout of the page.
    pub layout: Layout,
    /// The URL that the form is submitted to.
    pub action: String,
    /// The id of the sign-in flow, a hidden field of the form.
    pub flow: String,
    /// The step that the page is for, a hidden field of the form.
    pub step: String,
    /// The user name of the user who has just signed in.
    pub username: String,
}

impl StaySignedIn {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("stay_signed_in", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for StaySignedIn {
    const TEMPLATE: &'static str = "stay_signed_in";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let page = Self {
            layout: crate::sample::layout(),
            action: "/demo/stay".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            username: "rina@demo.example".to_owned(),
        };
        vec![("question", page)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            step: text.to_owned(),
            username: text.to_owned(),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
