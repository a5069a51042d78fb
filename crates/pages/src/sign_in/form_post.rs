//! The page that carries an authorization response to the client (Form Post Response Mode).

use catalogue::Language;
use serde::Serialize;

use crate::Frame;

/// The form post page: a script sends the form at once, a button does it without scripts.
#[derive(Clone, Debug, Serialize)]
pub struct FormPost {
    /// What surrounds the page; without language links, for a repeat would send another code.
    pub frame: Frame,
    /// The checked redirect URI; the page posts to `http` and `https` only.
    pub redirect_uri: String,
    /// The parameters of the response, in order.
    pub fields: Vec<Field>,
}

/// One parameter of an authorization response.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// The name, such as `code`.
    pub name: String,
    /// The value.
    pub value: String,
}

impl FormPost {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("form_post", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for FormPost {
    const TEMPLATE: &'static str = "form_post";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let field =
            |name: &str, value: &str| Field { name: name.to_owned(), value: value.to_owned() };
        let page = Self {
            frame: Frame { languages: Vec::new(), ..crate::sample::frame() },
            redirect_uri: "https://app.demo.example/callback".to_owned(),
            fields: vec![field("code", "sample"), field("state", "a \"quoted\" <state>")],
        };
        vec![("code", page)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            frame: crate::sample::hostile_frame(text),
            redirect_uri: text.to_owned(),
            fields: vec![Field { name: text.to_owned(), value: text.to_owned() }],
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
