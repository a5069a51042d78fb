//! `admit revoke`: ends sessions and revokes grants.

use model::{Client, GrantId, SessionId, Tenant, User, after_revocations};
use protocol::subject;
use serde_json::json;

use super::directory_change::{OpenedTenant, print_result};
use super::revoke_one;
use crate::apply::GuardedChanges;
use crate::cli::{DirectoryArguments, RevokeArguments};
use crate::error::CommandError;
use crate::server;

/// Revokes what the arguments name.
pub(super) fn run(arguments: &RevokeArguments) -> Result<(), CommandError> {
    server::runtime()?.block_on(async {
        let directory = &arguments.directory;
        if let (Some(username), Some(client)) = (&arguments.user, &arguments.client) {
            let opened = OpenedTenant::open(directory).await?;
            return revoke_one::consent(&opened, (username, client), directory).await;
        }
        if let Some(identifier) = &arguments.resource {
            let opened = OpenedTenant::open(directory).await?;
            return revoke_one::resource(&opened, identifier, directory).await;
        }
        if let Some(id) = arguments.grant {
            let opened = OpenedTenant::open(directory).await?;
            return revoke_one::grant(&opened, GrantId::new(id.into_bytes()), directory).await;
        }
        if let Some(id) = arguments.session {
            let opened = OpenedTenant::open(directory).await?;
            let mut id = SessionId::new(id.into_bytes());
            if let Some(client) = &arguments.client {
                id = subject::session_of(id, &opened.client(client).await?, &opened.tenant);
            }
            return revoke_one::session(&opened, id, directory).await;
        }
        if let Some(username) = &arguments.user {
            let opened = OpenedTenant::open(directory).await?;
            return revoke_user(&opened, username, directory).await;
        }
        if let Some(client) = &arguments.client {
            let opened = OpenedTenant::open(directory).await?;
            return revoke_client(&opened, client, directory).await;
        }
        if directory.tenant.is_none() {
            return Err(CommandError::message(
                "pass --user, --client, --resource, --grant, --session or --tenant",
            ));
        }
        let opened = OpenedTenant::open(directory).await?;
        if !arguments.yes {
            return Err(CommandError::message(format!(
                "this ends every session and revokes every grant and token of the tenant `{}`; add \
                 --yes, or pass --user or --client; nothing was changed",
                opened.tenant.name
            )));
        }
        revoke_tenant(&opened, directory).await
    })
}

/// Ends the sessions of a user and revokes their grants.
pub(super) async fn revoke_user(
    opened: &OpenedTenant,
    username: &str,
    directory: &DirectoryArguments,
) -> Result<(), CommandError> {
    let now = opened.service.now();
    let user = opened
        .update(async || {
            let before = opened.user(username).await?;
            let user = User::clone(&before).with_revocation(now);
            Ok((GuardedChanges::of_user(&before, user.clone()), user))
        })
        .await?;
    let json =
        json!({ "user": user.username, "revoked_before": model::format_rfc3339_seconds(now) });
    let text = format!(
        "All sessions of {} have ended, and all grants are revoked. Access tokens that were issued \
         stay valid at APIs until they expire.\n",
        user.username
    );
    print_result(directory, &json, &text)
}

async fn revoke_client(
    opened: &OpenedTenant,
    name: &str,
    directory: &DirectoryArguments,
) -> Result<(), CommandError> {
    let now = opened.service.now();
    let client = opened
        .update(async || {
            let before = opened.client(name).await?;
            let tenant = opened.current_tenant().await?;
            let resources = opened.service.store.resources(before.tenant).await?;
            let earlier = resources.iter().map(|resource| resource.tokens_not_before);
            let earlier = earlier.chain([tenant.tokens_not_before, before.tokens_not_before]);
            let tokens_not_before = after_revocations(now, earlier);
            let client = Client { tokens_not_before, ..before.clone() };
            Ok((GuardedChanges::of_client(&before, client.clone()), client))
        })
        .await?;
    let json = json!({ "app": client.name, "revoked_before": model::format_rfc3339_seconds(now) });
    let text = format!(
        "All grants of {} are revoked. Access tokens that were issued stay valid at APIs until \
         they expire, unless the API introspects them.\n",
        client.name
    );
    print_result(directory, &json, &text)
}

async fn revoke_tenant(
    opened: &OpenedTenant,
    directory: &DirectoryArguments,
) -> Result<(), CommandError> {
    let now = opened.service.now();
    let tenant = opened
        .update(async || {
            let before = opened.current_tenant().await?;
            let clients = opened.service.store.clients(before.id).await?;
            let earlier = clients.iter().map(|client| client.tokens_not_before);
            let resources = opened.service.store.resources(before.id).await?;
            let earlier = earlier.chain(resources.iter().map(|it| it.tokens_not_before));
            let earlier = earlier.chain([before.tokens_not_before]);
            let tokens_not_before = after_revocations(now, earlier);
            let tenant = Tenant { tokens_not_before, ..Tenant::clone(&before) };
            Ok((GuardedChanges::of_tenant(&before, tenant.clone()), tenant))
        })
        .await?;
    let json =
        json!({ "tenant": tenant.name, "revoked_before": model::format_rfc3339_seconds(now) });
    let text = format!(
        "All sessions of the tenant {} have ended, and all grants are revoked. Access tokens that \
         were issued stay valid at APIs until they expire, unless you also run `admit key rotate \
         --tenant {} --now --revoke-old`.\n",
        tenant.name, tenant.name
    );
    print_result(directory, &json, &text)
}
