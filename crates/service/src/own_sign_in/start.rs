//! Starts the sign-in to the service's own pages: redirects the browser to the tenant's sign-in
//! pages.

use axum::{http::HeaderValue, response::Response};
use jose::digest;
use model::{Fault, Seconds};
use percent_encoding::percent_decode_str;
use protocol::pkce;

use super::session::PendingSignIn;
use crate::{
    http::{cookies, incoming::IncomingRequest, response},
    tenants::built_in_client::BuiltInClient,
};

/// The parameter `claims` that requires two factors (OpenID Connect Core §5.5.1.1).
const TWO_FACTORS: &str = r#"{"id_token":{"acr":{"essential":true,"value":"mfa"}}}"#;

/// The sign-in to start.
pub(crate) struct SignInStart<'a> {
    /// The pages.
    pub(crate) pages: BuiltInClient,
    /// The tenant's name or id, not verified.
    pub(crate) tenant: &'a str,
    /// The path to open after the sign-in.
    pub(crate) next: String,
    /// The user chooses an account (`prompt=select_account`).
    pub(crate) other: bool,
    /// The maximum age of the authentication.
    pub(crate) max_age: Seconds,
    /// The user gives two factors.
    pub(crate) two_factors: bool,
}

/// Redirects the browser to the tenant's authorization endpoint, which refuses an unknown tenant.
pub(crate) fn start_sign_in(
    incoming: &IncomingRequest,
    start: SignInStart<'_>,
) -> Result<Response, Fault> {
    let tenant = start.tenant;
    let (query, pending) = prepare(incoming, start)?;
    let mut response = response::redirect(&format!("/{tenant}/oauth2/v2.0/authorize?{query}"))?;
    cookies::append(response.headers_mut(), vec![pending]);
    Ok(response)
}

/// Returns the query of the authorization request, and the `Set-Cookie` value that stores the
/// pending sign-in.
pub(crate) fn prepare(
    incoming: &IncomingRequest,
    start: SignInStart<'_>,
) -> Result<(String, HeaderValue), Fault> {
    let SignInStart { pages, tenant, next, other, max_age, two_factors } = start;
    let seed = incoming.context.seed()?;
    let random_text =
        |labels: [&str; 3]| digest::base64url(labels.map(|it| seed.derive(it)).concat());
    let state = random_text(["state", "more of the state", "the rest of the state"]);
    let verifier = random_text(["verifier", "more of the verifier", "the rest of the verifier"]);
    let pending =
        PendingSignIn::new(tenant.to_owned(), next, (state, verifier), incoming.context.now());
    let redirect_uri = pages.redirect_uri(&incoming.service.settings.origin);
    let (challenge, max_age) = (pkce::challenge(&pending.code_verifier), max_age.to_string());
    let mut parameters = vec![
        ("client_id", pages.id()),
        ("redirect_uri", &redirect_uri),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", &pending.state),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("max_age", &max_age),
        ("ui_locales", incoming.context.language().tag()),
    ];
    if two_factors {
        parameters.push(("claims", TWO_FACTORS));
    }
    if other {
        parameters.push(("prompt", "select_account"));
    }
    Ok((encode_query(&parameters), pending.cookie(&incoming.service, pages)?))
}

/// Returns whether a browser would remove a segment of the path, and the one before it, before it
/// sends the path (RFC 3986 §5.2.4): `..` and `.`, percent-encoded or not.
pub(crate) fn has_dot_segment(path: &str) -> bool {
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    decoded.split('/').any(|segment| matches!(segment, "." | ".."))
}

pub(crate) fn encode_query(parameters: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish()
}
