//! The page for an unknown address (404).

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page.
#[derive(Clone, Debug, Serialize)]
pub struct NotFound {
    /// The layout of the page.
    pub layout: Layout,
}

impl NotFound {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("not_found", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for NotFound {
    const TEMPLATE: &'static str = "not_found";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        vec![("plain", Self { layout: Layout { tenant: None, ..crate::sample::layout() } })]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self { layout: crate::sample::hostile_layout(text) }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
