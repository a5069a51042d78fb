//! The start page of a service for development: its tenants, and where to go next.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page.
#[derive(Clone, Debug, Serialize)]
pub struct DevStart {
    /// The layout of the page.
    pub layout: Layout,
    /// The origin of the service.
    pub origin: String,
    /// The path of the demo app.
    pub demo_app: String,
    /// The tenants.
    pub tenants: Vec<DevTenant>,
    /// The certificate that clients must trust. `None` at an `http` origin.
    pub ca_file: Option<String>,
    /// The commands that make clients trust it.
    pub trust: Vec<DevCommand>,
}

/// A tenant on the start page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DevTenant {
    /// The name in URLs.
    pub name: String,
    /// The display name.
    pub display_name: String,
    /// The issuer.
    pub issuer: String,
    /// The URL of the metadata.
    pub discovery: String,
    /// The path of the administration pages.
    pub admin_pages: String,
    /// The users.
    pub users: Vec<DevUser>,
    /// The clients.
    pub clients: Vec<DevClient>,
    /// The identifiers and scopes of the resources.
    pub scopes: Vec<String>,
}

/// A user on the start page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DevUser {
    /// The name.
    pub username: String,
    /// The password, if this service generated it.
    pub password: Option<String>,
    /// Whether the user is an administrator.
    pub administrator: bool,
}

/// A client on the start page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DevClient {
    /// The name.
    pub name: String,
    /// The `client_id`.
    pub client_id: String,
    /// The secret, if this service generated it.
    pub secret: Option<String>,
    /// The registered redirect URIs.
    pub redirect_uris: Vec<String>,
    /// The path of an authorization request of the client, if it signs users in.
    pub sign_in: Option<String>,
}

/// A command to paste.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DevCommand {
    /// The kind of client that it is for.
    pub client: String,
    /// The command.
    pub command: String,
}

impl DevStart {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("dev_start", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for DevStart {
    const TEMPLATE: &'static str = "dev_start";

    fn samples(_: Language) -> Vec<(&'static str, Self)> {
        let user = |username: &str, administrator| DevUser {
            username: username.to_owned(),
            password: Some("k7f2m-9xq4t-3hwvb-8ncra".to_owned()),
            administrator,
        };
        let client = |name: &str, uri: Option<&str>| DevClient {
            name: name.to_owned(),
            client_id: "4f5b0c6e-0f0e-4d5e-9a7e-2f9a4f4b1c11".to_owned(),
            secret: (name != "spa").then(|| "3Jt_oQvI1-Sih3fCi-D8zRezhbIKJDAX2gNICJFhnBY".into()),
            redirect_uris: uri.map(str::to_owned).into_iter().collect(),
            sign_in: uri.map(|_| "/demo/oauth2/v2.0/authorize?client_id=4f5b".to_owned()),
        };
        let origin = "https://localhost:8443";
        let tls = Self {
            layout: Layout { tenant: None, ..crate::sample::layout() },
            origin: origin.to_owned(),
            demo_app: "/demo-app".to_owned(),
            tenants: vec![DevTenant {
                name: "demo".to_owned(),
                display_name: "Demo Company".to_owned(),
                issuer: format!("{origin}/01a22182-55a5-77fe-aa7a-bc18f4c10da1/v2.0"),
                discovery: format!("{origin}/demo/v2.0/.well-known/openid-configuration"),
                admin_pages: "/admin?tenant=demo".to_owned(),
                users: vec![user("ana@demo.example", false), user("admin@demo.example", true)],
                clients: vec![
                    client("web", Some("http://localhost:5000/callback")),
                    client("spa", Some("http://localhost:5173/")),
                    client("daemon", None),
                ],
                scopes: vec!["api://orders/orders.read".to_owned(), "api://orders/.default".into()],
            }],
            ca_file: Some("/home/rina/app/admit-data/ca.pem".to_owned()),
            trust: vec![DevCommand {
                client: "Node".to_owned(),
                command: "export NODE_EXTRA_CA_CERTS=/home/rina/app/admit-data/ca.pem".to_owned(),
            }],
        };
        let http = Self { ca_file: None, trust: Vec::new(), ..tls.clone() };
        vec![("tls", tls), ("http", http)]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let text = || text.to_owned();
        let user = DevUser { username: text(), password: Some(text()), administrator: true };
        let client = DevClient {
            name: text(),
            client_id: text(),
            secret: Some(text()),
            redirect_uris: vec![text()],
            sign_in: Some(text()),
        };
        Self {
            layout: crate::sample::hostile_layout(&text()),
            origin: text(),
            demo_app: text(),
            tenants: vec![DevTenant {
                name: text(),
                display_name: text(),
                issuer: text(),
                discovery: text(),
                admin_pages: text(),
                users: vec![user],
                clients: vec![client],
                scopes: vec![text()],
            }],
            ca_file: Some(text()),
            trust: vec![DevCommand { client: text(), command: text() }],
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
