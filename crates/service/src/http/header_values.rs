//! The values of a header.

use axum::http::{HeaderMap, HeaderName};

/// Returns the value of a header, or `None` if it is missing or repeated.
pub(super) fn single_header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() { None } else { first.to_str().ok() }
}

/// Returns every value of a header. A value that is not text becomes an empty string.
pub(super) fn all_headers<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Vec<&'a str> {
    headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default()).collect()
}
