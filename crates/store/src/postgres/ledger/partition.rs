//! The tables of the weeks and days.

use std::{collections::HashSet, fmt::Write};

use model::{Fault, Timestamp, week_of};
use parking_lot::RwLock;
use tokio_postgres::types::Type;

use crate::postgres::{
    column,
    database::{Database, DatabaseError},
};

/// The weeks ahead for which there are tables: the recommended life of a grant, and some more. Rows
/// that end later are in the default partition.
const WEEKS_AHEAD: i32 = 18;
/// The days ahead for which there are tables.
const DAYS_AHEAD: i32 = 2;
const DAY: i64 = 24 * 60 * 60;

/// A table is created or dropped at once or not at all: what waits for its lock, such as a backup,
/// makes all that follows wait as well. The next sweep tries again.
const LIMITED: &str = "BEGIN; SET LOCAL lock_timeout = '100ms'; SET LOCAL statement_timeout = '1s'";

/// Rows of all parents, by the name of the table. A partition is named after its parent.
const FIND: &str = "SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = ANY ($1::text[]::regclass[])";
const DATABASE_TIME: &str = "SELECT (extract(epoch FROM now()) * 1000000)::bigint";

/// A table with partitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Parent {
    /// Grants, by week.
    Grants,
    /// Sessions, by week.
    Sessions,
    /// Used values, by day.
    UsedValues,
}

impl Parent {
    const ALL: [Self; 3] = [Self::Grants, Self::Sessions, Self::UsedValues];

    /// Returns the name of the table.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Grants => "grants",
            Self::Sessions => "sessions",
            Self::UsedValues => "used_values",
        }
    }

    /// Returns the numbers of the first partition that is needed at a time, and of the last.
    fn needed(self, now: Timestamp) -> (i32, i32) {
        match self {
            Self::Grants | Self::Sessions => (week_of(now), week_of(now) + WEEKS_AHEAD),
            Self::UsedValues => (day_of(now), day_of(now) + DAYS_AHEAD),
        }
    }
}

/// A partition: its parent, and the number of its week or day.
pub(super) type Partition = (Parent, i32);

/// The partitions that exist, apart from those of the others.
pub(super) struct Partitions {
    known: RwLock<HashSet<Partition>>,
    /// Those whose rows are in the default partition already. To find that out again would lock
    /// and read that table each time.
    refused: RwLock<HashSet<Partition>>,
}

/// Returns the day of a time, counted from 1970-01-01.
pub(in crate::postgres) fn day_of(time: Timestamp) -> i32 {
    i32::try_from(time.seconds().div_euclid(DAY)).unwrap_or(i32::MAX)
}

impl Partitions {
    /// Finds the partitions, and creates those that are needed by the clock of the database. The
    /// clock selects only the tables that are made.
    pub(super) async fn prepare(database: &Database) -> Result<Self, Fault> {
        let partitions = Self { known: RwLock::default(), refused: RwLock::default() };
        partitions.refresh(database).await?;
        partitions.create_needed(database, time_of(database).await?).await?;
        Ok(partitions)
    }

    /// Finds the partitions, without any change.
    pub(super) async fn find(database: &Database) -> Result<Self, Fault> {
        let partitions = Self { known: RwLock::default(), refused: RwLock::default() };
        partitions.refresh(database).await?;
        Ok(partitions)
    }

    /// Returns the table in which to look for rows of a partition: its own, or the parent, which
    /// costs twice as much and finds the right one always.
    pub(super) fn table(&self, (parent, number): Partition) -> String {
        let mut table = parent.name().to_owned();
        if self.known.read().contains(&(parent, number)) {
            write!(table, "_{number}").ok();
        }
        table
    }

    /// Reads which partitions exist.
    pub(super) async fn refresh(&self, database: &Database) -> Result<(), Fault> {
        let names = Parent::ALL.map(Parent::name).to_vec();
        let rows = database.query(FIND, &[(&names, Type::TEXT_ARRAY)]).await?;
        let mut known = HashSet::new();
        for row in rows {
            let name: &str = column::get(&row, 0)?;
            let number = |parent: &Parent| {
                let number = name.strip_prefix(parent.name())?.strip_prefix('_')?;
                Some((*parent, number.parse().ok()?))
            };
            known.extend(Parent::ALL.iter().find_map(number));
        }
        *self.known.write() = known;
        Ok(())
    }

    /// Creates the partitions that are needed at a time and do not exist.
    pub(super) async fn create_needed(
        &self,
        database: &Database,
        now: Timestamp,
    ) -> Result<(), Fault> {
        for parent in Parent::ALL {
            let (first, last) = parent.needed(now);
            let missing: Vec<i32> = {
                let (known, refused) = (self.known.read(), self.refused.read());
                let is_missing = |number: &i32| {
                    let partition = (parent, *number);
                    !known.contains(&partition) && !refused.contains(&partition)
                };
                (first..=last).filter(is_missing).collect()
            };
            for number in missing {
                match create(database, (parent, number)).await? {
                    Creation::Created => drop(self.known.write().insert((parent, number))),
                    Creation::Refused => drop(self.refused.write().insert((parent, number))),
                    Creation::Busy => return Ok(()),
                }
            }
        }
        Ok(())
    }

    /// Drops the partitions that ended more than a day before a time, and returns their number.
    pub(super) async fn drop_ended(
        &self,
        database: &Database,
        now: Timestamp,
    ) -> Result<u64, Fault> {
        let ended = |(parent, number): &Partition| match parent {
            Parent::Grants | Parent::Sessions => {
                *number < week_of(Timestamp::from_seconds(now.seconds() - DAY))
            }
            Parent::UsedValues => *number < day_of(now) - 1,
        };
        let ended: Vec<Partition> =
            self.known.read().iter().filter(|it| ended(it)).copied().collect();
        let mut dropped = 0;
        for (parent, number) in &ended {
            let statement = format!("DROP TABLE IF EXISTS {}_{number}", parent.name());
            match execute(database, &statement).await {
                Err(error) if error.is_unavailable() => return Ok(dropped),
                result => result?,
            }
            dropped += 1;
            self.known.write().remove(&(*parent, *number));
        }
        Ok(dropped)
    }
}

/// Returns the time of a database.
pub(super) async fn time_of(database: &Database) -> Result<Timestamp, Fault> {
    let row = database.query_first(DATABASE_TIME, &[]).await?;
    row.map_or_else(|| Ok(Timestamp::default()), |row| column::time(&row, 0))
}

/// The result of the creation of a partition.
enum Creation {
    /// It exists.
    Created,
    /// Rows that belong into it are in the default partition already, where they stay.
    Refused,
    /// Others use the tables at this moment.
    Busy,
}

async fn create(database: &Database, (parent, number): Partition) -> Result<Creation, Fault> {
    let name = parent.name();
    let fill = if parent == Parent::Grants { " WITH (fillfactor = 80)" } else { "" };
    let statement = format!(
        "CREATE TABLE IF NOT EXISTS {name}_{number} PARTITION OF {name}
            FOR VALUES IN ({number}){fill}"
    );
    match execute(database, &statement).await {
        Ok(()) => Ok(Creation::Created),
        Err(error) if error.is_check_violation() => Ok(Creation::Refused),
        // Another node creates it at this moment.
        Err(error) if error.is_duplicate() || error.is_serialization_failure() => {
            Ok(Creation::Created)
        }
        Err(error) if error.is_unavailable() => Ok(Creation::Busy),
        Err(error) => Err(error.into()),
    }
}

/// Executes a statement that needs a lock on a whole table.
async fn execute(database: &Database, statement: &str) -> Result<(), DatabaseError> {
    let connection = database.connection().await?;
    let executed = connection.execute_batch(&format!("{LIMITED}; {statement}; COMMIT")).await;
    if executed.is_err() {
        // Its transaction has failed.
        connection.execute_batch("ROLLBACK").await?;
    }
    executed
}
