//! The page with the browsers in which the user is signed in.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::{Layout, PageTime};

/// The data of the page. Its forms post `csrf_token`, and `id` to end one session.
#[derive(Clone, Debug, Serialize)]
pub struct AccountSessions {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// The sessions: that of this browser, then the others, newest first.
    pub sessions: Vec<AccountSession>,
}

/// A session.
#[derive(Clone, Debug, Serialize)]
pub struct AccountSession {
    /// The id, which the form that ends it posts.
    pub id: String,
    /// True for the session of this browser.
    pub is_present: bool,
    /// The browser and its operating system, if they are known.
    pub browser: Option<String>,
    /// When the user signed in.
    pub signed_in: PageTime,
    /// When an app was opened last, if that is known and later.
    pub used: Option<PageTime>,
    /// When it expires.
    pub expires: PageTime,
    /// The IP address from which the user signed in, as far as known.
    pub address: Option<String>,
    /// The names of the apps that the user opened in it.
    pub apps: Vec<String>,
}

impl AccountSessions {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_sessions", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AccountSessions {
    const TEMPLATE: &'static str = "account_sessions";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let present = AccountSession {
            id: "c2FtcGxl".to_owned(),
            is_present: true,
            browser: Some("Firefox, Linux".to_owned()),
            signed_in: PageTime::sample("09:12:40"),
            used: None,
            expires: PageTime::sample("21:12:40"),
            address: Some("192.0.2.17".to_owned()),
            apps: vec!["Demo web app".to_owned(), "Payroll".to_owned()],
        };
        let other = AccountSession {
            is_present: false,
            browser: None,
            address: None,
            apps: Vec::new(),
            ..present.clone()
        };
        let alone = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(AccountSection::Sessions),
            sessions: vec![present.clone()],
        };
        let distant = AccountSession {
            is_present: false,
            browser: Some("Safari, iOS".to_owned()),
            used: Some(PageTime::sample("14:03:11")),
            ..present.clone()
        };
        let sessions = vec![present, distant, other];
        vec![("several", Self { sessions, ..alone.clone() }), ("one", alone)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let session = AccountSession {
            id: text.to_owned(),
            is_present: false,
            browser: Some(text.to_owned()),
            signed_in: PageTime::hostile(text),
            used: Some(PageTime::hostile(text)),
            expires: PageTime::hostile(text),
            address: Some(text.to_owned()),
            apps: vec![text.to_owned()],
        };
        Self {
            layout: crate::sample::hostile_layout(text),
            account_layout: AccountLayout::hostile(text),
            sessions: vec![session],
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
