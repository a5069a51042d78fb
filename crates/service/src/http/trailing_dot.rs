//! The host with a trailing dot, such as `login.example.com.`: the same name in DNS, but another
//! origin to a browser, with other cookies.

use axum::{
    http::{Method, StatusCode, request::Parts},
    response::Response,
};
use protocol::equivalence::is_host_with_trailing_dot;

use crate::http::{host::named_host, response};

/// Returns a redirect to the same path at the configured origin if a GET request names its host
/// with a trailing dot. A request with another method is refused later, as one for another host.
pub(super) fn redirect(head: &Parts, origin: &str) -> Option<Response> {
    let is_get = matches!(head.method, Method::GET | Method::HEAD);
    if !is_get || !is_host_with_trailing_dot(named_host(head), origin) {
        return None;
    }
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut response = response::redirect(&format!("{origin}{path}")).ok()?;
    *response.status_mut() = StatusCode::MOVED_PERMANENTLY;
    Some(response)
}
