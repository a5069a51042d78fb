//! The page that asks for a code of an authenticator app, or for a recovery code.

use catalogue::Language;
use serde::Serialize;

use crate::{FormError, Layout, PasskeyPrompt};

/// The data of the page. Its forms post `flow`, `step`, `action` (`continue`, `other` or `cancel`),
/// and `code` or `recovery_code`.
#[derive(Clone, Debug, Serialize)]
pub struct SecondFactor {
    /// The layout of the page.
    pub layout: Layout,
    /// The URL that the forms are submitted to.
    pub action: String,
    /// The id of the sign-in flow, a hidden field of the forms.
    pub flow: String,
    /// The step that the page is for, a hidden field of the forms.
    pub step: String,
    /// The name of the client that requested the sign-in.
    pub app: String,
    /// The user name.
    pub username: String,
    /// True if the app accepts codes, and not a passkey only.
    pub accepts_codes: bool,
    /// True if the user has an authenticator app.
    pub has_app: bool,
    /// The form for a passkey. `None` if the user has none.
    pub passkey: Option<PasskeyPrompt>,
    /// True if the user has recovery codes left.
    pub has_recovery_codes: bool,
    /// The path of the report form.
    pub report: Option<String>,
    /// The refusal of the last attempt.
    pub problem: Option<FormError>,
}

impl SecondFactor {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("second_factor", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for SecondFactor {
    const TEMPLATE: &'static str = "second_factor";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            action: "/demo/second-factor".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            app: "Demo web app".to_owned(),
            username: "rina@demo.example".to_owned(),
            accepts_codes: true,
            has_app: true,
            passkey: None,
            has_recovery_codes: true,
            report: Some("/report?report_token=c2VhbGVk".to_owned()),
            problem: None,
        };
        let failed = Self {
            has_recovery_codes: false,
            problem: Some(crate::sample::form_error(language)),
            ..first.clone()
        };
        let both = Self { passkey: Some(PasskeyPrompt::sample()), ..first.clone() };
        let passkey = Self { has_app: false, accepts_codes: false, ..both.clone() };
        vec![("first", first), ("both", both), ("passkey", passkey), ("failed", failed)]
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
            accepts_codes: true,
            has_app: true,
            passkey: Some(PasskeyPrompt::hostile(text)),
            has_recovery_codes: true,
            report: Some(text.to_owned()),
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
