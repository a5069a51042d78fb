//! The directory on PostgreSQL.
//!
//! The key of a user name is always that of this release, for no earlier one used PostgreSQL.

mod change;
mod changed_rows;
mod condition;
mod password;
mod rows;
mod state;
mod turns;
mod writer;

use std::sync::Arc;

use async_trait::async_trait;
use model::{
    Authenticators, Client, ClientId, Consent, Directory, DirectoryChange, DirectoryOutcome,
    DirectoryState, ExternalChanges, Fault, Password, Resource, SealedSigningKey, StoredRow,
    Tenant, TenantId, User, UserId,
};

use self::rows::{Source, documents};
pub(super) use self::{state::read_mark, turns::DirectoryTurns};
use super::{
    PostgresStore,
    column::{damaged, get},
    database::Statement,
};
use crate::sql::directory as sql;

#[async_trait]
impl Directory for PostgresStore {
    async fn external_changes(&self, since: u64) -> Result<ExternalChanges, Fault> {
        changed_rows::since(&self.directory, since).await
    }

    fn is_shared(&self) -> bool {
        true
    }

    async fn directory_state(&self) -> Result<DirectoryState, Fault> {
        state::read(&self.directory).await
    }

    async fn tenants(&self) -> Result<Vec<Tenant>, Fault> {
        documents(&self.directory, Statement::new(sql::TENANTS)).await
    }

    async fn tenant_names(&self) -> Result<Vec<(TenantId, String)>, Fault> {
        let rows = self.directory.query(sql::TENANT_NAMES, &[]).await?;
        rows.iter().map(|row| Ok((TenantId::new(get(row, 0)?), get(row, 1)?))).collect()
    }

    async fn tenant(&self, name_or_id: &str) -> Result<Option<Arc<Tenant>>, Fault> {
        rows::tenant(&self.directory, name_or_id).await
    }

    async fn clients(&self, tenant: TenantId) -> Result<Vec<Client>, Fault> {
        documents(&self.directory, Statement::new(sql::CLIENTS).uuid(tenant.uuid())).await
    }

    async fn client_ids(&self, tenant: TenantId) -> Result<Vec<ClientId>, Fault> {
        let rows =
            self.directory.find(&Statement::new(sql::CLIENT_IDS).uuid(tenant.uuid())).await?;
        let id = |text| ClientId::new(text).ok_or_else(|| damaged("a client has no valid id"));
        rows.iter().map(|row| id(get(row, 0)?)).collect()
    }

    async fn client(&self, tenant: TenantId, id: &ClientId) -> Result<Option<Arc<Client>>, Fault> {
        rows::client(&self.directory, tenant, id).await
    }

    async fn has_origin(&self, tenant: TenantId, origin: &str) -> Result<bool, Fault> {
        rows::has_origin(&self.directory, tenant, origin).await
    }

    async fn resources(&self, tenant: TenantId) -> Result<Arc<Vec<Resource>>, Fault> {
        rows::resources(&self.directory, tenant).await.map(Arc::new)
    }

    async fn users(&self, tenant: TenantId, limit: u32) -> Result<Vec<User>, Fault> {
        let statement = Statement::new(sql::USERS).uuid(tenant.uuid()).bigint(limit.into());
        documents(&self.directory, statement).await
    }

    async fn user(&self, tenant: TenantId, id: UserId) -> Result<Option<Arc<User>>, Fault> {
        rows::user(&self.directory, tenant, id).await
    }

    async fn user_named(&self, tenant: TenantId, name: &str) -> Result<Option<Arc<User>>, Fault> {
        rows::user_named(&self.directory, tenant, name).await
    }

    async fn password(&self, tenant: TenantId, user: UserId) -> Result<Option<Password>, Fault> {
        password::find(&self.directory, tenant, user).await
    }

    async fn authenticators(
        &self,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Option<Authenticators>, Fault> {
        rows::authenticators(&self.directory, tenant, user).await
    }

    async fn authenticators_after(
        &self,
        tenant: TenantId,
        after: Option<UserId>,
        limit: u32,
    ) -> Result<Vec<Authenticators>, Fault> {
        // No user has the id of zeros.
        let after = after.map_or(uuid::Uuid::nil(), UserId::uuid);
        let statement = Statement::new(sql::AUTHENTICATORS_AFTER).uuid(tenant.uuid()).uuid(after);
        documents(&self.directory, statement.bigint(limit.into())).await
    }

    async fn unusual_hash_after(
        &self,
        tenant: TenantId,
        after: &str,
    ) -> Result<Option<String>, Fault> {
        password::unusual_after(&self.directory, tenant, after).await
    }

    async fn consents(
        &self,
        tenant: TenantId,
        user: UserId,
        client: &ClientId,
    ) -> Result<Vec<Consent>, Fault> {
        rows::consents(&self.directory, (tenant, user), client).await
    }

    async fn consents_of_user(
        &self,
        tenant: TenantId,
        user: UserId,
        limit: u32,
    ) -> Result<Vec<Consent>, Fault> {
        rows::consents_of_user(&self.directory, (tenant, user), limit).await
    }

    async fn signing_keys(&self, tenant: TenantId) -> Result<Arc<Vec<SealedSigningKey>>, Fault> {
        rows::signing_keys(&self.directory, tenant).await.map(Arc::new)
    }

    async fn apply_if_stored(
        &self,
        rows: Vec<StoredRow>,
        changes: Vec<DirectoryChange>,
    ) -> Result<DirectoryOutcome, Fault> {
        self.apply_directory_changes(&rows, &changes).await
    }
}
