//! `/{tenant}/branding/…`: the logo of a tenant, and the style sheet with its colour.

use axum::{
    body::Body,
    http::{
        HeaderName, HeaderValue, Method,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
    },
    response::Response,
};
use catalogue::refusal;
use jose::digest;
use model::Tenant;
use pages::Colour;
use protocol::Error;

use crate::http::{incoming::IncomingRequest, page_layout, response};

/// No script, no request and no frame: a logo is an image, even if a user opens its address.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// Serves a file of a tenant. Its name contains its content or the digest of it, so caches never
/// need to revalidate it.
pub(crate) async fn file(mut incoming: IncomingRequest) -> Response {
    match find(&mut incoming).await {
        Ok(response) => response,
        Err(error) => response::error(&incoming.context, &error),
    }
}

async fn find(incoming: &mut IncomingRequest) -> Result<Response, Error> {
    let tenant = incoming.resolve_tenant(&[Method::GET, Method::HEAD]).await?;
    let path = incoming.parts.uri.path();
    let name = path.rsplit('/').next().unwrap_or_default();
    let (media_type, body) =
        content(&tenant.row, name).ok_or_else(|| refusal::endpoint_not_found(path))?;
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    let cache = "public, max-age=31536000, immutable";
    let values: [(HeaderName, &'static str); 5] = [
        (CONTENT_TYPE, media_type),
        (CACHE_CONTROL, cache),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in values {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

fn content(tenant: &Tenant, name: &str) -> Option<(&'static str, Vec<u8>)> {
    if let Some(logo) = tenant.branding.logo.as_ref()
        && page_layout::logo_file(logo) == name
    {
        let is_png = logo.media_type == "image/png";
        let media_type = if is_png { "image/png" } else { "image/svg+xml" };
        return Some((media_type, digest::base64url_decode(&logo.content).ok()?));
    }
    let colour = tenant.branding.colour.as_deref()?;
    let is_current = page_layout::colour_file(colour) == name;
    let css = Colour::parse(colour).ok().filter(|_| is_current)?.stylesheet();
    Some(("text/css; charset=utf-8", css.into_bytes()))
}
