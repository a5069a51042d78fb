//! What there is in the development directory, for people and for programs.

use std::path::Path;

use model::{Client, Resource, User};
use serde::Serialize;
use service::Service;

use super::authority::{AUTHORITY, CLIENT_KEY};
use super::directory::TENANT;
use super::secrets::Secrets;
use super::words;
use crate::failure::Failure;

/// What `admit dev --json` prints.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    /// Where the service is.
    pub(super) origin: String,
    /// The certificate of the authority to trust.
    pub(super) ca_file: String,
    /// Where metrics are.
    pub(super) metrics: String,
    /// The tenants.
    pub(super) tenants: Vec<TenantTold>,
}

/// A tenant.
#[derive(Debug, Serialize)]
pub(super) struct TenantTold {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) issuer: String,
    /// Where an administrator looks at what happened.
    pub(super) administration: String,
    pub(super) resources: Vec<ResourceTold>,
    pub(super) clients: Vec<ClientTold>,
    pub(super) users: Vec<UserTold>,
}

/// A resource.
#[derive(Debug, Serialize)]
pub(super) struct ResourceTold {
    pub(super) identifier: String,
    pub(super) default: bool,
    pub(super) scopes: Vec<String>,
    pub(super) roles: Vec<String>,
}

/// A client.
#[derive(Debug, Serialize)]
pub(super) struct ClientTold {
    pub(super) name: String,
    pub(super) client_id: String,
    pub(super) client_secret: Option<String>,
    pub(super) private_key_file: Option<String>,
    pub(super) redirect_uris: Vec<String>,
}

/// A user.
#[derive(Debug, Serialize)]
pub(super) struct UserTold {
    pub(super) username: String,
    pub(super) password: Option<String>,
    pub(super) administrator: bool,
}

/// The order in which clients are shown, and whose secrets are known.
const CLIENTS: [(&str, Option<&str>); 5] = [
    ("web", Some("WEB_SECRET")),
    ("web-certificate", None),
    ("spa", None),
    ("native", None),
    ("daemon", Some("DAEMON_SECRET")),
];
const USERS: [(&str, &str); 3] = [
    ("ana@demo.example", "ANA_PASSWORD"),
    ("budi@demo.example", "BUDI_PASSWORD"),
    ("admin@demo.example", "ADMIN_PASSWORD"),
];
const USERS_MAX: u32 = 100;

/// Reads from the store what there is.
pub(super) async fn gather(
    data: &Path,
    secrets: &Secrets,
    service: &Service,
) -> Result<Told, Failure> {
    let store = &service.store;
    let Some(tenant) = store.tenant(TENANT).await? else {
        return Err(Failure::said(format!("there is no tenant `{TENANT}`")));
    };
    let mut clients = store.clients(tenant.id).await?;
    clients.sort_by_key(|client| place(&CLIENTS, &client.name));
    let mut resources = store.resources(tenant.id).await?.to_vec();
    resources.sort_by_key(|resource| !resource.default);
    let users = store.users(tenant.id, USERS_MAX).await?;
    let origin = service.settings.origin.clone();
    Ok(Told {
        ca_file: data.join(AUTHORITY).display().to_string(),
        metrics: String::new(),
        tenants: vec![TenantTold {
            id: tenant.id.to_string(),
            name: tenant.name.clone(),
            issuer: format!("{origin}/{}/v2.0", tenant.id),
            administration: format!("{origin}/admin?tenant={}", tenant.name),
            resources: resources.iter().map(resource_told).collect(),
            clients: clients.iter().map(|client| client_told(client, data, secrets)).collect(),
            users: users.iter().map(|user| user_told(user, secrets)).collect(),
        }],
        origin,
    })
}

impl Told {
    /// Says where metrics are.
    pub(crate) fn with_metrics(mut self, address: std::net::SocketAddr) -> Self {
        self.metrics = format!("http://{address}/metrics");
        self
    }

    /// One JSON object on a line, and the line `ready`.
    pub(crate) fn json(&self) -> Result<String, Failure> {
        let json = serde_json::to_string(self).map_err(|error| Failure::said(error.to_string()))?;
        Ok(format!("{json}\nready\n"))
    }

    /// The same for people.
    pub(crate) fn text(&self) -> String {
        words::text(self)
    }
}

fn place(order: &[(&str, Option<&str>)], name: &str) -> usize {
    order.iter().position(|(known, _)| *known == name).unwrap_or(order.len())
}

fn resource_told(resource: &Resource) -> ResourceTold {
    ResourceTold {
        identifier: resource.identifier.clone(),
        default: resource.default,
        scopes: resource.scopes.iter().map(|scope| scope.value.clone()).collect(),
        roles: resource.roles.iter().map(|role| role.value.clone()).collect(),
    }
}

fn client_told(client: &Client, data: &Path, secrets: &Secrets) -> ClientTold {
    let known = CLIENTS.iter().find(|(name, _)| *name == client.name);
    let secret = known.and_then(|(_, variable)| secrets.get((*variable)?));
    let has_key = client.name == "web-certificate";
    ClientTold {
        name: client.name.clone(),
        client_id: client.id.to_string(),
        client_secret: secret.cloned(),
        private_key_file: has_key.then(|| data.join(CLIENT_KEY).display().to_string()),
        redirect_uris: client.redirect_uris.iter().map(|uri| uri.uri.clone()).collect(),
    }
}

fn user_told(user: &User, secrets: &Secrets) -> UserTold {
    let known = USERS.iter().find(|(name, _)| *name == user.username);
    let password = known.and_then(|(_, variable)| secrets.get(*variable));
    UserTold {
        username: user.username.clone(),
        password: password.cloned(),
        administrator: user.administrator,
    }
}
