//! The tokens of a dry run.

use serde::Serialize;
use serde_json::Value;

/// The tokens that a request would get, neither signed nor sealed.
#[derive(Debug, Serialize)]
pub struct TokenPreview {
    /// `Bearer` or `DPoP`.
    pub token_type: &'static str,
    /// The scopes that would be granted. Absent for client credentials if they are the requested
    /// ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The lifetime of the access token in seconds.
    pub expires_in: i64,
    /// The claims of the access token, unsigned.
    pub access_token: Value,
    /// Whether a refresh token would be issued.
    pub refresh_token: bool,
    /// The seconds until the refresh token would expire.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token_expires_in: Option<i64>,
    /// The claims of the ID token, unsigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<Value>,
}
