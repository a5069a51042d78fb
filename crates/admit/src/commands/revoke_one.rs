//! `admit revoke` for one API, grant, session or consent.

use model::{
    Change, ChangeEvent, CommitOutcome, Consent, DirectoryChange, Grant, GrantId, Resource,
    Revocation, RevocationReason, SessionId, StoredRow, UserId, after_revocations,
};
use serde_json::json;

use super::directory_change::{OpenedTenant, print_result};
use crate::apply::GuardedChanges;
use crate::cli::DirectoryArguments;
use crate::error::CommandError;

/// Revokes all grants and tokens for an API.
pub(super) async fn resource(
    opened: &OpenedTenant,
    identifier: &str,
    directory: &DirectoryArguments,
) -> Result<(), CommandError> {
    let now = opened.service.now();
    let id = opened.tenant.id;
    opened
        .update(async || {
            let stored = opened.service.store.resources(id).await?;
            let before = stored.iter().find(|resource| resource.identifier == identifier);
            let before = before.ok_or_else(|| unknown(opened, &format!("API `{identifier}`")))?;
            let clients = opened.service.store.clients(id).await?;
            let earlier = clients.iter().map(|client| client.tokens_not_before);
            let tenant = opened.current_tenant().await?;
            let earlier = earlier.chain([tenant.tokens_not_before, before.tokens_not_before]);
            let tokens_not_before = after_revocations(now, earlier);
            let after = Resource { tokens_not_before, ..before.clone() };
            let mut changes = GuardedChanges::default();
            let row = StoredRow::Resources(id, stored.to_vec());
            changes.read(format!("an API of the tenant {}", opened.tenant.name), row);
            changes.change(DirectoryChange::PutResource(after));
            Ok((changes, ()))
        })
        .await?;
    let json = json!({ "api": identifier, "revoked_before": model::format_rfc3339_seconds(now) });
    let text = format!(
        "All grants for {identifier} are revoked. Access tokens that were issued stay valid at it \
         until they expire, unless it introspects them.\n"
    );
    print_result(directory, &json, &text)
}

/// Withdraws the consent of a user to an app. The grants that it permitted are refused from now on,
/// also after a new consent.
pub(super) async fn consent(
    opened: &OpenedTenant,
    (username, app): (&str, &str),
    directory: &DirectoryArguments,
) -> Result<(), CommandError> {
    let now = opened.service.now();
    let (user, client) = opened
        .update(async || {
            let (user, client) = (opened.user(username).await?, opened.client(app).await?);
            if client.admin_consent {
                return Err(CommandError::message(format!(
                    "an administrator consented to the app `{}` for all users (`admin_consent`); \
                     pass --user or --client alone; nothing was changed",
                    client.name
                )));
            }
            let (tenant, id) = (opened.tenant.id, user.id);
            let consents = opened.service.store.consents(tenant, id, &client.id).await?;
            if consents.is_empty() {
                return Err(CommandError::message(format!(
                    "{} has not consented to the app `{}`; nothing was changed",
                    user.username, client.name
                )));
            }
            let mut changes = GuardedChanges::of_rows(&user, &client);
            for consent in consents {
                changes.change(DirectoryChange::PutConsent(Consent {
                    scopes: Vec::new(),
                    grants_not_before: consent.grants_not_before.max(now),
                    ..consent
                }));
            }
            Ok((changes, (user, client)))
        })
        .await?;
    let json = json!({
        "user": user.username,
        "app": client.name,
        "revoked_before": model::format_rfc3339_seconds(now),
    });
    let text = format!(
        "The consent of {} to {} is withdrawn, and its grants are revoked. Access tokens that were \
         issued stay valid until they expire.\n",
        user.username, client.name
    );
    print_result(directory, &json, &text)
}

/// Revokes one grant.
pub(super) async fn grant(
    opened: &OpenedTenant,
    id: GrantId,
    directory: &DirectoryArguments,
) -> Result<(), CommandError> {
    let (tenant, at) = (opened.tenant.id, opened.service.now());
    let grant = opened.service.store.grant(tenant, id).await?;
    let grant = grant.ok_or_else(|| unknown(opened, &format!("grant {id}")))?;
    if grant.revoked.is_none() {
        let revocation = Revocation { at, reason: RevocationReason::ByAdministrator };
        commit(opened, Change::RevokeGrant { tenant, grant: id, revocation }).await?;
        let Grant { user, client, .. } = &grant;
        record(opened, "grant_revoked", (*user, client.as_str())).await?;
    }
    let json = json!({ "grant": id.to_string(), "client_id": grant.client.as_str() });
    let text = format!(
        "The grant {id} of the app {} is revoked. Access tokens that were issued stay valid at \
         APIs until they expire, unless the API introspects them.\n",
        grant.client
    );
    print_result(directory, &json, &text)
}

/// Ends one session.
pub(super) async fn session(
    opened: &OpenedTenant,
    id: SessionId,
    directory: &DirectoryArguments,
) -> Result<(), CommandError> {
    let (tenant, at) = (opened.tenant.id, opened.service.now());
    let session = opened.service.store.session(tenant, id).await?;
    let session = session.ok_or_else(|| unknown(opened, &format!("session {id}")))?;
    let user = session.user;
    if session.ended_at.is_none() {
        opened.service.end_session(&session, at).await?;
        record(opened, "session_ended", (user, "")).await?;
    }
    let json = json!({ "session": id.to_string(), "user": user.to_string() });
    let text = format!(
        "The session {id} has ended: its browser asks for the password again. Its grants without \
         `offline_access` are revoked, and apps with a `backchannel_logout_uri` get a logout \
         token.\n"
    );
    print_result(directory, &json, &text)
}

async fn commit(opened: &OpenedTenant, change: Change) -> Result<(), CommandError> {
    match opened.service.store.commit(vec![change]).await? {
        CommitOutcome::Committed => Ok(()),
        CommitOutcome::Conflict => Err(CommandError::message("it changed meanwhile; try again")),
    }
}

/// Records what an administrator has ended in the ledger, which has no change events of its own.
async fn record(
    opened: &OpenedTenant,
    kind: &'static str,
    (user, detail): (UserId, &str),
) -> Result<(), CommandError> {
    let (service, tenant) = (&opened.service, opened.tenant.id);
    let stored = service.store.user(tenant, user).await?;
    let subject = stored.map_or_else(|| user.to_string(), |user| user.username.clone());
    let event = ChangeEvent::new(service.now(), Some(tenant), (kind, &subject, detail));
    let event = event.of_user(user);
    service.record_events(vec![event]).await;
    Ok(())
}

fn unknown(opened: &OpenedTenant, name: &str) -> CommandError {
    let tenant = &opened.tenant.name;
    CommandError::message(format!("the tenant `{tenant}` has no {name}; nothing was changed"))
}
