//! The page on which a user changes their password, or sets a first one.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::{FormError, Layout};

/// The data of the page. Its form posts `csrf_token`, `new_password` and `end_others`.
#[derive(Clone, Debug, Serialize)]
pub struct ChangePassword {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// False if the user sets a first password.
    pub has_password: bool,
    /// The least number of characters.
    pub minimum_length: u16,
    /// True if the box that signs the user out elsewhere is checked.
    pub ends_others: bool,
    /// The refusal of the last attempt.
    pub problem: Option<FormError>,
}

impl ChangePassword {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_password", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ChangePassword {
    const TEMPLATE: &'static str = "account_password";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let change = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(AccountSection::SignIn),
            has_password: true,
            minimum_length: 12,
            ends_others: true,
            problem: None,
        };
        let failed = Self { problem: Some(crate::sample::form_error(language)), ..change.clone() };
        let first = Self { has_password: false, ..change.clone() };
        vec![("change", change), ("failed", failed), ("first", first)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            account_layout: AccountLayout::hostile(text),
            has_password: true,
            minimum_length: 12,
            ends_others: true,
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
