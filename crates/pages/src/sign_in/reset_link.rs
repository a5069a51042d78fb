//! The page to which the link of a mail leads. It has a button only in the browser in which the
//! mail was requested, and the link alone changes nothing, because mail scanners follow links.

use catalogue::Language;
use serde::Serialize;

use crate::{FormError, Layout, PageTime};

/// The data of the page.
#[derive(Clone, Debug, Serialize)]
pub struct ResetLink {
    /// The layout of the page.
    pub layout: Layout,
    /// The time of the request for the mail.
    pub at: PageTime,
    /// The browser of the request.
    pub browser: String,
    /// The place of the request, as far as it is known.
    pub place: String,
    /// The form that confirms. `None` in another browser.
    pub form: Option<ResetLinkForm>,
    /// The refusal in another browser.
    pub problem: Option<FormError>,
}

/// The form of the page. It posts `flow`, `step`, `link_token` and `action` (`continue`).
#[derive(Clone, Debug, Serialize)]
pub struct ResetLinkForm {
    /// The URL that the form is submitted to.
    pub action: String,
    /// The id of the sign-in flow, a hidden field of the form.
    pub flow: String,
    /// The step that the page is for, a hidden field of the form.
    pub step: String,
    /// The token of the link, a hidden field of the form.
    pub link_token: String,
}

impl ResetLink {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("reset_link", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for ResetLink {
    const TEMPLATE: &'static str = "reset_link";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let form = ResetLinkForm {
            action: "/demo/reset-password".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            link_token: "c2VhbGVk".to_owned(),
        };
        let own = Self {
            layout: crate::sample::layout(),
            at: PageTime::sample("09:12:40"),
            browser: "Firefox, Linux".to_owned(),
            place: "192.0.2.7".to_owned(),
            form: Some(form),
            problem: None,
        };
        let problem = Some(crate::sample::form_error(language));
        let other = Self { form: None, problem, ..own.clone() };
        vec![("own", own), ("other", other)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            at: PageTime::hostile(text),
            browser: text.to_owned(),
            place: text.to_owned(),
            form: Some(ResetLinkForm {
                action: text.to_owned(),
                flow: text.to_owned(),
                step: text.to_owned(),
                link_token: text.to_owned(),
            }),
            problem: Some(FormError::new(text.to_owned(), text.to_owned())),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
