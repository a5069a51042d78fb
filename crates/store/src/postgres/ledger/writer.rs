//! The writer of the ledger: commits all decisions that wait together.
//!
//! A commit costs the database about the same for one decision as for sixty-four. Each connection
//! takes the decisions that came during the last commits, and never waits for more.

use std::{collections::HashSet, sync::Arc, time::Duration};

use model::{Change, CommitOutcome, Fault, FaultKind, TenantId};
use tokio::{
    sync::{Semaphore, oneshot},
    time::{sleep, timeout},
};
use uuid::Uuid;

use super::{
    Shared,
    batch::{Batch, batches},
    guarded_row::GuardedRow,
};
use crate::{
    job_queue::{JobReceiver, JobSender, NotQueued, QueuedJob, job_queue, too_many_waiting},
    postgres::{
        column,
        database::{ATTEMPTS_MAX, Connection, DEADLINE, DatabaseError},
        opened_read_only,
        random_id::random_id,
    },
};

/// The maximum number of decisions in a commit. More would save little and delay the first one.
const BATCH_MAX: usize = 64;
/// The number of commits at a time. While one waits for the disk, another one is prepared.
const COMMITS_MAX: usize = 4;
/// The time that a commit has before it is sent again: half of the deadline, so that a decision may
/// still be stored by a new primary.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(1);
/// The pause before a batch is sent again.
const PAUSE: Duration = Duration::from_millis(20);

/// The writer.
pub(super) struct Writer {
    jobs: Option<JobSender<Job>>,
    shared: Arc<Shared>,
}

/// A decision: its changes, the guarded one first.
struct Job {
    changes: Vec<Change>,
    /// Stored with the guarded change. If the answer of the database is lost, it tells whether the
    /// change was stored.
    attempt: Uuid,
    reply: oneshot::Sender<Result<CommitOutcome, Fault>>,
}

impl QueuedJob for Job {
    fn tenant(&self) -> Option<TenantId> {
        self.changes.iter().find_map(Change::tenant)
    }

    fn refuse(self) {
        self.reply.send(Err(too_many_waiting())).ok();
    }
}

impl Job {
    /// Returns the row on which the decision depends.
    fn guarded_row(&self) -> Option<GuardedRow> {
        self.changes.first().and_then(GuardedRow::of)
    }

    fn is_canceled(&self) -> bool {
        self.reply.is_closed()
    }
}

impl Writer {
    /// Starts the writer, which ends when this value is dropped and no job waits.
    pub(super) fn start(shared: Arc<Shared>) -> Self {
        let (jobs, receiver) = job_queue();
        tokio::spawn(run(Arc::clone(&shared), receiver));
        Self { jobs: Some(jobs), shared }
    }

    /// Creates a writer that refuses every job with a fault.
    pub(super) const fn disabled(shared: Arc<Shared>) -> Self {
        Self { jobs: None, shared }
    }

    /// Commits the changes of a decision, the guarded one first.
    pub(super) async fn commit(&self, changes: Vec<Change>) -> Result<CommitOutcome, Fault> {
        let (reply, result) = oneshot::channel();
        let Some(jobs) = &self.jobs else {
            return Err(opened_read_only());
        };
        match jobs.send(Job { changes, attempt: random_id(), reply }) {
            Ok(None) => {}
            Ok(Some(displaced)) => displaced.refuse(),
            Err(NotQueued::Full) => return Err(too_many_waiting()),
            Err(NotQueued::Ended) => return Err(ended()),
        }
        // A refusal by the full queue is no failure of the database.
        let reply = async { Ok(result.await.map_err(|_| ended())) };
        self.shared.database.write_in_time(DEADLINE, reply).await??
    }
}

fn no_answer() -> DatabaseError {
    let message = "the ledger did not answer in time";
    Fault::from_message(FaultKind::StoreUnavailable, message).into()
}

fn ended() -> Fault {
    Fault::from_message(FaultKind::Internal, "the writer of the ledger has ended")
}

async fn run(shared: Arc<Shared>, receiver: JobReceiver<Job>) {
    let commits = Arc::new(Semaphore::new(COMMITS_MAX));
    loop {
        let Ok(permit) = Arc::clone(&commits).acquire_owned().await else { return };
        let jobs = receiver.next_batch_in_task(BATCH_MAX).await;
        if jobs.is_empty() {
            return;
        }
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            commit_all(&shared, jobs).await;
            drop(permit);
        });
    }
}

/// Commits jobs. Those that decide on the same row follow each other.
async fn commit_all(shared: &Shared, mut jobs: Vec<Job>) {
    while !jobs.is_empty() {
        let mut rows = HashSet::new();
        let is_first = |job: &mut Job| job.guarded_row().is_none_or(|row| rows.insert(row));
        let together: Vec<Job> = jobs.extract_if(.., is_first).collect();
        commit_together(shared, together, false).await;
    }
}

/// Commits jobs until each has an answer, or no caller waits for one any more.
///
/// If they may be stored already, a conflict may be one of a job with itself.
async fn commit_together(shared: &Shared, mut jobs: Vec<Job>, mut may_be_stored: bool) {
    // Rows are locked in one order, so that two batches do not wait for each other.
    jobs.sort_by_cached_key(Job::guarded_row);
    let mut failures = 0;
    loop {
        jobs.retain(|job| !job.is_canceled());
        if jobs.is_empty() {
            return;
        }
        let committed = timeout(ATTEMPT_TIMEOUT, try_commit(shared, &jobs));
        let error = match committed.await.unwrap_or_else(|_| Err(no_answer())) {
            Ok(stored) => return reply(shared, jobs, &stored, may_be_stored).await,
            Err(error) => error,
        };
        if error.is_unavailable() {
            may_be_stored = true;
            shared.database.check_connections();
        } else {
            failures += 1;
            let is_temporary = error.is_undefined_table() || error.is_serialization_failure();
            if !is_temporary || failures >= ATTEMPTS_MAX {
                return give_up(shared, jobs, error, may_be_stored).await;
            }
            if error.is_undefined_table() {
                shared.partitions.refresh(&shared.database).await.ok();
            }
        }
        sleep(PAUSE).await;
    }
}

/// Answers jobs that the database refuses. If there are several, each is tried alone: the others
/// do not fail because of one.
async fn give_up(shared: &Shared, mut jobs: Vec<Job>, error: DatabaseError, may_be_stored: bool) {
    if jobs.len() > 1 {
        for job in jobs {
            Box::pin(commit_together(shared, vec![job], may_be_stored)).await;
        }
    } else if let Some(job) = jobs.pop() {
        job.reply.send(Err(error.into())).ok();
    }
}

/// Answers jobs whose guarded changes are stored if their attempt is among those.
async fn reply(shared: &Shared, jobs: Vec<Job>, stored: &HashSet<Uuid>, may_be_stored: bool) {
    for job in jobs {
        let result = match job.guarded_row() {
            Some(row) if !stored.contains(&job.attempt) => {
                if may_be_stored {
                    was_stored_before(shared, &row, job.attempt).await
                } else {
                    Ok(CommitOutcome::Conflict)
                }
            }
            _ => Ok(CommitOutcome::Committed),
        };
        job.reply.send(result).ok();
    }
}

/// Returns whether the conflict of a repeated write was with itself: it had been stored before the
/// answer was lost.
async fn was_stored_before(
    shared: &Shared,
    row: &GuardedRow,
    attempt: Uuid,
) -> Result<CommitOutcome, Fault> {
    match row.last_attempt(shared).await? {
        Some(last) if last == attempt => Ok(CommitOutcome::Committed),
        Some(_) => Ok(CommitOutcome::Conflict),
        None => {
            let message = "it is unclear whether the change was stored";
            Err(Fault::from_message(FaultKind::StoreUnavailable, message))
        }
    }
}

/// Applies the guarded changes of all jobs, and then the others of those whose guarded change had
/// no conflict, in one transaction. Returns the attempts that are stored.
async fn try_commit(shared: &Shared, jobs: &[Job]) -> Result<HashSet<Uuid>, DatabaseError> {
    let guarded = jobs.iter().filter_map(|job| {
        let first = job.changes.first().filter(|change| change.is_guarded())?;
        Some((job.attempt, first))
    });
    let guarded = batches(guarded)?;
    let has_unguarded = jobs.iter().any(|job| !unguarded(job).is_empty());
    if !has_unguarded && let [only] = &guarded[..] {
        // A single statement is a transaction by itself.
        let connection = shared.database.connection_for_write().await?;
        return execute(shared, &connection, only).await;
    }
    let transaction = shared.database.begin().await?;
    let mut stored = HashSet::new();
    for batch in &guarded {
        stored.extend(execute(shared, &transaction, batch).await?);
    }
    let applied =
        jobs.iter().filter(|job| job.guarded_row().is_none() || stored.contains(&job.attempt));
    let others = applied.flat_map(|job| unguarded(job).iter().map(|change| (job.attempt, change)));
    for batch in &batches(others)? {
        execute(shared, &transaction, batch).await?;
    }
    transaction.commit().await?;
    Ok(stored)
}

/// Returns the changes of a job that are not guarded.
fn unguarded(job: &Job) -> &[Change] {
    match &job.changes[..] {
        [guarded, others @ ..] if guarded.is_guarded() => others,
        all => all,
    }
}

/// Executes a statement. Returns the attempts that changed a row, if it is guarded.
async fn execute(
    shared: &Shared,
    connection: &Connection,
    batch: &Batch,
) -> Result<HashSet<Uuid>, DatabaseError> {
    let parameters = batch.parameters();
    let rows = match batch.partition {
        Some(partition) => {
            let table = shared.partitions.table(partition);
            let statement = batch.statement.replace("{table}", &table);
            connection.query(&statement, &parameters).await?
        }
        None => connection.query(batch.statement, &parameters).await?,
    };
    let attempts: Result<_, Fault> = rows.iter().map(|row| column::get(row, 0)).collect();
    Ok(attempts?)
}
