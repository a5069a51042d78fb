//! Metadata (OpenID Connect Discovery §4, RFC 8414 §3) and keys (RFC 7517 §5).

use axum::{http::Method, response::Response};
use protocol::{Failure, discovery::Metadata};

use crate::{call::Call, cors, render};

/// Metadata hardly ever changes.
const METADATA_SECONDS: u32 = 3_600;
/// A new key is published for a day before it signs, so that this may be kept for an hour.
const KEYS_SECONDS: u32 = 3_600;

/// The metadata of a tenant.
pub(super) async fn metadata(call: Call) -> Response {
    if call.parts.method == Method::OPTIONS {
        return cors::preflight_any(&call);
    }
    let answer = call.admit(&[Method::GET, Method::HEAD]).await.and_then(|realm| {
        let text = serde_json::to_string(&Metadata::new(&realm.endpoints))
            .map_err(|error| model::Fault::new(model::FaultKind::Internal, &error))?;
        Ok(render::public_json(text, METADATA_SECONDS))
    });
    public(&call, answer)
}

/// The keys of a tenant.
pub(super) async fn key_set(call: Call) -> Response {
    if call.parts.method == Method::OPTIONS {
        return cors::preflight_any(&call);
    }
    let answer = keys(&call).await;
    public(&call, answer)
}

async fn keys(call: &Call) -> Result<Response, Failure> {
    let realm = call.admit(&[Method::GET, Method::HEAD]).await?;
    let keys = call.service.keys(&realm).await?;
    Ok(render::public_json(keys.key_set().to_owned(), KEYS_SECONDS))
}

fn public(call: &Call, answer: Result<Response, Failure>) -> Response {
    let failed = |failure| render::failure(&call.exchange, &failure);
    let mut response = answer.unwrap_or_else(failed);
    cors::allow_any(&mut response);
    response
}
