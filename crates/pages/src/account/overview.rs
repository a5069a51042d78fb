//! The first account page: how the user signs in.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
use crate::{Layout, PageTime};

/// The data of the page. Its forms post `csrf_token`, and `id` to remove an app.
#[derive(Clone, Debug, Serialize)]
pub struct AccountOverview {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// The authenticator apps, oldest first.
    pub apps: Vec<AccountApp>,
    /// The passkeys, oldest first.
    pub passkeys: Vec<AccountPasskey>,
    /// True if the user may add a passkey.
    pub can_add_passkey: bool,
    /// True if the user may add an app.
    pub can_add_app: bool,
    /// The number of recovery codes that are left.
    pub recovery_codes: usize,
    /// True if the user has a second factor.
    pub has_second_factor: bool,
}

/// An authenticator app.
#[derive(Clone, Debug, Serialize)]
pub struct AccountApp {
    /// The id, which the form that removes the app posts.
    pub id: String,
    /// The name that the user gave it; may be empty.
    pub name: String,
    /// When it was added.
    pub added: PageTime,
}

/// A passkey.
#[derive(Clone, Debug, Serialize)]
pub struct AccountPasskey {
    /// The id, which the form that removes the passkey posts.
    pub id: String,
    /// The name that the user gave it; may be empty.
    pub name: String,
    /// When it was added.
    pub added: PageTime,
    /// The day of its last use.
    pub last_used: Option<PageTime>,
    /// True if it is copied to other devices of the user.
    pub is_synchronized: bool,
}

impl AccountOverview {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_overview", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AccountOverview {
    const TEMPLATE: &'static str = "account_overview";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let app = |name: &str| AccountApp {
            id: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            name: name.to_owned(),
            added: PageTime::sample("09:12:40"),
        };
        let passkey = |name: &str, is_synchronized: bool| AccountPasskey {
            id: "c2FtcGxl".to_owned(),
            name: name.to_owned(),
            added: PageTime::sample("09:12:40"),
            last_used: is_synchronized.then(|| PageTime::sample("10:00:00")),
            is_synchronized,
        };
        let password_only = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(),
            apps: Vec::new(),
            passkeys: Vec::new(),
            can_add_passkey: true,
            can_add_app: true,
            recovery_codes: 0,
            has_second_factor: false,
        };
        let two_apps = Self {
            apps: vec![app("Phone"), app("")],
            passkeys: vec![passkey("Laptop", true), passkey("", false)],
            recovery_codes: 2,
            has_second_factor: true,
            ..password_only.clone()
        };
        vec![("password_only", password_only), ("two_apps", two_apps)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let app = AccountApp {
            id: text.to_owned(),
            name: text.to_owned(),
            added: PageTime::hostile(text),
        };
        let passkey = AccountPasskey {
            id: text.to_owned(),
            name: text.to_owned(),
            added: PageTime::hostile(text),
            last_used: Some(PageTime::hostile(text)),
            is_synchronized: true,
        };
        Self {
            layout: crate::sample::hostile_layout(text),
            account_layout: AccountLayout::hostile(text),
            passkeys: vec![passkey],
            can_add_passkey: true,
            apps: vec![app],
            can_add_app: true,
            recovery_codes: 1,
            has_second_factor: true,
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
