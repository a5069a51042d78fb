//! `admit export`: writes the directory as a declaration. Applying it changes nothing.
//!
//! Each row is taken apart without `..`, so that a new member does not compile until it is written
//! here or left out on purpose.

mod client;
mod resource;
mod tenant;
mod toml_text;
mod user;

use model::{Client, Resource, Tenant, User};
use service::Service;
use zeroize::Zeroizing;

use crate::error::CommandError;
use toml_text::TomlText;

/// The credentials in an exported declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credentials {
    /// None. A stored secret is written as `generate = true`, which keeps it.
    LeftOut,
    /// Digests, hashes, secrets of webhooks and the salt of `sub`, with the ids.
    Written,
}

/// The numbers of credentials in an exported declaration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CredentialCounts {
    /// Digests of client secrets.
    pub(crate) secrets: usize,
    /// Hashes of passwords.
    pub(crate) passwords: usize,
    /// Secrets of webhooks.
    pub(crate) webhooks: usize,
}

impl CredentialCounts {
    /// Returns the number of all credentials.
    pub(crate) const fn total(self) -> usize {
        self.secrets + self.passwords + self.webhooks
    }
}

/// An exported declaration.
pub(crate) struct Export {
    /// The text of the file.
    pub(crate) text: Zeroizing<String>,
    /// The tenants in it.
    pub(crate) tenants: Vec<Tenant>,
    /// The credentials in it.
    pub(crate) counts: CredentialCounts,
}

/// The rows of a tenant.
struct TenantRows {
    tenant: Tenant,
    resources: Vec<Resource>,
    clients: Vec<Client>,
}

impl TenantRows {
    /// Returns the resource with this identifier.
    fn resource(&self, identifier: &str) -> Option<&Resource> {
        self.resources.iter().find(|resource| resource.identifier == identifier)
    }
}

/// Writes the tenant with this name or id, or every tenant.
pub(crate) async fn export(
    tenant: Option<&str>,
    credentials: Credentials,
    service: &Service,
) -> Result<Export, CommandError> {
    let tenants = match tenant {
        None => service.store.tenants().await?,
        Some(name) => {
            let found = service.store.tenant(name).await?;
            let found = found
                .ok_or_else(|| CommandError::message(format!("there is no tenant `{name}`")))?;
            vec![Tenant::clone(&found)]
        }
    };
    let mut text = TomlText::new(credentials);
    for tenant in &tenants {
        let rows = TenantRows {
            tenant: tenant.clone(),
            resources: service.store.resources(tenant.id).await?.to_vec(),
            clients: service.store.clients(tenant.id).await?,
        };
        tenant::write(&rows.tenant, service, &mut text)?;
        rows.resources.iter().for_each(|resource| resource::write(resource, &rows, &mut text));
        for client in &rows.clients {
            client::write(client, &rows, &mut text)?;
        }
        for user in service.store.users(tenant.id, u32::MAX).await? {
            write_user(&user, &rows, service, &mut text).await?;
        }
    }
    let (text, counts) = text.finish();
    Ok(Export { text, tenants, counts })
}

async fn write_user(
    user: &User,
    rows: &TenantRows,
    service: &Service,
    text: &mut TomlText,
) -> Result<(), CommandError> {
    let password = match text.credentials {
        Credentials::LeftOut => None,
        Credentials::Written => service.store.password(user.tenant, user.id).await?,
    };
    user::write(user, password.as_ref(), rows, text);
    Ok(())
}
