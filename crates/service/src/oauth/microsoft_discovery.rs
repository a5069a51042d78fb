//! What Microsoft's clients ask before they begin: which hosts are one service, and whether a user
//! name belongs to a federated domain.

use axum::{http::Method, response::Response};
use catalogue::refusal;
use protocol::Failure;
use serde_json::json;

use crate::{call::Call, cors, render};

const SECONDS: u32 = 3_600;

/// `/common/discovery/instance`: this host, and no other.
pub(super) async fn instance(call: Call) -> Response {
    if call.parts.method == Method::OPTIONS {
        return cors::preflight_any(&call);
    }
    let answer = instance_of(&call);
    let mut response = answer.unwrap_or_else(|failure| render::failure(&call.exchange, &failure));
    cors::allow_any(&mut response);
    response
}

fn instance_of(call: &Call) -> Result<Response, Failure> {
    call.expect(&[Method::GET, Method::HEAD])?;
    let query = call.query()?;
    let asked = query.require("authorization_endpoint")?;
    let settings = &call.service.settings;
    let path = asked.strip_prefix(settings.origin.as_str()).and_then(|it| it.strip_prefix('/'));
    let tenant = path.map(|path| path.split(['/', '?', '#']).next().unwrap_or_default());
    let Some(tenant) = tenant else { return Err(unknown(asked).into()) };
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
    Ok(render::public_json(body.to_string(), SECONDS))
}

fn unknown(asked: &str) -> catalogue::Refusal {
    let host = asked.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    match host {
        Some(host) if !host.is_empty() => refusal::unknown_instance(host),
        _ => refusal::malformed_discovery_request("authorization_endpoint"),
    }
}

/// `/common/userrealm/{user}`: every user signs in here, so the answer tells nothing of who exists.
pub(super) async fn user_realm(call: Call) -> Response {
    if let Err(refusal) = call.expect(&[Method::GET, Method::HEAD]) {
        return render::failure(&call.exchange, &refusal.into());
    }
    let user = call.parts.uri.path().rsplit('/').next().unwrap_or_default();
    let domain = user.rsplit_once('@').or_else(|| user.rsplit_once("%40"));
    let domain = domain.map_or("", |(_, domain)| domain);
    let settings = &call.service.settings;
    let body = json!({
        "ver": "1.0",
        "account_type": "Managed",
        "domain_name": domain,
        "cloud_instance_name": settings.host(),
        "cloud_audience_urn": format!("urn:federation:{}", settings.host()),
    });
    render::json(&body)
}
