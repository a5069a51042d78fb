//! The page that shows new recovery codes, once.

use catalogue::Language;
use serde::Serialize;

use crate::{LanguageSwitch, Layout};

/// The data of the page.
#[derive(Clone, Debug, Serialize)]
pub struct NewRecoveryCodes {
    /// The layout of the page. It has no language switch, which would lose the codes.
    layout: Layout,
    /// The user name.
    username: String,
    /// The codes.
    codes: Vec<String>,
    /// The path of the page that follows.
    next: String,
}

impl NewRecoveryCodes {
    /// Creates the page for a user, in the layout of the page before.
    pub fn new(layout: Layout, username: String, codes: Vec<String>, next: String) -> Self {
        let layout = Layout { language_switch: LanguageSwitch::absent(), ..layout };
        Self { layout, username, codes, next }
    }

    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("recovery_codes", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for NewRecoveryCodes {
    const TEMPLATE: &'static str = "recovery_codes";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let page = Self::new(
            crate::sample::layout(),
            "rina@demo.example".to_owned(),
            vec!["000g-40zt-zfyf-vzqz".to_owned(); 10],
            "/demo/oauth2/v2.0/authorize?client_id=x&flow=sample".to_owned(),
        );
        vec![("new", page)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            username: text.to_owned(),
            codes: vec![text.to_owned()],
            next: text.to_owned(),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
