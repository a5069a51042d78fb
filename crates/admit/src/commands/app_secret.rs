//! `admit app secret`: adds and removes secrets of apps.

use model::{Client, ClientCredential};
use serde_json::json;
use toml::{Table, Value};

use super::directory_change::{DeclaredChange, Effect, OpenedTenant, print_result};
use crate::apply::GuardedChanges;
use crate::cli::{AppSecretAddArguments, AppSecretRemoveArguments};
use crate::error::CommandError;

/// Generates a secret beside those that the app has.
pub(super) async fn add(arguments: &AppSecretAddArguments) -> Result<(), CommandError> {
    let opened = OpenedTenant::open(&arguments.directory).await?;
    let client = opened.client(&arguments.app).await?;
    if client.public {
        return Err(CommandError::message(format!(
            "the app `{}` is public: it runs where a secret can be read, and must not have one. \
             Add a second app for its server with `admit app add NAME --kind web`, or declare \
             `public = false`; nothing was changed",
            client.name
        )));
    }
    let today = || model::format_rfc3339_seconds(service::now()).chars().take(10).collect();
    let id = arguments.id.clone().unwrap_or_else(today);
    if client.credentials.iter().any(|credential| credential_id(credential) == id) {
        return Err(CommandError::message(format!(
            "the app `{}` has a credential `{id}` already; pass another --id",
            client.name
        )));
    }
    let mut secret = Table::new();
    secret.insert("id".to_owned(), id.clone().into());
    secret.insert("generate".to_owned(), true.into());
    if let Some(expires) = &arguments.expires {
        let expires: toml::value::Datetime = expires.parse().map_err(|_| {
            let message = "is no time; write it like 2027-01-31T00:00:00Z";
            CommandError::message(format!("`--expires {expires}` {message}"))
        })?;
        let time = model::parse_rfc3339(&expires.to_string()).ok_or_else(|| {
            let message = "has no offset; write it like 2027-01-31T00:00:00Z";
            CommandError::message(format!("`--expires {expires}` {message}"))
        })?;
        if time <= service::now() {
            let message = "is in the past: the secret would never be accepted; nothing was changed";
            return Err(CommandError::message(format!("`--expires {expires}` {message}")));
        }
        secret.insert("expires".to_owned(), expires.into());
    }
    let mut declared = Table::new();
    declared.insert("name".to_owned(), client.name.clone().into());
    declared.insert("client_id".to_owned(), client.id.to_string().into());
    declared.insert("secrets".to_owned(), vec![Value::from(secret)].into());
    let mut tenant = Table::new();
    tenant.insert("clients".to_owned(), vec![Value::from(declared)].into());
    let secrets_file = arguments.secrets_file.as_deref();
    opened
        .apply(DeclaredChange {
            tenant,
            password: None,
            generated: None,
            secrets_file,
            effect: Effect::AddsSecret,
        })
        .await?;
    let json = json!({ "app": client.name, "client_id": client.id.as_str(), "secret_id": id });
    let text = format!("The app {} has the new secret `{id}`.\n", client.name);
    print_result(&arguments.directory, &json, &text)
}

/// Removes a secret.
pub(super) async fn remove(arguments: &AppSecretRemoveArguments) -> Result<(), CommandError> {
    let opened = OpenedTenant::open(&arguments.directory).await?;
    let client = opened
        .update(async || {
            let before = opened.client(&arguments.app).await?;
            let client = without_secret(&before, &arguments.id)?;
            Ok((GuardedChanges::of_client(&before, client.clone()), client))
        })
        .await?;
    let remaining = client.credentials.len();
    let json = json!({
        "app": client.name,
        "client_id": client.id.as_str(),
        "removed": arguments.id,
        "credentials": remaining,
    });
    let warning = if remaining == 0 { " It has no credential left: it gets no token." } else { "" };
    let text = format!("The secret `{}` of {} was removed.{warning}\n", arguments.id, client.name);
    print_result(&arguments.directory, &json, &text)
}

/// Returns the client without the secret with this id.
fn without_secret(client: &Client, id: &str) -> Result<Client, CommandError> {
    let ids: Vec<&str> = client.credentials.iter().filter_map(secret_id).collect();
    if !ids.contains(&id) {
        let known = if ids.is_empty() { "none".to_owned() } else { ids.join(", ") };
        return Err(CommandError::message(format!(
            "the app `{}` has no secret `{id}`; its secrets: {known}",
            client.name
        )));
    }
    let mut client = client.clone();
    client.credentials.retain(|credential| secret_id(credential) != Some(id));
    Ok(client)
}

/// Returns the id of a secret, or `None` for a key.
fn secret_id(credential: &ClientCredential) -> Option<&str> {
    match credential {
        ClientCredential::Secret { id, .. } => Some(id),
        ClientCredential::PublicKey { .. } => None,
    }
}

fn credential_id(credential: &ClientCredential) -> &str {
    match credential {
        ClientCredential::Secret { id, .. } | ClientCredential::PublicKey { id, .. } => id,
    }
}
