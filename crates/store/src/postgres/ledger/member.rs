//! A database of a ledger: its number, and the time in which it gets new rows.

use model::Timestamp;

use super::LedgerDatabase;
use crate::postgres::DatabaseSettings;

/// The number of the first database.
pub(super) const FIRST: u8 = 0;

/// The settings of one database of a ledger.
#[derive(Clone, Debug)]
pub struct LedgerSettings {
    /// The number in ids. Never changes, and is never given to another database. That of the first
    /// database is 0.
    pub number: u8,
    /// The database.
    pub database: DatabaseSettings,
    /// The time in which it is open to new rows.
    pub period: Period,
}

/// A time without an end, or with one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// The begin.
    pub opens_at: Timestamp,
    /// The end. `None` if there is none.
    pub closes_at: Option<Timestamp>,
}

impl Period {
    pub(super) fn contains(self, time: Timestamp) -> bool {
        self.opens_at <= time && self.closes_at.is_none_or(|closes_at| time < closes_at)
    }

    /// Returns the earliest time that is in only one of two periods which differ.
    pub(super) fn differs_from(self, other: Self) -> Timestamp {
        let ends = [self.closes_at, other.closes_at].into_iter().flatten();
        if self.opens_at == other.opens_at {
            ends.min().unwrap_or(self.opens_at)
        } else {
            self.opens_at.min(other.opens_at)
        }
    }

    /// Returns begin and end in microseconds.
    pub(super) fn microseconds(self) -> (i64, Option<i64>) {
        (self.opens_at.microseconds(), self.closes_at.map(Timestamp::microseconds))
    }
}

impl LedgerSettings {
    /// Returns the settings of the only database of a ledger.
    pub const fn only(database: DatabaseSettings) -> Self {
        let period = Period { opens_at: Timestamp::from_seconds(0), closes_at: None };
        Self { number: FIRST, database, period }
    }
}

/// A database of a ledger.
pub(super) struct Member {
    pub(super) number: u8,
    pub(super) period: Period,
    pub(super) database: LedgerDatabase,
}
