//! The page on which the user chooses one of the accounts of this browser.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page. Its form posts `flow`, `step` and either `account`, or `action` (`other`
/// or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct ChooseAccount {
    /// The layout of the page.
    pub layout: Layout,
    /// The URL that the form is submitted to.
    pub action: String,
    /// The id of the sign-in flow, a hidden field of the form.
    pub flow: String,
    /// The step that the page is for, a hidden field of the form.
    pub step: String,
    /// The name of the client that requested the sign-in.
    pub app: String,
    /// The accounts, most likely first.
    pub accounts: Vec<Account>,
}

/// One account of the browser.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// The value of the form field `account`.
    pub value: String,
    /// The display name of the user.
    pub name: String,
    /// The user name.
    pub username: String,
    /// True if it has a session, so that no password is needed.
    pub signed_in: bool,
}

impl ChooseAccount {
    /// Returns the HTML of the page.
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
            layout: crate::sample::layout(),
            action: "/demo/account".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
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
            layout: crate::sample::hostile_layout(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            step: text.to_owned(),
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
