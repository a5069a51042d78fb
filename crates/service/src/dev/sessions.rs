//! The sessions of the demo app, in the memory of the process.

use std::sync::{Mutex, PoisonError};

use axum::http::HeaderValue;
use jose::digest;
use model::Fault;
use pages::DemoRefusal;
use protocol::context::RequestSeed;
use serde_json::Value;

use super::{experiment::Experiment, http_client::CompletedRequest};
use crate::http::cookies::{CookieLifetime, RequestCookies, set_cookie};

const COOKIE: &str = "__Host-demo-app";
/// Maximum number of sessions. The oldest one ends first.
const SESSIONS_MAX: usize = 64;

/// The sessions by their ids, the newest last.
#[derive(Default)]
pub(super) struct Sessions(Mutex<Vec<(String, DemoSession)>>);

/// The session of one browser with the demo app.
#[derive(Clone, Debug, Default)]
pub(super) struct DemoSession {
    /// The sign-in that waits for its response.
    pub(super) pending: Option<Pending>,
    /// The tokens.
    pub(super) tokens: Option<TokenSet>,
    /// The requests of the last action.
    pub(super) requests: Vec<CompletedRequest>,
    /// The refusal of the last action.
    pub(super) refusal: Option<DemoRefusal>,
}

/// A sign-in that waits for its response.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) state: String,
    pub(super) nonce: String,
    pub(super) code_verifier: String,
    pub(super) experiment: Option<Experiment>,
    /// Whether the sign-in must have two factors, as the API requires it.
    pub(super) two_factors: bool,
    /// The tag of the language of the page.
    pub(super) language: &'static str,
}

/// The tokens of a response of the token endpoint.
#[derive(Clone, Debug, Default)]
pub(super) struct TokenSet {
    pub(super) access_token: String,
    pub(super) id_token: Option<String>,
    pub(super) refresh_token: Option<String>,
    /// The keys of the tenant.
    pub(super) keys: Value,
}

impl Sessions {
    /// Returns the id and the session of a browser.
    pub(super) fn find(&self, cookies: &RequestCookies<'_>) -> Option<(String, DemoSession)> {
        let id = cookies.value(COOKIE)?;
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.iter().find(|(known, _)| known == id).cloned()
    }

    /// Stores a session.
    pub(super) fn put(&self, id: &str, session: DemoSession) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|(known, _)| known != id);
        if sessions.len() >= SESSIONS_MAX {
            sessions.remove(0);
        }
        sessions.push((id.to_owned(), session));
    }
}

/// Returns a new session id.
pub(super) fn new_id(seed: &RequestSeed) -> String {
    random(seed, ["demo_session", "more of demo_session"])
}

/// Returns 256 random bits in base64url.
pub(super) fn random(seed: &RequestSeed, labels: [&str; 2]) -> String {
    digest::base64url(labels.map(|label| seed.derive(label)).concat())
}

/// Returns the `Set-Cookie` header of a session.
///
/// # Errors
/// The value has characters that a header cannot contain.
pub(super) fn cookie(id: &str) -> Result<HeaderValue, Fault> {
    set_cookie(COOKIE, id, CookieLifetime::Session)
}
