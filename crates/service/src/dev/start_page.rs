//! `/`: the start page of a service for development.

use axum::{http::Method, response::Response};
use model::{Client, Tenant};
use pages::{DevClient, DevCommand, DevStart, DevTenant, DevUser, Layout, PageKind};
use protocol::{Error, pkce};

use super::{demo_client::CLIENT, demo_context, tenant_endpoints::TENANT};
use crate::{
    development::DevelopmentSite,
    http::{incoming::IncomingRequest, page_layout, response},
};

/// Maximum number of tenants on the page.
const TENANTS_MAX: usize = 20;
/// Maximum number of users and of clients of a tenant on the page.
const ROWS_MAX: u32 = 50;
/// The `code_verifier` of RFC 7636 Appendix B. It is public, which is fine for a link to try.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Shows the tenants with their users, clients and addresses.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    let language = incoming.context.language();
    match start_page(&incoming).await {
        Ok(page) => response::html(page.render(language), PageKind::Public),
        Err(error) => response::error_page(&incoming.context, &error, language),
    }
}

async fn start_page(incoming: &IncomingRequest) -> Result<DevStart, Error> {
    incoming.check_request(&[Method::GET, Method::HEAD])?;
    let service = &incoming.service;
    let site = service.settings.development.as_ref().map(|development| development.site().clone());
    let site = site.unwrap_or_default();
    let mut tenants = Vec::new();
    for tenant in service.tenants().await?.iter().take(TENANTS_MAX) {
        tenants.push(tenant_section(incoming, tenant, &site).await?);
    }
    let command = |(client, command)| DevCommand { client, command };
    Ok(DevStart {
        layout: Layout {
            tenant: None,
            language_switch: page_layout::language_switch(incoming.parts()),
        },
        origin: service.settings.origin.clone(),
        demo_app: demo_context::PATH.to_owned(),
        tenants,
        ca_file: site.ca_file,
        trust: site.trust.into_iter().map(command).collect(),
    })
}

async fn tenant_section(
    incoming: &IncomingRequest,
    tenant: &Tenant,
    site: &DevelopmentSite,
) -> Result<DevTenant, Error> {
    let context = incoming.service.tenant_context_of(tenant.clone())?;
    let store = incoming.service.store_of(&context);
    let mut scopes = Vec::new();
    for resource in store.resources().await?.iter() {
        for scope in &resource.scopes {
            scopes.push(format!("{}/{}", resource.identifier, scope.value));
        }
    }
    let users = store.users(ROWS_MAX).await?;
    let users = users.iter().map(|user| DevUser {
        username: user.username.clone(),
        password: site.password(&tenant.name, &user.username).map(str::to_owned),
        administrator: user.administrator,
    });
    let clients = store.clients().await?;
    let rows = usize::try_from(ROWS_MAX).unwrap_or(usize::MAX);
    Ok(DevTenant {
        name: tenant.name.clone(),
        display_name: tenant.name.clone(),
        issuer: context.endpoints.issuer.clone(),
        discovery: context.endpoints.discovery.clone(),
        admin_pages: format!("/admin?tenant={}", tenant.name),
        users: users.collect(),
        clients: clients.iter().take(rows).map(|it| client_section(it, tenant, site)).collect(),
        scopes,
    })
}

fn client_section(client: &Client, tenant: &Tenant, site: &DevelopmentSite) -> DevClient {
    let redirect_uri = client.redirect_uris.first();
    let is_demo_app = tenant.name == TENANT && client.name == CLIENT;
    let sign_in = |redirect_uri: &str| {
        if is_demo_app {
            // The demo app takes only responses to its own requests.
            return format!("{}/sign-in", demo_context::PATH);
        }
        sign_in_path(client, tenant, redirect_uri)
    };
    DevClient {
        name: client.name.clone(),
        client_id: client.id.to_string(),
        secret: site.client_secret(&tenant.name, &client.name).map(str::to_owned),
        redirect_uris: client
            .redirect_uris
            .iter()
            .map(|registered| registered.uri.clone())
            .collect(),
        sign_in: redirect_uri.map(|registered| sign_in(&registered.uri)),
    }
}

/// Returns the path of an authorization request of a client.
fn sign_in_path(client: &Client, tenant: &Tenant, redirect_uri: &str) -> String {
    let challenge = pkce::challenge(VERIFIER);
    let parameters = [
        ("client_id", client.id.as_str()),
        ("response_type", "code"),
        ("redirect_uri", redirect_uri),
        ("scope", "openid profile"),
        ("state", "start-page"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("/{}/oauth2/v2.0/authorize?{query}", tenant.name)
}
