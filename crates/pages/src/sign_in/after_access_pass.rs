//! The page that leads a user to setting up factors, after a temporary access pass.

use catalogue::Language;
use serde::Serialize;

use crate::{Layout, PageTime};

/// The data of the page. Its form posts `flow` and `step`, and goes on to the app.
#[derive(Clone, Debug, Serialize)]
pub struct AfterAccessPass {
    /// The layout of the page.
    pub layout: Layout,
    /// The URL that the form is submitted to.
    pub action: String,
    /// The id of the sign-in flow, a hidden field of the form.
    pub flow: String,
    /// The step that the page is for, a hidden field of the form.
    pub step: String,
    /// The name of the app.
    pub app: String,
    /// The user name of the user who has just signed in.
    pub username: String,
    /// When the session expires.
    pub until: PageTime,
    /// The path of the account page.
    pub account: String,
}

impl AfterAccessPass {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("after_access_pass", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AfterAccessPass {
    const TEMPLATE: &'static str = "after_access_pass";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let page = Self {
            layout: crate::sample::layout(),
            action: "/demo/after-access-pass".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            app: "Orders".to_owned(),
            username: "rina@demo.example".to_owned(),
            until: PageTime::sample("09:12:40"),
            account: "/demo/account".to_owned(),
        };
        vec![("choice", page)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            step: text.to_owned(),
            app: text.to_owned(),
            username: text.to_owned(),
            until: PageTime::hostile(text),
            account: text.to_owned(),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
