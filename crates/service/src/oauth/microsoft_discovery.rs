//! The two discovery requests of Microsoft's client libraries: instance discovery (the hosts of one
//! service) and user realm discovery (whether a user's domain is federated).

use axum::{http::Method, response::Response};
use catalogue::refusal;
use protocol::{Error, equivalence::path_at_origin};
use serde_json::json;

use super::discovery;
use crate::http::{cors, incoming::IncomingRequest, response};

/// `/common/discovery/instance`: describes this host only.
pub(crate) async fn instance(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::OPTIONS {
        return cors::preflight(&incoming);
    }
    discovery::public(&incoming, instance_metadata(&incoming))
}

fn instance_metadata(incoming: &IncomingRequest) -> Result<Response, Error> {
    incoming.check_request(&[Method::GET, Method::HEAD])?;
    let query = incoming.query()?;
    let endpoint = query.require("authorization_endpoint")?;
    let settings = &incoming.service.settings;
    let path = path_at_origin(endpoint, &settings.origin).and_then(|it| it.strip_prefix('/'));
    let tenant = path.map(|path| path.split(['/', '?', '#']).next().unwrap_or_default());
    let Some(tenant) = tenant else { return Err(unknown_instance(endpoint).into()) };
    if tenant.is_empty() {
        return Err(refusal::malformed_discovery_request("authorization_endpoint").into());
    }
    let host = settings.host();
    let body = json!({
        "tenant_discovery_endpoint":
            format!("{}/{tenant}/v2.0/.well-known/openid-configuration", settings.origin),
        "api-version": "1.1",
        "metadata": [{ "preferred_network": host, "preferred_cache": host, "aliases": [host] }],
    });
    Ok(response::public_json(body.to_string()))
}

fn unknown_instance(endpoint: &str) -> catalogue::Refusal {
    let host =
        endpoint.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    match host {
        Some(host) if !host.is_empty() => refusal::unknown_instance(host),
        _ => refusal::malformed_discovery_request("authorization_endpoint"),
    }
}

/// `/common/userrealm/{user}`: every domain is managed here, so the response is the same for each
/// user and does not allow enumeration.
pub(crate) async fn user_domain(incoming: IncomingRequest) -> Response {
    if let Err(refusal) = incoming.check_request(&[Method::GET, Method::HEAD]) {
        return response::error(&incoming.context, &refusal.into());
    }
    let user = incoming.parts().uri.path().rsplit('/').next().unwrap_or_default();
    let domain = user.rsplit_once('@').or_else(|| user.rsplit_once("%40"));
    let domain = domain.map_or("", |(_, domain)| domain);
    let settings = &incoming.service.settings;
    let body = json!({
        "ver": "1.0",
        "account_type": "Managed",
        "domain_name": domain,
        "cloud_instance_name": settings.host(),
        "cloud_audience_urn": format!("urn:federation:{}", settings.host()),
    });
    response::json(&body)
}
