//! The way to the administration pages: which organization it is to be.

use catalogue::Language;
use serde::Serialize;

use crate::Frame;

/// The page that asks for the tenant. Its form gets `/admin` with `tenant` and `next`.
#[derive(Clone, Debug, Serialize)]
pub struct AdminSignIn {
    /// What surrounds the page.
    pub frame: Frame,
    /// What the field begins with.
    pub tenant: String,
    /// Where the person wants to go.
    pub next: String,
    /// What was typed cannot be the name of a tenant.
    pub malformed: bool,
    /// The person has just signed out.
    pub signed_out: bool,
}

impl AdminSignIn {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("admin_sign_in", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for AdminSignIn {
    const TEMPLATE: &'static str = "admin_sign_in";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            frame: Frame { tenant: None, ..crate::sample::frame() },
            tenant: String::new(),
            next: "/admin/requests".to_owned(),
            malformed: false,
            signed_out: false,
        };
        let malformed =
            Self { tenant: "Demo Company".to_owned(), malformed: true, ..first.clone() };
        let signed_out = Self { tenant: "demo".to_owned(), signed_out: true, ..first.clone() };
        vec![("first", first), ("malformed", malformed), ("signed_out", signed_out)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            frame: crate::sample::hostile_frame(text),
            tenant: text.to_owned(),
            next: text.to_owned(),
            malformed: true,
            signed_out: true,
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
