//! The page where a person allows an app what it asks for, or does not.

use catalogue::Language;
use serde::Serialize;

use crate::Frame;

/// The consent page. Its form posts `flow` and `action` (`accept` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct Consent {
    /// What surrounds the page.
    pub frame: Frame,
    /// Where the form goes.
    pub action: String,
    /// The sealed flow that the form carries back.
    pub flow: String,
    /// The app that asks.
    pub app: String,
    /// Who publishes the app, where that has been verified.
    pub publisher: Option<String>,
    /// Who is signed in, and would allow it.
    pub username: String,
    /// Scopes of OpenID Connect, such as `profile`; the page puts them into plain words.
    pub basic_scopes: Vec<String>,
    /// Scopes of resources.
    pub permissions: Vec<Permission>,
    /// The host, or for a native app the scheme, that the browser goes to next.
    pub redirect_host: String,
}

/// One thing that an app asks to do at a resource.
#[derive(Clone, Debug, Serialize)]
pub struct Permission {
    /// The resource's display name.
    pub resource: String,
    /// The scope as it is on the wire.
    pub scope: String,
    /// What it lets the app do, in words.
    pub description: String,
}

impl Consent {
    /// The page's HTML.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("consent", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for Consent {
    const TEMPLATE: &'static str = "consent";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let permission = |scope: &str, description: &str| Permission {
            resource: "Demo orders".to_owned(),
            scope: scope.to_owned(),
            description: description.to_owned(),
        };
        let page = Self {
            frame: crate::sample::frame(),
            action: "/demo/consent".to_owned(),
            flow: "c2VhbGVk".to_owned(),
            app: "Demo web app".to_owned(),
            publisher: None,
            username: "rina@demo.example".to_owned(),
            basic_scopes: ["openid", "profile", "email", "offline_access", "phone"]
                .map(str::to_owned)
                .to_vec(),
            permissions: vec![
                permission("orders.read", "See your orders"),
                permission("orders.write", "Place and cancel orders for you"),
            ],
            redirect_host: "app.demo.example".to_owned(),
        };
        let published = Self {
            publisher: Some("Toko Demo".to_owned()),
            basic_scopes: vec!["openid".to_owned()],
            permissions: Vec::new(),
            ..page.clone()
        };
        vec![("full", page), ("published", published)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        Self {
            frame: crate::sample::hostile_frame(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            app: text.to_owned(),
            publisher: Some(text.to_owned()),
            username: text.to_owned(),
            basic_scopes: vec![text.to_owned()],
            permissions: vec![Permission {
                resource: text.to_owned(),
                scope: text.to_owned(),
                description: text.to_owned(),
            }],
            redirect_host: text.to_owned(),
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
