//! The page that asks for the code of a mail. It is the same whether a mail was sent or not.

use catalogue::Language;
use serde::Serialize;

use crate::{FormError, Layout};

/// The data of the page. Its form posts `flow`, `step`, `code` and `action` (`continue`, `send`,
/// `back` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct ResetCode {
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
    /// The user name that was typed.
    pub username: String,
    /// The path of the report form.
    pub report: Option<String>,
    /// The refusal of the last attempt. It never reveals whether the user exists.
    pub problem: Option<FormError>,
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
            action: "/demo/reset-password".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            app: "Demo web app".to_owned(),
            username: "rina@demo.example".to_owned(),
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
            report: Some(text.to_owned()),
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
