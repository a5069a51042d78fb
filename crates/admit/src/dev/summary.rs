//! The summary that `admit dev` prints, as text or JSON.

use std::path::Path;

use model::{Client, Resource, User};
use protocol::context::Endpoints;
use serde::Serialize;
use service::{Service, development::DevelopmentSite};

use super::certificate_authority::{CA_CERTIFICATE, CLIENT_KEY};
use super::demo_tenant::TENANT;
use super::secrets::Secrets;
use super::trust_lines::TrustLine;
use crate::error::CommandError;

/// The summary of `admit dev`.
#[derive(Debug, Serialize)]
pub(crate) struct DevSummary {
    /// The public origin.
    pub(super) origin: String,
    /// The CA certificate file, which clients must trust. `None` without TLS.
    pub(super) ca_file: Option<String>,
    /// The reason why the CA replaces an earlier one. `None` if it does not.
    pub(super) new_authority: Option<String>,
    /// The commands that make clients trust the CA.
    pub(super) trust: Vec<TrustLine>,
    /// The URL of the metrics.
    pub(super) metrics: String,
    /// The tenants.
    pub(super) tenants: Vec<TenantSummary>,
}

/// The summary of a tenant.
#[derive(Debug, Serialize)]
pub(super) struct TenantSummary {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) issuer: String,
    /// The URL of the discovery document.
    pub(super) discovery: String,
    /// The URL of the administration pages.
    pub(super) admin_pages: String,
    pub(super) resources: Vec<ResourceSummary>,
    pub(super) clients: Vec<ClientSummary>,
    pub(super) users: Vec<UserSummary>,
}

/// The summary of a resource.
#[derive(Debug, Serialize)]
pub(super) struct ResourceSummary {
    pub(super) identifier: String,
    pub(super) default: bool,
    pub(super) scopes: Vec<String>,
    pub(super) roles: Vec<String>,
}

/// The summary of a client.
#[derive(Debug, Serialize)]
pub(super) struct ClientSummary {
    pub(super) name: String,
    pub(super) client_id: String,
    pub(super) client_secret: Option<String>,
    pub(super) private_key_file: Option<String>,
    pub(super) redirect_uris: Vec<String>,
}

/// The summary of a user.
#[derive(Debug, Serialize)]
pub(super) struct UserSummary {
    pub(super) username: String,
    pub(super) password: Option<String>,
    pub(super) administrator: bool,
}

/// The clients in the order of the summary, with the names of their secrets.
const CLIENTS: [(&str, Option<&str>); 6] = [
    ("web", Some("WEB_SECRET")),
    ("web-certificate", None),
    ("spa", None),
    ("native", None),
    ("daemon", Some("DAEMON_SECRET")),
    ("demo-app", Some("DEMO_APP_SECRET")),
];
const USERS: [(&str, &str); 3] = [
    ("ana@demo.example", "ANA_PASSWORD"),
    ("budi@demo.example", "BUDI_PASSWORD"),
    ("admin@demo.example", "ADMIN_PASSWORD"),
];
const USERS_MAX: u32 = 100;

/// Returns the contents of the start page that are not in the store.
pub(super) fn site(data_dir: &Path, secrets: &Secrets, trust: &[TrustLine]) -> DevelopmentSite {
    let named = |(name, variable): (&str, Option<&str>)| {
        Some((name.to_owned(), secrets.get(variable?)?.clone()))
    };
    let ca_file = data_dir.join(CA_CERTIFICATE).display().to_string();
    DevelopmentSite {
        data: data_dir.display().to_string(),
        tenant: TENANT.to_owned(),
        client_secrets: CLIENTS.into_iter().filter_map(named).collect(),
        passwords: USERS.into_iter().filter_map(|(name, it)| named((name, Some(it)))).collect(),
        ca_file: (!trust.is_empty()).then_some(ca_file),
        trust: trust.iter().map(|line| (line.client.to_owned(), line.command.clone())).collect(),
    }
}

/// Collects the summary from the store.
pub(super) async fn collect(
    data_dir: &Path,
    secrets: &Secrets,
    service: &Service,
) -> Result<DevSummary, CommandError> {
    let store = &service.store;
    let Some(tenant) = store.tenant(TENANT).await? else {
        return Err(CommandError::message(format!("there is no tenant `{TENANT}`")));
    };
    let mut clients = store.clients(tenant.id).await?;
    clients.sort_by_key(|client| position(&CLIENTS, &client.name));
    let mut resources = store.resources(tenant.id).await?.to_vec();
    resources.sort_by_key(|resource| !resource.default);
    let users = store.users(tenant.id, USERS_MAX).await?;
    let origin = service.settings.origin.clone();
    let endpoints = Endpoints::new(&origin, &tenant);
    Ok(DevSummary {
        ca_file: service.settings.development.as_ref().and_then(|it| it.site().ca_file.clone()),
        new_authority: None,
        trust: Vec::new(),
        metrics: String::new(),
        tenants: vec![TenantSummary {
            id: tenant.id.to_string(),
            name: tenant.name.clone(),
            issuer: endpoints.issuer,
            discovery: endpoints.discovery,
            admin_pages: format!("{origin}/admin?tenant={}", tenant.name),
            resources: resources.iter().map(resource_summary).collect(),
            clients: clients
                .iter()
                .map(|client| client_summary(client, data_dir, secrets))
                .collect(),
            users: users.iter().map(|user| user_summary(user, secrets)).collect(),
        }],
        origin,
    })
}

impl DevSummary {
    /// Adds the commands that make clients trust the CA, and the reason why it replaces an earlier
    /// one.
    pub(super) fn with_authority(mut self, reason: Option<String>, trust: Vec<TrustLine>) -> Self {
        self.new_authority = reason;
        self.trust = trust;
        self
    }

    /// Adds the URL of the metrics.
    pub(crate) fn with_metrics(mut self, address: std::net::SocketAddr) -> Self {
        self.metrics = format!("http://{address}/metrics");
        self
    }

    /// Renders the summary as one JSON object on a line, then the line `ready`.
    pub(crate) fn json(&self) -> Result<String, CommandError> {
        let json = serde_json::to_string(self)
            .map_err(|error| CommandError::message(error.to_string()))?;
        Ok(format!("{json}\nready\n"))
    }
}

fn position(order: &[(&str, Option<&str>)], name: &str) -> usize {
    order.iter().position(|(known, _)| *known == name).unwrap_or(order.len())
}

fn resource_summary(resource: &Resource) -> ResourceSummary {
    ResourceSummary {
        identifier: resource.identifier.clone(),
        default: resource.default,
        scopes: resource.scopes.iter().map(|scope| scope.value.clone()).collect(),
        roles: resource.roles.iter().map(|role| role.value.clone()).collect(),
    }
}

fn client_summary(client: &Client, data_dir: &Path, secrets: &Secrets) -> ClientSummary {
    let demo_client = CLIENTS.iter().find(|(name, _)| *name == client.name);
    let secret = demo_client.and_then(|(_, variable)| secrets.get((*variable)?));
    let has_key = client.name == "web-certificate";
    ClientSummary {
        name: client.name.clone(),
        client_id: client.id.to_string(),
        client_secret: secret.cloned(),
        private_key_file: has_key.then(|| data_dir.join(CLIENT_KEY).display().to_string()),
        redirect_uris: client.redirect_uris.iter().map(|uri| uri.uri.clone()).collect(),
    }
}

fn user_summary(user: &User, secrets: &Secrets) -> UserSummary {
    let demo_user = USERS.iter().find(|(name, _)| *name == user.username);
    let password = demo_user.and_then(|(_, variable)| secrets.get(*variable));
    UserSummary {
        username: user.username.clone(),
        password: password.cloned(),
        administrator: user.administrator,
    }
}
