//! Application of missing migrations, by one node or command at a time.
//!
//! The row of the component in `admit_schema` is the lease: it is locked until the transaction with
//! all migrations ends. PostgreSQL releases it if the connection ends, and then nothing is stored.

use std::time::Duration;

use tokio::time::sleep;
use tokio_postgres::types::Type;

use super::{INSERT, READ, Schema};
use crate::{
    MigrationPlan,
    postgres::{
        ConnectError, DatabaseSettings, UnusableCause, column,
        database::{Connection, Database, DatabaseError, Transaction},
    },
};

/// One row for each component, with the number of its newest migration, and of the oldest schema
/// whose binary can still work with the tables.
const CREATE: &str = "CREATE TABLE IF NOT EXISTS admit_schema (
    component text COLLATE \"C\" PRIMARY KEY, version bigint NOT NULL, oldest bigint NOT NULL)";
const LOCK: &str = "SELECT version, oldest FROM admit_schema WHERE component = $1 FOR UPDATE";
const UPDATE: &str = "UPDATE admit_schema SET version = $2 WHERE component = $1";
const EXISTS: &str = "SELECT to_regclass('admit_schema') IS NOT NULL";

/// The time for which a node waits for another one that applies migrations.
const WAIT_FOR_OTHERS: &str = "SET LOCAL lock_timeout = '60s'";
/// The time for which a migration waits for the lock of a table. While it waits, every statement of
/// the running nodes that uses the table waits behind it.
const WAIT_FOR_TABLES: &str = "SET LOCAL lock_timeout = '2s'";
/// The number of attempts to get the locks of all tables, and the pause between them.
const ATTEMPTS_MAX: u32 = 20;
const PAUSE: Duration = Duration::from_secs(2);

/// The result of an attempt.
enum Attempt {
    /// The tables have the schema of this release, or a newer one. They had this one before.
    Migrated(u32),
    /// Running nodes use a table. Nothing was changed.
    TablesInUse,
}

impl Schema {
    /// Reads which migrations are missing. Changes nothing.
    pub(in crate::postgres) async fn plan(
        &self,
        settings: &DatabaseSettings,
    ) -> Result<MigrationPlan, ConnectError> {
        let database = Database::new(&DatabaseSettings { connections_max: 1, ..settings.clone() })?;
        let found = self.found(&self.connect(&database).await?).await?;
        Ok(MigrationPlan::new(self.component, found.unwrap_or(0), self.migrations, |_| false))
    }

    /// Applies the migrations that are missing, in one transaction. Another node that does the same
    /// waits for it. Returns the number of the newest migration that was applied before.
    pub(in crate::postgres) async fn migrate(
        &self,
        database: &Database,
    ) -> Result<u32, ConnectError> {
        let connection = self.connect(database).await?;
        self.check_settings(&connection).await?;
        self.create_table(&connection).await?;
        drop(connection);
        for _ in 0..ATTEMPTS_MAX {
            match self.try_to_migrate(database).await? {
                Attempt::Migrated(found) => return Ok(found),
                Attempt::TablesInUse => sleep(PAUSE).await,
            }
        }
        Err(self.gave_up(&format!(
            "the tables of the {} are in use, and could not be locked in {ATTEMPTS_MAX} attempts; \
             nothing was changed; look for transactions that do not end in pg_stat_activity",
            self.component
        )))
    }

    async fn try_to_migrate(&self, database: &Database) -> Result<Attempt, ConnectError> {
        let failed = |error| self.failed(error);
        let transaction = database.begin().await.map_err(failed)?;
        let Some((found, oldest)) = self.lock(&transaction).await? else {
            transaction.roll_back().await.map_err(failed)?;
            return Err(self.gave_up(&format!(
                "another node or command has been migrating the tables of the {} for a minute; \
                 wait for it, and try again",
                self.component
            )));
        };
        self.check_not_newer(found, oldest)?;
        match self.apply_after(&transaction, found).await {
            Ok(()) => transaction.commit().await.map_err(failed)?,
            Err((_, error)) if error.is_lock_timeout() => {
                transaction.roll_back().await.map_err(failed)?;
                return Ok(Attempt::TablesInUse);
            }
            Err((number, error)) => {
                transaction.roll_back().await.map_err(failed)?;
                return Err(self.failed_migration(number, error));
            }
        }
        Ok(Attempt::Migrated(found))
    }

    /// Locks the row of the component, and returns its numbers. `None` if another transaction keeps
    /// it locked for too long.
    async fn lock(&self, transaction: &Transaction) -> Result<Option<(u32, u32)>, ConnectError> {
        let name = (&self.component as _, Type::TEXT);
        let lock = async {
            transaction.execute_batch(WAIT_FOR_OTHERS).await?;
            transaction.execute(INSERT, std::slice::from_ref(&name)).await?;
            transaction.query(LOCK, std::slice::from_ref(&name)).await
        };
        match lock.await {
            Ok(rows) => {
                let row = rows.first().ok_or(ConnectError::Empty { component: self.component })?;
                self.numbers(row).map(Some)
            }
            Err(error) if error.is_lock_timeout() => Ok(None),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Applies the migrations after a number. An error has the number of its migration.
    async fn apply_after(
        &self,
        transaction: &Transaction,
        found: u32,
    ) -> Result<(), (u32, DatabaseError)> {
        let of_first = |error| (found + 1, error);
        transaction.execute_batch(WAIT_FOR_TABLES).await.map_err(of_first)?;
        for (number, migration) in (1..).zip(self.migrations).filter(|(it, _)| *it > found) {
            transaction.execute_batch(migration).await.map_err(|error| (number, error))?;
        }
        let number = i64::from(self.number().max(found));
        let row = [(&self.component as _, Type::TEXT), (&number as _, Type::INT8)];
        transaction.execute(UPDATE, &row).await.map(drop).map_err(of_first)
    }

    /// Creates the table of the schema numbers.
    async fn create_table(&self, connection: &Connection) -> Result<(), ConnectError> {
        let rows = connection.query(EXISTS, &[]).await.map_err(|error| self.failed(error))?;
        let exists = rows.first().map(|row| column::get(row, 0)).transpose();
        if exists.map_err(|fault| self.unreadable(&fault))?.unwrap_or(false) {
            return Ok(());
        }
        let Err(error) = connection.execute_batch(CREATE).await else { return Ok(()) };
        // Another node may have created the table at this moment.
        let read = connection.query(READ, &[(&self.component, Type::TEXT)]).await;
        read.map(drop).map_err(|_| self.failed(error))
    }

    fn gave_up(&self, reason: &str) -> ConnectError {
        let (component, cause) = (self.component, UnusableCause::Other);
        ConnectError::Unusable { component, cause, reason: reason.to_owned() }
    }

    fn failed_migration(&self, number: u32, error: DatabaseError) -> ConnectError {
        match self.failed(error) {
            ConnectError::Unusable { component, cause, reason } => {
                let reason = format!("migration {number} of the {component} failed: {reason}");
                ConnectError::Unusable { component, cause, reason }
            }
            error => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use postgres_server::Server;
    use tokio_postgres::{Client, NoTls};

    use super::*;
    use crate::{
        LedgerSettings, PostgresStore,
        postgres::{Access, schema::DIRECTORY},
    };

    const FIRST: &str = include_str!("../migrations/directory_1.sql");
    const ADDED_COLUMN: &str = "ALTER TABLE users ADD COLUMN note text NOT NULL DEFAULT ''";
    /// The first release.
    const FIRST_RELEASE: Schema = Schema { component: "directory", migrations: &[FIRST] };
    /// The next release adds a column.
    const NEXT: Schema = Schema { component: "directory", migrations: &[FIRST, ADDED_COLUMN] };
    /// A later release removes what the first one needs.
    const LATER: Schema = Schema {
        component: "directory",
        migrations: &[
            FIRST,
            ADDED_COLUMN,
            "UPDATE admit_schema SET oldest = 2 WHERE component = 'directory'",
        ],
    };
    const FAILING: Schema = Schema {
        component: "directory",
        migrations: &[FIRST, "CREATE TABLE extra (id bigint); INSERT INTO missing VALUES (1)"],
    };

    struct TestDatabase {
        settings: DatabaseSettings,
        url: String,
    }

    impl TestDatabase {
        async fn create() -> Self {
            let url = Server::shared().create_database().await.unwrap();
            Self { settings: DatabaseSettings::parse(&url).unwrap(), url }
        }

        async fn migrate(&self, schema: &Schema) -> Result<u32, ConnectError> {
            schema.migrate(&Database::new(&self.settings).unwrap()).await
        }

        async fn check(&self, schema: &Schema) -> Result<(), ConnectError> {
            schema.check(&Database::new(&self.settings).unwrap()).await
        }

        async fn client(&self) -> Client {
            let (client, connection) = tokio_postgres::connect(&self.url, NoTls).await.unwrap();
            tokio::spawn(connection);
            client
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn one_of_concurrent_migrators_applies_and_the_others_wait() {
        // Starts eight migrators on the tables of the first release: one finds its schema, and the
        // others find the next one.
        let database = TestDatabase::create().await;
        assert_eq!(database.migrate(&FIRST_RELEASE).await.unwrap(), 0);
        let migrate = (0..8).map(|_| database.migrate(&NEXT));
        let mut found: Vec<u32> =
            futures_util::future::join_all(migrate).await.into_iter().map(Result::unwrap).collect();
        found.sort_unstable();
        assert_eq!(found, [1, 2, 2, 2, 2, 2, 2, 2]);
        database.check(&NEXT).await.unwrap();
    }

    #[tokio::test]
    async fn failing_migration_leaves_nothing_half_done() {
        // Applies a migration whose second statement fails. The table of the first one does not
        // exist, and the migration of the release without the failure is applied.
        let database = TestDatabase::create().await;
        database.migrate(&FIRST_RELEASE).await.unwrap();
        let failed = database.migrate(&FAILING).await.unwrap_err().to_string();
        assert!(failed.starts_with("migration 2 of the directory failed: "), "{failed}");
        let exists = "SELECT to_regclass('extra') IS NULL";
        assert!(database.client().await.query_one(exists, &[]).await.unwrap().get::<_, bool>(0));
        database.check(&FIRST_RELEASE).await.unwrap();
        assert_eq!(database.migrate(&NEXT).await.unwrap(), 1);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn older_node_goes_on_after_an_additive_migration() {
        // Migrates under a connected node of the present release to a next one with one column
        // more: it changes rows, also after it connects again. Its plan lacks nothing.
        let database = TestDatabase::create().await;
        let ledger = [LedgerSettings::only(database.settings.clone())];
        let connect = || PostgresStore::connect(&database.settings, &ledger, Access::Migrate);
        let node = connect().await.unwrap();
        let present = u32::try_from(DIRECTORY.migrations.len()).unwrap();
        let mut migrations = DIRECTORY.migrations.to_vec();
        migrations.push(ADDED_COLUMN);
        let next = Schema { component: "directory", migrations: migrations.leak() };
        assert_eq!(database.migrate(&next).await.unwrap(), present);
        for (number, store) in [(1, node), (2, connect().await.unwrap())] {
            let tenant = model::TenantId::from_bytes([number; 16]);
            let name = format!("t{number}");
            let put = model::DirectoryChange::PutTenant(model::Tenant::new(tenant, &name, [1; 32]));
            model::Directory::apply(&store, vec![put]).await.unwrap();
        }
        let plan = DIRECTORY.plan(&database.settings).await.unwrap();
        assert_eq!((plan.found, plan.known, plan.missing), (present + 1, present, Vec::new()));
    }

    #[tokio::test]
    async fn schema_refuses_binaries_older_than_its_oldest() {
        // Migrates twice: the second migration ends the support of the first release, but not of
        // the one before it.
        let database = TestDatabase::create().await;
        database.migrate(&FIRST_RELEASE).await.unwrap();
        let missing: Vec<u32> = LATER
            .plan(&database.settings)
            .await
            .unwrap()
            .missing
            .iter()
            .map(|it| it.number)
            .collect();
        assert_eq!(missing, [2, 3]);
        assert_eq!(database.migrate(&LATER).await.unwrap(), 1);
        for refused in [
            database.check(&FIRST_RELEASE).await.err(),
            database.migrate(&FIRST_RELEASE).await.err(),
            FIRST_RELEASE.plan(&database.settings).await.err(),
        ] {
            assert!(matches!(refused, Some(ConnectError::TooNew { found: 3, known: 1, .. })));
        }
        database.check(&NEXT).await.unwrap();
        assert_eq!(database.migrate(&NEXT).await.unwrap(), 3);
        database.check(&LATER).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn statements_of_nodes_do_not_wait_for_a_migration_that_waits() {
        // Keeps a table locked as a long query does. While a migration waits for it again and
        // again, other queries of the table are answered.
        let database = TestDatabase::create().await;
        database.migrate(&FIRST_RELEASE).await.unwrap();
        let (long, other) = (database.client().await, database.client().await);
        long.batch_execute("BEGIN; LOCK TABLE users IN ACCESS SHARE MODE").await.unwrap();
        let waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted
            AND relation = 'users'::regclass AND mode = 'AccessExclusiveLock'";
        other.batch_execute("SET statement_timeout = '10s'").await.unwrap();
        let queries = async {
            while other.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
                sleep(Duration::from_millis(20)).await;
            }
            other.query("SELECT id FROM users", &[]).await.unwrap();
            long.batch_execute("COMMIT").await.unwrap();
        };
        let (migrated, ()) = tokio::join!(database.migrate(&NEXT), queries);
        assert_eq!(migrated.unwrap(), 1);
    }
}
