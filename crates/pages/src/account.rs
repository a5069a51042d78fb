//! The account pages of users.

mod add_app;
mod add_passkey;
mod overview;

use serde::Serialize;

pub use add_app::AddAuthenticatorApp;
pub use add_passkey::AddPasskey;
pub use overview::{AccountApp, AccountOverview, AccountPasskey};

/// The parts that account pages share.
#[derive(Clone, Debug, Serialize)]
pub struct AccountLayout {
    /// The name of the user.
    pub name: String,
    /// The user name.
    pub username: String,
    /// The path of the first page, to which the others add theirs.
    pub base: String,
    /// The CSRF token of every form.
    pub csrf_token: String,
}

#[cfg(any(test, feature = "samples"))]
impl AccountLayout {
    fn sample() -> Self {
        Self {
            name: "Rina Wijaya".to_owned(),
            username: "rina@demo.example".to_owned(),
            base: "/demo/account".to_owned(),
            csrf_token: "c2VhbGVk".to_owned(),
        }
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let [name, username, base, csrf_token] = [text; 4].map(str::to_owned);
        Self { name, username, base, csrf_token }
    }
}
