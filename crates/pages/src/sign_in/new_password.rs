//! The page on which a user chooses a new password.

use catalogue::Language;
use serde::Serialize;

use crate::{FormError, Layout};

/// The data of the page. Its form posts `flow`, `step`, `new_password`, `repeated_password`,
/// `end_sessions` (`yes` or absent) and `action` (`continue` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct ChooseNewPassword {
    /// The layout of the page.
    pub layout: Layout,
    /// The URL that the form is submitted to.
    pub action: String,
    /// The id of the sign-in flow, a hidden field of the form.
    pub flow: String,
    /// The step that the page is for, a hidden field of the form.
    pub step: String,
    /// The name of the client that requested the sign-in.
    pub app: String,
    /// The user name.
    pub username: String,
    /// The least number of characters.
    pub minimum_length: String,
    /// Whether the check box for signing out everywhere else is checked.
    pub end_sessions: bool,
    /// The path of the report form.
    pub report: Option<String>,
    /// The refusal of the last attempt.
    pub problem: Option<FormError>,
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
            action: "/demo/new-password".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            app: "Demo web app".to_owned(),
            username: "rina@demo.example".to_owned(),
            minimum_length: "12".to_owned(),
            end_sessions: true,
            report: Some("/report?report_token=c2VhbGVk".to_owned()),
            problem: None,
        };
        let refused = Self { problem: Some(crate::sample::form_error(language)), ..first.clone() };
        vec![("first", first), ("refused", refused)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            step: text.to_owned(),
            app: text.to_owned(),
            username: text.to_owned(),
            minimum_length: text.to_owned(),
            end_sessions: true,
            report: Some(text.to_owned()),
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
