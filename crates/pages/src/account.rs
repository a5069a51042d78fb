//! The account pages of users.

mod activity;
mod add_app;
mod add_passkey;
mod apps;
mod confirm;
mod data;
mod delete;
mod email;
mod email_code;
mod overview;
mod password;
mod profile;
mod reported;
mod sessions;

use serde::Serialize;

pub use activity::{AccountActivity, ActivityEntry};
pub use add_app::AddAuthenticatorApp;
pub use add_passkey::AddPasskey;
pub use apps::{AccountApps, AuthorizedApp};
pub use confirm::{AccountConfirm, AccountQuestion, Consequence};
pub use data::AccountData;
pub use delete::{AccountDeleted, DeleteAccount};
pub use email::AccountEmail;
pub use email_code::AccountEmailCode;
pub use overview::{
    AccountAccessPass, AccountApp, AccountOverview, AccountPasskey, AccountWarning,
};
pub use password::ChangePassword;
pub use profile::{AccountProfile, ProfileField};
pub use reported::ActivityReported;
pub use sessions::{AccountSession, AccountSessions};

/// The parts that account pages share.
#[derive(Clone, Debug, Serialize)]
pub struct AccountLayout {
    /// The section that the page belongs to.
    pub section: AccountSection,
    /// The name of the user.
    pub name: String,
    /// The user name.
    pub username: String,
    /// The path of the first page, to which the others add theirs.
    pub base: String,
    /// The CSRF token of every form.
    pub csrf_token: String,
}

/// A section of the account pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountSection {
    /// The password, passkeys, authenticator apps and recovery codes.
    SignIn,
    /// The name, the language and the time zone.
    Profile,
    /// The e-mail address.
    Email,
    /// The sessions.
    Sessions,
    /// The apps that may act for the user.
    Apps,
    /// The recent activity.
    Activity,
    /// The download, and the deletion of the account.
    Data,
}

#[cfg(any(test, feature = "samples"))]
impl AccountLayout {
    fn sample(section: AccountSection) -> Self {
        Self {
            section,
            name: "Rina Wijaya".to_owned(),
            username: "rina@demo.example".to_owned(),
            base: "/demo/account".to_owned(),
            csrf_token: "c2VhbGVk".to_owned(),
        }
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let [name, username, base, csrf_token] = [text; 4].map(str::to_owned);
        Self { section: AccountSection::SignIn, name, username, base, csrf_token }
    }
}
