//! The first account page: how the user signs in.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::{Layout, PageTime};

/// The data of the page. Its form posts `csrf_token`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountOverview {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// Warnings of what may soon keep the user from signing in.
    pub warnings: Vec<AccountWarning>,
    /// When the password was set. `None` for a user without one.
    pub password_set: Option<PageTime>,
    /// True after the password was changed.
    pub password_is_changed: bool,
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
    /// The temporary access pass with which the user can sign in.
    pub access_pass: Option<AccountAccessPass>,
}

/// A temporary access pass. Its value is not known.
#[derive(Clone, Debug, Serialize)]
pub struct AccountAccessPass {
    /// When it expires.
    pub until: PageTime,
    /// True if it works once only.
    pub once: bool,
}

/// Something that may soon keep the user from signing in, or lets others in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountWarning {
    /// One passkey is the only way to sign in.
    OnlyPasskey,
    /// One app or passkey is the only second factor.
    OneSecondFactor,
    /// The policy will ask for a second factor, which the user does not have.
    SecondFactorNeeded,
}

/// An authenticator app.
#[derive(Clone, Debug, Serialize)]
pub struct AccountApp {
    /// The id, in the address of the page that removes the app.
    pub id: String,
    /// The name that the user gave it; may be empty.
    pub name: String,
    /// When it was added.
    pub added: PageTime,
}

/// A passkey.
#[derive(Clone, Debug, Serialize)]
pub struct AccountPasskey {
    /// The id, in the address of the page that removes the passkey.
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
            account_layout: AccountLayout::sample(AccountSection::SignIn),
            warnings: vec![AccountWarning::SecondFactorNeeded],
            password_set: Some(PageTime::sample("09:12:40")),
            password_is_changed: false,
            apps: Vec::new(),
            passkeys: Vec::new(),
            can_add_passkey: true,
            can_add_app: true,
            recovery_codes: 0,
            has_second_factor: false,
            access_pass: None,
        };
        let access_pass = |once| AccountAccessPass { until: PageTime::sample("09:12:40"), once };
        let two_apps = Self {
            warnings: Vec::new(),
            apps: vec![app("Phone"), app("")],
            passkeys: vec![passkey("Laptop", true), passkey("", false)],
            recovery_codes: 2,
            has_second_factor: true,
            access_pass: Some(access_pass(true)),
            ..password_only.clone()
        };
        let no_password = Self {
            warnings: vec![AccountWarning::OnlyPasskey],
            password_set: None,
            apps: Vec::new(),
            passkeys: vec![passkey("Laptop", true)],
            recovery_codes: 10,
            access_pass: Some(access_pass(false)),
            ..two_apps.clone()
        };
        let changed = Self { password_is_changed: true, ..password_only.clone() };
        vec![
            ("password_only", password_only),
            ("two_apps", two_apps),
            ("no_password", no_password),
            ("password_changed", changed),
        ]
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
            warnings: vec![AccountWarning::OnlyPasskey],
            password_set: Some(PageTime::hostile(text)),
            password_is_changed: true,
            passkeys: vec![passkey],
            can_add_passkey: true,
            apps: vec![app],
            can_add_app: true,
            recovery_codes: 1,
            has_second_factor: true,
            access_pass: Some(AccountAccessPass { until: PageTime::hostile(text), once: true }),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
