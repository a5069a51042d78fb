//! The statements of each change.

use model::{Client, Consent, DirectoryChange, Fault, SealedSigningKey, User, username_key};
use tokio_postgres::types::Type;

use super::{password, state};
use crate::{
    postgres::{column::to_json, database::Statement},
    sql::directory as sql,
};

/// Inserts all origins of a client.
const INSERT_ORIGINS: &str = "INSERT INTO client_origins (tenant, client, origin)
    SELECT $1, $2, unnest($3) ON CONFLICT DO NOTHING";

/// Returns the statements that apply a change.
pub(super) fn statements(change: &DirectoryChange) -> Result<Vec<Statement<'_>>, Fault> {
    Ok(match change {
        DirectoryChange::PutTenant(tenant) => {
            let key = Statement::new(sql::PUT_TENANT).uuid(tenant.id.uuid());
            vec![key.text(&tenant.name).text(to_json(tenant)?)]
        }
        DirectoryChange::PutClient(client) => put_client(client)?,
        DirectoryChange::PutResource(resource) => {
            let key = Statement::new(sql::PUT_RESOURCE).uuid(resource.tenant.uuid());
            vec![key.text(&resource.identifier).text(to_json(resource)?)]
        }
        DirectoryChange::PutUser(user) => vec![put_user(user)?],
        DirectoryChange::RemoveClient { tenant, client } => {
            let statements =
                [sql::DELETE_CONSENTS_OF_CLIENT, sql::DELETE_ORIGINS, sql::DELETE_CLIENT];
            let delete = |text| Statement::new(text).uuid(tenant.uuid()).text(client.as_str());
            statements.map(delete).into()
        }
        DirectoryChange::RemoveResource { tenant, identifier } => {
            let statements = [sql::DELETE_CONSENTS_OF_RESOURCE, sql::DELETE_RESOURCE];
            let delete = |text| Statement::new(text).uuid(tenant.uuid()).text(identifier);
            statements.map(delete).into()
        }
        DirectoryChange::RemoveUser { tenant, user } => {
            let statements = [
                sql::DELETE_CONSENTS_OF_USER,
                sql::DELETE_PASSWORD,
                sql::DELETE_AUTHENTICATORS,
                sql::DELETE_USER,
            ];
            let delete = |text| Statement::new(text).uuid(tenant.uuid()).uuid(user.uuid());
            statements.map(delete).into()
        }
        DirectoryChange::PutPassword { tenant, user, password } => {
            vec![password::put((*tenant, *user), password)]
        }
        DirectoryChange::RehashPassword { tenant, user, earlier, password } => {
            vec![password::rehash((*tenant, *user), earlier, password)]
        }
        DirectoryChange::PutAuthenticators(row) => {
            let key = Statement::new(sql::PUT_AUTHENTICATORS).uuid(row.tenant.uuid());
            vec![key.uuid(row.user.uuid()).text(to_json(row)?)]
        }
        DirectoryChange::PutConsent(consent) => vec![put_consent(consent)?],
        DirectoryChange::PutSigningKey(key) => vec![put_signing_key(key)],
        DirectoryChange::RemoveSigningKey { tenant, kid } => {
            vec![Statement::new(sql::DELETE_SIGNING_KEY).uuid(tenant.uuid()).text(kid)]
        }
        DirectoryChange::RecordLedger(record) => vec![state::record_ledger(record)],
    })
}

fn put_client(client: &Client) -> Result<Vec<Statement<'_>>, Fault> {
    let with_key = |text| Statement::new(text).uuid(client.tenant.uuid()).text(client.id.as_str());
    let origins: Vec<&str> = client.origins().filter(|_| client.enabled).collect();
    Ok(vec![
        with_key(sql::PUT_CLIENT).text(to_json(client)?),
        with_key(sql::DELETE_ORIGINS),
        with_key(INSERT_ORIGINS).value(origins, Type::TEXT_ARRAY),
    ])
}

fn put_user(user: &User) -> Result<Statement<'_>, Fault> {
    let key = Statement::new(sql::PUT_USER).uuid(user.tenant.uuid()).uuid(user.id.uuid());
    Ok(key.text(username_key(&user.username)).text(to_json(user)?))
}

fn put_consent(consent: &Consent) -> Result<Statement<'_>, Fault> {
    Ok(Statement::new(sql::PUT_CONSENT)
        .uuid(consent.tenant.uuid())
        .uuid(consent.user.uuid())
        .text(consent.client.as_str())
        .text(&consent.resource)
        .text(to_json(&consent.scopes)?)
        .bigint(consent.given_at.microseconds())
        .bigint(consent.grants_not_before.microseconds()))
}

fn put_signing_key(key: &SealedSigningKey) -> Statement<'_> {
    Statement::new(sql::PUT_SIGNING_KEY)
        .uuid(key.tenant.uuid())
        .text(&key.kid)
        .text(&key.algorithm)
        .value(&key.sealed_private_key, Type::BYTEA)
        .text(&key.jwk)
        .bigint(key.published_at.microseconds())
        .bigint(key.active_from.microseconds())
        .bigint(key.retired_at.microseconds())
}
