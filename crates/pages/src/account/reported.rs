//! The page after a user has said that a request was not theirs.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page. It has no form, and needs no session.
#[derive(Clone, Debug, Serialize)]
pub struct ActivityReported {
    /// The layout of the page.
    pub layout: Layout,
    /// The id of the ticket. `None` if it could not be stored.
    pub ticket: Option<String>,
    /// The path of the page that changes the password, after a sign-in.
    pub next: String,
}

impl ActivityReported {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("account_reported", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ActivityReported {
    const TEMPLATE: &'static str = "account_reported";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let stored = Self {
            layout: crate::sample::layout(),
            ticket: Some("T-0190-F3A1-7B2C-7D3E".to_owned()),
            next: "/demo/account/password".to_owned(),
        };
        vec![("not_stored", Self { ticket: None, ..stored.clone() }), ("stored", stored)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let layout = crate::sample::hostile_layout(text);
        Self { layout, ticket: Some(text.to_owned()), next: text.to_owned() }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
