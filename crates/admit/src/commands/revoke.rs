//! `admit revoke`: ends sessions and revokes grants.

use model::{DirectoryChange, Tenant, User};
use serde_json::json;

use super::directory_change::{OpenedTenant, print_result};
use crate::cli::{DirectoryArguments, RevokeArguments};
use crate::error::CommandError;
use crate::server;

/// Revokes what the arguments name.
pub(super) fn run(arguments: &RevokeArguments) -> Result<(), CommandError> {
    server::runtime()?.block_on(async {
        let directory = &arguments.directory;
        if let Some(username) = &arguments.user {
            let opened = OpenedTenant::open(directory).await?;
            return revoke_user(&opened, username, directory).await;
        }
        if let Some(client) = &arguments.client {
            let opened = OpenedTenant::open(directory).await?;
            return revoke_client(&opened, client, directory).await;
        }
        if directory.tenant.is_none() {
            return Err(CommandError::message("pass --user, --client or --tenant"));
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
    let now = service::now();
    let user = User { tokens_not_before: now, ..User::clone(&*opened.user(username).await?) };
    let json = json!({ "user": user.username, "revoked_before": model::format_utc(now) });
    let text = format!(
        "All sessions of {} have ended, and all grants are revoked. Access tokens that were issued \
         stay valid at APIs until they expire.\n",
        user.username
    );
    opened.commit(vec![DirectoryChange::PutUser(user)]).await?;
    print_result(directory, &json, &text)
}

async fn revoke_client(
    opened: &OpenedTenant,
    name: &str,
    directory: &DirectoryArguments,
) -> Result<(), CommandError> {
    let now = service::now();
    let mut client = opened.client(name).await?;
    client.tokens_not_before = now;
    let json = json!({ "app": client.name, "revoked_before": model::format_utc(now) });
    let text = format!(
        "All grants of {} are revoked. Access tokens that were issued stay valid at APIs until \
         they expire, unless the API introspects them.\n",
        client.name
    );
    opened.commit(vec![DirectoryChange::PutClient(client)]).await?;
    print_result(directory, &json, &text)
}

async fn revoke_tenant(
    opened: &OpenedTenant,
    directory: &DirectoryArguments,
) -> Result<(), CommandError> {
    let now = service::now();
    let tenant = Tenant { tokens_not_before: now, ..Tenant::clone(&opened.tenant) };
    let json = json!({ "tenant": tenant.name, "revoked_before": model::format_utc(now) });
    let text = format!(
        "All sessions of the tenant {} have ended, and all grants are revoked. Access tokens that \
         were issued stay valid at APIs until they expire, unless you also run `admit key rotate \
         --tenant {} --now --revoke-old`.\n",
        tenant.name, tenant.name
    );
    opened.commit(vec![DirectoryChange::PutTenant(tenant)]).await?;
    print_result(directory, &json, &text)
}
