//! The page where a person gives a user name and a password.

use catalogue::Language;
use serde::Serialize;

use crate::Frame;

/// The sign-in page. Its form posts `flow`, `username`, `password` and `action` (`sign-in` or
/// `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct SignIn {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// The sealed flow that the form carries back.
    pub flow: String,
    /// The app that asked for the sign-in.
    pub app: String,
    /// What the user name field begins with: a hint, or what was typed before; may be empty.
    pub username: String,
    /// Why the last attempt failed.
    pub problem: Option<Problem>,
}

/// Why an attempt failed, in the reader's language. It never tells whether the user exists.
#[derive(Clone, Debug, Serialize)]
pub struct Problem {
    /// A few words.
    pub title: String,
    /// What happened, and what to do.
    pub text: String,
}

impl SignIn {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("sign_in", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for SignIn {
    const TEMPLATE: &'static str = "sign_in";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let first = Self {
            frame: crate::sample::frame(),
            action: "/demo/sign-in".to_owned(),
            flow: "c2VhbGVk".to_owned(),
            app: "Demo web app".to_owned(),
            username: String::new(),
            problem: None,
        };
        let failed = Self {
            username: "rina@demo.example".to_owned(),
            problem: Some(crate::sample::problem(language)),
            ..first.clone()
        };
        let hinted = Self { username: "rina@demo.example".to_owned(), ..first.clone() };
        vec![("first", first), ("hinted", hinted), ("failed", failed)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            frame: crate::sample::hostile_frame(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            app: text.to_owned(),
            username: text.to_owned(),
            problem: Some(Problem { title: text.to_owned(), text: text.to_owned() }),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
