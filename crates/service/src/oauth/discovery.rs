//! Server metadata (OpenID Connect Discovery §4, RFC 8414 §3) and the JWK Set (RFC 7517 §5).

use std::sync::Arc;

use axum::{body::Bytes, http::Method, response::Response};
use catalogue::refusal;
use model::Warning;
use protocol::{
    Error,
    context::{Endpoints, TenantContext},
    discovery,
    keys::TenantKeys,
};

use crate::http::{cors, incoming::IncomingRequest, middleware::wants_html, response};

/// The place of the metadata of RFC 8414 §3.
const OAUTH_METADATA: &str = "/.well-known/oauth-authorization-server";

/// Serves the metadata of a tenant.
pub(crate) async fn metadata(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    let result = incoming.resolve_tenant(&[Method::GET, Method::HEAD]).await.and_then(|tenant| {
        warn_of_other_form(&incoming, &tenant);
        discovery::metadata(&tenant)?;
        Ok(response::public_json(Bytes::from_owner(SharedMetadata(tenant))))
    });
    public(&incoming, result)
}

/// Adds a warning if the address of the metadata has the form of the tenant that is not in the
/// issuer. A strict client compares the two (OpenID Connect Discovery §4.3) and refuses the
/// metadata.
fn warn_of_other_form(incoming: &IncomingRequest, tenant: &TenantContext) {
    let Endpoints { origin, issuer, discovery, .. } = &tenant.endpoints;
    let named = issuer.strip_prefix(origin.as_str()).and_then(|rest| rest.strip_prefix('/'));
    if named.and_then(|rest| rest.strip_suffix("/v2.0")) != Some(incoming.tenant()) {
        incoming.context.annotate(|annotations| {
            annotations.add_warning(Warning::new("issuer_of_other_form", discovery));
        });
    }
}

/// Refuses a request for metadata at an address that clients derive from a part of the issuer, and
/// names the right one.
pub(crate) async fn elsewhere(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    let error = match right_address(&incoming).await {
        Ok(address) => refusal::metadata_elsewhere(address).into(),
        Err(error) => error,
    };
    if wants_html(&incoming.parts().headers) {
        return response::error_page(&incoming.context, &error, incoming.context.language());
    }
    public(&incoming, Err(error))
}

/// Returns the address of the metadata that the path asks for, with `TENANT` if it names no tenant.
async fn right_address(incoming: &IncomingRequest) -> Result<String, Error> {
    const METHODS: [Method; 2] = [Method::GET, Method::HEAD];
    let origin = &incoming.service.settings.origin;
    let (issuer, discovery) = if incoming.tenant().is_empty() {
        incoming.check_request(&METHODS)?;
        let issuer = format!("{origin}/TENANT/v2.0");
        let discovery = format!("{issuer}/.well-known/openid-configuration");
        (issuer, discovery)
    } else {
        let endpoints = &incoming.resolve_tenant(&METHODS).await?.endpoints;
        (endpoints.issuer.clone(), endpoints.discovery.clone())
    };
    // RFC 8414 §3.1 puts its document between the origin and the path of the issuer.
    if incoming.parts().uri.path().contains(OAUTH_METADATA) {
        return Ok(issuer.replacen(origin, &format!("{origin}{OAUTH_METADATA}"), 1));
    }
    Ok(discovery)
}

/// Serves the JWK Set of a tenant.
pub(crate) async fn key_set(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    let result = keys(&incoming).await;
    public(&incoming, result)
}

async fn keys(incoming: &IncomingRequest) -> Result<Response, Error> {
    let tenant = incoming.resolve_tenant(&[Method::GET, Method::HEAD]).await?;
    let keys = incoming.service.keys_at(&tenant, incoming.context.now()).await?;
    Ok(response::public_json(Bytes::from_owner(SharedKeySet(keys))))
}

pub(super) fn public(incoming: &IncomingRequest, result: Result<Response, Error>) -> Response {
    result.unwrap_or_else(|error| {
        let mut response = response::error(&incoming.context, &error);
        cors::allow_any(&mut response);
        response
    })
}

/// The metadata of a tenant, which the response shares with the tenant context.
struct SharedMetadata(Arc<TenantContext>);

impl AsRef<[u8]> for SharedMetadata {
    fn as_ref(&self) -> &[u8] {
        // Serialized before.
        discovery::metadata(&self.0).unwrap_or_default().as_bytes()
    }
}

/// The JWK Set of a tenant, which the response shares with its keys.
struct SharedKeySet(Arc<TenantKeys>);

impl AsRef<[u8]> for SharedKeySet {
    fn as_ref(&self) -> &[u8] {
        self.0.key_set().as_bytes()
    }
}
