//! The page on which a user changes or confirms their e-mail address.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::{FormError, Layout};

/// The data of the page. Its forms post `csrf_token` with `address`, or with `action=verify`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountEmail {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// The present address.
    pub address: Option<String>,
    /// True if the present address is verified.
    pub is_verified: bool,
    /// True if the user can confirm the present address.
    pub can_verify: bool,
    /// False if only an administrator can change the address.
    pub can_change: bool,
    /// True if the user name looks like an address: it stays as it is.
    pub username_stays: bool,
    /// True after a change.
    pub is_changed: bool,
    /// The address that was typed.
    pub typed: String,
    /// The refusal of the last attempt.
    pub problem: Option<FormError>,
}

impl AccountEmail {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_email", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AccountEmail {
    const TEMPLATE: &'static str = "account_email";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let verified = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(AccountSection::Email),
            address: Some("rina@demo.example".to_owned()),
            is_verified: true,
            can_verify: false,
            can_change: true,
            username_stays: true,
            is_changed: false,
            typed: String::new(),
            problem: None,
        };
        let failed = Self {
            typed: "rina@".to_owned(),
            problem: Some(crate::sample::form_error(language)),
            ..verified.clone()
        };
        let unverified = Self { is_verified: false, can_verify: true, ..verified.clone() };
        let none = Self { address: None, is_verified: false, ..verified.clone() };
        let fixed = Self { can_change: false, ..verified.clone() };
        let changed = Self { is_changed: true, ..verified.clone() };
        vec![
            ("failed", failed),
            ("unverified", unverified),
            ("none", none),
            ("fixed", fixed),
            ("changed", changed),
            ("verified", verified),
        ]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            account_layout: AccountLayout::hostile(text),
            address: Some(text.to_owned()),
            is_verified: true,
            can_verify: true,
            can_change: true,
            username_stays: true,
            is_changed: true,
            typed: text.to_owned(),
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
