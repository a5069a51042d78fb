//! The continuity of directory and ledger: whether the ledger remembers everything that was used,
//! and whether the directory is the newest one.
//!
//! Directory and ledger each store what they know of the other. At the start of the service, the
//! two are compared. A ledger that is missing, replaced or older than the directory knows has lost
//! its memory: nothing that was issued before is accepted. A directory that is older than the
//! ledger knows would bring back what was removed: the service does not start on it.

use serde::{Deserialize, Serialize};

use crate::{LedgerId, Seconds, Timestamp};

/// The interval in which the directory records that it saw its ledger. A copy of the ledger that is
/// younger is not recognized as a copy.
pub const LEDGER_SEEN_INTERVAL: Seconds = Seconds::minutes(10);

/// The identity of a ledger. A ledger that lost its memory gets another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerIdentity {
    /// The id.
    pub id: LedgerId,
    /// The time since which the ledger remembers everything that was used.
    pub created_at: Timestamp,
}

/// The state that a ledger stores about itself and its directory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LedgerState {
    /// The identity. `None` if the ledger is new, or of a release that stored none.
    pub identity: Option<LedgerIdentity>,
    /// The latest time at which the service used the ledger.
    pub high_water: Timestamp,
    /// The newest generation of the directory that the ledger knows. Zero as long as the directory
    /// may not know the ledger's identity.
    pub directory_generation: u64,
}

/// The state that a directory stores about itself and its ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DirectoryState {
    /// The number of transactions that changed the directory.
    pub generation: u64,
    /// The ledger of the last start.
    pub ledger: Option<KnownLedger>,
    /// The time before which nothing that was issued is accepted: a ledger was lost then, or a
    /// backup was restored. The start of time as long as the first ledger exists.
    pub remembered_since: Timestamp,
    /// Whether the directory is a copy of `admit backup` that `admit restore` has not finished.
    pub is_backup: bool,
}

/// A ledger as the directory knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownLedger {
    /// The identity.
    pub identity: LedgerIdentity,
    /// A time up to which the ledger was used. The ledger's own high-water time is never older.
    pub seen_at: Timestamp,
}

/// The record of a directory about its ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LedgerRecord {
    /// The ledger.
    pub ledger: KnownLedger,
    /// The id of the ledger that the directory knew. If it knows another one now, another process
    /// has recorded its own, and nothing changes.
    pub before: Option<LedgerId>,
    /// See [`DirectoryState::remembered_since`]. It never goes back.
    pub remembered_since: Timestamp,
    /// The generation that the directory has at least from now on.
    pub generation_min: u64,
}

/// The result of comparing a directory and a ledger that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Continuity {
    /// The identity of the ledger from now on. It must be stored in the ledger if it has another
    /// one, and then in the directory.
    pub ledger: LedgerIdentity,
    /// See [`DirectoryState::remembered_since`].
    pub remembered_since: Timestamp,
    /// The ledger that the directory knows, if it is lost.
    pub lost: Option<KnownLedger>,
}

/// The reason why the service must not start on a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Discontinuity {
    /// The directory is older than the ledger knows.
    OlderDirectory {
        /// The generation of the directory.
        found: u64,
        /// The generation that the ledger knows.
        known: u64,
    },
    /// The ledger belongs to another directory: that from before a restore, or of
    /// another installation.
    OtherLedger,
    /// The directory is a copy of `admit backup`.
    Backup,
    /// The ledger is a new one, and the directory of several nodes knows another: the other nodes
    /// may use that.
    MissingLedger,
}

impl Continuity {
    /// Compares the directory and the ledger of several nodes. A ledger that is missing is then
    /// more likely a wrong configuration of this node than lost: the others would go on with
    /// theirs, and accept what this one knows to be used.
    ///
    /// # Errors
    /// The directory must be restored first, or the ledger is missing.
    pub fn check_shared(
        directory: &DirectoryState,
        ledger: &LedgerState,
        fresh: (LedgerId, Timestamp),
    ) -> Result<Self, Discontinuity> {
        if directory.ledger.is_some() && ledger.identity.is_none() {
            return Err(Discontinuity::MissingLedger);
        }
        Self::check(directory, ledger, fresh)
    }

    /// Compares a directory and a ledger. `fresh` is the id of a ledger that has none yet, or that
    /// lost its memory.
    ///
    /// # Errors
    /// The directory must be restored first.
    pub fn check(
        directory: &DirectoryState,
        ledger: &LedgerState,
        (fresh, now): (LedgerId, Timestamp),
    ) -> Result<Self, Discontinuity> {
        if directory.is_backup {
            return Err(Discontinuity::Backup);
        }
        let (found, known) = (directory.generation, ledger.directory_generation);
        if found < known {
            return Err(Discontinuity::OlderDirectory { found, known });
        }
        let remembered_since = directory.remembered_since;
        let first = || LedgerIdentity { id: fresh, created_at: now.max(ledger.high_water) };
        let Some(expected) = directory.ledger else {
            let ledger = ledger.identity.unwrap_or_else(first);
            return Ok(Self { ledger, remembered_since, lost: None });
        };
        if ledger.identity == Some(expected.identity) && ledger.high_water >= expected.seen_at {
            return Ok(Self { ledger: expected.identity, remembered_since, lost: None });
        }
        match ledger.identity {
            Some(other) if other.id != expected.identity.id => {
                if known > 0 {
                    return Err(Discontinuity::OtherLedger);
                }
                // A start that found the ledger lost has ended in between, or does the same now.
                let begun = Self::broken(Some(expected), ledger, (fresh, now));
                Ok(Self { ledger: other, ..begun })
            }
            _ => Ok(Self::broken(Some(expected), ledger, (fresh, now))),
        }
    }

    /// Begins anew: nothing that was issued until now is accepted.
    pub fn broken(
        lost: Option<KnownLedger>,
        ledger: &LedgerState,
        (fresh, now): (LedgerId, Timestamp),
    ) -> Self {
        // The clock may have been set back since: then values of the future exist.
        let seen_at = lost.map(|lost| lost.seen_at).unwrap_or_default();
        let created_at = now.max(seen_at).max(ledger.high_water);
        let ledger = LedgerIdentity { id: fresh, created_at };
        Self { ledger, remembered_since: created_at, lost }
    }

    /// Returns the record for a directory that knows the ledger `before`.
    pub fn record(&self, before: Option<KnownLedger>, seen_at: Timestamp) -> LedgerRecord {
        LedgerRecord {
            ledger: KnownLedger { identity: self.ledger, seen_at },
            before: before.map(|before| before.identity.id),
            remembered_since: self.remembered_since,
            generation_min: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const FRESH: LedgerId = LedgerId::new(Uuid::from_u128(9));

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn identity(number: u128, seconds: i64) -> LedgerIdentity {
        LedgerIdentity { id: LedgerId::new(Uuid::from_u128(number)), created_at: at(seconds) }
    }

    fn directory(ledger: LedgerIdentity, seen_at: i64) -> DirectoryState {
        let ledger = KnownLedger { identity: ledger, seen_at: at(seen_at) };
        DirectoryState { generation: 5, ledger: Some(ledger), ..DirectoryState::default() }
    }

    fn ledger(identity: LedgerIdentity, high_water: i64) -> LedgerState {
        let identity = Some(identity);
        LedgerState { identity, high_water: at(high_water), directory_generation: 5 }
    }

    fn check(
        directory: &DirectoryState,
        ledger: &LedgerState,
    ) -> Result<Continuity, Discontinuity> {
        Continuity::check(directory, ledger, (FRESH, at(1_000)))
    }

    #[test]
    fn first_ledger_of_an_installation_accepts_everything() {
        // Compares a directory that knows no ledger with a new ledger, and with one whose identity
        // was stored before the service was killed.
        let new = check(&DirectoryState::default(), &LedgerState::default()).unwrap();
        assert_eq!(new.remembered_since, Timestamp::default());
        let created = LedgerIdentity { id: FRESH, created_at: at(1_000) };
        assert_eq!((new.ledger, new.lost), (created, None));
        let one = identity(1, 10);
        let known = LedgerState { directory_generation: 0, ..ledger(one, 20) };
        let again = check(&DirectoryState::default(), &known).unwrap();
        assert_eq!((again.ledger, again.remembered_since), (one, Timestamp::default()));
    }

    #[test]
    fn known_ledger_keeps_its_identity() {
        // Compares a directory with its ledger, used after the directory saw it.
        let one = identity(1, 10);
        for high_water in [500, 501] {
            let same = check(&directory(one, 500), &ledger(one, high_water)).unwrap();
            assert_eq!((same.ledger, same.lost), (one, None));
            assert_eq!(same.remembered_since, Timestamp::default());
        }
    }

    #[test]
    fn missing_or_older_ledger_has_lost_its_memory() {
        // Compares a directory with a new ledger, and an older copy of its own.
        let one = identity(1, 10);
        let known = directory(one, 500);
        for found in [LedgerState::default(), ledger(one, 499)] {
            let lost = check(&known, &found).unwrap();
            assert_eq!(lost.ledger, LedgerIdentity { id: FRESH, created_at: at(1_000) });
            assert_eq!((lost.remembered_since, lost.lost), (at(1_000), known.ledger));
        }
    }

    #[test]
    fn ledger_of_another_directory_is_refused() {
        // LG11: compares a directory from before a restore, with a higher generation, with the
        // ledger of the restored one.
        let (one, other) = (identity(1, 10), identity(2, 20));
        let before = DirectoryState { generation: 130, ..directory(one, 500) };
        assert_eq!(check(&before, &ledger(other, 900)), Err(Discontinuity::OtherLedger));
    }

    #[test]
    fn identification_that_was_interrupted_is_finished() {
        // A ledger has got its identity, but the directory does not know it yet.
        let (one, other) = (identity(1, 10), identity(2, 20));
        let known = directory(one, 500);
        let begun = LedgerState { directory_generation: 0, ..ledger(other, 900) };
        let finished = check(&known, &begun).unwrap();
        assert_eq!((finished.ledger, finished.lost), (other, known.ledger));
        assert_eq!(finished.remembered_since, at(1_000));
    }

    #[test]
    fn memory_lost_while_the_clock_is_behind_begins_at_the_latest_known_time() {
        // The ledger is lost, and the clock shows a time before the directory last saw the ledger.
        let known = directory(identity(1, 10), 2_000);
        let lost = check(&known, &LedgerState::default()).unwrap();
        assert_eq!((lost.remembered_since, lost.ledger.created_at), (at(2_000), at(2_000)));
    }

    #[test]
    fn directory_older_than_the_ledger_knows_is_refused() {
        // Lowers the generation by one; also without any known ledger, as in a new directory.
        let one = identity(1, 10);
        let older = DirectoryState { generation: 4, ..directory(one, 500) };
        let refused = Err(Discontinuity::OlderDirectory { found: 4, known: 5 });
        assert_eq!(check(&older, &ledger(one, 600)), refused);
        let refused = Err(Discontinuity::OlderDirectory { found: 0, known: 5 });
        assert_eq!(check(&DirectoryState::default(), &ledger(one, 600)), refused);
        let newer = DirectoryState { generation: 6, ..directory(one, 500) };
        assert!(check(&newer, &ledger(one, 600)).is_ok());
    }

    #[test]
    fn copy_of_a_backup_is_refused_until_it_is_restored() {
        // Marks the directory as a copy, with its ledger and without.
        let one = identity(1, 10);
        let copy = DirectoryState { is_backup: true, ..directory(one, 500) };
        for found in [ledger(one, 600), LedgerState::default()] {
            assert_eq!(check(&copy, &found), Err(Discontinuity::Backup));
        }
    }

    #[test]
    fn missing_ledger_of_several_nodes_is_refused_if_the_directory_knows_one() {
        // Compares a new ledger with a directory that knows another, and with one that knows none.
        let known = directory(identity(1, 10), 500);
        let new = LedgerState::default();
        let shared = |directory| Continuity::check_shared(directory, &new, (FRESH, at(1_000)));
        assert_eq!(shared(&known), Err(Discontinuity::MissingLedger));
        assert!(shared(&DirectoryState::default()).is_ok());
        let own = ledger(identity(1, 10), 500);
        assert!(Continuity::check_shared(&known, &own, (FRESH, at(1_000))).is_ok());
    }
}
