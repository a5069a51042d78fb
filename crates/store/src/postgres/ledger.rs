//! The ledger on PostgreSQL.

mod batch;
mod column_values;
mod databases;
mod guarded_row;
mod member;
mod partition;
mod registration;
mod row;
mod session_grants;
mod statement;
mod sweep;
mod user_sessions;
mod writer;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use model::{
    Change, CommitOutcome, Digest, FailedSignIns, Fault, Grant, GrantId, Ledger, LedgerState,
    PushedRequest, PushedRequestId, Session, SessionGrant, SessionGrantQuery, SessionId, TenantId,
    Timestamp, UsedValue, UserId,
};
use tokio::time::sleep;
use tokio_postgres::{Row, types::Type};

pub use self::member::{LedgerSettings, Period};
pub(super) use self::{databases::LedgerDatabases, partition::day_of};
use self::{
    partition::{Parent, Partition, Partitions},
    writer::Writer,
};
use super::{
    Access, ConnectError, DatabaseSettings, PoolUse, PostgresStore, connect_failure,
    database::{Database, DatabaseError, Parameter},
    schema,
};
use crate::{
    change_order::{guarded_first, kind_name},
    sql::ledger as sql,
};

/// Interval of looking for tables that another node created. They are created days ahead.
const PARTITIONS_INTERVAL: Duration = Duration::from_secs(600);

/// A database of a ledger, and what writes to it.
pub(super) struct LedgerDatabase {
    shared: Arc<Shared>,
    writer: Writer,
}

/// The database and its partitions, which reads and writes share.
struct Shared {
    database: Database,
    partitions: Partitions,
}

impl LedgerDatabase {
    /// Connects. Creates the tables of the next weeks after migrations.
    async fn connect(settings: &DatabaseSettings, access: Access) -> Result<Self, ConnectError> {
        let database = Database::for_keys(settings)?;
        schema::LEDGER.prepare(&database, access).await?;
        let partitions = match access {
            Access::Migrate => Partitions::prepare(&database).await,
            Access::Read | Access::Write => Partitions::find(&database).await,
        };
        let partitions = partitions.map_err(|fault| unusable(&fault))?;
        let shared = Arc::new(Shared { database, partitions });
        if access == Access::Read {
            return Ok(Self { writer: Writer::disabled(Arc::clone(&shared)), shared });
        }
        shared.refresh_partitions_every(PARTITIONS_INTERVAL);
        Ok(Self { writer: Writer::start(Arc::clone(&shared)), shared })
    }

    /// Returns the use of the connections.
    fn pool_use(&self) -> PoolUse {
        self.shared.database.pool_use()
    }
}

fn unusable(fault: &Fault) -> ConnectError {
    connect_failure::of_fault(schema::LEDGER.component, fault)
}

impl Shared {
    /// Reads from time to time which tables exist, until the ledger is closed. Of several nodes,
    /// one creates the tables when it sweeps.
    fn refresh_partitions_every(self: &Arc<Self>, interval: Duration) {
        let shared = Arc::downgrade(self);
        tokio::spawn(async move {
            loop {
                sleep(interval).await;
                let Some(shared) = shared.upgrade() else { return };
                // Without an answer, look-ups in new tables still work, at twice the cost.
                shared.partitions.refresh(&shared.database).await.ok();
            }
        });
    }

    /// Returns the row that a statement finds in a partition. `{table}` is its name.
    async fn find(
        &self,
        statement: &str,
        partition: Partition,
        parameters: &[Parameter<'_>],
    ) -> Result<Option<Row>, Fault> {
        let find = async || -> Result<Option<Row>, DatabaseError> {
            let statement = statement.replace("{table}", &self.partitions.table(partition));
            let connection = self.database.connection().await?;
            Ok(connection.query(&statement, parameters).await?.into_iter().next())
        };
        self.database
            .in_time(async {
                match find().await {
                    Err(error) if error.is_undefined_table() => {
                        // Another node has dropped the table.
                        Box::pin(self.partitions.refresh(&self.database)).await?;
                        Ok(Box::pin(find()).await?)
                    }
                    found => Ok(found?),
                }
            })
            .await
    }
}

#[async_trait]
impl Ledger for PostgresStore {
    async fn ledger_state(&self) -> Result<LedgerState, Fault> {
        let state = self.ledger.first().shared.database.query_first(sql::STATE, &[]).await?;
        state.as_ref().map(row::state).transpose().map(Option::unwrap_or_default)
    }

    async fn grant(&self, tenant: TenantId, id: GrantId) -> Result<Option<Grant>, Fault> {
        let (week, key) = (id.week(), (tenant.uuid(), row::uuid(id.into_bytes())));
        let parameters =
            [(&week as _, Type::INT4), (&key.0 as _, Type::UUID), (&key.1 as _, Type::UUID)];
        let partition = (Parent::Grants, week);
        let database = self.ledger.numbered(id.database())?;
        let found = database.shared.find(statement::GRANT, partition, &parameters).await?;
        found.map(|found| row::grant((tenant, id), &found)).transpose()
    }

    async fn session(&self, tenant: TenantId, id: SessionId) -> Result<Option<Session>, Fault> {
        let (week, key) = (id.week(), (tenant.uuid(), row::uuid(id.into_bytes())));
        let parameters =
            [(&week as _, Type::INT4), (&key.0 as _, Type::UUID), (&key.1 as _, Type::UUID)];
        let partition = (Parent::Sessions, week);
        let database = self.ledger.numbered(id.database())?;
        let found = database.shared.find(statement::SESSION, partition, &parameters).await?;
        found.map(|found| row::session((tenant, id), &found)).transpose()
    }

    async fn sessions_of_user(
        &self,
        user: (TenantId, UserId),
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Session>, Fault> {
        let mut found = Vec::new();
        for database in self.ledger.all() {
            let shared = &database.shared.database;
            found.extend(user_sessions::find(shared, user, now, limit).await?);
        }
        found.sort_by_key(|it| std::cmp::Reverse((it.auth_time, it.id)));
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn session_grants(&self, query: SessionGrantQuery) -> Result<Vec<SessionGrant>, Fault> {
        let mut found = Vec::new();
        for database in self.ledger.all() {
            found.extend(session_grants::find(&database.shared.database, &query).await?);
        }
        found.sort_by_key(SessionGrant::position);
        found.truncate(usize::try_from(query.limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    async fn pushed_request(
        &self,
        tenant: TenantId,
        id: PushedRequestId,
    ) -> Result<Option<PushedRequest>, Fault> {
        let key = (tenant.uuid(), row::uuid(id.into_bytes()));
        let parameters = [(&key.0 as _, Type::UUID), (&key.1 as _, Type::UUID)];
        let database = &self.ledger.first().shared.database;
        let found = database.query_first(sql::PUSHED_REQUEST, &parameters).await?;
        found.map(|found| row::pushed_request((tenant, id), &found)).transpose()
    }

    async fn failed_sign_ins(
        &self,
        tenant: TenantId,
        key: Digest,
    ) -> Result<Option<FailedSignIns>, Fault> {
        let (of_tenant, digest) = (tenant.uuid(), &key[..]);
        let parameters = [(&of_tenant as _, Type::UUID), (&digest as _, Type::BYTEA)];
        let database = &self.ledger.first().shared.database;
        let found = database.query_first(sql::FAILED_SIGN_INS, &parameters).await?;
        found.map(|found| row::failed_sign_ins((tenant, key), &found)).transpose()
    }

    async fn is_used(&self, value: &UsedValue) -> Result<bool, Fault> {
        let (day, tenant) = (day_of(value.expires_at), value.tenant.uuid());
        let (kind, digest) = (kind_name(value.kind), &value.digest[..]);
        let parameters = [
            (&day as _, Type::INT4),
            (&tenant as _, Type::UUID),
            (&kind as _, Type::TEXT),
            (&digest as _, Type::BYTEA),
        ];
        let partition = (Parent::UsedValues, day);
        let found = self
            .ledger
            .of_value(value)
            .shared
            .find(statement::IS_USED, partition, &parameters)
            .await?;
        Ok(found.is_some())
    }

    async fn commit(&self, changes: Vec<Change>) -> Result<CommitOutcome, Fault> {
        if changes.is_empty() {
            return Ok(CommitOutcome::Committed);
        }
        self.ledger.check_registered()?;
        self.ledger.commit(guarded_first(changes)?).await
    }

    async fn sweep(&self, now: Timestamp, limit: u32) -> Result<u64, Fault> {
        self.check_writes()?;
        let mut deleted = 0;
        for database in self.ledger.all() {
            let rest = u64::from(limit).saturating_sub(deleted);
            let rest = u32::try_from(rest).unwrap_or(u32::MAX);
            deleted += sweep::sweep(&database.shared, now, rest).await?;
        }
        Ok(deleted)
    }

    fn database_for_new(&self, random: u8, began_at: Timestamp) -> u8 {
        self.ledger.for_new(random, began_at)
    }
}

impl LedgerDatabases {
    /// Returns the database that has the row of a change.
    fn of_change(&self, change: &Change) -> Result<&LedgerDatabase, Fault> {
        match change {
            Change::OpenGrant(grant) => self.numbered(grant.id.database()),
            Change::AddSessionGrant(grant) => self.numbered(grant.grant.database()),
            Change::RotateGrant { grant, .. } | Change::RevokeGrant { grant, .. } => {
                self.numbered(grant.database())
            }
            Change::OpenSession(session) => self.numbered(session.id.database()),
            Change::ExtendSession { session, .. } | Change::EndSession { session, .. } => {
                self.numbered(session.database())
            }
            Change::MarkUsed(value) => Ok(self.of_value(value)),
            Change::PushRequest(_)
            | Change::CountFailedSignIns { .. }
            | Change::ClearFailedSignIns { .. }
            | Change::IdentifyLedger { .. }
            | Change::RaiseLedgerState { .. } => Ok(self.first()),
        }
    }

    /// Commits changes, the guarded one first: with those of the same database in one transaction,
    /// then the others, which may be repeated.
    async fn commit(&self, changes: Vec<Change>) -> Result<CommitOutcome, Fault> {
        let mut batches: Vec<(&LedgerDatabase, Vec<Change>)> = Vec::new();
        for change in changes {
            let database = self.of_change(&change)?;
            match batches.iter_mut().find(|(known, _)| std::ptr::eq(*known, database)) {
                Some((_, batch)) => batch.push(change),
                None => batches.push((database, vec![change])),
            }
        }
        for (database, batch) in batches {
            if database.writer.commit(batch).await? == CommitOutcome::Conflict {
                return Ok(CommitOutcome::Conflict);
            }
        }
        Ok(CommitOutcome::Committed)
    }
}

#[cfg(test)]
mod tests {
    use postgres_server::Server;

    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn an_update_of_many_grants_is_planned_once_for_a_connection() {
        // Executes the update with one element in each array, which the server would plan each
        // time, and reads how it was planned.
        let settings = DatabaseSettings::parse(&Server::shared().create_database().await.unwrap());
        let database = Database::for_keys(&settings.unwrap()).unwrap();
        schema::LEDGER.prepare(&database, Access::Migrate).await.unwrap();
        let connection = database.connection().await.unwrap();
        let statement = statement::ROTATE_GRANTS.replace("{table}", "grants_default");
        let (week, ids, numbers) = ([1], [uuid::Uuid::nil()], [0_i64]);
        let (week, ids, numbers) = (&week[..], &ids[..], &numbers[..]);
        let parameters = [
            (&week as _, Type::INT4_ARRAY),
            (&ids as _, Type::UUID_ARRAY),
            (&ids as _, Type::UUID_ARRAY),
            (&numbers as _, Type::INT8_ARRAY),
            (&numbers as _, Type::INT8_ARRAY),
            (&ids as _, Type::UUID_ARRAY),
        ];
        for _ in 0..8 {
            assert!(connection.query(&statement, &parameters).await.unwrap().is_empty());
        }
        let plans = "SELECT generic_plans, custom_plans FROM pg_prepared_statements
            WHERE statement LIKE 'UPDATE grants_default%'";
        let rows = connection.query(plans, &[]).await.unwrap();
        let plans: Vec<(i64, i64)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert_eq!(plans, [(8, 0)]);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn tables_that_another_node_created_are_used_without_a_sweep() {
        // Two nodes share a database. One creates the table of a later week, which the other uses
        // after a while.
        let settings = DatabaseSettings::parse(&Server::shared().create_database().await.unwrap());
        let database = Database::new(&settings.unwrap()).unwrap();
        schema::LEDGER.prepare(&database, Access::Migrate).await.unwrap();
        let open = async || {
            let partitions = Partitions::prepare(&database).await.unwrap();
            Arc::new(Shared { database: database.clone(), partitions })
        };
        let (one, other) = (open().await, open().await);
        other.refresh_partitions_every(Duration::from_millis(20));
        let week = (Parent::Grants, 60_000);
        assert_eq!(other.partitions.table(week), "grants");
        let begin = Timestamp::from_seconds(60_000 * 7 * 86_400);
        one.partitions.create_needed(&database, begin).await.unwrap();
        for _ in 0..500 {
            if other.partitions.table(week) == "grants_60000" {
                return;
            }
            sleep(Duration::from_millis(20)).await;
        }
        panic!("the table is still unknown");
    }
}
