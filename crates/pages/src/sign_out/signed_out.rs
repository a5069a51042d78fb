//! The page after a sign-out. Its frames let apps sign the user out (OpenID Connect Front-Channel
//! Logout).

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page.
#[derive(Clone, Debug, Serialize)]
pub struct SignedOut {
    /// The layout of the page.
    pub layout: Layout,
    /// The apps that are loaded in frames.
    pub frames: Vec<LogoutFrame>,
    /// The app that follows.
    pub next: Option<NextApp>,
    /// The path of the page with the accounts that are still signed in in this browser.
    pub others: Option<String>,
}

/// An app that is loaded in a frame.
#[derive(Clone, Debug, Serialize)]
pub struct LogoutFrame {
    /// The name of the app.
    pub app: String,
    /// The URL of the frame.
    pub url: String,
}

/// The app to which the browser goes on.
#[derive(Clone, Debug, Serialize)]
pub struct NextApp {
    /// The name of the app, if it is known.
    pub app: Option<String>,
    /// The path of this service that leads there.
    pub path: String,
    /// The seconds after which the browser goes on by itself. The frames load meanwhile.
    pub seconds: u32,
}

impl SignedOut {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("signed_out", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for SignedOut {
    const TEMPLATE: &'static str = "signed_out";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let frame = |app: &str, url: &str| LogoutFrame { app: app.to_owned(), url: url.to_owned() };
        let plain =
            Self { layout: crate::sample::layout(), frames: Vec::new(), next: None, others: None };
        let others = Self { others: Some("/demo/sign-out".to_owned()), ..plain.clone() };
        let frames = Self {
            frames: vec![
                frame("Demo web app", "https://app.example/fc?iss=x&sid=y"),
                frame("Payroll", "https://payroll.example/fc?iss=x&sid=y"),
            ],
            next: Some(NextApp {
                app: Some("Demo web app".to_owned()),
                path: "/demo/signed-out?done=c2VhbGVk&continue=1".to_owned(),
                seconds: 5,
            }),
            ..plain.clone()
        };
        vec![("plain", plain), ("others", others), ("frames", frames)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            frames: vec![LogoutFrame { app: text.to_owned(), url: text.to_owned() }],
            next: Some(NextApp { app: Some(text.to_owned()), path: text.to_owned(), seconds: 5 }),
            others: Some(text.to_owned()),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
