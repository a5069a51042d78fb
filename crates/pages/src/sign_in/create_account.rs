//! The page on which a new user, whose e-mail address is proven, gives their name and a password.

use catalogue::Language;
use serde::Serialize;

use super::StepForm;
use crate::Layout;

/// The data of the page. Its form posts `flow`, `step`, `name`, each further attribute,
/// `new_password`, `repeated_password`, `terms` (the version, or absent) and `action` (`continue`
/// or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct CreateAccount {
    /// The layout of the page.
    pub layout: Layout,
    /// The form.
    #[serde(flatten)]
    pub form: StepForm,
    /// The display name.
    pub name: String,
    /// The further attributes.
    pub attributes: Vec<AttributeField>,
    /// The least number of characters of the password.
    pub minimum_length: String,
    /// The terms of use to accept.
    pub terms: Option<TermsOfUse>,
}

/// A field for an attribute.
#[derive(Clone, Debug, Serialize)]
pub struct AttributeField {
    /// The name of the field: that of the claim.
    pub name: String,
    /// The id of its label in the catalogue.
    pub label: String,
    /// The value of `autocomplete`.
    pub autocomplete: &'static str,
    /// The typed value.
    pub value: String,
}

/// The terms of use of a tenant.
#[derive(Clone, Debug, Serialize)]
pub struct TermsOfUse {
    /// The version.
    pub version: String,
    /// The URL of the text.
    pub url: String,
}

/// The data of the page on which a user accepts new terms of use. Its form posts `flow`, `step`,
/// `terms` (the version, or absent) and `action` (`continue` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct AcceptTerms {
    /// The layout of the page.
    pub layout: Layout,
    /// The form.
    #[serde(flatten)]
    pub form: StepForm,
    /// The terms of use to accept.
    pub terms: Option<TermsOfUse>,
}

impl CreateAccount {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("create_account", language, self)
    }
}

impl AcceptTerms {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("accept_terms", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl TermsOfUse {
    fn sample() -> Self {
        Self { version: "2026-11".to_owned(), url: "https://demo.example/terms".to_owned() }
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for CreateAccount {
    const TEMPLATE: &'static str = "create_account";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let phone = AttributeField {
            name: "phone_number".to_owned(),
            label: "sign-up-phone_number".to_owned(),
            autocomplete: "tel",
            value: String::new(),
        };
        let first = Self {
            layout: crate::sample::layout(),
            form: StepForm::sample("/demo/create-account"),
            name: String::new(),
            attributes: Vec::new(),
            minimum_length: "12".to_owned(),
            terms: None,
        };
        let refused = Self {
            form: StepForm::refused_sample("/demo/create-account", language),
            name: "Rina Wijaya".to_owned(),
            attributes: vec![phone],
            terms: Some(TermsOfUse::sample()),
            ..first.clone()
        };
        vec![("first", first), ("refused", refused)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let field = AttributeField {
            name: text.to_owned(),
            label: "sign-up-phone_number".to_owned(),
            autocomplete: "tel",
            value: text.to_owned(),
        };
        Self {
            layout: crate::sample::hostile_layout(text),
            form: StepForm::hostile(text),
            name: text.to_owned(),
            attributes: vec![field],
            minimum_length: text.to_owned(),
            terms: Some(TermsOfUse { version: text.to_owned(), url: text.to_owned() }),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AcceptTerms {
    const TEMPLATE: &'static str = "accept_terms";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            form: StepForm::sample("/demo/terms"),
            terms: Some(TermsOfUse::sample()),
        };
        let refused =
            Self { form: StepForm::refused_sample("/demo/terms", language), ..first.clone() };
        vec![("first", first), ("refused", refused)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            form: StepForm::hostile(text),
            terms: Some(TermsOfUse { version: text.to_owned(), url: text.to_owned() }),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
