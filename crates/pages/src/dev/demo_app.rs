//! The page of the demo app: what it received, its last requests, and requests that are refused.

use catalogue::Language;
use serde::Serialize;

use crate::Layout;

/// The data of the page.
#[derive(Clone, Debug, Serialize)]
pub struct DemoApp {
    /// The layout of the page.
    pub layout: Layout,
    /// Whether the app has a client to sign in with. Without it, the page says how to declare one.
    pub is_registered: bool,
    /// The name of the user who signed in.
    pub signed_in_as: Option<String>,
    /// Whether there is a refresh token.
    pub can_refresh: bool,
    /// The tokens, decoded.
    pub tokens: Vec<DecodedToken>,
    /// The path of a stronger sign-in, if the API requires one.
    pub step_up: Option<String>,
    /// The last refusal.
    pub refusal: Option<DemoRefusal>,
    /// The last requests of the app, the first one first.
    pub requests: Vec<DemoRequest>,
    /// The requests that are refused on purpose.
    pub experiments: Vec<DemoExperiment>,
}

/// A decoded token.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DecodedToken {
    /// The name of the token: `access_token` or `id_token`.
    pub name: String,
    /// Whether the signature was verified with a key of the tenant.
    pub is_verified: bool,
    /// The header, as indented JSON.
    pub header: String,
    /// The claims, as indented JSON.
    pub claims: String,
}

/// A refusal that the app received.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DemoRefusal {
    /// The value of `error`.
    pub error: String,
    /// The value of `error_description`.
    pub description: String,
    /// The steps that fix it.
    pub steps: Vec<String>,
    /// The page about the error number.
    pub lookup: Option<String>,
    /// The administration page of the request.
    pub record: Option<String>,
}

/// A request of the app and its response.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DemoRequest {
    /// The method and the path.
    pub title: String,
    /// The parameters, one per line, or the header that counts.
    pub sent: String,
    /// The status of the response.
    pub status: u16,
    /// The body of the response.
    pub received: String,
}

/// A request that is refused on purpose.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DemoExperiment {
    /// Its name.
    pub name: String,
    /// The mistake.
    pub title: String,
    /// The expected refusal.
    pub expected: String,
    /// The path that makes it.
    pub path: String,
}

impl DemoApp {
    /// Returns the HTML of the page.
    pub fn render(&self, language: Language) -> String {
        crate::template::render("demo_app", language, self)
    }
}

#[cfg(any(test, feature = "samples"))]
impl crate::sample::Page for DemoApp {
    const TEMPLATE: &'static str = "demo_app";

    fn samples(language: Language) -> Vec<(&'static str, Self)> {
        let experiment = |name: &str| DemoExperiment {
            name: name.to_owned(),
            title: catalogue::text(language, &format!("demo-app-try-{name}"), &[]),
            expected: catalogue::text(language, &format!("demo-app-expect-{name}"), &[]),
            path: format!("/demo-app/sign-in?try={name}"),
        };
        let empty = Self {
            layout: crate::sample::layout(),
            is_registered: true,
            signed_in_as: None,
            can_refresh: false,
            tokens: Vec::new(),
            step_up: None,
            refusal: None,
            requests: Vec::new(),
            experiments: vec![experiment("wrong-redirect-uri"), experiment("code-twice")],
        };
        let signed_in = Self {
            signed_in_as: Some("ana@demo.example".to_owned()),
            can_refresh: true,
            tokens: vec![DecodedToken {
                name: "id_token".to_owned(),
                is_verified: true,
                header: "{\n  \"alg\": \"RS256\",\n  \"typ\": \"JWT\"\n}".to_owned(),
                claims: "{\n  \"sub\": \"h4x\",\n  \"name\": \"Ana Demo\"\n}".to_owned(),
            }],
            requests: vec![DemoRequest {
                title: "POST /demo/oauth2/v2.0/token".to_owned(),
                sent: "grant_type = authorization_code\ncode = ac.…".to_owned(),
                status: 200,
                received: "{\n  \"token_type\": \"Bearer\",\n  \"expires_in\": 3600\n}".to_owned(),
            }],
            ..empty.clone()
        };
        let refused = Self {
            step_up: Some("/demo-app/sign-in?step-up=yes".to_owned()),
            refusal: Some(DemoRefusal {
                error: "invalid_grant".to_owned(),
                description: "AADSTS54005: The code was already redeemed.".to_owned(),
                steps: vec!["Developer: redeem each code once.".to_owned()],
                lookup: Some("/error?code=54005".to_owned()),
                record: Some("/admin/requests/6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned()),
            }),
            ..empty.clone()
        };
        let without_client = Self { is_registered: false, ..empty.clone() };
        vec![
            ("signed-out", empty),
            ("signed-in", signed_in),
            ("refused", refused),
            ("no-client", without_client),
        ]
    }

    #[cfg(test)]
    fn hostile(text: &str) -> Self {
        let text = || text.to_owned();
        Self {
            layout: crate::sample::hostile_layout(&text()),
            is_registered: true,
            signed_in_as: Some(text()),
            can_refresh: true,
            tokens: vec![DecodedToken {
                name: text(),
                is_verified: false,
                header: text(),
                claims: text(),
            }],
            step_up: Some(text()),
            refusal: Some(DemoRefusal {
                error: text(),
                description: text(),
                steps: vec![text()],
                lookup: Some(text()),
                record: Some(text()),
            }),
            requests: vec![DemoRequest {
                title: text(),
                sent: text(),
                status: 200,
                received: text(),
            }],
            experiments: vec![DemoExperiment {
                name: text(),
                title: text(),
                expected: text(),
                path: text(),
            }],
        }
    }

    fn model(&self, _: Language) -> impl Serialize {
        self
    }
}
