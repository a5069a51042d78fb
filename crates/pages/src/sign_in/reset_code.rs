//! The page that asks for the code of a mail. It is the same whether a mail was sent or not.

use catalogue::Language;
use serde::Serialize;

use super::StepForm;
use crate::Layout;

/// The data of the page. Its form posts `flow`, `step`, `code` and `action` (`continue`, `send`,
/// `back` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct ResetCode {
    /// The layout of the page.
    pub layout: Layout,
    /// The form.
    #[serde(flatten)]
    pub form: StepForm,
}

impl ResetCode {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("reset_code", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ResetCode {
    const TEMPLATE: &'static str = "reset_code";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            form: StepForm::sample("/demo/reset-password"),
        };
        let refused = Self {
            form: StepForm::refused_sample("/demo/reset-password", language),
            ..first.clone()
        };
        vec![("first", first), ("refused", refused)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self { layout: crate::sample::hostile_layout(text), form: StepForm::hostile(text) }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
