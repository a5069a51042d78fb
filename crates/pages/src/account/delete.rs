//! The page on which a user deletes their account, and the one that follows.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::{FormError, Layout};

/// The data of the page that asks. Its form posts `csrf_token` and `username`.
#[derive(Clone, Debug, Serialize)]
pub struct DeleteAccount {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// The refusal of the last attempt.
    pub problem: Option<FormError>,
}

/// The data of the page that follows. It has no form, and needs no session.
#[derive(Clone, Debug, Serialize)]
pub struct AccountDeleted {
    /// The layout of the page.
    pub layout: Layout,
}

impl DeleteAccount {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_delete", language, self)
    }
}

impl AccountDeleted {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_deleted", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for DeleteAccount {
    const TEMPLATE: &'static str = "account_delete";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(AccountSection::Data),
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
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AccountDeleted {
    const TEMPLATE: &'static str = "account_deleted";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        vec![("first", Self { layout: crate::sample::layout() })]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self { layout: crate::sample::hostile_layout(text) }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
