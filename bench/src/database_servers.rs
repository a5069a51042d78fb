//! The PostgreSQL servers of a measurement: a primary with a synchronous standby, and their work.

use std::sync::Arc;

use postgres_server::{Durability, Pair};
use tokio_postgres::{Client, NoTls};

use crate::Result;
use crate::cpu_time::CpuTime;
use crate::measurements::{per, real};

/// The configuration, beside that of the tests: the memory of a small database server, and few
/// checkpoints, after each of which the first change of a page writes the whole page to the WAL.
const CONFIGURATION: [&str; 3] =
    ["shared_buffers = 1GB", "max_wal_size = 4GB", "max_connections = 400"];
/// The position in the WAL, and the number of transactions that wrote.
const COUNTERS: &str = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint,
    pg_snapshot_xmax(pg_current_snapshot())::text::bigint";

/// A primary and its synchronous standby. End when this is dropped.
pub(crate) struct DatabaseServers {
    pair: Pair,
    /// Reads the counters of the primary.
    client: Client,
    pids: [u32; 2],
}

/// A database of a service.
#[derive(Clone)]
pub(crate) struct Database {
    servers: Arc<DatabaseServers>,
    name: String,
}

/// The work of the servers since they began.
pub(crate) struct TotalWork {
    cpu: [CpuTime; 2],
    wal_bytes: u64,
    transactions: u64,
}

/// The work of the servers in a time, or per request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DatabaseWork {
    /// CPU time in microseconds.
    pub(crate) primary_us: f64,
    pub(crate) standby_us: f64,
    /// The bytes that were added to the WAL.
    pub(crate) wal_bytes: f64,
    /// The transactions that wrote.
    pub(crate) transactions: f64,
}

impl DatabaseServers {
    /// Starts both in the temporary directory. A commit waits for the disk of both.
    pub(crate) async fn start() -> Result<Arc<Self>> {
        let pair = Pair::start_with(Durability::Synced, &CONFIGURATION).await?;
        let (client, connection) =
            tokio_postgres::connect(&pair.primary().url("postgres"), NoTls).await?;
        tokio::spawn(connection);
        let pids = [pair.primary().process_id()?, pair.standby().process_id()?];
        Ok(Arc::new(Self { pair, client, pids }))
    }

    /// Creates an empty database.
    pub(crate) async fn create_database(self: &Arc<Self>) -> Result<Database> {
        let name = self.pair.primary().create_named_database().await?;
        Ok(Database { servers: Arc::clone(self), name })
    }

    /// Returns the CPU time of primary and standby.
    pub(crate) fn cpu_times(&self) -> Result<[CpuTime; 2]> {
        let [primary, standby] = self.pids;
        Ok([CpuTime::read_tree(primary)?, CpuTime::read_tree(standby)?])
    }

    /// Reads the work since the servers began.
    pub(crate) async fn total_work(&self) -> Result<TotalWork> {
        let row = self.client.query_one(COUNTERS, &[]).await?;
        let [wal_bytes, transactions] = [row.try_get::<_, i64>(0)?, row.try_get(1)?];
        Ok(TotalWork {
            cpu: self.cpu_times()?,
            wal_bytes: u64::try_from(wal_bytes)?,
            transactions: u64::try_from(transactions)?,
        })
    }

    /// Returns the version of PostgreSQL and what was configured.
    pub(crate) async fn describe(&self) -> Result<String> {
        let row = self.client.query_one("SHOW server_version", &[]).await?;
        let version: String = row.try_get(0)?;
        Ok(format!(
            "PostgreSQL {version}: a primary and a synchronous standby on this machine, TCP \
             without TLS; {}",
            CONFIGURATION.join(", ")
        ))
    }
}

impl Database {
    /// Returns the URL, with both servers.
    pub(crate) fn url(&self) -> String {
        self.servers.pair.url(&self.name)
    }

    /// Returns the servers.
    pub(crate) fn servers(&self) -> Arc<DatabaseServers> {
        Arc::clone(&self.servers)
    }

    /// Executes statements as a superuser. Returns the first column of every row.
    pub(crate) async fn execute(&self, statements: &str) -> Result<Vec<String>> {
        let url = self.servers.pair.primary().url(&self.name);
        Ok(postgres_server::execute(&url, statements).await?)
    }

    /// Returns the number that a statement selects.
    pub(crate) async fn number(&self, statement: &str) -> Result<u64> {
        let rows = self.execute(statement).await?;
        Ok(rows.first().ok_or("no row")?.parse()?)
    }

    /// Stores what was created, so that its writing disturbs no measurement.
    pub(crate) async fn settle(&self) -> Result<()> {
        self.execute("VACUUM (ANALYZE)").await?;
        self.execute("CHECKPOINT").await.map(drop)
    }
}

impl TotalWork {
    /// Returns the work since an earlier reading.
    pub(crate) fn since(&self, earlier: &Self) -> DatabaseWork {
        let us = |now: &CpuTime, before| now.since(before).as_secs_f64() * 1e6;
        let ([primary, standby], [before, standby_before]) = (&self.cpu, &earlier.cpu);
        DatabaseWork {
            primary_us: us(primary, before),
            standby_us: us(standby, standby_before),
            wal_bytes: real(self.wal_bytes.saturating_sub(earlier.wal_bytes)),
            transactions: real(self.transactions.saturating_sub(earlier.transactions)),
        }
    }
}

impl DatabaseWork {
    /// Returns the work per request.
    pub(crate) fn per(&self, requests: u64) -> Self {
        Self {
            primary_us: per(self.primary_us, requests),
            standby_us: per(self.standby_us, requests),
            wal_bytes: per(self.wal_bytes, requests),
            transactions: per(self.transactions, requests),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_of_the_database_is_divided_by_the_requests() {
        // Reads the counters twice, and divides the difference by ten requests.
        let total = |wal_bytes, transactions| TotalWork {
            cpu: [CpuTime::default(), CpuTime::default()],
            wal_bytes,
            transactions,
        };
        let work = total(5_000, 30).since(&total(1_000, 10)).per(10);
        assert_eq!((work.wal_bytes, work.transactions), (400.0, 2.0));
        assert_eq!((work.primary_us, work.standby_us), (0.0, 0.0));
    }
}
