//! The cookie with the language that the user chose on a page.
//!
//! It takes precedence over the language that a client or the browser requests: the user chose it
//! here, and later.

use axum::http::{HeaderMap, HeaderValue};
use catalogue::Language;
use model::{Fault, Seconds};

use crate::http::cookies::{CookieLifetime, RequestCookies, set_cookie};

const NAME: &str = "__Host-language";
const LIFETIME: Seconds = Seconds::days(365);

/// Returns the language that the user chose, or `None`.
pub(crate) fn language(headers: &HeaderMap) -> Option<Language> {
    RequestCookies::parse(headers).value(NAME).and_then(Language::from_tag)
}

/// Returns the `Set-Cookie` value that stores a language.
///
/// # Errors
/// The tag has characters that a header cannot contain.
pub(crate) fn cookie(language: Language) -> Result<HeaderValue, Fault> {
    set_cookie(NAME, language.tag(), CookieLifetime::MaxAge(LIFETIME))
}
