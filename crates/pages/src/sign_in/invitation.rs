//! The page to which the link of an invitation leads. It changes nothing by itself, because mail
//! scanners follow links.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page. Its form posts `mail_token`.
#[derive(Clone, Debug, Serialize)]
pub struct InvitationPage {
    /// The layout of the page.
    pub layout: Layout,
    /// The URL that the form is submitted to.
    pub action: String,
    /// The token of the link, a hidden field of the form.
    pub link_token: String,
    /// The name of the tenant.
    pub tenant: String,
    /// The e-mail address that was invited.
    pub username: String,
}

impl InvitationPage {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("invitation", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for InvitationPage {
    const TEMPLATE: &'static str = "invitation";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: crate::sample::layout(),
            action: "/demo/invitation".to_owned(),
            link_token: "c2VhbGVk".to_owned(),
            tenant: "Demo".to_owned(),
            username: "rina@demo.example".to_owned(),
        };
        vec![("first", first)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let owned = || text.to_owned();
        Self {
            layout: crate::sample::hostile_layout(text),
            action: owned(),
            link_token: owned(),
            tenant: owned(),
            username: owned(),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
