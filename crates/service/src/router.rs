//! Every address that the service answers at.

use std::sync::Arc;

use axum::{Router, http::StatusCode, middleware, response::Response, routing::any};
use catalogue::refusal;
use pages::{Frame, NotFound, Purpose};

use crate::{Service, admin, call::Call, exchange, render};

mod assets;
mod authenticated;
pub(crate) mod authorize;
pub(crate) mod closing;
mod discovery;
mod error;
mod explain;
mod ignored;
mod introspect;
mod microsoft;
mod rehearsal;
mod report;
mod revoke;
mod token;
mod userinfo;

pub(crate) use authorize::PasswordChecks;
pub(crate) use explain::DryRuns;

/// Everything that is public. Each endpoint takes every method, so that a wrong one is turned
/// down by a rule of ours, in the form of the endpoint.
pub fn router(service: Arc<Service>) -> Router {
    Router::new()
        .merge(authorize::routes())
        .merge(admin::routes())
        .route("/{tenant}/oauth2/v2.0/token", any(token::token))
        .route("/{tenant}/oauth2/v2.0/introspect", any(introspect::introspect))
        .route("/{tenant}/oauth2/v2.0/revoke", any(revoke::revoke))
        .route("/{tenant}/oauth2/v2.0/explain", any(explain::explain))
        .route("/{tenant}/oidc/userinfo", any(userinfo::userinfo))
        .route("/{tenant}/v2.0/.well-known/openid-configuration", any(discovery::metadata))
        .route("/.well-known/oauth-authorization-server/{tenant}/v2.0", any(discovery::metadata))
        .route("/.well-known/openid-configuration/{tenant}/v2.0", any(discovery::metadata))
        .route("/{tenant}/discovery/v2.0/keys", any(discovery::key_set))
        .route("/common/discovery/instance", any(microsoft::instance))
        .route("/common/userrealm/{user}", any(microsoft::user_realm))
        .route("/error", any(error::page))
        .route("/error/catalogue.json", any(error::catalogue))
        .route("/report", any(report::report))
        .route("/assets/{file}", any(assets::asset))
        .fallback(elsewhere)
        .layer(middleware::from_fn_with_state(Arc::clone(&service), exchange::around))
        .with_state(service)
}

/// An address that is none of ours: JSON where clients go wrong, a page where people do.
async fn elsewhere(call: Call) -> Response {
    let path = call.parts.uri.path();
    if ["/oauth2/", "/oidc/", "/discovery/", "/.well-known/"].iter().any(|it| path.contains(it)) {
        let refusal = refusal::endpoint_not_found(path);
        return render::failure(&call.exchange, &refusal.into());
    }
    let page = NotFound { frame: Frame::default() }.render(call.exchange.language());
    let mut response = render::html(page, Purpose::Public, &[]);
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
