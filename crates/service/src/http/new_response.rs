//! The only place where the service creates a response. Each has the security headers of its
//! content, so no handler can forget them.

use axum::{
    body::Body,
    http::{
        HeaderName, HeaderValue,
        header::{
            CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, PRAGMA, REFERRER_POLICY,
            X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    response::Response,
};
use pages::PageKind;

/// The number of headers of most responses, with those that the middleware adds.
const HEADERS_EXPECTED: usize = 12;
const JSON: &str = "application/json; charset=utf-8";
/// The policy of what is no page. If a browser shows it nevertheless, it loads and runs nothing,
/// and no page can frame it.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";
/// The policy of a file: no script, no request and no frame. A logo is an image, even if a user
/// opens its address; an SVG image has styles.
const FILE: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// The content of a response, which selects its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// No body, such as that of a redirect. A frame may be redirected: apps renew tokens in one.
    Nothing,
    /// JSON for clients. It may contain tokens, so no cache may store it.
    Json,
    /// JSON that is the same for everyone. Caches may store it for this many seconds.
    PublicJson(u32),
    /// A page.
    Page(PageKind),
    /// A file of this media type whose address contains its digest: caches need not revalidate it.
    File(&'static str),
}

/// Creates a response with status 200.
pub(crate) fn new(content: Content, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.reserve(HEADERS_EXPECTED);
    if let Content::Page(kind) = content {
        for (name, value) in pages::headers(kind) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        return response;
    }
    let mut set = |name, value| headers.insert(name, HeaderValue::from_static(value));
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "no-referrer");
    if content != Content::Nothing {
        set(X_FRAME_OPTIONS, "DENY");
        set(CONTENT_SECURITY_POLICY, NO_PAGE);
    }
    match content {
        Content::Json | Content::PublicJson(_) => drop(set(CONTENT_TYPE, JSON)),
        Content::File(media_type) => {
            set(CONTENT_TYPE, media_type);
            set(CONTENT_SECURITY_POLICY, FILE);
            set(CACHE_CONTROL, "public, max-age=31536000, immutable");
        }
        Content::Nothing | Content::Page(_) => {}
    }
    if let Content::Json | Content::Nothing = content {
        set(CACHE_CONTROL, "no-store, no-cache");
        set(PRAGMA, "no-cache");
    }
    if let Content::PublicJson(seconds) = content
        && let Ok(value) = HeaderValue::from_str(&format!("public, max-age={seconds}"))
    {
        headers.insert(CACHE_CONTROL, value);
    }
    response
}
