//! The page that asks whether to sign out, and of which account.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page. Its form posts `request` and `account`: the value of an account, or `all`.
#[derive(Clone, Debug, Serialize)]
pub struct SignOut {
    /// The layout of the page.
    pub layout: Layout,
    /// The URL that the form is submitted to.
    pub action: String,
    /// The sealed request, a hidden field of the form.
    pub request: String,
    /// The name of the client that requests the sign-out, if it is known.
    pub app: Option<String>,
    /// The accounts of this browser, most likely first.
    pub accounts: Vec<SignOutAccount>,
}

/// An account of this browser.
#[derive(Clone, Debug, Serialize)]
pub struct SignOutAccount {
    /// The value of the form field `account`.
    pub value: String,
    /// The display name of the user.
    pub name: String,
    /// The user name.
    pub username: String,
}

impl SignOut {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("sign_out", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for SignOut {
    const TEMPLATE: &'static str = "sign_out";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let account = |value: &str, name: &str, username: &str| SignOutAccount {
            value: value.to_owned(),
            name: name.to_owned(),
            username: username.to_owned(),
        };
        let one = Self {
            layout: crate::sample::layout(),
            action: "/demo/sign-out".to_owned(),
            request: "c2VhbGVk".to_owned(),
            app: Some("Demo web app".to_owned()),
            accounts: vec![account("0", "Rina Wijaya", "rina@demo.example")],
        };
        let two = Self {
            app: None,
            accounts: vec![
                account("0", "Rina Wijaya", "rina@demo.example"),
                account("1", "Budi Hartono", "budi@demo.example"),
            ],
            ..one.clone()
        };
        vec![("one", one), ("two", two)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let account = SignOutAccount {
            value: text.to_owned(),
            name: text.to_owned(),
            username: text.to_owned(),
        };
        Self {
            layout: crate::sample::hostile_layout(text),
            action: text.to_owned(),
            request: text.to_owned(),
            app: Some(text.to_owned()),
            accounts: vec![account.clone(), account],
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
