//! The page on which a user adds a passkey.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::{FormError, Layout, PasskeyPrompt};

/// The data of the page. Its form posts `csrf_token`, `sealed_challenge`, `passkey` and `name`.
#[derive(Clone, Debug, Serialize)]
pub struct AddPasskey {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// The challenge, sealed for this session, a hidden field of the form.
    pub sealed_challenge: String,
    /// The form for the response of the browser.
    pub passkey: PasskeyPrompt,
    /// The refusal of the last attempt.
    pub problem: Option<FormError>,
}

impl AddPasskey {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_add_passkey", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AddPasskey {
    const TEMPLATE: &'static str = "account_add_passkey";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(AccountSection::SignIn),
            sealed_challenge: "c2VhbGVk".to_owned(),
            passkey: PasskeyPrompt::sample(),
            problem: None,
        };
        let failed = Self { problem: Some(crate::sample::form_error(language)), ..first.clone() };
        vec![("first", first), ("failed", failed)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            account_layout: AccountLayout::hostile(text),
            sealed_challenge: text.to_owned(),
            passkey: PasskeyPrompt::hostile(text),
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
