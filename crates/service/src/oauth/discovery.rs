//! Server metadata (OpenID Connect Discovery §4, RFC 8414 §3) and the JWK Set (RFC 7517 §5).

use axum::{http::Method, response::Response};
use protocol::{Error, discovery::Metadata};

use crate::http::{cors, incoming::IncomingRequest, response};

/// The cache lifetime of metadata, which changes rarely.
const METADATA_SECONDS: u32 = 3_600;
/// The cache lifetime of the JWK Set. A new key is published for a day before it signs.
const KEYS_SECONDS: u32 = 3_600;

/// Serves the metadata of a tenant.
pub(crate) async fn metadata(incoming: IncomingRequest) -> Response {
    if incoming.parts.method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    let result = incoming.resolve_tenant(&[Method::GET, Method::HEAD]).await.and_then(|tenant| {
        let text = serde_json::to_string(&Metadata::new(&tenant.endpoints))
            .map_err(|error| model::Fault::new(model::FaultKind::Internal, &error))?;
        Ok(response::cacheable_json(text, METADATA_SECONDS))
    });
    public(&incoming, result)
}

/// Serves the JWK Set of a tenant.
pub(crate) async fn key_set(incoming: IncomingRequest) -> Response {
    if incoming.parts.method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    let result = keys(&incoming).await;
    public(&incoming, result)
}

async fn keys(incoming: &IncomingRequest) -> Result<Response, Error> {
    let tenant = incoming.resolve_tenant(&[Method::GET, Method::HEAD]).await?;
    let keys = incoming.service.keys(&tenant).await?;
    Ok(response::cacheable_json(keys.key_set().to_owned(), KEYS_SECONDS))
}

fn public(incoming: &IncomingRequest, result: Result<Response, Error>) -> Response {
    let mut response = result.unwrap_or_else(|error| response::error(&incoming.context, &error));
    cors::allow_any(&mut response);
    response
}
