//! The page on which an administrator enters the tenant to sign in to.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page. Its form is submitted with GET to `/admin` with `tenant` and `next`.
#[derive(Clone, Debug, Serialize)]
pub struct AdminSignIn {
    /// The layout of the page.
    pub layout: Layout,
    /// The initial value of the input.
    pub tenant: String,
    /// The path to open after the sign-in.
    pub next: String,
    /// True if the input is not a valid tenant name.
    pub malformed: bool,
    /// True if no tenant has this name.
    pub unknown: bool,
    /// True if the administrator has just signed out.
    pub signed_out: bool,
}

impl AdminSignIn {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_sign_in", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminSignIn {
    const TEMPLATE: &'static str = "admin_sign_in";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            layout: Layout {
                tenant: None,
                language_switch: crate::LanguageSwitch::in_search("/admin?edit=1"),
            },
            tenant: String::new(),
            next: "/admin/requests".to_owned(),
            malformed: false,
            unknown: false,
            signed_out: false,
        };
        let malformed =
            Self { tenant: "Demo Company".to_owned(), malformed: true, ..first.clone() };
        let unknown = Self { tenant: "demmo".to_owned(), unknown: true, ..first.clone() };
        let signed_out = Self { tenant: "demo".to_owned(), signed_out: true, ..first.clone() };
        vec![
            ("first", first),
            ("malformed", malformed),
            ("unknown", unknown),
            ("signed_out", signed_out),
        ]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            tenant: text.to_owned(),
            next: text.to_owned(),
            malformed: true,
            unknown: true,
            signed_out: true,
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
