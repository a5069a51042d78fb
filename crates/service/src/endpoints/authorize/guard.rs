//! Who may post our pages' forms: our pages.

use axum::http::{HeaderMap, HeaderName, header::ORIGIN};
use catalogue::{Refusal, refusal};

use crate::call::Call;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what another site made the browser send. The flow and its cookie would tell it as
/// well; this one does not depend on them.
pub(crate) fn check(call: &Call) -> Result<(), Refusal> {
    // Most of our pages send no referrer, so browsers hide the origin of their forms: `null`.
    check_with(call, true)
}

/// The same for the form of a page that says its origin, and that no cookie guards: an origin that
/// is hidden is somebody else's.
pub(crate) fn check_open(call: &Call) -> Result<(), Refusal> {
    check_with(call, false)
}

fn check_with(call: &Call, may_hide: bool) -> Result<(), Refusal> {
    let headers = &call.parts.headers;
    let ours = match fetch_site(headers) {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => match headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default()) {
            None => true,
            Some("null") => may_hide,
            Some(origin) => origin.eq_ignore_ascii_case(&call.service.settings.origin),
        },
    };
    if ours { Ok(()) } else { Err(refusal::form_token_invalid()) }
}

/// Whether another site made the browser send it, so that it left our cookies out.
pub(super) fn is_foreign(headers: &HeaderMap) -> bool {
    fetch_site(headers) == Some("cross-site")
}

fn fetch_site(headers: &HeaderMap) -> Option<&str> {
    headers.get(FETCH_SITE).map(|site| site.to_str().unwrap_or_default())
}
