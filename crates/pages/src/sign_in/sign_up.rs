//! The pages on which a new user gives an e-mail address, and types the code of the mail that was
//! sent to it. They are the same whether an account has the address or not.

use catalogue::Language;
use serde::Serialize;

use super::StepForm;
use crate::Layout;

/// The data of the page that asks for the address. Its form posts `flow`, `step`, `email` and
/// `action` (`send`, `back` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct SignUp {
    /// The layout of the page.
    pub layout: Layout,
    /// The form.
    #[serde(flatten)]
    pub form: StepForm,
}

/// The data of the page that asks for the code. Its form posts `flow`, `step`, `code` and `action`
/// (`continue`, `send`, `back` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct SignUpCode {
    /// The layout of the page.
    pub layout: Layout,
    /// The form.
    #[serde(flatten)]
    pub form: StepForm,
}

impl SignUp {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("sign_up", language, self)
    }
}

impl SignUpCode {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("sign_up_code", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for SignUp {
    const TEMPLATE: &'static str = "sign_up";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            form: StepForm { username: String::new(), ..StepForm::sample("/demo/sign-up") },
        };
        let refused =
            Self { form: StepForm::refused_sample("/demo/sign-up", language), ..first.clone() };
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

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for SignUpCode {
    const TEMPLATE: &'static str = "sign_up_code";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let first =
            Self { layout: crate::sample::layout(), form: StepForm::sample("/demo/sign-up") };
        let refused =
            Self { form: StepForm::refused_sample("/demo/sign-up", language), ..first.clone() };
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
