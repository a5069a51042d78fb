//! The consent page.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page. Its form posts `flow`, `step` and `action` (`accept` or `cancel`).
#[derive(Clone, Debug, Serialize)]
pub struct Consent {
    /// The layout of the page.
    pub layout: Layout,
    /// The URL that the form is submitted to.
    pub action: String,
    /// The id of the sign-in flow, a hidden field of the form.
    pub flow: String,
    /// The step that the page is for, a hidden field of the form.
    pub step: String,
    /// The name of the client.
    pub app: String,
    /// The publisher of the client, if it is verified.
    pub publisher: Option<String>,
    /// The user name of the signed-in user.
    pub username: String,
    /// The requested scopes of OpenID Connect, such as `profile`, and single claims, such as
    /// `claim:birthdate`; the page describes each.
    pub basic_scopes: Vec<String>,
    /// The requested scopes of resources.
    pub permissions: Vec<Permission>,
    /// The host of the redirect URI or, for a native app, its scheme.
    pub redirect_host: String,
}

/// One requested scope of a resource.
#[derive(Clone, Debug, Serialize)]
pub struct Permission {
    /// The display name of the resource.
    pub resource: String,
    /// The scope as the client requested it.
    pub scope: String,
    /// A description of the access that the scope gives.
    pub description: String,
}

impl Consent {
    /// Returns the HTML of the page.
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
            layout: crate::sample::layout(),
            action: "/demo/consent".to_owned(),
            flow: "0190f3a1-7b2c-7d3e-8f40-5162738495a6".to_owned(),
            step: "sample".to_owned(),
            app: "Demo web app".to_owned(),
            publisher: None,
            username: "rina@demo.example".to_owned(),
            basic_scopes: ["openid", "profile", "email", "address", "phone", "offline_access"]
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
            layout: crate::sample::hostile_layout(text),
            action: text.to_owned(),
            flow: text.to_owned(),
            step: text.to_owned(),
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
