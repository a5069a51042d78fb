//! The writer thread of the ledger: commits all queued jobs together.
//!
//! A commit costs the disk the same for one decision as for thirty-two. So the thread takes the
//! jobs that were queued during the last commit, and never waits for more.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use model::{Fault, FaultKind};
use rusqlite::Connection;

use super::{
    change,
    job::{Job, Work, WorkResult, delete},
};
use crate::job_queue::JobReceiver;
use crate::sqlite::{
    checkpoint::{self, Checkpointer},
    error::fault,
    grant_row::open_grant,
    write_connection::{WriteConnection, execute},
};

/// The maximum number of jobs in a commit. More would save little and delay the first one.
const BATCH_MAX: usize = 32;

/// The state of the thread.
pub(in crate::sqlite) struct Writer {
    connection: WriteConnection,
    wal_pages: Arc<AtomicU32>,
    checkpointer: Checkpointer,
    /// The length of the WAL at which the next checkpoint is requested.
    checkpoint_at: u32,
}

impl Writer {
    pub(in crate::sqlite) fn new(
        connection: WriteConnection,
        wal_pages: Arc<AtomicU32>,
        checkpointer: Checkpointer,
    ) -> Self {
        Self { connection, wal_pages, checkpointer, checkpoint_at: checkpoint::STEP_PAGES }
    }

    /// Runs jobs until their sender is dropped.
    pub(in crate::sqlite) fn run(mut self, jobs: &JobReceiver<Job>) {
        loop {
            let batch = jobs.next_batch(BATCH_MAX);
            if batch.is_empty() {
                return;
            }
            let (works, replies): (Vec<_>, Vec<_>) =
                batch.into_iter().map(|job| (job.work, job.reply)).unzip();
            let results = self.commit(&works);
            for (reply, result) in replies.into_iter().zip(results) {
                // The receiver is dropped if the connection to the caller broke.
                reply.send(result).ok();
            }
            self.limit_wal();
        }
    }

    fn commit(&mut self, works: &[Work]) -> Vec<WorkResult> {
        let committed = self
            .connection
            .transaction(|connection| works.iter().map(|work| run_job(connection, work)).collect());
        committed.unwrap_or_else(|fault| works.iter().map(|_| Err(fault.clone())).collect())
    }

    fn limit_wal(&mut self) {
        let pages = self.wal_pages.load(Ordering::Relaxed);
        if pages < self.checkpoint_at.saturating_sub(checkpoint::STEP_PAGES) {
            // The WAL was restarted.
            self.checkpoint_at = checkpoint::STEP_PAGES;
        }
        if pages < self.checkpoint_at {
            return;
        }
        self.checkpoint_at = pages + checkpoint::STEP_PAGES;
        if pages < checkpoint::RESTART_PAGES {
            self.checkpointer.wake();
        } else if let Ok(connection) = self.connection.connection() {
            self.checkpointer.restart(connection).ok();
        }
    }
}

/// Runs one job inside the transaction of the batch.
///
/// The outer fault ends the batch, for example because the disk is full. The inner fault concerns
/// this job only, for example a damaged page that the others do not need. The changes of a failed
/// job are rolled back.
fn run_job(connection: &Connection, work: &Work) -> Result<WorkResult, Fault> {
    // A single statement is atomic by itself.
    let is_atomic = matches!(work, Work::Decision(changes) if changes.len() < 2);
    if !is_atomic {
        execute(connection, "SAVEPOINT job")?;
    }
    let result = perform(connection, work);
    if !is_atomic && !matches!(result, Ok(Some(_))) {
        execute(connection, "ROLLBACK TO job")?;
    }
    if !is_atomic {
        execute(connection, "RELEASE job")?;
    }
    match result {
        Err(fault) if fault.kind() == FaultKind::StoreUnavailable => Err(fault),
        result => Ok(result),
    }
}

fn perform(connection: &Connection, work: &Work) -> WorkResult {
    let mut rows_changed = 0;
    match work {
        Work::Decision(changes) => {
            for change in changes {
                if !change::apply(connection, change).map_err(|error| fault(&error))? {
                    return Ok(None);
                }
            }
        }
        Work::Deletion(rows, now) => {
            rows_changed = delete(connection, rows, *now).map_err(|error| fault(&error))?;
        }
        Work::Import(grants) => {
            for grant in grants {
                let inserted = open_grant(connection, grant).map_err(|error| fault(&error))?;
                rows_changed += u64::from(inserted > 0);
            }
        }
    }
    Ok(Some(rows_changed))
}

#[cfg(test)]
mod tests {
    use model::{
        Change, Digest, FailedSignIns, SessionId, TenantId, Timestamp, UsedValue, UsedValueKind,
    };
    use rusqlite::types::Value;
    use uuid::Uuid;

    use super::*;
    use crate::sqlite::ledger::job::ExpiredRow;

    const TENANT: TenantId = TenantId::new(Uuid::nil());

    fn mark_used(number: u8) -> Change {
        Change::MarkUsed(UsedValue {
            tenant: TENANT,
            kind: UsedValueKind::DpopProof,
            digest: [number; 32],
            expires_at: Timestamp::default(),
        })
    }

    fn count(key: Digest) -> Change {
        let at = Timestamp::default();
        let failed_sign_ins =
            FailedSignIns { tenant: TENANT, key, count: 1, last_failed_at: at, expires_at: at };
        Change::CountFailedSignIns { before: None, failed_sign_ins }
    }

    fn end_session() -> Change {
        let session = SessionId::new([1; 16]);
        Change::EndSession { tenant: TENANT, session, at: Timestamp::default() }
    }

    #[test]
    fn failed_decision_of_a_batch_is_rolled_back_alone() {
        // A trigger refuses the deletion in one decision. The decisions around it share its
        // transaction.
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("../migrations/ledger_1.sql")).unwrap();
        connection
            .execute_batch(
                "CREATE TEMP TRIGGER refuse BEFORE DELETE ON failed_sign_ins
                BEGIN SELECT RAISE(ABORT, 'refused'); END;
                BEGIN IMMEDIATE;",
            )
            .unwrap();
        let clear = Change::ClearFailedSignIns { tenant: TENANT, key: [9; 32] };
        let decisions = [
            vec![count([9; 32])],
            vec![mark_used(1), end_session()],
            vec![mark_used(2), clear],
            vec![mark_used(1), end_session()],
            vec![mark_used(3)],
        ];
        let results: Vec<WorkResult> = decisions
            .into_iter()
            .map(|changes| run_job(&connection, &Work::Decision(changes)).unwrap())
            .collect();
        execute(&connection, "COMMIT").unwrap();

        let kinds: Vec<_> =
            results.into_iter().map(|result| result.map_err(|fault| fault.kind())).collect();
        let failed = Err(FaultKind::Internal);
        assert_eq!(kinds, [Ok(Some(0)), Ok(Some(0)), failed, Ok(None), Ok(Some(0))]);
        let select = "SELECT digest FROM used_values ORDER BY digest";
        let mut statement = connection.prepare(select).unwrap();
        let digests = statement.query_map([], |row| row.get::<_, Digest>(0)).unwrap();
        let digests: Vec<Digest> = digests.map(Result::unwrap).collect();
        assert_eq!(digests, [[1; 32], [3; 32]]);
    }

    #[test]
    fn deletion_of_many_rows_stops_after_its_time() {
        // Deletes 200,000 rows at once, which takes much longer. Some are deleted.
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("../migrations/ledger_1.sql")).unwrap();
        let numbers = "WITH RECURSIVE numbers (n) AS
            (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 200000)";
        let insert = format!(
            "{numbers} INSERT INTO used_values SELECT x'00', 'dpop_proof', CAST(n AS BLOB), 0
             FROM numbers"
        );
        connection.execute_batch(&insert).unwrap();
        let rows = (1..=200_000).map(|number: u32| ExpiredRow {
            delete: crate::sql::ledger::DELETE_EXPIRED_USED_VALUE,
            key: vec![
                Value::Blob(vec![0]),
                Value::Text("dpop_proof".to_owned()),
                Value::Blob(number.to_string().into_bytes()),
            ],
        });
        execute(&connection, "BEGIN").unwrap();
        let work = Work::Deletion(rows.collect(), Timestamp::default());
        let deleted = run_job(&connection, &work).unwrap().unwrap().unwrap();
        assert!((1..200_000).contains(&deleted), "{deleted}");
    }
}
