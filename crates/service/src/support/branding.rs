//! `/{tenant}/branding/…`: the logo of a tenant, and the style sheet with its colour.

use axum::{
    http::{HeaderValue, Method},
    response::Response,
};
use catalogue::refusal;
use jose::digest;
use model::Tenant;
use pages::Colour;
use protocol::Error;

use crate::http::{
    incoming::IncomingRequest,
    new_response::{self, Content},
    page_layout, response,
};

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
    let path = incoming.parts().uri.path();
    let name = path.rsplit('/').next().unwrap_or_default();
    let (media_type, body) =
        content(&tenant.row, name).ok_or_else(|| refusal::endpoint_not_found(path))?;
    let mut response = new_response::new(Content::File(media_type), body);
    let policy = HeaderValue::from_static("same-origin");
    response.headers_mut().insert("cross-origin-resource-policy", policy);
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
