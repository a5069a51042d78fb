//! The sender of a password as the brute-force protection counts it. The rules are in
//! `signin::lockout`.

use std::net::IpAddr;

use futures_util::future::join_all;
use jose::digest;
use model::{
    Change, CommitOutcome, Digest, Fault, FaultKind, TenantId, TenantStore, Timestamp, UserId,
};
use signin::lockout::{Attempt, Counter, StoredCounter};

use crate::{
    http::request_context::RequestContext,
    limits::{Applicant, Limits},
    metrics::{ServiceMetrics, SignInLocks},
};

/// Maximum number of attempts to update a counter that concurrent requests change.
const COUNT_ATTEMPTS: usize = 32;

/// The sender of a password, with the counters of the attempt.
pub(super) struct CountedSender {
    tenant: TenantId,
    now: Timestamp,
    address: Option<IpAddr>,
    is_known: bool,
    /// The key of the counter of the user name, also if this attempt does not count there.
    name: Digest,
    /// The first counts the guesses for the account.
    counters: Vec<(Counter, Digest)>,
}

impl CountedSender {
    /// Chooses the counters. A known browser of the user has one of its own: guesses from
    /// elsewhere, even from the same address, do not delay it.
    pub(super) fn new(
        (tenant, username_key): (TenantId, String),
        known: Option<(UserId, [u8; 16])>,
        context: &RequestContext,
    ) -> Self {
        let address = context.remote_address();
        let (_, name) = with_key(Counter::Account(username_key.clone()));
        let counters = Counter::of_attempt(username_key, known, address);
        Self {
            tenant,
            now: context.now(),
            address,
            is_known: known.is_some(),
            name,
            counters: counters.into_iter().map(with_key).collect(),
        }
    }

    /// Returns the sender as the queue of password verifications sees it.
    pub(super) fn applicant(&self) -> Applicant {
        Applicant {
            tenant: self.tenant,
            address: self.address,
            account: self.counters.first().map_or(self.name, |(_, key)| *key),
            name: self.name,
            is_known: self.is_known,
        }
    }

    /// Reads the stored counts.
    pub(super) async fn read(
        &self,
        store: TenantStore<'_>,
        limits: &Limits,
    ) -> Result<Attempt, Fault> {
        let mut counters = Vec::with_capacity(self.counters.len());
        for (counter, key) in self.counters.clone() {
            let earlier = store.failed_sign_ins(key).await?;
            let recent_users = limits.recent_users().count((self.tenant, key), self.now);
            counters.push(StoredCounter { counter, key, earlier, recent_users });
        }
        Ok(Attempt { tenant: self.tenant, counters, now: self.now })
    }

    /// Counts a failure, and reports what it leads to. The commits of all counters share a wait for
    /// the disk. They are commits of their own, because each counter may have changed.
    pub(super) async fn fail(
        &self,
        store: TenantStore<'_>,
        attempt: &Attempt,
        locks: &SignInLocks,
    ) -> Result<(), Fault> {
        let (changes, waits): (Vec<_>, Vec<_>) =
            attempt.fail().into_iter().map(|failure| (failure.change, failure.wait)).unzip();
        let counters = attempt.counters.iter().zip(changes);
        let commits = counters.map(|(counter, change)| self.count(store, counter, change));
        join_all(commits).await.into_iter().collect::<Result<(), Fault>>()?;
        for wait in waits.into_iter().flatten() {
            locks.imposed(self.tenant, &wait, self.now);
            let is_spraying = wait.scope == Counter::Tenant.scope();
            if is_spraying && locks.may_report_spraying(self.tenant, self.now) {
                tracing::warn!(tenant = %self.tenant, "password spraying suspected");
            }
        }
        Ok(())
    }

    /// Commits the change of one counter. If the counter has changed meanwhile, counts again.
    async fn count(
        &self,
        store: TenantStore<'_>,
        counter: &StoredCounter,
        mut change: Change,
    ) -> Result<(), Fault> {
        for _ in 0..COUNT_ATTEMPTS {
            if store.commit(vec![change]).await? == CommitOutcome::Committed {
                return Ok(());
            }
            let earlier = store.failed_sign_ins(counter.key).await?;
            let counters = vec![StoredCounter { earlier, ..counter.clone() }];
            let attempt = Attempt { tenant: self.tenant, counters, now: self.now };
            let Some(failure) = attempt.fail().pop() else { break };
            change = failure.change;
        }
        let message = "too many conflicting updates of a counter of failed sign-ins";
        Err(Fault::from_message(FaultKind::StoreUnavailable, message))
    }

    /// Remembers a success. Returns the changes that reset the counters which it resets.
    pub(super) fn succeed(
        &self,
        attempt: &Attempt,
        limits: &Limits,
        (user, metrics): (UserId, &ServiceMetrics),
    ) -> Vec<Change> {
        let networks = self.address.map(Counter::of_network).into_iter().flatten();
        for (_, key) in networks.chain([Counter::Tenant]).map(with_key) {
            limits.recent_users().add((self.tenant, key), user, self.now);
        }
        let reset = |key| {
            metrics.locks.cleared(self.tenant, key);
            Change::ClearFailedSignIns { tenant: self.tenant, key }
        };
        attempt.reset_keys().map(reset).collect()
    }
}

fn with_key(counter: Counter) -> (Counter, Digest) {
    let key = digest::sha256(&counter.label());
    (counter, key)
}
