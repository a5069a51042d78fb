//! The page that asks a user who is signed in whether to go on to an app that others could imitate.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page. Its form posts `flow`, `step` and `action` (`continue`, `other` or
/// `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct ContinueTo {
    /// The layout of the page.
    pub layout: Layout,
    /// The URL that the form is submitted to.
    pub action: String,
    /// The id of the sign-in flow, a hidden field of the form.
    pub flow: String,
    /// The step that the page is for, a hidden field of the form.
    pub step: String,
    /// The name of the client.
    pub app: String,
    /// The name of the user.
    pub name: String,
    /// The user name of the user.
    pub username: String,
    /// The host of the redirect URI or, for a private-use scheme, the scheme.
    pub redirect_host: String,
}

impl ContinueTo {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("continue_to", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ContinueTo {
    const TEMPLATE: &'static str = "continue_to";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let page = Self {
            layout: crate::sample::layout(),
            action: "/demo/continue".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            app: "Demo desktop app".to_owned(),
            name: "Rina Wijaya".to_owned(),
            username: "rina@demo.example".to_owned(),
            redirect_host: "localhost:49152".to_owned(),
        };
        vec![("question", page)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            step: text.to_owned(),
            app: text.to_owned(),
            name: text.to_owned(),
            username: text.to_owned(),
            redirect_host: text.to_owned(),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
