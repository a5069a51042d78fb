//! The page on which a user downloads their data.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::Layout;

/// The data of the page. Its form posts `csrf_token`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountData {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// True if the user may delete the account.
    pub can_delete: bool,
}

impl AccountData {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_data", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AccountData {
    const TEMPLATE: &'static str = "account_data";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let account_layout = AccountLayout::sample(AccountSection::Data);
        let first = Self { layout: crate::sample::layout(), account_layout, can_delete: false };
        vec![("deletion", Self { can_delete: true, ..first.clone() }), ("first", first)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let layout = crate::sample::hostile_layout(text);
        Self { layout, account_layout: AccountLayout::hostile(text), can_delete: true }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
