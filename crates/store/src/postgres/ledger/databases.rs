//! The databases of a ledger, and which of them has a row.
//!
//! The number of the database is part of the id of a grant and of a session. It is chosen once,
//! when the id is generated, from the databases that are open to new rows at that moment, so a
//! database is added without moving a row. A used value has no id of ours: its database follows
//! from its digest and its end, which are the same for every use.
//!
//! Counters of failed sign-ins, pushed requests and the state of the ledger are in the first
//! database. They are few.

use model::{Timestamp, UsedValue};

use super::{LedgerDatabase, identity, unusable};
use crate::postgres::{ConnectError, DatabaseSettings, PoolUse};

/// The settings of one database of a ledger.
#[derive(Clone, Debug)]
pub struct LedgerSettings {
    /// The number in ids. Never changes, and is never given to another database.
    pub number: u8,
    /// The database.
    pub database: DatabaseSettings,
    /// The time from which it is open to new rows. Every node must know the database by then.
    pub opens_at: Timestamp,
    /// The time from which it is closed to them. `None` if it stays open.
    pub closes_at: Option<Timestamp>,
}

impl LedgerSettings {
    /// Returns the settings of the only database of a ledger.
    pub const fn only(database: DatabaseSettings) -> Self {
        Self { number: 0, database, opens_at: Timestamp::from_seconds(0), closes_at: None }
    }
}

/// The databases.
pub(in crate::postgres) struct LedgerDatabases {
    first: Member,
    others: Vec<Member>,
}

struct Member {
    number: u8,
    opens_at: Timestamp,
    closes_at: Option<Timestamp>,
    database: LedgerDatabase,
}

impl Member {
    fn is_open(&self, at: Timestamp) -> bool {
        self.opens_at <= at && self.closes_at.is_none_or(|closes_at| at < closes_at)
    }
}

impl LedgerDatabases {
    /// Connects to all databases, and makes their tables if `may_change`.
    pub(in crate::postgres) async fn connect(
        settings: &[LedgerSettings],
        may_change: bool,
    ) -> Result<Self, ConnectError> {
        let mut members = Vec::new();
        for LedgerSettings { number, database, opens_at, closes_at } in settings {
            let database = LedgerDatabase::connect(database, may_change).await?;
            let (opens_at, closes_at) = (*opens_at, *closes_at);
            members.push(Member { number: *number, opens_at, closes_at, database });
        }
        members.sort_by_key(|member| member.number);
        if members.is_sorted_by(|one, next| one.number < next.number) && !members.is_empty() {
            let first = members.remove(0);
            let databases = Self { first, others: members };
            databases.recognize(may_change).await?;
            return Ok(databases);
        }
        Err(ConnectError::LedgerNumbers)
    }

    /// Checks that each further database is the one that belongs to the first: an empty one in its
    /// place would not know what was used.
    async fn recognize(&self, may_change: bool) -> Result<(), ConnectError> {
        for member in &self.others {
            let number = i32::from(member.number);
            let known = identity::known(&self.first.database, number)
                .await
                .map_err(|fault| unusable(&fault))?;
            let found = identity::own(&member.database).await.map_err(|fault| unusable(&fault))?;
            match (known, found) {
                (Some(known), Some(found)) if known == found => {}
                (None, None) if may_change => {
                    let id = identity::assign(&member.database)
                        .await
                        .map_err(|fault| unusable(&fault))?;
                    identity::make_known(&self.first.database, number, id)
                        .await
                        .map_err(|fault| unusable(&fault))?;
                }
                (None, Some(found)) if may_change => {
                    // A start ended between the two writes, or another node does the same now.
                    identity::make_known(&self.first.database, number, found)
                        .await
                        .map_err(|fault| unusable(&fault))?;
                }
                _ => return Err(ConnectError::OtherLedger { number: member.number }),
            }
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
    pub(super) const fn first(&self) -> &LedgerDatabase {
        &self.first.database
    }

    /// Returns every database.
    pub(super) fn all(&self) -> impl Iterator<Item = &LedgerDatabase> {
        self.members().map(|member| &member.database)
    }

    /// Returns the database of a grant or session. Ids of earlier builds have a random number:
    /// those that no database has are in the first one.
    pub(super) fn numbered(&self, number: u8) -> &LedgerDatabase {
        let found = self.others.iter().find(|member| member.number == number);
        &found.unwrap_or(&self.first).database
    }

    /// Returns the database of a used value.
    pub(super) fn of_value(&self, value: &UsedValue) -> &LedgerDatabase {
        let [byte, ..] = value.digest;
        &self.open_member(byte, value.expires_at).database
    }

    /// Returns the number of the database for a row that is generated at a time.
    pub(super) fn for_new(&self, random: u8, at: Timestamp) -> u8 {
        self.open_member(random, at).number
    }

    fn members(&self) -> impl Iterator<Item = &Member> {
        std::iter::once(&self.first).chain(&self.others)
    }

    fn open_member(&self, byte: u8, at: Timestamp) -> &Member {
        let open: Vec<&Member> = self.members().filter(|member| member.is_open(at)).collect();
        let position = usize::from(byte).checked_rem(open.len()).unwrap_or_default();
        open.get(position).copied().unwrap_or(&self.first)
    }
}
