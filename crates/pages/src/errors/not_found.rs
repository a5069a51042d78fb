//! The page for an address where there is nothing.

use catalogue::Language;
use serde::Serialize;

use crate::Frame;

/// The page for a wrong address.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NotFound {
    /// What surrounds the page.
    pub frame: Frame,
}

impl NotFound {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("not_found", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for NotFound {
    const TEMPLATE: &'static str = "not_found";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        vec![("plain", Self { frame: Frame { tenant: None, ..crate::sample::frame() } })]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self { frame: crate::sample::hostile_frame(text) }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
