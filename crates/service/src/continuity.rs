//! Connects directory and ledger at the start, and keeps what they know of each other.

use model::{
    Change, ChangeEvent, ClockJump, CommitOutcome, Continuity, DirectoryChange, DirectoryState,
    Discontinuity, Fault, FaultKind, KnownLedger, LEDGER_SEEN_INTERVAL, LedgerId, LedgerRecord,
    LedgerState, Seconds, Timestamp, format_utc,
};
use uuid::Builder;

use crate::{state::Service, system};

/// The number of attempts to identify a ledger while another process does the same.
const ATTEMPTS: u32 = 4;
/// The cause of a failure to identify it.
const REPLACED: &str = "another process replaces the ledger";

impl Service {
    /// Compares directory and ledger, and stores what they know of each other from now on. Every
    /// process that changes the store does this first.
    ///
    /// If the ledger was lost, nothing that was issued before is accepted from now on.
    ///
    /// # Errors
    /// The store failed. The inner error: the directory must be restored first.
    pub async fn connect_ledger(&self) -> Result<Result<Continuity, Discontinuity>, Fault> {
        let stored = self.store.ledger_state().await?.high_water;
        let jump = self.clock.start(stored);
        let mut refused = None;
        for _ in 0..ATTEMPTS {
            let (directory, ledger) =
                (self.store.directory_state().await?, self.store.ledger_state().await?);
            let fresh = (fresh_id()?, self.now());
            let continuity = match self.compare(&directory, &ledger, fresh) {
                Ok(continuity) => continuity,
                Err(discontinuity) => {
                    // Another process may have changed both between the two reads.
                    refused = Some(discontinuity);
                    continue;
                }
            };
            if !self.identify_ledger(&ledger, &continuity).await?
                || !self.record_connection(&directory, &continuity).await?
            {
                continue;
            }
            let jump = self.pass(continuity.remembered_since).or(jump);
            self.store_time().await?;
            self.report_lost_ledger(&continuity).await;
            self.report_jump(jump).await;
            return Ok(Ok(continuity));
        }
        match refused {
            Some(discontinuity) => Ok(Err(discontinuity)),
            None => Err(Fault::from_message(FaultKind::StoreUnavailable, REPLACED)),
        }
    }

    /// Compares directory and ledger, and changes nothing.
    ///
    /// # Errors
    /// The store failed. The inner error: the directory must be restored first.
    pub async fn check_continuity(&self) -> Result<Result<Continuity, Discontinuity>, Fault> {
        let (directory, ledger) =
            (self.store.directory_state().await?, self.store.ledger_state().await?);
        Ok(self.compare(&directory, &ledger, (fresh_id()?, self.now())))
    }

    fn compare(
        &self,
        directory: &DirectoryState,
        ledger: &LedgerState,
        fresh: (LedgerId, Timestamp),
    ) -> Result<Continuity, Discontinuity> {
        if self.store.is_shared() {
            Continuity::check_shared(directory, ledger, fresh)
        } else {
            Continuity::check(directory, ledger, fresh)
        }
    }

    /// Begins a new ledger, and accepts the directory as it is: for a directory that was restored.
    /// Nothing that was issued before is accepted from now on.
    ///
    /// # Errors
    /// The store failed.
    pub async fn begin_new_ledger(&self) -> Result<Continuity, Fault> {
        let (directory, ledger) =
            (self.store.directory_state().await?, self.store.ledger_state().await?);
        self.clock.start(ledger.high_water);
        let fresh = (fresh_id()?, self.now());
        let continuity = Continuity::broken(directory.ledger, &ledger, fresh);
        if !self.identify_ledger(&ledger, &continuity).await? {
            return Err(Fault::from_message(FaultKind::StoreUnavailable, REPLACED));
        }
        let record = LedgerRecord {
            generation_min: ledger.directory_generation,
            ..continuity.record(directory.ledger, continuity.remembered_since)
        };
        if !self.record_ledger(record).await? {
            return Err(Fault::from_message(FaultKind::StoreUnavailable, REPLACED));
        }
        self.tenant_contexts.remember_since(continuity.remembered_since);
        self.pass(continuity.remembered_since);
        self.store_time().await?;
        let generation = self.store.directory_state().await?.generation.to_string();
        let event = ("directory_restored", "admit", generation.as_str());
        self.record_events(vec![ChangeEvent::new(self.now(), None, event)]).await;
        Ok(continuity)
    }

    /// Returns the time of the service, which never goes back.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Returns the time before which nothing that was issued is accepted.
    pub(crate) fn remembered_since(&self) -> Timestamp {
        self.tenant_contexts.remembered_since()
    }

    /// Returns by how many seconds the clock of the system is behind the time of the service.
    pub fn seconds_clock_is_behind(&self) -> u64 {
        u64::try_from((self.now() - system::now()).get()).unwrap_or_default()
    }

    /// Raises the time by which nothing issued from now on looks as if it were issued before
    /// `remembered_since`: ids and tokens have times in whole milliseconds and seconds. Returns the
    /// jump if the clock of the system is behind it.
    fn pass(&self, remembered_since: Timestamp) -> Option<ClockJump> {
        self.clock.raise(remembered_since + Seconds::new(1))
    }

    /// Follows the clock of the system, and reports its jumps.
    pub(crate) async fn follow_clock(&self) -> Result<(), Fault> {
        let jump = self.clock.tick();
        self.report_jump(jump).await;
        // Commands that revoke must know a time that the clock of the system does not show.
        if self.clock.steady().is_behind() { self.store_time().await } else { Ok(()) }
    }

    /// Stores the time of the service: in the ledger and, less often, in the directory. Call it
    /// when the service ends, too.
    ///
    /// # Errors
    /// The store failed.
    pub async fn store_time(&self) -> Result<(), Fault> {
        if self.nodes.is_clock_ahead() {
            // The time would be that of all nodes, and never go back.
            return Ok(());
        }
        let directory = self.store.directory_state().await?;
        // Another node may have found that the ledger was lost.
        if directory.remembered_since > self.remembered_since() {
            self.tenant_contexts.remember_since(directory.remembered_since);
            self.pass(directory.remembered_since);
        }
        let high_water = self.clock.steady().trusted();
        let directory_generation = directory.generation;
        let raise = Change::RaiseLedgerState { high_water, directory_generation };
        // Before the directory: it must never know a time that the ledger does not know.
        let _ = self.store.commit(vec![raise]).await?;
        let Some(known) = directory.ledger else { return Ok(()) };
        if high_water < known.seen_at + LEDGER_SEEN_INTERVAL {
            return Ok(());
        }
        let record = LedgerRecord {
            ledger: KnownLedger { seen_at: high_water, ..known },
            before: Some(known.identity.id),
            remembered_since: directory.remembered_since,
            generation_min: 0,
        };
        self.store.apply(vec![DirectoryChange::RecordLedger(record)]).await
    }

    /// Stores the identity in the ledger, if it has another one. Returns `false` if another process
    /// has just done so.
    async fn identify_ledger(
        &self,
        ledger: &LedgerState,
        continuity: &Continuity,
    ) -> Result<bool, Fault> {
        if ledger.identity == Some(continuity.ledger) {
            return Ok(true);
        }
        let before = ledger.identity.map(|identity| identity.id);
        let identify = Change::IdentifyLedger { before, identity: continuity.ledger };
        Ok(self.store.commit(vec![identify]).await? == CommitOutcome::Committed)
    }

    /// Records a ledger that the directory does not know. Returns `false` if another process has
    /// just recorded another one.
    async fn record_connection(
        &self,
        directory: &DirectoryState,
        continuity: &Continuity,
    ) -> Result<bool, Fault> {
        self.tenant_contexts.remember_since(continuity.remembered_since);
        let known = directory.ledger;
        let is_known = known.map(|known| known.identity) == Some(continuity.ledger);
        // The first ledger remembers nothing less than what was issued since its creation.
        let seen_at = continuity.ledger.created_at.max(continuity.remembered_since);
        Ok(is_known || self.record_ledger(continuity.record(known, seen_at)).await?)
    }

    /// Records a ledger in the directory. Returns `false` if another process has just recorded
    /// another one.
    async fn record_ledger(&self, record: LedgerRecord) -> Result<bool, Fault> {
        // The high-water time first, as in `store_time`. The generation only afterwards: as long as
        // it is 0, a start can finish what this one begins.
        let (high_water, directory_generation) = (record.ledger.seen_at, 0);
        let raise = Change::RaiseLedgerState { high_water, directory_generation };
        let _ = self.store.commit(vec![raise]).await?;
        self.store.apply(vec![DirectoryChange::RecordLedger(record)]).await?;
        let recorded = self.store.directory_state().await?.ledger;
        Ok(recorded.map(|known| known.identity) == Some(record.ledger.identity))
    }

    async fn report_lost_ledger(&self, continuity: &Continuity) {
        let Some(lost) = continuity.lost else { return };
        let since = format_utc(continuity.remembered_since);
        tracing::error!(
            ledger = %lost.identity.id,
            last_seen = format_utc(lost.seen_at),
            remembered_since = since,
            "the ledger was lost or replaced; what was issued before is not accepted any more"
        );
        let event = ("ledger_lost", "admit", since.as_str());
        self.record_events(vec![ChangeEvent::new(self.now(), None, event)]).await;
    }

    async fn report_jump(&self, jump: Option<ClockJump>) {
        let (kind, seconds) = match jump {
            None => return,
            Some(ClockJump::Back(by)) => ("clock_set_back", by),
            Some(ClockJump::Ahead(by)) => ("clock_jumped_ahead", by),
        };
        tracing::error!(kind, seconds = seconds.get(), "the clock of the system jumped");
        self.metrics.clock_jumped();
        let event = (kind, "admit", &*seconds.to_string());
        self.record_events(vec![ChangeEvent::new(self.now(), None, event)]).await;
    }
}

fn fresh_id() -> Result<LedgerId, Fault> {
    let bytes = system::seed()?.derive("ledger");
    Ok(LedgerId::new(Builder::from_random_bytes(bytes).into_uuid()))
}
