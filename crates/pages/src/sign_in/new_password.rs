//! The page on which a user chooses a new password.

use catalogue::Language;
use serde::Serialize;

use super::StepForm;
use crate::Layout;

/// The data of the page. Its form posts `flow`, `step`, `new_password`, `repeated_password`,
/// `end_sessions` (`yes` or absent) and `action` (`continue` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct ChooseNewPassword {
    /// The layout of the page.
    pub layout: Layout,
    /// The form.
    #[serde(flatten)]
    pub form: StepForm,
    /// The least number of characters.
    pub minimum_length: String,
    /// Whether the check box for signing out everywhere else is checked.
    pub end_sessions: bool,
}

impl ChooseNewPassword {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("new_password", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ChooseNewPassword {
    const TEMPLATE: &'static str = "new_password";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            form: StepForm::sample("/demo/new-password"),
            minimum_length: "12".to_owned(),
            end_sessions: true,
        };
        let refused = Self {
            form: StepForm::refused_sample("/demo/new-password", language),
            ..first.clone()
        };
        vec![("first", first), ("refused", refused)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            form: StepForm::hostile(text),
            minimum_length: text.to_owned(),
            end_sessions: true,
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
