//! The sign-in page: user name and password.

use catalogue::Language;
use serde::Serialize;

use super::StepForm;
use crate::{Layout, PasskeyPrompt};

/// The data of the page. Its form posts `flow`, `step`, `username`, `password` and `action`
/// (`sign-in`, `forgot`, `sign-up` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct SignIn {
    /// The layout of the page.
    pub layout: Layout,
    /// The form.
    #[serde(flatten)]
    pub form: StepForm,
    /// True if the typed name is no address, but user names of this tenant are.
    pub whole_address_hint: bool,
    /// Whether the page offers to reset a forgotten password.
    pub can_reset: bool,
    /// Whether the page offers to create an account.
    pub can_sign_up: bool,
    /// The form for a passkey.
    pub passkey: Option<PasskeyPrompt>,
}

impl SignIn {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("sign_in", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for SignIn {
    const TEMPLATE: &'static str = "sign_in";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let layout = crate::sample::layout();
        let form = StepForm::sample("/demo/sign-in");
        let refused = StepForm::refused_sample("/demo/sign-in", language);
        let hinted = Self {
            layout: Layout { language_switch: crate::LanguageSwitch::in_form(), ..layout },
            form: form.clone(),
            whole_address_hint: false,
            can_reset: true,
            can_sign_up: false,
            passkey: None,
        };
        let without_name = StepForm { username: String::new(), ..form };
        let first = Self { form: without_name, ..hinted.clone() };
        let failed = Self { form: refused.clone(), ..hinted.clone() };
        let partial_name = StepForm { username: "rina".to_owned(), ..refused };
        let partial = Self { form: partial_name, whole_address_hint: true, ..failed.clone() };
        let passkey = Self { passkey: Some(PasskeyPrompt::sample()), ..first.clone() };
        let open = Self { can_sign_up: true, ..first.clone() };
        vec![
            ("open", open),
            ("first", first),
            ("passkey", passkey),
            ("hinted", hinted),
            ("failed", failed),
            ("partial", partial),
        ]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            form: StepForm::hostile(text),
            whole_address_hint: true,
            can_reset: true,
            can_sign_up: true,
            passkey: Some(PasskeyPrompt::hostile(text)),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
