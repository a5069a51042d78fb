//! The ledger of the minimal server: two tables, and one writer thread that commits in batches.

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, params};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::Result;
use crate::dataset::{self, Dataset, GrantIds};

const TABLE: &str = "CREATE TABLE grants (
    key INTEGER NOT NULL PRIMARY KEY, id_end INTEGER NOT NULL, row TEXT NOT NULL,
    generation INTEGER NOT NULL, rotated_at INTEGER NOT NULL, revoked_at INTEGER) STRICT;
    CREATE TABLE used_values (
    digest BLOB NOT NULL PRIMARY KEY, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID";
const FIND: &str =
    "SELECT row, generation FROM grants WHERE key = $1 AND id_end = $2 AND revoked_at IS NULL";
const OPEN: &str = "INSERT INTO grants (key, id_end, row, generation, rotated_at)
    VALUES ($1, $2, $3, 0, $4) ON CONFLICT DO NOTHING";
const ROTATE: &str = "UPDATE grants SET generation = $1 + 1, rotated_at = $2
    WHERE key = $3 AND id_end = $4 AND generation = $1 AND revoked_at IS NULL";
const REVOKE: &str =
    "UPDATE grants SET revoked_at = $1 WHERE key = $2 AND id_end = $3 AND revoked_at IS NULL";
const USE: &str =
    "INSERT INTO used_values (digest, expires_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";

const DURABLE: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -4096";
const BATCH_MAX: usize = 32;
/// The interval of the checkpoints beside the writer.
const CHECKPOINT_EVERY: Duration = Duration::from_millis(200);
/// The number of writes after which the writer restarts the WAL.
const RESTART_EVERY: usize = 8_192;

/// A write to the ledger.
#[derive(Debug)]
pub(super) enum Write {
    OpenGrant { grant: [u8; 16], row: String, now: i64 },
    RotateGrant { grant: [u8; 16], generation: u32, now: i64 },
    RevokeGrant { grant: [u8; 16], now: i64 },
    UseValue { digest: [u8; 32], expires_at: i64 },
}

struct Job {
    write: Write,
    reply: oneshot::Sender<Result<bool, String>>,
}

/// The opened ledger.
pub(super) struct Ledger {
    jobs: Sender<Job>,
    readers: [Mutex<Connection>; 2],
}

impl Ledger {
    pub(super) fn open(file: &Path) -> Result<Self> {
        let writer = connect(file)?;
        let checkpointer = connect(file)?;
        let (jobs, waiting) = channel();
        std::thread::spawn(move || run_writer(&writer, &waiting));
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(CHECKPOINT_EVERY);
                checkpoint(&checkpointer, "PASSIVE").ok();
            }
        });
        Ok(Self { jobs, readers: [Mutex::new(connect(file)?), Mutex::new(connect(file)?)] })
    }

    /// Returns the row and the generation of a grant.
    pub(super) fn find(&self, grant: [u8; 16]) -> Result<Option<(String, u32)>> {
        let [first, second] = &self.readers;
        let connection = first.try_lock().unwrap_or_else(|| second.lock());
        let mut statement = connection.prepare_cached(FIND)?;
        let result = statement.query_row(halves(grant), |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(result.optional()?)
    }

    /// Writes durably. Returns false if the grant exists already, has another generation or is
    /// revoked, or if the value was used before.
    pub(super) async fn commit(&self, write: Write) -> Result<bool> {
        let (reply, outcome) = oneshot::channel();
        self.jobs.send(Job { write, reply })?;
        Ok(outcome.await??)
    }
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(file)?;
    connection.execute_batch(DURABLE)?;
    Ok(connection)
}

fn run_writer(connection: &Connection, waiting: &Receiver<Job>) {
    let mut written = 0;
    while let Ok(first) = waiting.recv() {
        let jobs: Vec<Job> =
            std::iter::once(first).chain(waiting.try_iter().take(BATCH_MAX - 1)).collect();
        written += jobs.len();
        let result = commit_batch(connection, &jobs);
        for (index, job) in jobs.into_iter().enumerate() {
            let outcome = match &result {
                Ok(outcomes) => Ok(outcomes.get(index).copied().unwrap_or(false)),
                Err(error) => Err(error.to_string()),
            };
            // The load generator may have closed the connection.
            job.reply.send(outcome).ok();
        }
        if written >= RESTART_EVERY {
            written = 0;
            checkpoint(connection, "RESTART").ok();
        }
    }
}

fn commit_batch(connection: &Connection, jobs: &[Job]) -> rusqlite::Result<Vec<bool>> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let outcomes = jobs.iter().map(|job| {
        let changed = match &job.write {
            Write::OpenGrant { grant, row, now } => {
                let [key, end] = halves(*grant);
                connection.prepare_cached(OPEN)?.execute(params![key, end, row, now])
            }
            Write::RotateGrant { grant, generation, now } => {
                let [key, end] = halves(*grant);
                connection.prepare_cached(ROTATE)?.execute(params![generation, now, key, end])
            }
            Write::RevokeGrant { grant, now } => {
                let [key, end] = halves(*grant);
                connection.prepare_cached(REVOKE)?.execute(params![now, key, end])
            }
            Write::UseValue { digest, expires_at } => {
                connection.prepare_cached(USE)?.execute(params![digest, expires_at])
            }
        };
        Ok(changed? == 1)
    });
    let outcomes = outcomes.collect();
    connection.prepare_cached("COMMIT")?.execute([])?;
    outcomes
}

fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))
}

/// Creates a file with every grant of the data set, in one transaction.
pub(crate) fn create(file: &Path, dataset: Dataset) -> Result<()> {
    let mut connection = Connection::open(file)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA cache_size = -400000")?;
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLE)?;
    let now = service::now();
    {
        let mut open = transaction.prepare(OPEN)?;
        for number in 0..dataset.grants {
            let id = (number, GrantIds::Random.grant(number));
            let grant = dataset::grant(dataset, id, now)?;
            let row = row(grant.client.as_str(), &grant.user.to_string());
            let [key, end] = halves(grant.id.into_bytes());
            open.execute(params![key, end, row, now.microseconds()])?;
        }
    }
    Ok(transaction.commit()?)
}

/// Returns the number of a grant's row, and the rest of its id, which is compared with the row. An
/// index of whole ids would be a second tree to descend.
fn halves(grant: [u8; 16]) -> [i64; 2] {
    let (number, rest) = Uuid::from_bytes(grant).as_u64_pair();
    [number, rest].map(u64::cast_signed)
}

/// Returns the constant part of a row, with about as many bytes as the service's.
pub(super) fn row(client: &str, user: &str) -> String {
    format!(
        "{client} {user} 0123456789abcdef api://es256 [\"read\"] [\"offline_access\"] [\"pwd\"]"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_refresh_token_generation_is_rotated_once() {
        // Rotates the same generation of a grant twice, and reads the grant.
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("minimal.db");
        create(&file, Dataset::new(2, 4)).unwrap();
        let ledger = Ledger::open(&file).unwrap();
        let grant = GrantIds::Random.grant(3).into_bytes();
        let rotate = || Write::RotateGrant { grant, generation: 0, now: 1 };
        assert!(ledger.commit(rotate()).await.unwrap());
        assert!(!ledger.commit(rotate()).await.unwrap());
        assert_eq!(ledger.find(grant).unwrap().map(|(_, generation)| generation), Some(1));
    }

    #[tokio::test]
    async fn a_grant_is_opened_once() {
        // Opens the same grant twice.
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("minimal.db");
        create(&file, Dataset::new(2, 4)).unwrap();
        let ledger = Ledger::open(&file).unwrap();
        let open = || Write::OpenGrant { grant: [9; 16], row: row("c", "u"), now: 1 };
        assert!(ledger.commit(open()).await.unwrap());
        assert!(!ledger.commit(open()).await.unwrap());
    }

    #[tokio::test]
    async fn a_grant_is_found_by_its_whole_id() {
        // Reads, rotates and revokes by an id that differs in the last byte from that of a grant.
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("minimal.db");
        create(&file, Dataset::new(2, 4)).unwrap();
        let ledger = Ledger::open(&file).unwrap();
        let mut grant = GrantIds::Random.grant(3).into_bytes();
        assert!(ledger.find(grant).unwrap().is_some());
        grant[15] ^= 1;
        assert!(ledger.find(grant).unwrap().is_none());
        assert!(!ledger.commit(Write::RotateGrant { grant, generation: 0, now: 1 }).await.unwrap());
        assert!(!ledger.commit(Write::RevokeGrant { grant, now: 1 }).await.unwrap());
    }
}
