//! The ledger on SQLite.

mod change;
mod row;
mod sweep;
mod writer;

use async_trait::async_trait;
use model::{
    Attempts, Change, Digest, Fault, Grant, GrantId, Ledger, Mark, Outcome, Session, SessionId,
    TenantId, Timestamp,
};
use rusqlite::{OptionalExtension, params};

use self::writer::Work;
pub(super) use self::writer::{Job, Writer};
use super::Sqlite;
use crate::{decision::in_order, sql::ledger as sql};

#[async_trait]
impl Ledger for Sqlite {
    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        self.ledger.readers.read(|connection| {
            let mut statement = connection.prepare_cached(sql::GRANT)?;
            let key = params![tenant.into_bytes(), id.into_bytes()];
            statement.query_row(key, |found| row::grant(tenant, id, found)).optional()
        })
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        self.ledger.readers.read(|connection| {
            let mut statement = connection.prepare_cached(sql::SESSION)?;
            let key = params![tenant.into_bytes(), id.into_bytes()];
            statement.query_row(key, |found| row::session(tenant, id, found)).optional()
        })
    }

    async fn attempts(&self, tenant: TenantId, key: Digest) -> Result<Option<Attempts>, Fault> {
        self.ledger.readers.read(|connection| {
            let mut statement = connection.prepare_cached(sql::ATTEMPTS)?;
            let found = params![tenant.into_bytes(), key];
            statement.query_row(found, |found| row::attempts(tenant, key, found)).optional()
        })
    }

    async fn is_marked(&self, mark: &Mark) -> Result<bool, Fault> {
        self.ledger.readers.read(|connection| {
            let mut statement = connection.prepare_cached(sql::IS_MARKED)?;
            let purpose = row::purpose_name(mark.purpose);
            statement.exists(params![mark.tenant.into_bytes(), purpose, mark.digest])
        })
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<Outcome, Fault> {
        if changes.is_empty() {
            return Ok(Outcome::Done);
        }
        let work = Work::Decision(in_order(changes)?);
        let made = self.ledger.writer.ask(|reply| Job { work, reply }).await?;
        Ok(made.map_or(Outcome::Conflict, |_| Outcome::Done))
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault> {
        sweep::sweep(&self.ledger, now, limit).await
    }
}

impl Sqlite {
    /// Opens many grants with one commit, to bring them from elsewhere: those that are not there
    /// yet; returns how many that were. Everyone else's commits wait meanwhile, so hand over some
    /// thousands at a time; in the order of their ids they are written fastest.
    pub async fn import_grants(&self, grants: Vec<Grant>) -> Result<u64, Fault> {
        let work = Work::Import(grants);
        let opened = self.ledger.writer.ask(|reply| Job { work, reply }).await?;
        Ok(opened.unwrap_or(0))
    }
}
