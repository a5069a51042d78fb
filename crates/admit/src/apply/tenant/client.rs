//! Compares declared clients with the store.

use model::{Client, ClientCredential, ClientId, Digest, DirectoryChange};

use super::{Compared, reference};
use crate::apply::declaration::{
    ClientDeclaration, CredentialDeclaration, PermissionDeclaration, TenantDeclaration,
};
use crate::apply::made::Made;
use crate::apply::plan::{Plan, Row};
use crate::chance;
use crate::document::Problem;
use crate::failure::Failure;

/// The id of each declared client: its own, that of the client with its name, or a new one.
pub(super) fn ids(
    declared: &TenantDeclaration,
    known: &[Client],
    plan: &Plan<'_>,
) -> Result<Vec<ClientId>, Failure> {
    declared.clients.iter().map(|client| id(client, known, plan)).collect()
}

fn id(
    declared: &ClientDeclaration,
    known: &[Client],
    plan: &Plan<'_>,
) -> Result<ClientId, Failure> {
    if let Some(id) = &declared.client_id {
        return Ok(id.value.clone());
    }
    let mut named = known.iter().filter(|client| client.name == declared.name.value);
    match (named.next(), named.next()) {
        (Some(client), None) => Ok(client.id.clone()),
        (Some(client), Some(_)) => {
            let message = "several clients have this name";
            let problem = Problem::new(declared.name.span.clone(), message, "");
            plan.refuse(problem.allowed("add `client_id` to say which is meant"));
            Ok(client.id.clone())
        }
        (None, _) => ClientId::try_from(chance::uuid()?.to_string()).map_err(Failure::said),
    }
}

/// Adds to the plan what the declared clients need.
pub(super) fn plan(compared: &Compared<'_>, plan: &mut Plan<'_>) -> Result<(), Failure> {
    for (declared, id) in compared.declared.clients.iter().zip(&compared.client_ids) {
        let before = compared.clients.iter().find(|known| known.id == *id);
        check_permissions(declared, compared, plan);
        let row = Client {
            tenant: compared.id,
            id: id.clone(),
            name: declared.name.value.clone(),
            enabled: declared.enabled,
            public: declared.public,
            redirect_uris: declared.redirect_uris.clone(),
            credentials: credentials(declared, before, plan)?,
            grant_types: declared.grant_types.clone(),
            permissions: declared.permissions.iter().map(|permission| permission.row()).collect(),
            consent_granted: declared.consent_granted,
            subject_type: declared.subject_type,
            id_token_alg: declared.id_token_alg.name().to_owned(),
            refresh_token_rotation: declared.refresh_token_rotation,
            dpop_required: declared.dpop_required,
            rehearsal: declared.rehearsal,
        };
        let what = format!("client {} ({id})", row.name);
        plan.put(Row { what, before, after: &row, extra: None }, DirectoryChange::PutClient);
    }
    Ok(())
}

/// The declared secrets and keys; a secret that we made before stays the same.
fn credentials(
    declared: &ClientDeclaration,
    before: Option<&Client>,
    plan: &mut Plan<'_>,
) -> Result<Vec<ClientCredential>, Failure> {
    let mut credentials = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    for credential in declared.secrets.iter().chain(&declared.keys) {
        if ids.contains(&credential.id()) {
            let message = format!("the id `{}` is used twice", credential.id());
            let found = "a secret or key above has it";
            plan.refuse(Problem::new(credential.span.clone(), message, found));
        }
        ids.push(credential.id());
        credentials.push(match &credential.value {
            CredentialDeclaration::Known(known) => known.clone(),
            CredentialDeclaration::Made { id, expires } => {
                let owner = format!("secret `{id}` of client {}", declared.name.value);
                let sha256 = match earlier(before, id) {
                    Some(sha256) => sha256,
                    None => plan.makes(Made::new(owner)?),
                };
                ClientCredential::Secret { id: id.clone(), sha256, expires: *expires }
            }
        });
    }
    Ok(credentials)
}

fn earlier(before: Option<&Client>, wanted: &str) -> Option<Digest> {
    before?.credentials.iter().find_map(|credential| match credential {
        ClientCredential::Secret { id, sha256, .. } if id == wanted => Some(*sha256),
        _ => None,
    })
}

fn check_permissions(declared: &ClientDeclaration, compared: &Compared<'_>, plan: &Plan<'_>) {
    for permission in &declared.permissions {
        if let Some(resource) = compared.resource(&permission.resource, plan) {
            let PermissionDeclaration { scopes, roles, .. } = &permission.value;
            reference::check_scopes(scopes, &resource, plan);
            for role in roles {
                reference::check_role(role, &resource, plan);
            }
        }
    }
}
