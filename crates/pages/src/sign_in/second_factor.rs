//! The page that asks for a code of an authenticator app, for a recovery code, or for a temporary
//! access pass.

use catalogue::Language;
use serde::Serialize;

use super::StepForm;
use crate::{Layout, PasskeyPrompt};

/// The data of the page. Its forms post `flow`, `step`, `action` (`continue`, `other` or `cancel`),
/// and `code`, `recovery_code` or `access_pass`.
#[derive(Clone, Debug, Serialize)]
pub struct SecondFactor {
    /// The layout of the page.
    pub layout: Layout,
    /// The form.
    #[serde(flatten)]
    pub form: StepForm,
    /// True if the app accepts codes, and not a passkey only.
    pub accepts_codes: bool,
    /// True if the user has an authenticator app.
    pub has_app: bool,
    /// The form for a passkey. `None` if the user has none.
    pub passkey: Option<PasskeyPrompt>,
    /// True if the user has recovery codes left.
    pub has_recovery_codes: bool,
    /// True if the user has a temporary access pass, also an expired or used one.
    pub has_access_pass: bool,
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
            form: StepForm::sample("/demo/second-factor"),
            accepts_codes: true,
            has_app: true,
            passkey: None,
            has_recovery_codes: true,
            has_access_pass: false,
        };
        let failed = Self {
            has_recovery_codes: false,
            form: StepForm::refused_sample("/demo/second-factor", language),
            ..first.clone()
        };
        let both = Self { passkey: Some(PasskeyPrompt::sample()), ..first.clone() };
        let pass = Self { has_access_pass: true, ..first.clone() };
        let passkey = Self { has_app: false, accepts_codes: false, ..both.clone() };
        vec![
            ("first", first),
            ("both", both),
            ("passkey", passkey),
            ("pass", pass),
            ("failed", failed),
        ]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            form: StepForm::hostile(text),
            accepts_codes: true,
            has_app: true,
            passkey: Some(PasskeyPrompt::hostile(text)),
            has_recovery_codes: true,
            has_access_pass: true,
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
