//! The jobs of the ledger's writer thread.

use std::time::{Duration, Instant};

use model::{Change, Fault, Grant, TenantId, Timestamp};
use rusqlite::{Connection, ToSql, params_from_iter, types::Value};
use tokio::sync::oneshot;

use crate::job_queue::{QueuedJob, too_many_waiting};

/// A job of the thread.
pub(in crate::sqlite) struct Job {
    pub(super) work: Work,
    pub(super) reply: oneshot::Sender<WorkResult>,
}

impl QueuedJob for Job {
    fn tenant(&self) -> Option<TenantId> {
        match &self.work {
            Work::Decision(changes) => changes.iter().find_map(Change::tenant),
            Work::Deletion(..) | Work::Import(_) => None,
        }
    }

    fn refuse(self) {
        self.reply.send(Err(too_many_waiting())).ok();
    }
}

/// The time after which a deletion stops. Decisions wait behind it.
pub(super) const DELETION_MAX: Duration = Duration::from_millis(5);

/// The kinds of jobs.
pub(super) enum Work {
    /// The changes of a decision, the guarded one first.
    Decision(Vec<Change>),
    /// Deletes rows that have expired at this time, as many as fit into [`DELETION_MAX`].
    Deletion(Vec<ExpiredRow>, Timestamp),
    /// Inserts the grants that do not exist.
    Import(Vec<Grant>),
}

/// The number of deleted or imported rows, or `None` if the guarded change conflicts and nothing
/// was changed.
pub(super) type WorkResult = Result<Option<u64>, Fault>;

/// The key of an expired row, and the statement that deletes it.
pub(super) struct ExpiredRow {
    pub(super) delete: &'static str,
    pub(super) key: Vec<Value>,
}

impl ExpiredRow {
    /// Deletes the row if it is still expired. Returns the number of deleted rows.
    fn delete(&self, connection: &Connection, now: Timestamp) -> rusqlite::Result<u64> {
        let mut statement = connection.prepare_cached(self.delete)?;
        let now = now.microseconds();
        let key = self.key.iter().map(|value| value as &dyn ToSql);
        let deleted = statement.execute(params_from_iter(key.chain([&now as &dyn ToSql])))?;
        Ok(u64::from(deleted > 0))
    }
}

/// Deletes rows until all are deleted or [`DELETION_MAX`] has passed. Returns the number of deleted
/// rows.
pub(super) fn delete(
    connection: &Connection,
    rows: &[ExpiredRow],
    now: Timestamp,
) -> rusqlite::Result<u64> {
    let (mut deleted, started) = (0, monotonic());
    for row in rows {
        deleted += row.delete(connection, now)?;
        if started.elapsed() >= DELETION_MAX {
            break;
        }
    }
    Ok(deleted)
}

fn monotonic() -> Instant {
    #[expect(clippy::disallowed_methods, reason = "limits the time in which others wait")]
    Instant::now()
}
