//! The page with the recent activity of the account.

use catalogue::Language;
use serde::Serialize;

use super::AccountLayout;
#[cfg(any(test, feature = "samples"))]
use super::AccountSection;
use crate::{Layout, PageTime};

/// The data of the page. It has no form.
#[derive(Clone, Debug, Serialize)]
pub struct AccountActivity {
    /// The layout of the page.
    pub layout: Layout,
    /// The layout of account pages.
    pub account_layout: AccountLayout,
    /// The entries, newest first.
    pub entries: Vec<ActivityEntry>,
    /// False if the service keeps no records, or cannot read them now.
    pub is_recorded: bool,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
pub struct ActivityEntry {
    /// When.
    pub at: PageTime,
    /// The description, in the reader's language.
    pub text: String,
    /// The error number of a failure, with its prefix.
    pub label: Option<String>,
    /// The path of the page about that number.
    pub explanation: Option<String>,
    /// The number of times, in words. `None` for once.
    pub times: Option<String>,
    /// The IP address, as far as known.
    pub address: Option<String>,
    /// The query of the page on which the user says that it was not them. `None` if it was not a
    /// request that could have been another person's.
    pub report: Option<String>,
}

impl AccountActivity {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_activity", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AccountActivity {
    const TEMPLATE: &'static str = "account_activity";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let problem = crate::sample::form_error(language);
        let text = |id: &str| catalogue::text(language, id, &[("app", "Demo web app")]);
        let success = ActivityEntry {
            at: PageTime::sample("10:00:00"),
            text: text("account-activity-signed-in"),
            label: None,
            explanation: None,
            times: None,
            address: Some("192.0.2.17".to_owned()),
            report: Some("id=0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned()),
        };
        let failure = ActivityEntry {
            at: PageTime::sample("09:59:12"),
            text: problem.title().to_owned(),
            label: Some("AADSTS50126".to_owned()),
            explanation: Some("/error?code=50126".to_owned()),
            times: Some(catalogue::text(language, "account-activity-times", &[("number", "14")])),
            ..success.clone()
        };
        let change = ActivityEntry {
            text: catalogue::text(language, "account-activity-password_set", &[]),
            address: None,
            report: None,
            ..success.clone()
        };
        let recorded = Self {
            layout: crate::sample::layout(),
            account_layout: AccountLayout::sample(AccountSection::Activity),
            entries: vec![success, failure, change],
            is_recorded: true,
        };
        let empty = Self { entries: Vec::new(), ..recorded.clone() };
        let unrecorded = Self { is_recorded: false, ..empty.clone() };
        vec![("recorded", recorded), ("empty", empty), ("unrecorded", unrecorded)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let owned = || Some(text.to_owned());
        let entry = ActivityEntry {
            at: PageTime::hostile(text),
            text: text.to_owned(),
            label: owned(),
            explanation: owned(),
            times: owned(),
            address: owned(),
            report: owned(),
        };
        Self {
            layout: crate::sample::hostile_layout(text),
            account_layout: AccountLayout::hostile(text),
            entries: vec![entry],
            is_recorded: true,
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
