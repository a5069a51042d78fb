//! The page on which a user types the code that was sent to an e-mail address.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::{FormError, Layout};

/// The data of the page. Its form posts `csrf_token`, `pending` and `code`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountEmailCode {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// The address to which the code was sent.
    pub address: String,
    /// The sealed request for the code.
    pub pending: String,
    /// The refusal of the last attempt.
    pub problem: Option<FormError>,
}

impl AccountEmailCode {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_email_code", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AccountEmailCode {
    const TEMPLATE: &'static str = "account_email_code";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(AccountSection::Email),
            address: "rina.wijaya@mail.example".to_owned(),
            pending: "c2VhbGVk".to_owned(),
            problem: None,
        };
        let failed = Self { problem: Some(crate::sample::form_error(language)), ..first.clone() };
        vec![("failed", failed), ("first", first)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            account_layout: AccountLayout::hostile(text),
            address: text.to_owned(),
            pending: text.to_owned(),
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
