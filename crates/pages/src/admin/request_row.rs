//! One request in a list of requests.

use serde::Serialize;

/// One request in a list, as far as a line has room.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRow {
    /// When it came: `2026-01-01 00:00:00Z`.
    pub time: String,
    /// The page about it; a path of ours.
    pub url: String,
    /// How it ended.
    pub tone: Tone,
    /// The number, where it was turned down: `AADSTS50011`.
    pub label: Option<String>,
    /// What the answer was, in words.
    pub text: String,
    /// The app, by its name or as it was claimed.
    pub client: Option<String>,
    /// The person, by its user name.
    pub user: Option<String>,
    /// Method and path template.
    pub endpoint: String,
}

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// It got what it asked for.
    Good,
    /// A rule turned it down.
    Refused,
    /// The service failed.
    Failed,
}

#[cfg(any(test, feature = "samples"))]
impl RequestRow {
    /// Three requests that ended in three ways.
    pub(crate) fn samples() -> Vec<Self> {
        let row = |time: &str, tone, label: Option<&str>, text: &str| Self {
            time: format!("2026-11-22 {time}Z"),
            url: "/admin/requests/6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned(),
            tone,
            label: label.map(str::to_owned),
            text: text.to_owned(),
            client: Some("Demo web app".to_owned()),
            user: Some("rina@demo.example".to_owned()),
            endpoint: "POST /{tenant}/oauth2/v2.0/token".to_owned(),
        };
        let title = "The redirect URI is not registered";
        let refused = Self {
            client: Some("32d4c9f2-4a1e-4d4e-9d3c-f1f1d2a4d6b0".to_owned()),
            user: None,
            endpoint: "GET /{tenant}/oauth2/v2.0/authorize".to_owned(),
            ..row("16:20:44", Tone::Refused, Some("AADSTS50011"), title)
        };
        let failed = "The service could not do its job";
        vec![
            row("16:21:02", Tone::Good, None, "Tokens were issued"),
            refused,
            row("16:20:01", Tone::Failed, Some("AADSTS50000"), failed),
        ]
    }

    /// A row with a hostile text in every field.
    #[cfg(test)]
    pub(crate) fn hostile(text: &str) -> Self {
        Self {
            time: text.to_owned(),
            url: text.to_owned(),
            tone: Tone::Refused,
            label: Some(text.to_owned()),
            text: text.to_owned(),
            client: Some(text.to_owned()),
            user: Some(text.to_owned()),
            endpoint: text.to_owned(),
        }
    }
}
