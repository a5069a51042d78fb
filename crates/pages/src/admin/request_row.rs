//! One request in a list of requests.

use serde::Serialize;

use crate::PageTime;

/// The data of one row.
#[derive(Clone, Debug, Serialize)]
pub struct RequestRow {
    /// The time of the request.
    pub time: PageTime,
    /// The path of the page about the request.
    pub url: String,
    /// The outcome.
    pub status: RequestStatus,
    /// The error number, if the request was refused: `AADSTS50011`.
    pub label: Option<String>,
    /// A short text for the response.
    pub text: String,
    /// The client, by its name or by the id in the request.
    pub client: Option<String>,
    /// The user name.
    pub user: Option<String>,
    /// Method and path template.
    pub endpoint: String,
    /// True if a limit on failed sign-ins refused the request, as it does until the lock ends.
    pub of_lock: bool,
}

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    /// The request succeeded.
    Succeeded,
    /// A rule refused the request.
    Refused,
    /// The service failed.
    Failed,
}

impl RequestRow {
    /// Returns whether another request differs only in its time.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        self.status == other.status
            && self.label == other.label
            && self.text == other.text
            && self.client == other.client
            && self.user == other.user
            && self.endpoint == other.endpoint
    }

    /// Returns whether another request had the same response.
    pub(crate) fn has_response_of(&self, other: &Self) -> bool {
        self.status == other.status && self.label == other.label && self.text == other.text
    }
}

#[cfg(any(test, feature = "samples"))]
impl RequestRow {
    /// Returns example requests that differ only in their times.
    pub(crate) fn repeated() -> Vec<Self> {
        let row = |second: u32| Self {
            time: PageTime::sample(&format!("16:19:{second:02}")),
            status: RequestStatus::Refused,
            label: Some("AADSTS50053".to_owned()),
            text: "Too many wrong attempts".to_owned(),
            endpoint: "POST /{tenant}/sign-in".to_owned(),
            of_lock: true,
            ..Self::samples().remove(0)
        };
        (0..16).rev().map(row).collect()
    }

    /// Returns three example requests, one of each status.
    pub(crate) fn samples() -> Vec<Self> {
        let row = |time: &str, status, label: Option<&str>, text: &str| Self {
            time: PageTime::sample(time),
            url: "/admin/requests/6a1f1c7e-53a2-4bb0-9f44-0a7a9d6c0b12".to_owned(),
            status,
            label: label.map(str::to_owned),
            text: text.to_owned(),
            client: Some("Demo web app".to_owned()),
            user: Some("rina@demo.example".to_owned()),
            endpoint: "POST /{tenant}/oauth2/v2.0/token".to_owned(),
            of_lock: false,
        };
        let title = "The redirect URI is not registered";
        let refused = Self {
            client: Some("32d4c9f2-4a1e-4d4e-9d3c-f1f1d2a4d6b0".to_owned()),
            user: None,
            endpoint: "GET /{tenant}/oauth2/v2.0/authorize".to_owned(),
            ..row("16:20:44", RequestStatus::Refused, Some("AADSTS50011"), title)
        };
        let failed = "The service failed";
        vec![
            row("16:21:02", RequestStatus::Succeeded, None, "Tokens issued"),
            refused,
            row("16:20:01", RequestStatus::Failed, Some("AADSTS50000"), failed),
        ]
    }

    /// Creates a row with a hostile text in every field.
    #[cfg(test)]
    pub(crate) fn hostile(text: &str) -> Self {
        Self {
            time: PageTime::hostile(text),
            url: text.to_owned(),
            status: RequestStatus::Refused,
            label: Some(text.to_owned()),
            text: text.to_owned(),
            client: Some(text.to_owned()),
            user: Some(text.to_owned()),
            endpoint: text.to_owned(),
            of_lock: false,
        }
    }
}
