//! Every route in one table. The only module that imports all areas.

use std::sync::Arc;

use axum::{Extension, Router, middleware, routing::any};

use crate::{
    admin,
    dev::{demo_app, demo_context, orders_api, start_page},
    http::middleware::{with_readable_errors, with_request_context},
    oauth::{discovery, explain, introspect, microsoft_discovery, revoke, token, userinfo},
    sign_in,
    state::Service,
    support::{assets, branding, error_pages, language, not_found, report},
};

/// Creates the router of all public routes.
///
/// Every route accepts every method: a handler refuses a wrong method in the format of its
/// endpoint.
pub fn router(service: Arc<Service>) -> Router {
    let with_context = middleware::from_fn_with_state(Arc::clone(&service), with_request_context);
    let readable = middleware::from_fn_with_state(Arc::clone(&service), with_readable_errors);
    let routes = called_by_pages()
        .layer(readable)
        .merge(other_routes().layer(with_context))
        .with_state(Arc::clone(&service));
    match service.settings.development {
        Some(_) => with_development_routes(routes, service),
        None => routes,
    }
}

/// Adds the routes of a service for development. The demo app and its API get the other routes:
/// they reach the service as any client does.
fn with_development_routes(routes: Router, service: Arc<Service>) -> Router {
    let with_context = middleware::from_fn_with_state(Arc::clone(&service), with_request_context);
    let api = orders_api::OrdersApi::new(routes.clone(), &service.settings);
    let api = Router::new()
        .route("/demo-app/orders", any(orders_api::orders))
        .layer(Extension(api))
        .layer(with_context.clone())
        .with_state(Arc::clone(&service));
    let routes = routes.merge(api);
    let demo_app = demo_context::DemoApp::new(routes.clone(), &service.settings);
    let pages = Router::new()
        .route("/", any(start_page::page))
        .route("/demo-app", any(demo_app::page))
        .route("/demo-app/sign-in", any(demo_app::sign_in))
        .route("/demo-app/callback", any(demo_app::receive))
        .route("/demo-app/action", any(demo_app::act))
        .layer(Extension(demo_app))
        .layer(with_context)
        .with_state(service);
    routes.merge(pages)
}

/// The endpoints that pages of single-page apps call. Their errors are readable from any origin.
fn called_by_pages() -> Router<Arc<Service>> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/token", any(token::token))
        .route("/{tenant}/oauth2/v2.0/revoke", any(revoke::revoke))
        .route("/{tenant}/oidc/userinfo", any(userinfo::userinfo))
}

fn other_routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/{tenant}/oauth2/v2.0/authorize", any(sign_in::start::authorize))
        .route("/{tenant}/sign-in", any(sign_in::username_form::post))
        .route("/{tenant}/account", any(sign_in::account::post))
        .route("/{tenant}/stay-signed-in", any(sign_in::stay_signed_in::post))
        .route("/{tenant}/consent", any(sign_in::consent::post))
        .route("/{tenant}/continue", any(sign_in::confirm::post))
        .route("/{tenant}/oauth2/v2.0/introspect", any(introspect::introspect))
        .route("/{tenant}/oauth2/v2.0/explain", any(explain::explain))
        .route("/{tenant}/v2.0/.well-known/openid-configuration", any(discovery::metadata))
        .route("/.well-known/oauth-authorization-server/{tenant}/v2.0", any(discovery::metadata))
        .route("/.well-known/openid-configuration/{tenant}/v2.0", any(discovery::metadata))
        .route("/.well-known/openid-configuration", any(discovery::elsewhere))
        .route("/.well-known/openid-configuration/{tenant}", any(discovery::elsewhere))
        .route("/{tenant}/.well-known/openid-configuration", any(discovery::elsewhere))
        .route("/.well-known/oauth-authorization-server", any(discovery::elsewhere))
        .route("/.well-known/oauth-authorization-server/{tenant}", any(discovery::elsewhere))
        .route("/{tenant}/.well-known/oauth-authorization-server", any(discovery::elsewhere))
        .route("/{tenant}/discovery/v2.0/keys", any(discovery::key_set))
        .route("/common/discovery/instance", any(microsoft_discovery::instance))
        .route("/common/userrealm/{user}", any(microsoft_discovery::user_domain))
        .route("/admin", any(admin::sign_in::sign_in))
        .route("/admin/signed-in", any(admin::sign_in::callback))
        .route("/admin/sign-out", any(admin::sign_in::sign_out))
        .route("/admin/requests", any(admin::requests::list::page))
        .route("/admin/requests/{trace_id}", any(admin::requests::detail::page))
        .route("/admin/refusals", any(admin::refusals::page))
        .route("/admin/changes", any(admin::changes::page))
        .route("/admin/revoke", any(admin::revoke::page))
        .route("/admin/tickets", any(admin::tickets::list::page))
        .route("/admin/tickets/{ticket}", any(admin::tickets::detail::page))
        .route("/error", any(error_pages::page))
        .route("/error/catalogue.json", any(error_pages::catalogue))
        .route("/report", any(report::report))
        .route("/language", any(language::switch))
        .route("/{tenant}/branding/{file}", any(branding::file))
        .route("/assets/{file}", any(assets::asset))
        .fallback(not_found::not_found)
}
