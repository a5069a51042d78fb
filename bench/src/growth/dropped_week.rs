//! The cost of dropping the table of a week that has ended, and what it does to requests.

use std::time::Duration;

use model::{Ledger, week_of};
use store::{Access, DatabaseSettings, LedgerSettings, PostgresStore};

use crate::database_servers::Database;
use crate::load::{LoadPlan, LoadResult, generate_load};
use crate::measurements::real;
use crate::prepared_data::to_error;
use crate::report::Report;
use crate::target::Target;
use crate::{Result, clock};

/// The time of requests before the table is dropped, and with it.
const MEASURING: Duration = Duration::from_secs(4);
/// The time of requests until the table is dropped.
const UNTIL_DROPPED: Duration = Duration::from_secs(2);
/// The number of rows that a sweep may delete from tables that are not dropped.
const ROWS_MAX: u32 = 10_000;

/// The cost of dropping the table of a week.
pub(super) struct DroppedWeek {
    rows: u64,
    bytes: u64,
    /// The time of the sweep that dropped it.
    elapsed: Duration,
    /// The relations that it locked.
    locks: Vec<String>,
    before: LoadResult,
    during: LoadResult,
}

impl DroppedWeek {
    /// Copies all grants into the table of a week that has ended. A sweep drops it while a target
    /// gets requests.
    pub(super) async fn measure(
        database: &Database,
        target: &Target,
        plan: LoadPlan,
    ) -> Result<Self> {
        let week = week_of(service::now()) - 2;
        let table = format!("grants_{week}");
        fill(database, &table, week).await?;
        let rows = database.number(&format!("SELECT count(*) FROM {table}")).await?;
        let bytes = database.number(&format!("SELECT pg_total_relation_size('{table}')")).await?;
        let locks = locks_of_drop(database, &table).await?;
        let settings = DatabaseSettings::parse(&database.url())?;
        let ledger = [LedgerSettings::only(settings.clone())];
        let store = PostgresStore::connect(&settings, &ledger, Access::Write).await?;

        let plan = LoadPlan { measuring: MEASURING, ..plan };
        let before = generate_load(target, plan).await?;
        let sweep = async {
            tokio::time::sleep(plan.warm_up + UNTIL_DROPPED).await;
            let start = clock::now();
            store.sweep(service::now(), ROWS_MAX).await.map_err(to_error)?;
            Ok::<_, crate::Error>(start.elapsed())
        };
        let (during, elapsed) = tokio::join!(generate_load(target, plan), sweep);
        let left = format!("SELECT count(*) FROM pg_class WHERE relname = '{table}'");
        if database.number(&left).await? != 0 {
            return Err(format!("{table} was not dropped").into());
        }
        Ok(Self { rows, bytes, elapsed: elapsed?, locks, before, during: during? })
    }

    /// Prints it.
    pub(super) fn report(&self, report: &mut Report) {
        let (rows, megabytes) = (self.rows, self.bytes / 1_000_000);
        let elapsed = self.elapsed.as_secs_f64() * 1e3;
        report.line("");
        report.line(&format!(
            "the table of an ended week, {rows} grants, {megabytes} MB: dropped in {elapsed:.0} ms"
        ));
        report.line(&format!("locks, all ACCESS EXCLUSIVE: {}", self.locks.join(", ")));
        for (name, load) in [("before", &self.before), ("while it is dropped", &self.during)] {
            let [p50, p99, most] = [0.5, 0.99, 1.0].map(|part| {
                Duration::from_micros(load.latencies.value_at_quantile(part)).as_secs_f64() * 1e3
            });
            report.line(&format!(
                "refreshes {name}: {:.0} per second, latency {p50:.1} ms (p50), {p99:.1} ms (p99), \
                 {most:.1} ms (greatest)",
                real(load.requests) / load.duration.as_secs_f64(),
            ));
        }
    }
}

/// Creates the table of a week, with a copy of all grants.
async fn fill(database: &Database, table: &str, week: i32) -> Result<()> {
    let statements = format!(
        "CREATE TABLE {table} PARTITION OF grants FOR VALUES IN ({week}) WITH (fillfactor = 80);
         INSERT INTO {table} SELECT {week}, tenant, id, expires_at, generation, rotated_at,
             revoked_at, revoked_reason, terms, attempt
         FROM grants WHERE week <> {week}"
    );
    database.execute(&statements).await?;
    database.settle().await
}

/// Returns the relations that a drop locks.
async fn locks_of_drop(database: &Database, table: &str) -> Result<Vec<String>> {
    let statements = format!(
        "BEGIN; CREATE TEMPORARY TABLE names ON COMMIT DROP AS SELECT oid, relname FROM pg_class;
         DROP TABLE {table};
         SELECT relname FROM pg_locks JOIN names ON oid = relation
         WHERE pid = pg_backend_pid() AND locktype = 'relation' AND mode = 'AccessExclusiveLock'
             AND relname NOT LIKE 'names%' ORDER BY relname;
         ROLLBACK"
    );
    database.execute(&statements).await
}
