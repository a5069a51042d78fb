//! The databases of a ledger, and which of them has a row.
//!
//! The number of the database is part of the id of a grant and of a session. It is chosen once,
//! when the id is generated, from the databases that are open to new rows at that moment, so a
//! database is added without moving a row. A used value has no id of ours: its database follows
//! from its digest and its end, which are the same for every use.
//!
//! Counters of failed sign-ins, pushed requests and the state of the ledger are in the first
//! database. They are few.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use model::{Fault, FaultKind, Seconds, Timestamp, UsedValue, format_rfc3339};
use tokio::time::{Instant, sleep};

use super::{
    LedgerDatabase, LedgerSettings,
    member::{FIRST, Member},
    partition::time_of,
    registration::{self, recognize},
};
use crate::postgres::{Access, ConnectError, PoolUse};

/// The interval in which a node reads which databases are registered.
const REGISTERED_INTERVAL: Duration = Duration::from_secs(60);
/// The time before a difference takes effect in which a node stops writing. Used values are placed
/// by their end, so it is longer than the life of one, the interval, and the minute by which clocks
/// may differ.
pub(super) const STOPS_BEFORE: Seconds = Seconds::new(UsedValue::LIFETIME_MAX.get() + 5 * 60);
/// The time without an answer after which a node stops writing, too. A change is registered longer
/// before it takes effect.
const COMPARED_WITHIN: Duration = Duration::from_secs(60 * 60);

/// The databases.
pub(in crate::postgres) struct LedgerDatabases {
    members: Arc<Members>,
    /// Whether this node may place rows elsewhere than the others.
    is_outdated: Arc<AtomicBool>,
}

struct Members {
    first: Member,
    others: Vec<Member>,
}

impl LedgerDatabases {
    /// Connects to all databases.
    pub(in crate::postgres) async fn connect(
        settings: &[LedgerSettings],
        access: Access,
    ) -> Result<Self, ConnectError> {
        let (mut others, mut without_tables) = (Vec::new(), Vec::new());
        for LedgerSettings { number, database, period } in settings {
            let database = match LedgerDatabase::connect(database, access).await {
                Ok(database) => database,
                // It is added by the next node that starts, and has no rows yet.
                Err(ConnectError::Empty { .. }) if access == Access::Read && *number != FIRST => {
                    without_tables.push((*number, *period));
                    continue;
                }
                Err(error) if settings.len() == 1 => return Err(error),
                Err(error) => {
                    let (number, source) = (*number, Box::new(error));
                    return Err(ConnectError::LedgerDatabase { number, source });
                }
            };
            others.push(Member { number: *number, period: *period, database });
        }
        others.sort_by_key(|member| member.number);
        let is_sorted = others.is_sorted_by(|one, next| one.number < next.number);
        if !is_sorted || others.first().is_none_or(|member| member.number != FIRST) {
            return Err(ConnectError::LedgerNumbers);
        }
        let first = others.remove(0);
        recognize(&first, &others, &without_tables, access).await?;
        let databases =
            Self { members: Arc::new(Members { first, others }), is_outdated: Arc::default() };
        if access != Access::Read {
            databases.compare_every(REGISTERED_INTERVAL);
        }
        Ok(databases)
    }

    /// Compares from time to time with what is registered, until the ledger is closed.
    fn compare_every(&self, interval: Duration) {
        let (members, is_outdated) = (Arc::downgrade(&self.members), Arc::clone(&self.is_outdated));
        tokio::spawn(async move {
            let mut compared_at = Instant::now();
            loop {
                sleep(interval).await;
                let Some(members) = members.upgrade() else { return };
                if let Ok(outdated) = members.are_outdated().await {
                    compared_at = Instant::now();
                    is_outdated.store(outdated, Ordering::Relaxed);
                } else if compared_at.elapsed() > COMPARED_WITHIN {
                    is_outdated.store(true, Ordering::Relaxed);
                }
            }
        });
    }

    /// Checks that this node places rows where the others do.
    ///
    /// # Errors
    /// Another node has added a database, or changed a period; or that could not be read for long.
    pub(super) fn check_registered(&self) -> Result<(), Fault> {
        if self.is_outdated.load(Ordering::Relaxed) {
            let message = "another node may have added a database of the ledger or changed a \
                period: this node must be restarted with the same configuration";
            return Err(Fault::from_message(FaultKind::StoreBroken, message));
        }
        Ok(())
    }

    /// Returns the use of the connections to all databases.
    pub(in crate::postgres) fn pool_use(&self) -> PoolUse {
        let uses = self.all().map(LedgerDatabase::pool_use);
        uses.fold(PoolUse::default(), |sum, one| PoolUse {
            in_use: sum.in_use + one.in_use,
            waiting: sum.waiting + one.waiting,
        })
    }

    /// Returns the first database.
    pub(super) fn first(&self) -> &LedgerDatabase {
        &self.members.first.database
    }

    /// Returns every database.
    pub(super) fn all(&self) -> impl Iterator<Item = &LedgerDatabase> {
        self.members.all().map(|member| &member.database)
    }

    /// Returns the database of a grant or session. The first one has all numbers that no other one
    /// has: those in ids of earlier builds are random.
    ///
    /// # Errors
    /// This node may not know the database with this number.
    pub(super) fn numbered(&self, number: u8) -> Result<&LedgerDatabase, Fault> {
        let Members { first, others } = &*self.members;
        if number == FIRST {
            return Ok(&first.database);
        }
        let found = others.iter().find(|member| member.number == number);
        if let Some(member) = found {
            return Ok(&member.database);
        }
        self.check_registered()?;
        Ok(&first.database)
    }

    /// Returns the database of a used value.
    pub(super) fn of_value(&self, value: &UsedValue) -> &LedgerDatabase {
        let [byte, ..] = value.digest;
        &self.members.open(byte, value.expires_at).database
    }

    /// Returns the number of the database for a row that is generated at a time.
    pub(super) fn for_new(&self, random: u8, at: Timestamp) -> u8 {
        self.members.open(random, at).number
    }
}

impl Members {
    fn all(&self) -> impl Iterator<Item = &Member> {
        std::iter::once(&self.first).chain(&self.others)
    }

    fn open(&self, byte: u8, at: Timestamp) -> &Member {
        let open: Vec<&Member> = self.all().filter(|member| member.period.contains(at)).collect();
        let position = usize::from(byte).checked_rem(open.len()).unwrap_or_default();
        open.get(position).copied().unwrap_or(&self.first)
    }

    /// Returns whether a difference to what is registered takes effect soon. Reports one that does
    /// later.
    async fn are_outdated(&self) -> Result<bool, Fault> {
        let registered = registration::registered(&self.first.database).await?;
        let Some(differs_at) = registration::differs_at(&registered, self.all()) else {
            return Ok(false);
        };
        let now = time_of(&self.first.database.shared.database).await?;
        tracing::error!(
            takes_effect_at = format_rfc3339(differs_at),
            "the databases of the ledger differ from those that another node has registered; \
             restart this node with the same configuration",
        );
        Ok(differs_at <= now + STOPS_BEFORE)
    }
}

#[cfg(test)]
mod tests {
    use postgres_server::{Server, execute};

    use super::*;
    use crate::DatabaseSettings;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn node_that_does_not_know_a_database_stops_when_it_opens() {
        // Another node registers a database that opens in an hour, and then in a minute. At last it
        // is empty.
        let url = Server::shared().create_database().await.unwrap();
        let settings = LedgerSettings::only(DatabaseSettings::parse(&url).unwrap());
        let databases = LedgerDatabases::connect(&[settings], Access::Migrate).await.unwrap();
        databases.compare_every(Duration::from_millis(20));
        let later = |minutes: u32| {
            format!("(extract(epoch FROM clock_timestamp()) + {minutes} * 60)::bigint * 1000000")
        };
        let insert = "INSERT INTO ledger_databases (number, opens_at) VALUES (7, ";
        execute(&url, &format!("{insert}{})", later(120))).await.unwrap();
        sleep(Duration::from_millis(200)).await;
        assert!(databases.check_registered().is_ok());
        assert!(databases.numbered(7).is_ok());
        let update = "UPDATE ledger_databases SET opens_at = ";
        execute(&url, &format!("{update}{} WHERE number = 7", later(1))).await.unwrap();
        while databases.check_registered().is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
        assert!(databases.numbered(7).is_err());
        assert!(databases.numbered(FIRST).is_ok());
        execute(&url, "UPDATE ledger_databases SET is_empty = true").await.unwrap();
        while databases.check_registered().is_err() {
            sleep(Duration::from_millis(20)).await;
        }
    }
}
