//! CSRF protection by `Sec-Fetch-Site` and `Origin`: only pages of this service may post
//! forms.

use axum::http::{HeaderMap, HeaderName, header::ORIGIN};
use catalogue::{Refusal, refusal};

use crate::http::incoming::IncomingRequest;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses a form that another site made the browser post (CSRF).
///
/// The sealed flow and its cookie protect against this too; this check is independent of them. It
/// accepts `Origin: null`: most pages of this service send no referrer, so browsers hide their
/// origin.
pub(crate) fn check_same_origin(incoming: &IncomingRequest) -> Result<(), Refusal> {
    check(incoming, true)
}

/// Refuses a form that another site made the browser post (CSRF), and `Origin: null`.
///
/// For pages that reveal their origin and whose forms no cookie protects.
pub(crate) fn check_same_origin_strict(incoming: &IncomingRequest) -> Result<(), Refusal> {
    check(incoming, false)
}

fn check(incoming: &IncomingRequest, accepts_null_origin: bool) -> Result<(), Refusal> {
    let headers = &incoming.parts().headers;
    let is_same_origin = match fetch_site(headers) {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => match headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default()) {
            None => true,
            Some("null") => accepts_null_origin,
            Some(origin) => origin.eq_ignore_ascii_case(&incoming.service.settings.origin),
        },
    };
    if is_same_origin { Ok(()) } else { Err(refusal::form_token_invalid()) }
}

/// Returns whether another site caused the request. With such a POST, the browser sends no
/// `SameSite=Lax` cookies.
pub(crate) fn is_cross_site(headers: &HeaderMap) -> bool {
    fetch_site(headers) == Some("cross-site")
}

fn fetch_site(headers: &HeaderMap) -> Option<&str> {
    headers.get(FETCH_SITE).map(|site| site.to_str().unwrap_or_default())
}
