//! Every route in one table. The only module that imports all areas.

use std::sync::Arc;

use crate::{
    account, admin,
    dev::{demo_app, demo_context, mailbox, orders_api, start_page},
    http::{
        endpoint::{Endpoint, Endpoints},
        incoming::IncomingRequest,
        routes::Routes,
    },
    oauth::{discovery, explain, introspect, microsoft_discovery, revoke, token, userinfo},
    sign_in, sign_out,
    state::Service,
    support::{assets, branding, error_pages, language, not_found, report},
};

/// The path of requests that match no endpoint, in log, records and metrics.
const UNMATCHED: &str = "other";

/// Creates all public routes.
pub fn router(service: Arc<Service>) -> Routes {
    let mut endpoints = all_endpoints();
    if service.settings.development.is_some() {
        endpoints.extend(development_endpoints(&service));
    }
    serve(service, endpoints)
}

/// Creates the routes of a service with these endpoints.
fn serve(service: Arc<Service>, endpoints: Vec<Endpoint>) -> Routes {
    let unmatched = Endpoint::new(UNMATCHED, not_found::not_found);
    Routes::new(service, Endpoints::new(endpoints, unmatched))
}

/// Returns the endpoints of a service for development. The demo app and its API get a router of the
/// other endpoints: they reach the service as any client does.
fn development_endpoints(service: &Arc<Service>) -> Vec<Endpoint> {
    let api = serve(Arc::clone(service), all_endpoints());
    let api = orders_api::OrdersApi::new(api, &service.settings);
    let orders = || Endpoint::new("/demo-app/orders", with(&api, orders_api::orders));
    let large = || Endpoint::new("/demo-app/orders/large", with(&api, orders_api::large_orders));
    let endpoints = all_endpoints().into_iter().chain([orders(), large()]).collect();
    let app = serve(Arc::clone(service), endpoints);
    let app = demo_context::DemoApp::new(app, &service.settings);
    vec![
        orders(),
        large(),
        Endpoint::new("/", start_page::page),
        Endpoint::new("/mailbox", mailbox::list),
        Endpoint::new("/mailbox/{number}", mailbox::html),
        Endpoint::new("/demo-app", with(&app, demo_app::page)),
        Endpoint::new("/demo-app/sign-in", with(&app, demo_app::sign_in)),
        Endpoint::new("/demo-app/callback", with(&app, demo_app::receive)),
        Endpoint::new("/demo-app/action", with(&app, demo_app::act)),
    ]
}

/// Gives a handler a state of its own.
fn with<T, F, H>(
    state: &Arc<T>,
    handler: H,
) -> impl Fn(IncomingRequest) -> F + Send + Sync + use<T, F, H>
where
    T: Send + Sync,
    H: Fn(Arc<T>, IncomingRequest) -> F + Send + Sync,
{
    let state = Arc::clone(state);
    move |incoming| handler(Arc::clone(&state), incoming)
}

/// Returns the endpoints of every service.
fn all_endpoints() -> Vec<Endpoint> {
    let mut endpoints = public_endpoints();
    endpoints.extend(account_endpoints());
    endpoints
}

/// Returns the account pages of users. A change is completed with its events and notices, also if
/// the browser closes the connection meanwhile.
fn account_endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("/{tenant}/account", account::overview::page),
        Endpoint::detached("/{tenant}/account/password", account::password::page),
        Endpoint::detached("/{tenant}/account/authenticator-app", account::authenticator_app::add),
        Endpoint::detached("/{tenant}/account/authenticator-app/remove", account::removal::app),
        Endpoint::detached("/{tenant}/account/passkey", account::passkey::add),
        Endpoint::detached("/{tenant}/account/passkey/remove", account::removal::passkey),
        Endpoint::detached("/{tenant}/account/recovery-codes", account::recovery_codes::handle),
        Endpoint::detached("/{tenant}/account/end-sessions", account::end_sessions::page),
        Endpoint::detached("/{tenant}/account/profile", account::profile::page),
        Endpoint::detached("/{tenant}/account/email", account::email::page),
        Endpoint::detached("/{tenant}/account/email/code", account::email_code::page),
        Endpoint::detached("/{tenant}/account/delete", account::delete::page),
        Endpoint::new("/{tenant}/account/deleted", account::deleted::page),
        Endpoint::new("/{tenant}/account/sessions", account::sessions::page),
        Endpoint::detached("/{tenant}/account/sessions/end", account::sessions::end_one),
        Endpoint::detached("/{tenant}/account/sessions/end-others", account::sessions::end_others),
        Endpoint::new("/{tenant}/account/apps", account::apps::page),
        Endpoint::detached("/{tenant}/account/apps/withdraw", account::apps::withdraw),
        Endpoint::new("/{tenant}/account/activity", account::activity::page),
        Endpoint::detached("/{tenant}/account/activity/report", account::activity::report),
        Endpoint::new("/{tenant}/account/reported", account::reported::page),
        Endpoint::new("/{tenant}/account/data", account::data::page),
        Endpoint::new("/{tenant}/account/sign-out", account::sign_in::sign_out),
        Endpoint::new("/account/signed-in", account::sign_in::callback),
    ]
}

/// Returns the endpoints apart from account pages. Those that pages of single-page apps call have
/// errors that are readable from any origin.
fn public_endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::called_by_pages("/{tenant}/oauth2/v2.0/token", token::token),
        Endpoint::called_by_pages("/{tenant}/oauth2/v2.0/revoke", revoke::revoke),
        Endpoint::called_by_pages("/{tenant}/oidc/userinfo", userinfo::userinfo),
        Endpoint::new("/{tenant}/oauth2/v2.0/authorize", sign_in::start::authorize),
        Endpoint::new("/{tenant}/sign-in", sign_in::username_form::post),
        Endpoint::new("/{tenant}/choose-account", sign_in::account::post),
        Endpoint::new("/{tenant}/second-factor", sign_in::second_factor::post),
        Endpoint::new("/{tenant}/reset-password", sign_in::reset_password::post),
        Endpoint::new("/{tenant}/reset-link", sign_in::reset_link::show),
        Endpoint::new("/{tenant}/new-password", sign_in::new_password::post),
        Endpoint::new("/{tenant}/sign-up", sign_in::sign_up::post),
        Endpoint::new("/{tenant}/create-account", sign_in::create_account::post),
        Endpoint::new("/{tenant}/terms", sign_in::terms::post),
        Endpoint::new("/{tenant}/invitation", sign_in::invitation::page),
        Endpoint::new("/{tenant}/passkey", sign_in::passkey::post),
        Endpoint::new("/{tenant}/authenticator-app", sign_in::authenticator_app::post),
        Endpoint::new("/{tenant}/stay-signed-in", sign_in::stay_signed_in::post),
        Endpoint::new("/{tenant}/after-access-pass", sign_in::after_access_pass::post),
        Endpoint::new("/{tenant}/consent", sign_in::consent::post),
        Endpoint::new("/{tenant}/continue", sign_in::confirm::post),
        Endpoint::new("/{tenant}/oauth2/v2.0/logout", sign_out::end_session::logout),
        Endpoint::new("/{tenant}/sign-out", sign_out::question::page),
        Endpoint::new("/{tenant}/signed-out", sign_out::signed_out::page),
        Endpoint::new("/{tenant}/oauth2/v2.0/introspect", introspect::introspect),
        Endpoint::new("/{tenant}/oauth2/v2.0/explain", explain::explain),
        Endpoint::new("/{tenant}/v2.0/.well-known/openid-configuration", discovery::metadata),
        Endpoint::new("/.well-known/oauth-authorization-server/{tenant}/v2.0", discovery::metadata),
        Endpoint::new("/.well-known/openid-configuration/{tenant}/v2.0", discovery::metadata),
        Endpoint::new("/.well-known/openid-configuration", discovery::elsewhere),
        Endpoint::new("/.well-known/openid-configuration/{tenant}", discovery::elsewhere),
        Endpoint::new("/{tenant}/.well-known/openid-configuration", discovery::elsewhere),
        Endpoint::new("/.well-known/oauth-authorization-server", discovery::elsewhere),
        Endpoint::new("/.well-known/oauth-authorization-server/{tenant}", discovery::elsewhere),
        Endpoint::new("/{tenant}/.well-known/oauth-authorization-server", discovery::elsewhere),
        Endpoint::new("/{tenant}/discovery/v2.0/keys", discovery::key_set),
        Endpoint::new("/common/discovery/instance", microsoft_discovery::instance),
        Endpoint::new("/common/userrealm/{user}", microsoft_discovery::user_domain),
        Endpoint::new("/admin", admin::sign_in::sign_in),
        Endpoint::new("/admin/signed-in", admin::sign_in::callback),
        Endpoint::new("/admin/sign-out", admin::sign_in::sign_out),
        Endpoint::new("/admin/requests", admin::requests::list::page),
        Endpoint::new("/admin/requests/{trace_id}", admin::requests::detail::page),
        Endpoint::new("/admin/refusals", admin::refusals::page),
        Endpoint::new("/admin/changes", admin::changes::page),
        Endpoint::new("/admin/nodes", admin::nodes::page),
        Endpoint::new("/admin/revoke", admin::revoke::page),
        Endpoint::new("/admin/tickets", admin::tickets::list::page),
        Endpoint::new("/admin/tickets/{ticket}", admin::tickets::detail::page),
        Endpoint::new("/error", error_pages::page),
        Endpoint::new("/error/catalogue.json", error_pages::catalogue),
        Endpoint::new("/report", report::report),
        Endpoint::new("/language", language::switch),
        Endpoint::new("/{tenant}/branding/{file}", branding::file),
        Endpoint::new("/assets/{file}", assets::asset),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_endpoint_has_a_path_of_its_own() {
        // Looks up the path template of each, which matches itself. No template is repeated: the
        // look-up of the second one would return the first.
        let templates: Vec<&str> = all_endpoints().iter().map(|it| it.path).collect();
        let distinct: BTreeSet<&str> = templates.iter().copied().collect();
        assert_eq!(distinct.len(), templates.len(), "{templates:?}");
        let unmatched = Endpoint::new(UNMATCHED, not_found::not_found);
        let endpoints = Endpoints::new(all_endpoints(), unmatched);
        for template in templates {
            assert_eq!(endpoints.find(template).0.path, template);
        }
    }

    #[test]
    fn unknown_paths_share_one_endpoint() {
        // Hostile input MT1: looks up a thousand paths, none of which is in the table.
        let unmatched = Endpoint::new(UNMATCHED, not_found::not_found);
        let endpoints = Endpoints::new(all_endpoints(), unmatched);
        for number in 0..1_000 {
            for path in [format!("/x{number}"), format!("/demo/oauth2/v2.0/x{number}")] {
                assert_eq!(endpoints.find(&path).0.path, UNMATCHED, "{path}");
            }
        }
    }
}
