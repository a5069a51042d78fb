//! The only place where the service creates a response. Each has the security headers of its
//! content, so no handler can forget them.

use std::sync::LazyLock;

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue,
        header::{
            ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
            PRAGMA, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    response::Response,
};
use pages::PageKind;

use crate::http::request_context::{CORRELATION_HEADER, TRACE_HEADER};

const JSON: &str = "application/json; charset=utf-8";
/// The policy of what is no page. If a browser shows it nevertheless, it loads and runs nothing,
/// and no page can frame it.
const NO_PAGE: &str = "default-src 'none'; frame-ancestors 'none'";
/// The policy of a file: no script, no request and no frame. A logo is an image, even if a user
/// opens its address; an SVG image has styles.
const FILE: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

/// The time for which caches may store what is the same for everyone. A new key is published for a
/// day before it signs.
const HOUR: &str = "public, max-age=3600";

/// The headers of the contents that most responses have. A copy costs less than as many insertions.
static NOTHING_HEADERS: LazyLock<HeaderMap> = LazyLock::new(|| headers(Content::Nothing));
static JSON_HEADERS: LazyLock<HeaderMap> = LazyLock::new(|| headers(Content::Json));
static PUBLIC_JSON_HEADERS: LazyLock<HeaderMap> = LazyLock::new(|| headers(Content::PublicJson));

/// The content of a response, which selects its headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// No body, such as that of a redirect. A frame may be redirected: apps renew tokens in one.
    Nothing,
    /// JSON for clients. It may contain tokens, so no cache may store it.
    Json,
    /// JSON that is the same for everyone. Caches may store it for an hour, and any origin read it.
    PublicJson,
    /// A page.
    Page(PageKind),
    /// A file of this media type whose address contains its digest: caches need not revalidate it.
    File(&'static str),
}

/// Creates a response with status 200.
pub(crate) fn new(content: Content, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.headers_mut() = match content {
        Content::Nothing => NOTHING_HEADERS.clone(),
        Content::Json => JSON_HEADERS.clone(),
        Content::PublicJson => PUBLIC_JSON_HEADERS.clone(),
        Content::Page(_) | Content::File(_) => headers(content),
    };
    response
}

/// Returns the headers of a content, with places for the ids of the request.
fn headers(content: Content) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let mut set = |name, value| drop(headers.insert(name, HeaderValue::from_static(value)));
    set(TRACE_HEADER, "");
    set(CORRELATION_HEADER, "");
    if let Content::Page(kind) = content {
        for (name, value) in pages::headers(kind) {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(HeaderName::from_static(name), value);
            }
        }
        return headers;
    }
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(REFERRER_POLICY, "no-referrer");
    if content != Content::Nothing {
        set(X_FRAME_OPTIONS, "DENY");
        set(CONTENT_SECURITY_POLICY, NO_PAGE);
    }
    match content {
        Content::Json => set(CONTENT_TYPE, JSON),
        Content::PublicJson => {
            set(CONTENT_TYPE, JSON);
            set(CACHE_CONTROL, HOUR);
            set(ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        }
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
    headers
}
