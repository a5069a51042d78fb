//! The plan for declared clients.

use model::{Client, ClientCredential, ClientId, Digest, DirectoryChange};

use super::{TenantComparison, reference};
use crate::apply::declaration::{
    ClientDeclaration, CredentialDeclaration, PermissionDeclaration, TenantDeclaration,
};
use crate::apply::generated_secret::GeneratedSecret;
use crate::apply::plan::{Plan, Row};
use crate::error::CommandError;
use crate::random;
use crate::toml_document::Problem;

/// Returns the ids of the declared clients: declared, of the stored client with the same name, or
/// new.
pub(super) fn client_ids(
    declared: &TenantDeclaration,
    stored: &[Client],
    plan: &Plan<'_>,
) -> Result<Vec<ClientId>, CommandError> {
    declared.clients.iter().map(|client| client_id(client, stored, plan)).collect()
}

fn client_id(
    declared: &ClientDeclaration,
    stored: &[Client],
    plan: &Plan<'_>,
) -> Result<ClientId, CommandError> {
    if let Some(id) = &declared.client_id {
        return Ok(id.value.clone());
    }
    let mut namesakes = stored.iter().filter(|client| client.name == declared.name.value);
    match (namesakes.next(), namesakes.next()) {
        (Some(client), None) => Ok(client.id.clone()),
        (Some(client), Some(_)) => {
            let message = "several clients have this name";
            let problem = Problem::new(declared.name.span.clone(), message, "");
            plan.refuse(problem.allowed("add `client_id` to identify one"));
            Ok(client.id.clone())
        }
        (None, _) => ClientId::try_from(random::uuid()?.to_string()).map_err(CommandError::message),
    }
}

/// Adds the changes of the declared clients to the plan.
pub(super) fn plan(
    comparison: &TenantComparison<'_>,
    plan: &mut Plan<'_>,
) -> Result<(), CommandError> {
    for (declared, id) in comparison.declared.clients.iter().zip(&comparison.client_ids) {
        let before = comparison.clients.iter().find(|stored| stored.id == *id);
        check_permissions(declared, comparison, plan);
        let row = Client {
            enabled: declared.enabled,
            public: declared.public,
            redirect_uris: declared.redirect_uris.clone(),
            credentials: credentials(declared, before, plan)?,
            grant_types: declared.grant_types.clone(),
            permissions: declared.permissions.iter().map(|permission| permission.row()).collect(),
            admin_consent: declared.admin_consent,
            subject_type: declared.subject_type,
            id_token_alg: declared.id_token_alg.as_str().to_owned(),
            refresh_token_rotation: declared.refresh_token_rotation,
            dpop_required: declared.dpop_required,
            error_simulation: declared.error_simulation,
            display_name: declared.display_name.clone(),
            publisher: declared.publisher.clone(),
            scope_claims: declared
                .scope_claims
                .or_else(|| Some(before?.scope_claims))
                .unwrap_or_default(),
            assertion_audience_array: declared
                .assertion_audience_array
                .or_else(|| Some(before?.assertion_audience_array))
                .unwrap_or_default(),
            pkce: declared.pkce.or_else(|| Some(before?.pkce)).unwrap_or_default(),
            ..Client::new(comparison.id, id.clone(), &declared.name.value)
        };
        let name = format!("client {} ({id})", row.name);
        plan.put(Row { name, before, after: &row, extra_change: None }, DirectoryChange::PutClient);
    }
    Ok(())
}

/// Returns the declared secrets and keys. A secret that was generated before stays the same.
fn credentials(
    declared: &ClientDeclaration,
    before: Option<&Client>,
    plan: &mut Plan<'_>,
) -> Result<Vec<ClientCredential>, CommandError> {
    let mut credentials = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    for credential in declared.secrets.iter().chain(&declared.keys) {
        if ids.contains(&credential.id()) {
            let message = format!("the id `{}` is used twice", credential.id());
            let found = "a secret or key above has this id";
            plan.refuse(Problem::new(credential.span.clone(), message, found));
        }
        ids.push(credential.id());
        credentials.push(match &credential.value {
            CredentialDeclaration::Given(credential) => credential.clone(),
            CredentialDeclaration::Generate { id, expires } => {
                let owner = format!("secret `{id}` of client {}", declared.name.value);
                let sha256 = match stored_digest(before, id) {
                    Some(sha256) => sha256,
                    None => plan.add_generated(GeneratedSecret::new(owner)?),
                };
                ClientCredential::Secret { id: id.clone(), sha256, expires: *expires }
            }
        });
    }
    Ok(credentials)
}

fn stored_digest(before: Option<&Client>, wanted: &str) -> Option<Digest> {
    before?.credentials.iter().find_map(|credential| match credential {
        ClientCredential::Secret { id, sha256, .. } if id == wanted => Some(*sha256),
        _ => None,
    })
}

fn check_permissions(
    declared: &ClientDeclaration,
    comparison: &TenantComparison<'_>,
    plan: &Plan<'_>,
) {
    for permission in &declared.permissions {
        if let Some(resource) = comparison.resource(&permission.resource, plan) {
            let PermissionDeclaration { scopes, roles, .. } = &permission.value;
            reference::check_scopes(scopes, &resource, plan);
            for role in roles {
                reference::check_role(role, &resource, plan);
            }
        }
    }
}
