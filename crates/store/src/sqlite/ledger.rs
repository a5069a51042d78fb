//! The ledger on SQLite.

mod change;
mod job;
mod row;
mod sweep;
mod writer;

use async_trait::async_trait;
use model::{
    Change, CommitOutcome, Digest, FailedSignIns, Fault, Grant, GrantId, Ledger, LedgerState,
    PushedRequest, PushedRequestId, Session, SessionGrant, SessionGrantQuery, SessionId, TenantId,
    Timestamp, UsedValue, UserId,
};
use rusqlite::{OptionalExtension, params};

use self::job::Work;
pub(super) use self::{job::Job, writer::Writer};
use super::{
    SqliteStore,
    grant_row::{self, GrantKey},
};
use crate::{
    change_order::{guarded_first, kind_name},
    sql::ledger as sql,
};

#[async_trait]
impl Ledger for SqliteStore {
    async fn ledger_state(&self) -> Result<LedgerState, Fault> {
        self.ledger
            .readers
            .read(|connection| connection.prepare_cached(sql::STATE)?.query_row([], row::state))
    }

    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.ledger.readers.read(|connection| {
            let mut statement = connection.prepare_cached(sql::GRANT)?;
            let key = GrantKey::new(tenant, id);
            let key = params![key.number, key.tenant, key.id_end];
            statement.query_row(key, |found| grant_row::grant(tenant, id, found)).optional()
        })
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        self.ledger.readers.read(|connection| {
            let mut statement = connection.prepare_cached(sql::SESSION)?;
            let key = params![tenant.into_bytes(), id.into_bytes()];
            statement.query_row(key, |found| row::session(tenant, id, found)).optional()
        })
    }

    async fn sessions_of_user(
        &self,
        user: (TenantId, UserId),
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Session>, Fault> {
        self.ledger.readers.read(|connection| row::sessions_of_user(connection, user, now, limit))
    }

    async fn session_grants(&self, query: SessionGrantQuery) -> Result<Vec<SessionGrant>, Fault> {
        self.ledger.readers.read(|connection| row::session_grants(connection, &query))
    }

    async fn pushed_request(
        &self,
        tenant: TenantId,
        id: PushedRequestId,
    ) -> Result<Option<PushedRequest>, Fault> {
        self.ledger.readers.read(|connection| {
            let mut statement = connection.prepare_cached(sql::PUSHED_REQUEST)?;
            let key = params![tenant.into_bytes(), id.into_bytes()];
            statement.query_row(key, |found| row::pushed_request(tenant, id, found)).optional()
        })
    }

    async fn failed_sign_ins(
        &self,
        tenant: TenantId,
        key: Digest,
    ) -> Result<Option<FailedSignIns>, Fault> {
        self.ledger.readers.read(|connection| {
            let mut statement = connection.prepare_cached(sql::FAILED_SIGN_INS)?;
            let parameters = params![tenant.into_bytes(), key];
            let found =
                statement.query_row(parameters, |found| row::failed_sign_ins(tenant, key, found));
            found.optional()
        })
    }

    async fn is_used(&self, value: &UsedValue) -> Result<bool, Fault> {
        self.ledger.readers.read(|connection| {
            let mut statement = connection.prepare_cached(sql::IS_USED)?;
            let kind = kind_name(value.kind);
            statement.exists(params![value.tenant.into_bytes(), kind, value.digest])
        })
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<CommitOutcome, Fault> {
        if changes.is_empty() {
            return Ok(CommitOutcome::Committed);
        }
        let work = Work::Decision(guarded_first(changes)?);
        let committed = self.ledger.writer.call(|reply| Job { work, reply }).await?;
        Ok(committed.map_or(CommitOutcome::Conflict, |_| CommitOutcome::Committed))
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault> {
        sweep::sweep(&self.ledger, now, limit).await
    }
}

impl SqliteStore {
    /// Inserts the grants that do not exist yet, in one commit, and returns their number. For
    /// importing grants from elsewhere.
    ///
    /// All other commits wait meanwhile, so pass some thousands of grants at a time. Grants in the
    /// order of their ids are written fastest.
    pub async fn import_grants(&self, grants: Vec<Grant>) -> Result<u64, Fault> {
        let work = Work::Import(grants);
        let inserted = self.ledger.writer.call(|reply| Job { work, reply }).await?;
        Ok(inserted.unwrap_or(0))
    }
}
