//! The secrets and keys of a client after a file is applied.

use model::{Client, ClientCredential, Timestamp};

use crate::apply::declaration::{ClientDeclaration, CredentialDeclaration, CredentialValue};
use crate::apply::generated_secret::GeneratedSecret;
use crate::apply::plan::Plan;
use crate::error::CommandError;
use crate::toml_document::{Declared, Problem, Spanned};

type DeclaredList = Declared<Vec<Spanned<CredentialDeclaration>>>;

/// Returns the secrets and keys after the file is applied: the stored ones in their order, then the
/// new ones. Those that the file does not name stay, unless they are pruned.
pub(super) fn merge(
    declared: &ClientDeclaration,
    stored: Option<&Client>,
    plan: &mut Plan<'_>,
) -> Result<Vec<ClientCredential>, CommandError> {
    let stored = stored.map(|client| client.credentials.as_slice()).unwrap_or_default();
    check_ids(declared, stored, plan);
    let named = || items(&declared.secrets).chain(items(&declared.keys));
    let mut merged = Vec::new();
    for credential in stored {
        let list = match credential {
            ClientCredential::Secret { .. } => &declared.secrets,
            ClientCredential::PublicKey { .. } => &declared.keys,
        };
        match named().find(|one| one.id == id(credential)) {
            Some(declared_one) => {
                merged.extend(replace(declared_one, Some(credential), declared, plan)?);
            }
            None if !plan.prune && !is_emptied(list) => merged.push(credential.clone()),
            None => {}
        }
    }
    for declared_one in named().filter(|one| stored.iter().all(|other| id(other) != one.id)) {
        merged.extend(replace(declared_one, None, declared, plan)?);
    }
    Ok(merged)
}

/// Returns the id of a credential.
pub(super) fn id(credential: &ClientCredential) -> &str {
    match credential {
        ClientCredential::Secret { id, .. } | ClientCredential::PublicKey { id, .. } => id,
    }
}

fn items(list: &DeclaredList) -> impl Iterator<Item = &Spanned<CredentialDeclaration>> {
    list.value().into_iter().flatten()
}

/// Returns whether the file takes the whole list away.
fn is_emptied(list: &DeclaredList) -> bool {
    match list {
        Declared::Absent => false,
        Declared::Unset => true,
        Declared::Set(items) => items.is_empty(),
    }
}

/// Adds a problem for each id that is declared twice.
fn check_ids(declared: &ClientDeclaration, stored: &[ClientCredential], plan: &Plan<'_>) {
    let mut ids: Vec<&str> = Vec::new();
    for credential in items(&declared.secrets).chain(items(&declared.keys)) {
        if ids.contains(&credential.id.as_str()) {
            let message = format!("the id `{}` is used twice", credential.id);
            let found = "a secret or key above has this id";
            let problem = Problem::new(credential.span.clone(), message, found);
            plan.refuse(problem.allowed("give each secret and key an `id` of its own"));
        }
        ids.push(&credential.id);
    }
    for secret in items(&declared.secrets) {
        let mut others = stored.iter().filter(|other| id(other) == secret.id);
        if others.any(|other| matches!(other, ClientCredential::PublicKey { .. })) {
            let message = format!("a key of the client has the id `{}`", secret.id);
            plan.refuse(Problem::new(secret.span.clone(), message, "choose another id"));
        }
    }
}

/// Returns a declared credential. A secret that was generated before stays the same.
fn replace(
    declared: &Spanned<CredentialDeclaration>,
    stored: Option<&ClientCredential>,
    client: &ClientDeclaration,
    plan: &mut Plan<'_>,
) -> Result<Option<ClientCredential>, CommandError> {
    let CredentialDeclaration { id, value, expires } = &declared.value;
    let id = id.clone();
    let expires = expires.merge_optional(stored.and_then(expiry).as_ref());
    Ok(Some(match (value, stored) {
        (CredentialValue::Secret(sha256), _) => {
            ClientCredential::Secret { id, sha256: *sha256, expires }
        }
        (CredentialValue::PublicKey(key), _) => key.credential(id, expires),
        (
            CredentialValue::Generate | CredentialValue::Stored,
            Some(ClientCredential::Secret { sha256, .. }),
        ) => ClientCredential::Secret { id, sha256: *sha256, expires },
        (CredentialValue::Generate, _) => {
            let owner = format!("secret `{id}` of client {}", client.name.value);
            let sha256 = plan.add_generated(GeneratedSecret::new(owner)?);
            ClientCredential::Secret { id, sha256, expires }
        }
        (CredentialValue::Stored, Some(ClientCredential::PublicKey { jwk, x5t, x5t_s256, .. })) => {
            let (jwk, x5t, x5t_s256) = (jwk.clone(), *x5t, *x5t_s256);
            ClientCredential::PublicKey { id, jwk, x5t, x5t_s256, expires }
        }
        (CredentialValue::Stored, None) => {
            refuse_missing(declared, client, plan);
            return Ok(None);
        }
    }))
}

/// Returns when a credential expires.
const fn expiry(credential: &ClientCredential) -> Option<Timestamp> {
    match credential {
        ClientCredential::Secret { expires, .. } | ClientCredential::PublicKey { expires, .. } => {
            *expires
        }
    }
}

fn refuse_missing(
    declared: &Spanned<CredentialDeclaration>,
    client: &ClientDeclaration,
    plan: &Plan<'_>,
) {
    let is_secret = items(&client.secrets).any(|secret| secret.span == declared.span);
    let (kind, options) = if is_secret {
        ("secret", "secret_file, secret_env, secret_sha256, secret and generate = true")
    } else {
        ("key", "certificate_file, certificate, jwk_file and jwk")
    };
    let message = format!("the client has no {kind} with the id `{}`", declared.id);
    let problem = Problem::new(declared.span.clone(), message, "an option is missing");
    plan.refuse(problem.allowed(format!("for a new {kind}, add one of {options}")));
}
