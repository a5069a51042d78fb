//! The sign-in page: user name and password.

use catalogue::Language;
use serde::Serialize;

use crate::{FormError, Layout, PasskeyPrompt};

/// The data of the page. Its form posts `flow`, `step`, `username`, `password` and `action`
/// (`sign-in`, `forgot` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct SignIn {
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
    /// The initial user name: the login hint or the submitted value; may be empty.
    pub username: String,
    /// True if the typed name is no address, but user names of this tenant are.
    pub whole_address_hint: bool,
    /// Whether the page offers to reset a forgotten password.
    pub can_reset: bool,
    /// The form for a passkey.
    pub passkey: Option<PasskeyPrompt>,
    /// The path of the report form.
    pub report: Option<String>,
    /// The refusal of the last attempt. It never reveals whether the user exists.
    pub problem: Option<FormError>,
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
        let first = Self {
            layout: Layout { language_switch: crate::LanguageSwitch::in_form(), ..layout },
            action: "/demo/sign-in".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            app: "Demo web app".to_owned(),
            username: String::new(),
            whole_address_hint: false,
            can_reset: true,
            passkey: None,
            report: Some("/report?report_token=c2VhbGVk".to_owned()),
            problem: None,
        };
        let failed = Self {
            username: "rina@demo.example".to_owned(),
            problem: Some(crate::sample::form_error(language)),
            ..first.clone()
        };
        let hinted = Self { username: "rina@demo.example".to_owned(), ..first.clone() };
        let partial =
            Self { username: "rina".to_owned(), whole_address_hint: true, ..failed.clone() };
        let passkey = Self { passkey: Some(PasskeyPrompt::sample()), ..first.clone() };
        vec![
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
            action: text.to_owned(),
            flow: text.to_owned(),
            step: text.to_owned(),
            app: text.to_owned(),
            username: text.to_owned(),
            whole_address_hint: true,
            can_reset: true,
            passkey: Some(PasskeyPrompt::hostile(text)),
            report: Some(text.to_owned()),
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
