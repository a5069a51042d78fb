//! The transactions that change the directory.

use std::time::Duration;

use model::{DirectoryChange, DirectoryOutcome, Fault, StoredRow};
use tokio::time::{Instant, sleep, timeout};
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{change, changed_rows, condition::first_changed};
use crate::{
    job_queue::too_many_waiting,
    postgres::{
        PostgresStore,
        column::{damaged, get, unsigned},
        database::{ATTEMPTS_MAX, DEADLINE, Database, DatabaseError, Statement, Transaction},
        random_id::random_id,
    },
};

/// The time that a statement or a comparison adds to the deadline: a list can have thousands.
const TIME_PER_STATEMENT: Duration = Duration::from_millis(5);
/// The maximum of the pause before the second attempt. That before the third is twice as long.
const PAUSE_MAX: Duration = Duration::from_millis(20);

/// Takes the next generation. Other transactions that do so, or compare rows, wait until the end of
/// this one.
const RAISE_GENERATION: &str = "UPDATE directory_state
    SET generation = generation + 1, attempt = $1 WHERE singleton = 1 RETURNING generation";
const LOCK: &str = "SELECT 1 FROM directory_state WHERE singleton = 1 FOR UPDATE";
/// Waits until the transaction that locks the row has ended.
const LAST_ATTEMPT: &str = "SELECT attempt FROM directory_state WHERE singleton = 1 FOR UPDATE";

/// Changes, and the rows that they depend on.
struct Work<'a> {
    rows: &'a [StoredRow],
    raises_generation: bool,
    statements: Vec<Statement<'a>>,
    /// The keys of the rows that other nodes must read again.
    changed: Vec<String>,
}

impl PostgresStore {
    /// Applies all changes in one transaction if every row is stored as it was read.
    pub(super) async fn apply_directory_changes(
        &self,
        rows: &[StoredRow],
        changes: &[DirectoryChange],
    ) -> Result<DirectoryOutcome, Fault> {
        self.check_writes()?;
        let work = Work::new(rows, changes)?;
        let (began_at, limit) = (Instant::now(), work.time_limit());
        let _turn = if work.locks_state() {
            let tenant = changes.iter().find_map(DirectoryChange::tenant);
            let turn = timeout(limit, self.directory_turns.next(tenant)).await;
            Some(turn.map_err(|_| too_many_waiting())??)
        } else {
            None
        };
        let rest = limit.saturating_sub(began_at.elapsed());
        self.directory.write_in_time(rest, work.execute(&self.directory)).await
    }
}

impl<'a> Work<'a> {
    fn new(rows: &'a [StoredRow], changes: &'a [DirectoryChange]) -> Result<Self, Fault> {
        let mut statements = Vec::new();
        for change in changes {
            statements.append(&mut change::statements(change)?);
        }
        let raises_generation = changes.iter().any(DirectoryChange::raises_generation);
        Ok(Self { rows, raises_generation, statements, changed: changed_rows::keys(changes)? })
    }

    fn time_limit(&self) -> Duration {
        let number = u32::try_from(self.rows.len() + self.statements.len()).unwrap_or(u32::MAX);
        DEADLINE.saturating_add(TIME_PER_STATEMENT.saturating_mul(number))
    }

    fn locks_state(&self) -> bool {
        self.raises_generation || !self.rows.is_empty()
    }

    /// Executes the transaction until it has not to give way to another one.
    async fn execute(&self, database: &Database) -> Result<DirectoryOutcome, Fault> {
        let mut number = 1;
        loop {
            let attempt = random_id();
            match self.attempt(database, attempt).await {
                Err(error) if error.is_serialization_failure() && number < ATTEMPTS_MAX => {}
                result => return Ok(result?),
            }
            pause(number, attempt).await;
            number += 1;
        }
    }

    async fn attempt(
        &self,
        database: &Database,
        attempt: Uuid,
    ) -> Result<DirectoryOutcome, DatabaseError> {
        let transaction = database.begin().await?;
        let outcome = self.execute_in(&transaction, attempt).await;
        if !matches!(outcome, Ok(DirectoryOutcome::Applied)) {
            // If this fails, the transaction is rolled back when it is dropped.
            transaction.roll_back().await.ok();
            return outcome;
        }
        let Err(error) = transaction.commit().await else { return outcome };
        if error.is_unavailable() && self.raises_generation {
            database.check_connections();
            if is_last_attempt(database, attempt).await {
                return outcome;
            }
        }
        Err(error)
    }

    async fn execute_in(
        &self,
        transaction: &Transaction,
        attempt: Uuid,
    ) -> Result<DirectoryOutcome, DatabaseError> {
        let mut recorded = Vec::new();
        if self.raises_generation {
            let rows = transaction.query(RAISE_GENERATION, &[(&attempt, Type::UUID)]).await?;
            let row = rows.first().ok_or_else(|| damaged("the directory has no state"))?;
            recorded = changed_rows::record(unsigned(row, 0)?, &self.changed);
        } else if self.locks_state() {
            transaction.query(LOCK, &[]).await?;
        }
        if let Some(row) = first_changed(transaction, self.rows).await? {
            return Ok(DirectoryOutcome::Conflict(Box::new(row.clone())));
        }
        transaction.execute_all(self.statements.iter().chain(&recorded)).await?;
        Ok(DirectoryOutcome::Applied)
    }
}

/// Returns whether an attempt was stored whose answer was lost. If that cannot be read, or another
/// transaction followed, returns `false`, which leaves it unclear.
async fn is_last_attempt(database: &Database, attempt: Uuid) -> bool {
    for number in 1..=ATTEMPTS_MAX {
        match last_attempt(database).await {
            Ok(last) => return last == Some(attempt),
            Err(_) => pause(number, attempt).await,
        }
    }
    false
}

async fn last_attempt(database: &Database) -> Result<Option<Uuid>, DatabaseError> {
    let rows = database.connection().await?.query(LAST_ATTEMPT, &[]).await?;
    Ok(rows.first().map(|row| get(row, 0)).transpose()?.flatten())
}

/// Waits for a random time, which is longer from attempt to attempt.
async fn pause(number: u32, random: Uuid) {
    let (random, _) = random.as_u64_pair();
    let random = u32::try_from(random % 1_000).unwrap_or_default();
    sleep(PAUSE_MAX * number * random / 1_000).await;
}
