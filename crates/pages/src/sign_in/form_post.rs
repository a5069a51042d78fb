//! The page that sends an authorization response by POST (OAuth 2.0 Form Post Response Mode).

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page. A script submits its form; without scripts, the user presses a button.
#[derive(Clone, Debug, Serialize)]
pub struct FormPost {
    /// The layout of the page.
    pub layout: Layout,
    /// The verified redirect URI. The page posts to `http` and `https` only.
    pub redirect_uri: String,
    /// The parameters of the response in order.
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
    /// Returns the HTML of the page.
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
            layout: crate::sample::layout(),
            redirect_uri: "https://app.demo.example/callback".to_owned(),
            fields: vec![field("code", "sample"), field("state", "a \"quoted\" <state>")],
        };
        vec![("code", page)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            layout: crate::sample::hostile_layout(text),
            redirect_uri: text.to_owned(),
            fields: vec![Field { name: text.to_owned(), value: text.to_owned() }],
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
