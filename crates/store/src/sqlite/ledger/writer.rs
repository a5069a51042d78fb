//! The thread that writes the ledger: what waits is committed together.
//!
//! A commit costs the disk the same for one decision as for thirty-two. So the thread takes
//! what has come while it wrote the last batch, and never waits for more to come.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
    mpsc::Receiver,
};

use model::{Change, Fault, FaultKind, Grant, Timestamp};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{change, row::open_grant, sweep::Row};
use crate::sqlite::{
    checkpoint::{self, Checkpointer},
    desk::{Desk, execute},
    error::fault,
};

/// How many jobs share a commit at most: more would save little and keep the first waiting.
const BATCH_MAX: usize = 32;

/// What the thread is asked to do.
pub(in crate::sqlite) struct Job {
    pub(super) work: Work,
    pub(super) reply: oneshot::Sender<Answer>,
}

/// The ways to change the ledger.
pub(super) enum Work {
    /// The changes of a decision, the guarded one first.
    Decision(Vec<Change>),
    /// Removes rows that are over at this moment.
    Removal(Vec<Row>, Timestamp),
    /// Opens those grants that are not there.
    Import(Vec<Grant>),
}

/// How many rows were removed or imported; `None` if the guard did not hold and nothing was
/// changed.
type Answer = Result<Option<u64>, Fault>;

/// The thread's belongings.
pub(in crate::sqlite) struct Writer {
    desk: Desk,
    log_pages: Arc<AtomicU32>,
    checkpointer: Checkpointer,
    /// The log's length at which the checkpointer is woken next.
    wake_at: u32,
}

impl Writer {
    pub(in crate::sqlite) fn new(
        desk: Desk,
        log_pages: Arc<AtomicU32>,
        checkpointer: Checkpointer,
    ) -> Self {
        Self { desk, log_pages, checkpointer, wake_at: checkpoint::STEP_PAGES }
    }

    /// Commits until there will be nothing more to commit.
    pub(in crate::sqlite) fn run(mut self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let (mut works, mut replies) = (vec![first.work], vec![first.reply]);
            for job in jobs.try_iter().take(BATCH_MAX - 1) {
                works.push(job.work);
                replies.push(job.reply);
            }
            let answers = self.commit(&works);
            for (reply, answer) in replies.into_iter().zip(answers) {
                // Who asked may have gone: the connection to the caller broke.
                reply.send(answer).ok();
            }
            self.keep_log_short();
        }
    }

    fn commit(&mut self, works: &[Work]) -> Vec<Answer> {
        let committed = self
            .desk
            .transaction(|connection| works.iter().map(|work| attempt(connection, work)).collect());
        committed.unwrap_or_else(|fault| works.iter().map(|_| Err(fault.clone())).collect())
    }

    fn keep_log_short(&mut self) {
        let pages = self.log_pages.load(Ordering::Relaxed);
        if pages < self.wake_at.saturating_sub(checkpoint::STEP_PAGES) {
            // The log has begun anew.
            self.wake_at = checkpoint::STEP_PAGES;
        }
        if pages < self.wake_at {
            return;
        }
        self.wake_at = pages + checkpoint::STEP_PAGES;
        if pages < checkpoint::LONGEST_PAGES {
            self.checkpointer.wake();
        } else if let Ok(connection) = self.desk.connection() {
            self.checkpointer.restart(connection).ok();
        }
    }
}

/// Does one piece of work inside the batch's transaction. The outer fault ends the batch: the
/// disk is full, or the like. The inner one is this work's own (a damaged page, say, that others
/// do not need), and what it had done is undone.
fn attempt(connection: &Connection, work: &Work) -> Result<Answer, Fault> {
    // A single statement is all or none by itself.
    let alone = matches!(work, Work::Decision(changes) if changes.len() < 2);
    if !alone {
        execute(connection, "SAVEPOINT work")?;
    }
    let answer = perform(connection, work);
    if !alone && !matches!(answer, Ok(Some(_))) {
        execute(connection, "ROLLBACK TO work")?;
    }
    if !alone {
        execute(connection, "RELEASE work")?;
    }
    match answer {
        Err(fault) if fault.kind() == FaultKind::StoreUnavailable => Err(fault),
        answer => Ok(answer),
    }
}

fn perform(connection: &Connection, work: &Work) -> Answer {
    let mut rows_changed = 0;
    match work {
        Work::Decision(changes) => {
            for change in changes {
                if !change::make(connection, change).map_err(|error| fault(&error))? {
                    return Ok(None);
                }
            }
        }
        Work::Removal(rows, now) => {
            for row in rows {
                rows_changed += row.remove(connection, *now).map_err(|error| fault(&error))?;
            }
        }
        Work::Import(grants) => {
            for grant in grants {
                let opened = open_grant(connection, grant).map_err(|error| fault(&error))?;
                rows_changed += u64::from(opened > 0);
            }
        }
    }
    Ok(Some(rows_changed))
}

#[cfg(test)]
mod tests {
    use model::{Attempts, Digest, Mark, MarkPurpose, SessionId, TenantId};
    use uuid::Uuid;

    use super::*;

    const TENANT: TenantId = TenantId::new(Uuid::nil());

    fn mark(number: u8) -> Change {
        Change::MarkUsed(Mark {
            tenant: TENANT,
            purpose: MarkPurpose::DpopProof,
            digest: [number; 32],
            expires_at: Timestamp::default(),
        })
    }

    fn count(key: Digest) -> Change {
        let moment = Timestamp::default();
        let attempts =
            Attempts { tenant: TENANT, key, failed: 1, last_at: moment, expires_at: moment };
        Change::CountAttempts { failed_before: 0, attempts }
    }

    fn end_session() -> Change {
        let session = SessionId::new([1; 16]);
        Change::EndSession { tenant: TENANT, session, at: Timestamp::default() }
    }

    #[test]
    fn a_decision_that_fails_is_undone_alone() {
        // A trigger refuses what one decision forgets; those around it share its transaction.
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(include_str!("../migrations/ledger_1.sql")).unwrap();
        connection
            .execute_batch(
                "CREATE TEMP TRIGGER refuse BEFORE DELETE ON attempts
                BEGIN SELECT RAISE(ABORT, 'refused'); END;
                BEGIN IMMEDIATE;",
            )
            .unwrap();
        let forget = Change::ForgetAttempts { tenant: TENANT, key: [9; 32] };
        let decisions = [
            vec![count([9; 32])],
            vec![mark(1), end_session()],
            vec![mark(2), forget],
            vec![mark(1), end_session()],
            vec![mark(3)],
        ];
        let answers: Vec<Answer> = decisions
            .into_iter()
            .map(|changes| attempt(&connection, &Work::Decision(changes)).unwrap())
            .collect();
        execute(&connection, "COMMIT").unwrap();

        let kinds: Vec<_> =
            answers.into_iter().map(|answer| answer.map_err(|fault| fault.kind())).collect();
        let failed = Err(FaultKind::Internal);
        assert_eq!(kinds, [Ok(Some(0)), Ok(Some(0)), failed, Ok(None), Ok(Some(0))]);
        let mut marks = connection.prepare("SELECT digest FROM marks ORDER BY digest").unwrap();
        let marks = marks.query_map([], |row| row.get::<_, Digest>(0)).unwrap();
        let marks: Vec<Digest> = marks.map(Result::unwrap).collect();
        assert_eq!(marks, [[1; 32], [3; 32]]);
    }
}
