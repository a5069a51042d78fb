//! Reads of directory rows, each by a statement of its own or within a transaction.

use std::{future::Future, sync::Arc};

use model::{
    Authenticators, Client, ClientId, Consent, Fault, Resource, SealedSigningKey, Tenant, TenantId,
    User, UserId, username_key,
};
use serde::de::DeserializeOwned;
use tokio_postgres::Row;

use crate::{
    normalize::tenant_id,
    postgres::{
        column::{damaged, get, json, time},
        database::{Connection, Database, Statement},
    },
    sql::directory as sql,
};

/// Executes queries: a database with any of its connections, or one connection.
pub(super) trait Source: Sync {
    /// Returns the rows that a statement finds.
    fn find(
        &self,
        statement: &Statement<'_>,
    ) -> impl Future<Output = Result<Vec<Row>, Fault>> + Send;
}

impl Source for Database {
    async fn find(&self, statement: &Statement<'_>) -> Result<Vec<Row>, Fault> {
        self.query(statement.text, &statement.parameters()).await
    }
}

impl Source for Connection {
    async fn find(&self, statement: &Statement<'_>) -> Result<Vec<Row>, Fault> {
        Ok(self.query(statement.text, &statement.parameters()).await?)
    }
}

/// Returns the tenant with this id.
pub(super) async fn tenant_with_id(
    source: &impl Source,
    id: TenantId,
) -> Result<Option<Arc<Tenant>>, Fault> {
    document(source, Statement::new(sql::TENANT_BY_ID).uuid(id.uuid())).await
}

/// Returns the tenant with this name, or with this id in lower-case hyphenated form.
pub(super) async fn tenant(
    source: &impl Source,
    name_or_id: &str,
) -> Result<Option<Arc<Tenant>>, Fault> {
    if let Some(id) = tenant_id(name_or_id) {
        let found = tenant_with_id(source, id).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    if !can_be_stored(name_or_id) {
        return Ok(None);
    }
    document(source, Statement::new(sql::TENANT_BY_NAME).text(name_or_id)).await
}

/// Returns a client.
pub(super) async fn client(
    source: &impl Source,
    tenant: TenantId,
    id: &ClientId,
) -> Result<Option<Arc<Client>>, Fault> {
    let statement = Statement::new(sql::CLIENT).uuid(tenant.uuid()).text(id.as_str());
    let client: Option<Arc<Client>> = document(source, statement).await?;
    Ok(client.map(|mut client| {
        Arc::make_mut(&mut client).shrink_to_fit();
        client
    }))
}

/// Returns whether an enabled client of the tenant has a single-page redirect URI of this origin.
pub(super) async fn has_origin(
    source: &impl Source,
    tenant: TenantId,
    origin: &str,
) -> Result<bool, Fault> {
    if !can_be_stored(origin) {
        return Ok(false);
    }
    let statement = Statement::new(sql::HAS_ORIGIN).uuid(tenant.uuid()).text(origin);
    Ok(!source.find(&statement).await?.is_empty())
}

/// Returns every resource of a tenant, by identifier.
pub(super) async fn resources(
    source: &impl Source,
    tenant: TenantId,
) -> Result<Vec<Resource>, Fault> {
    documents(source, Statement::new(sql::RESOURCES).uuid(tenant.uuid())).await
}

/// Returns a user.
pub(super) async fn user(
    source: &impl Source,
    tenant: TenantId,
    id: UserId,
) -> Result<Option<Arc<User>>, Fault> {
    document(source, Statement::new(sql::USER).uuid(tenant.uuid()).uuid(id.uuid())).await
}

/// Returns the user with this name, compared by its key.
pub(super) async fn user_named(
    source: &impl Source,
    tenant: TenantId,
    name: &str,
) -> Result<Option<Arc<User>>, Fault> {
    let key = username_key(name);
    if !can_be_stored(&key) {
        return Ok(None);
    }
    document(source, Statement::new(sql::USER_NAMED).uuid(tenant.uuid()).text(key)).await
}

/// Returns a user's authenticators besides the password.
pub(super) async fn authenticators(
    source: &impl Source,
    tenant: TenantId,
    user: UserId,
) -> Result<Option<Authenticators>, Fault> {
    let statement = Statement::new(sql::AUTHENTICATORS).uuid(tenant.uuid()).uuid(user.uuid());
    Ok(document(source, statement).await?.map(Arc::unwrap_or_clone))
}

/// Returns the consents of a user to a client, one for each resource.
pub(super) async fn consents(
    source: &impl Source,
    (tenant, user): (TenantId, UserId),
    client: &ClientId,
) -> Result<Vec<Consent>, Fault> {
    let statement = Statement::new(sql::CONSENTS).uuid(tenant.uuid()).uuid(user.uuid());
    let rows = source.find(&statement.text(client.as_str())).await?;
    let consent = |row: &Row| {
        Ok(Consent {
            tenant,
            user,
            client: client.clone(),
            resource: get(row, 0)?,
            scopes: json(row, 1)?,
            given_at: time(row, 2)?,
            grants_not_before: time(row, 3)?,
        })
    };
    rows.iter().map(consent).collect()
}

/// Returns the first `limit` consents of a user to all clients.
pub(super) async fn consents_of_user(
    source: &impl Source,
    (tenant, user): (TenantId, UserId),
    limit: u32,
) -> Result<Vec<Consent>, Fault> {
    let statement = Statement::new(sql::CONSENTS_OF_USER).uuid(tenant.uuid()).uuid(user.uuid());
    let rows = source.find(&statement.bigint(limit.into())).await?;
    let consent = |row: &Row| {
        let client = get(row, 0)?;
        Ok(Consent {
            tenant,
            user,
            client: ClientId::new(client).ok_or_else(|| damaged("not a client_id"))?,
            resource: get(row, 1)?,
            scopes: json(row, 2)?,
            given_at: time(row, 3)?,
            grants_not_before: time(row, 4)?,
        })
    };
    rows.iter().map(consent).collect()
}

/// Returns every signing key of a tenant, oldest first.
pub(super) async fn signing_keys(
    source: &impl Source,
    tenant: TenantId,
) -> Result<Vec<SealedSigningKey>, Fault> {
    let rows = source.find(&Statement::new(sql::SIGNING_KEYS).uuid(tenant.uuid())).await?;
    let signing_key = |row: &Row| {
        Ok(SealedSigningKey {
            tenant,
            kid: get(row, 0)?,
            algorithm: get(row, 1)?,
            sealed_private_key: get(row, 2)?,
            jwk: get(row, 3)?,
            published_at: time(row, 4)?,
            active_from: time(row, 5)?,
            retired_at: time(row, 6)?,
        })
    };
    rows.iter().map(signing_key).collect()
}

/// Returns the documents of all rows that a statement finds.
pub(super) async fn documents<T: DeserializeOwned>(
    source: &impl Source,
    statement: Statement<'_>,
) -> Result<Vec<T>, Fault> {
    source.find(&statement).await?.iter().map(|row| json(row, 0)).collect()
}

/// Returns the document of the row that a statement finds.
async fn document<T: DeserializeOwned>(
    source: &impl Source,
    statement: Statement<'_>,
) -> Result<Option<Arc<T>>, Fault> {
    let rows = source.find(&statement).await?;
    rows.first().map(|row| json(row, 0).map(Arc::new)).transpose()
}

/// Returns whether PostgreSQL can store a text. It refuses a parameter with a NUL character, and
/// therefore no row has one.
fn can_be_stored(text: &str) -> bool {
    !text.contains('\0')
}
