//! The page where a person says which of the accounts in this browser to use.

use catalogue::Language;
use serde::Serialize;

use crate::Frame;

/// The choice of accounts. Its form posts `flow` and either `account`, or `action` (`other` or
/// `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct ChooseAccount {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// The sealed flow that the form carries back.
    pub flow: String,
    /// The app that asked for the sign-in.
    pub app: String,
    /// The accounts, the likeliest first.
    pub accounts: Vec<Account>,
}

/// An account that can be chosen.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// What the form posts as `account`; opaque to the page.
    pub value: String,
    /// The person's display name.
    pub name: String,
    /// The user name.
    pub username: String,
    /// Whether its session goes on without a password.
    pub signed_in: bool,
}

impl ChooseAccount {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("choose_account", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ChooseAccount {
    const TEMPLATE: &'static str = "choose_account";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let account = |value: &str, name: &str, username: &str, signed_in| Account {
            value: value.to_owned(),
            name: name.to_owned(),
            username: username.to_owned(),
            signed_in,
        };
        let page = Self {
            frame: crate::sample::frame(),
            action: "/demo/account".to_owned(),
            flow: "c2VhbGVk".to_owned(),
            app: "Demo web app".to_owned(),
            accounts: vec![
                account("0", "Rina Wijaya", "rina@demo.example", true),
                account("1", "Budi Hartono", "budi@demo.example", false),
            ],
        };
        let long = Self {
            accounts: vec![account(
                "0",
                "Maria Anastasia Kusumawardhani-Hadiningrat van der Westhuizen",
                "maria.anastasia.kusumawardhani-hadiningrat@department.of.long.names.demo.example",
                true,
            )],
            ..page.clone()
        };
        vec![("two", page), ("long", long)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            frame: crate::sample::hostile_frame(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            app: text.to_owned(),
            accounts: vec![Account {
                value: text.to_owned(),
                name: text.to_owned(),
                username: text.to_owned(),
                signed_in: true,
            }],
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
