//! The directory on SQLite.

mod client_ids;
mod condition;
mod consents;
mod password;
mod state;
mod writer;

use std::sync::Arc;

use async_trait::async_trait;
use model::{
    Authenticators, Client, ClientId, Consent, Directory, DirectoryChange, DirectoryOutcome,
    DirectoryState, ExternalChanges, Fault, Password, Resource, SealedSigningKey, StoredRow,
    Tenant, TenantId, User, UserId, username_key,
};
use rusqlite::{Connection, OptionalExtension, Params, Row, params};
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub(super) use self::{
    state::{read as read_state, read_mark},
    writer::{Job, run_writer},
};
use super::{
    SqliteStore,
    column::{json, time},
    username_keys,
};
use crate::{
    normalize::{earlier_username_key, tenant_id},
    sql::directory as sql,
};

#[async_trait]
impl Directory for SqliteStore {
    async fn external_changes(&self, since: u64) -> Result<ExternalChanges, Fault> {
        let version = if self.directory.writer.is_running() {
            self.directory.writer.call(Job::ExternalVersion).await?
        } else {
            // Without a writer it is not known, so that caches must not trust their rows.
            self.directory.readers.next_id()
        };
        Ok(ExternalChanges::of_version(version, since))
    }

    async fn directory_state(&self) -> Result<DirectoryState, Fault> {
        self.directory.readers.read(read_state)
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        self.directory
            .readers
            .read_blocking(|connection| documents(connection, sql::TENANTS, []))
            .await
    }

    async fn tenant_names(&self) -> Result<Vec<(TenantId, String)>, Fault> {
        self.directory
            .readers
            .read_blocking(|connection| {
                let mut statement = connection.prepare_cached(sql::TENANT_NAMES)?;
                let id = |bytes| TenantId::new(Uuid::from_bytes(bytes));
                let rows = statement.query_map([], |row| Ok((id(row.get(0)?), row.get(1)?)))?;
                rows.collect()
            })
            .await
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        self.directory.readers.read(|connection| {
            if let Some(id) = tenant_id(name_or_id) {
                let found = document(connection, sql::TENANT_BY_ID, [id.into_bytes()])?;
                if found.is_some() {
                    return Ok(found);
                }
            }
            document(connection, sql::TENANT_BY_NAME, [name_or_id])
        })
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        let read = move |connection: &_| documents(connection, sql::CLIENTS, [tenant.into_bytes()]);
        self.directory.readers.read_blocking(read).await
    }

    async fn client_ids(&self, tenant: TenantId) -> Result<Vec<ClientId>, Fault> {
        let read = move |connection: &Connection| client_ids::find(connection, tenant);
        self.directory.readers.read_blocking(read).await
    }

    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        self.directory.readers.read(|connection| {
            let key = params![tenant.into_bytes(), id.as_str()];
            let client: Option<Arc<Client>> = document(connection, sql::CLIENT, key)?;
            Ok(client.map(|mut client| {
                Arc::make_mut(&mut client).shrink_to_fit();
                client
            }))
        })
    }

    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault> {
        self.directory.readers.read(|connection| {
            let mut statement = connection.prepare_cached(sql::HAS_ORIGIN)?;
            statement.exists(params![tenant.into_bytes(), origin])
        })
    }

    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault> {
        self.directory.readers.read(|connection| {
            documents(connection, sql::RESOURCES, [tenant.into_bytes()]).map(Arc::new)
        })
    }

    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault> {
        let read = move |connection: &_| {
            documents(connection, sql::USERS, params![tenant.into_bytes(), limit])
        };
        self.directory.readers.read_blocking(read).await
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        self.directory.readers.read(|connection| {
            document(connection, sql::USER, [tenant.into_bytes(), id.into_bytes()])
        })
    }

    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault> {
        self.directory.readers.read(|connection| user_named(connection, tenant, name))
    }

    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault> {
        self.directory.readers.read(|connection| password::find(connection, tenant, user))
    }

    async fn authenticators(
        &self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<Authenticators>, Fault> {
        self.directory.readers.read(|connection| {
            let key = [tenant.into_bytes(), user.into_bytes()];
            Ok(document(connection, sql::AUTHENTICATORS, key)?.map(Arc::unwrap_or_clone))
        })
    }

    async fn authenticators_after(
        &self,
        tenant: TenantId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<Authenticators>, Fault> {
        // No user has the id of zeros.
        let after = after.map_or([0; 16], UserId::into_bytes);
        let read = move |connection: &_| {
            let page = params![tenant.into_bytes(), after, limit];
            documents(connection, sql::AUTHENTICATORS_AFTER, page)
        };
        self.directory.readers.read_blocking(read).await
    }

    async fn unusual_hash_after(
        &self,
        tenant: TenantId,
        after: &str,
    ) -> Result<Option<String>, Fault> {
        self.directory.readers.read(|connection| password::unusual_after(connection, tenant, after))
    }

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        self.directory.readers.read(|it| consents::to_client(it, (tenant, user), client))
    }

    async fn consents_of_user(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<Consent>, Fault> {
        self.directory.readers.read(|it| consents::of_user(it, (tenant, user), limit))
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SealedSigningKey>>, Fault> {
        self.directory.readers.read(|connection| signing_keys(connection, tenant).map(Arc::new))
    }

    async fn apply_if_stored(
        &self,
        rows: Vec<StoredRow>,
        changes: Vec<DirectoryChange>,
    ) -> Result<DirectoryOutcome, Fault> {
        self.directory.writer.call(|reply| Job::Apply { rows, changes, reply }).await
    }
}

impl SqliteStore {
    /// Returns the users whose name has the compared form of another user's name, with the name of
    /// their tenant. Only earlier releases stored such names.
    ///
    /// # Errors
    /// SQLite failed.
    pub async fn colliding_users(&self) -> Result<Vec<(String, User)>, Fault> {
        let users = self.directory.readers.read_blocking(username_keys::unmapped).await?;
        self.with_tenant_names(users).await
    }

    /// Returns the users whose name can be read in two orders (RFC 5893), with the name of their
    /// tenant. Only earlier releases stored such names.
    ///
    /// # Errors
    /// SQLite failed.
    pub async fn users_of_two_directions(&self) -> Result<Vec<(String, User)>, Fault> {
        let users = self.directory.readers.read_blocking(username_keys::of_two_directions).await?;
        self.with_tenant_names(users).await
    }

    async fn with_tenant_names(
        &self,
        users: Vec<(User, String)>,
    ) -> Result<Vec<(String, User)>, Fault> {
        let mut named = Vec::new();
        for (user, _) in users {
            let tenant = self.tenant(&user.tenant.to_string()).await?;
            let name = tenant.map(|tenant| tenant.name.clone()).unwrap_or_default();
            named.push((name, user));
        }
        Ok(named)
    }
}

/// Returns the user with this name, compared by its key.
fn user_named(
    connection: &Connection,
    tenant: TenantId,
    name: &str,
) -> rusqlite::Result<Option<Arc<User>>> {
    let (key, earlier) = (username_key(name), earlier_username_key(name));
    let named =
        |key: &str| document(connection, sql::USER_NAMED, params![tenant.into_bytes(), key]);
    let found = named(&key)?;
    // A name that has the mapped key of another one kept its own key. Both look-ups are made
    // whatever the first one finds, so that timing does not tell.
    if earlier == key { Ok(found) } else { Ok(named(&earlier)?.or(found)) }
}

fn signing_keys(
    connection: &Connection,
    tenant: TenantId,
) -> rusqlite::Result<Vec<SealedSigningKey>> {
    let mut statement = connection.prepare_cached(sql::SIGNING_KEYS)?;
    let rows = statement.query_map([tenant.into_bytes()], |row| signing_key(tenant, row))?;
    rows.collect()
}

fn signing_key(tenant: TenantId, row: &Row<'_>) -> rusqlite::Result<SealedSigningKey> {
    Ok(SealedSigningKey {
        tenant,
        kid: row.get(0)?,
        algorithm: row.get(1)?,
        sealed_private_key: row.get(2)?,
        jwk: row.get(3)?,
        published_at: time(row, 4)?,
        active_from: time(row, 5)?,
        retired_at: time(row, 6)?,
    })
}

/// Returns the documents of all rows that a statement finds.
fn documents<T: DeserializeOwned>(
    connection: &Connection,
    statement: &str,
    parameters: impl Params,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = connection.prepare_cached(statement)?;
    let rows = statement.query_map(parameters, |row| json(row, 0))?;
    rows.collect()
}

/// Returns the document of the row that a statement finds.
fn document<T: DeserializeOwned>(
    connection: &Connection,
    statement: &str,
    parameters: impl Params,
) -> rusqlite::Result<Option<Arc<T>>> {
    let mut statement = connection.prepare_cached(statement)?;
    statement.query_row(parameters, |row| json(row, 0).map(Arc::new)).optional()
}
