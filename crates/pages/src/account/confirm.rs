//! The page that asks before something of the account is removed or ended.

use catalogue::{Language, text};
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::Layout;

/// The data of the page. Its form posts `csrf_token` and `id`.
#[derive(Clone, Debug)]
pub struct AccountConfirm {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// The question.
    pub question: AccountQuestion,
    /// The name of what is removed or ended; may be empty.
    pub name: String,
    /// The consequences, in the order of the page.
    pub consequences: Vec<Consequence>,
    /// The path of the form, after that of the first account page.
    pub action: &'static str,
    /// The id that the form posts; may be empty.
    pub id: String,
    /// The path of the page to go back to, after that of the first account page.
    pub back: &'static str,
}

/// The questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountQuestion {
    /// Remove an authenticator app.
    RemoveApp,
    /// Remove a passkey.
    RemovePasskey,
    /// End every session and every grant.
    EndSessions,
    /// Withdraw the access of an app.
    WithdrawApp,
    /// Say that a request was not the user's.
    NotMe,
}

/// A consequence of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    /// This number of other apps and passkeys remain.
    OthersRemain(usize),
    /// The user has no second factor then.
    NoSecondFactor,
    /// The policy requires a second factor: the next sign-in sets one up.
    PolicyAsks,
    /// The recovery codes are removed, too.
    CodesRemoved,
    /// The user has no passkey then, and signs in with the password.
    PasswordOnly,
    /// The user could not sign in any more, so the answer is refused.
    LastWay,
    /// This browser is signed out, too.
    ThisBrowserToo,
    /// Apps may accept what they have for up to an hour or so.
    AppsLater,
    /// The app asks for consent again.
    AsksAgain,
    /// A ticket with the request is opened.
    TicketOpened,
}

impl AccountQuestion {
    /// Returns the last part of the ids of its texts.
    const fn key(self) -> &'static str {
        match self {
            Self::RemoveApp => "remove-app",
            Self::RemovePasskey => "remove-passkey",
            Self::EndSessions => "end-sessions",
            Self::WithdrawApp => "withdraw",
            Self::NotMe => "not-me",
        }
    }

    /// Returns the id of the name for something that the user gave none.
    const fn unnamed(self) -> &'static str {
        match self {
            Self::RemoveApp => "account-app",
            Self::RemovePasskey => "account-passkey",
            Self::EndSessions | Self::WithdrawApp | Self::NotMe => "account-heading",
        }
    }
}

impl Consequence {
    fn text(self, language: Language) -> String {
        let id = match self {
            Self::OthersRemain(number) => {
                let number = number.to_string();
                return text(language, "account-others-remain", &[("number", &number)]);
            }
            Self::NoSecondFactor => "account-no-second-factor-then",
            Self::PolicyAsks => "account-policy-asks",
            Self::CodesRemoved => "account-codes-removed",
            Self::PasswordOnly => "account-password-only-then",
            Self::LastWay => "account-last-way",
            Self::ThisBrowserToo => "account-this-browser-too",
            Self::AppsLater => "account-apps-later",
            Self::AsksAgain => "account-asks-again",
            Self::TicketOpened => "account-ticket-opened",
        };
        text(language, id, &[])
    }
}

impl AccountConfirm {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_confirm", language, &self.view(language))
    }

    fn view(&self, language: Language) -> View<'_> {
        let key = self.question.key();
        let unnamed = text(language, self.question.unnamed(), &[]);
        let name = if self.name.is_empty() { &unnamed } else { &self.name };
        let of_question =
            |part: &str| text(language, &format!("account-{part}-{key}"), &[("name", name)]);
        View {
            layout: &self.layout,
            account_layout: &self.account_layout,
            heading: of_question("ask"),
            consequences: self.consequences.iter().map(|it| it.text(language)).collect(),
            button: of_question("do"),
            is_possible: !self.consequences.contains(&Consequence::LastWay),
            action: self.action,
            id: &self.id,
            back: self.back,
        }
    }
}

#[derive(Serialize)]
struct View<'a> {
    layout: &'a Layout,
    account_layout: &'a AccountLayout,
    heading: String,
    consequences: Vec<String>,
    button: String,
    is_possible: bool,
    action: &'a str,
    id: &'a str,
    back: &'a str,
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AccountConfirm {
    const TEMPLATE: &'static str = "account_confirm";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        use Consequence as C;
        let app = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(AccountSection::SignIn),
            question: AccountQuestion::RemoveApp,
            name: "Phone".to_owned(),
            consequences: vec![C::NoSecondFactor, C::PolicyAsks, C::CodesRemoved],
            action: "/authenticator-app/remove",
            id: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            back: "",
        };
        let passkey = |consequences: &[C]| Self {
            question: AccountQuestion::RemovePasskey,
            name: String::new(),
            consequences: consequences.to_vec(),
            action: "/passkey/remove",
            ..app.clone()
        };
        let sessions = Self {
            question: AccountQuestion::EndSessions,
            name: String::new(),
            consequences: vec![C::ThisBrowserToo, C::AppsLater],
            action: "/end-sessions",
            ..app.clone()
        };
        let withdraw = Self {
            question: AccountQuestion::WithdrawApp,
            name: "Demo web app".to_owned(),
            consequences: vec![C::AsksAgain, C::AppsLater],
            action: "/apps/withdraw",
            account_layout: AccountLayout::sample(AccountSection::Apps),
            back: "/apps",
            ..app.clone()
        };
        let not_me = Self {
            question: AccountQuestion::NotMe,
            name: text(language, "account-activity-signed-in", &[("app", "Demo web app")]),
            consequences: vec![C::ThisBrowserToo, C::TicketOpened, C::AppsLater],
            action: "/activity/report",
            account_layout: AccountLayout::sample(AccountSection::Activity),
            back: "/activity",
            ..app.clone()
        };
        vec![
            ("withdraw", withdraw),
            ("not_me", not_me),
            ("remove_passkey", passkey(&[C::OthersRemain(2), C::PasswordOnly])),
            ("last_passkey", passkey(&[C::LastWay])),
            ("end_sessions", sessions),
            ("remove_app", app),
        ]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            account_layout: AccountLayout::hostile(text),
            question: AccountQuestion::RemoveApp,
            name: text.to_owned(),
            consequences: vec![Consequence::NoSecondFactor],
            action: "/authenticator-app/remove",
            id: text.to_owned(),
            back: "",
        }
    }

    fn model(&self, language: Language) -> impl Serialize {
        self.view(language)
    }
}
