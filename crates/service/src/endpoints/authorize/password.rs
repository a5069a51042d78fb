//! Checks passwords: few at once, so that a storm of sign-ins takes neither the memory nor the
//! cores that tokens need, and never more guesses than the lockout allows.

use std::{
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use catalogue::{Refusal, refusal};
use futures_util::FutureExt;
use jose::digest;
use model::{
    Attempts, Change, Digest, Fault, FaultKind, Outcome, Store, TenantId, Timestamp, User, UserId,
};
use protocol::Failure;
use signin::{
    factor::{Proof, password::Typed},
    lockout::Counter,
};
use tokio::sync::Semaphore;

use crate::{
    cookies::KnownBrowser,
    exchange::{Exchange, in_place},
    signals::panicked_at,
};

/// Passwords checked at once: each takes a core and 19 MiB while it lasts.
const AT_ONCE: usize = 2;
/// Those checked and those waiting. One more is turned away.
const PLACES: usize = AT_ONCE + 32;
/// After so many seconds another try is worth it.
const BUSY_SECONDS: u32 = 5;
/// A count that others change at the same moment is tried again this often.
const COUNT_TRIES: usize = 8;

/// The places where passwords are checked.
pub(crate) struct PasswordChecks {
    places: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Default for PasswordChecks {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(PLACES)), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// One attempt to sign in.
pub(super) struct Attempt {
    pub(super) tenant: TenantId,
    pub(super) typed: Typed,
    pub(super) browser: KnownBrowser,
    /// What the attempt came with.
    pub(super) exchange: Exchange,
}

/// An attempt that was good.
pub(super) struct SignedIn {
    pub(super) user: Arc<User>,
    pub(super) proof: Proof,
    /// What must be recorded with the session.
    pub(super) changes: Vec<Change>,
}

impl PasswordChecks {
    /// How many are being checked or wait for it.
    pub(crate) fn in_work(&self) -> usize {
        PLACES.saturating_sub(self.places.available_permits())
    }

    /// Checks one attempt. Once begun it is finished and counted even if the browser goes away:
    /// whoever hangs up early has guessed all the same.
    pub(super) async fn check(
        &self,
        store: Arc<dyn Store>,
        attempt: Attempt,
    ) -> Result<SignedIn, Failure> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| refusal::password_check_busy(BUSY_SECONDS))?;
        let turn = Arc::clone(&self.turns).acquire_owned().await;
        let turn = turn.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
        let finished = tokio::spawn(async move {
            let outcome = AssertUnwindSafe(judge(&*store, attempt)).catch_unwind().await;
            drop((turn, place));
            outcome.unwrap_or_else(|_| Err(panicked().into()))
        });
        finished.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
    }
}

/// Reads the counts, checks, and counts: all within one turn, so that guesses that come at once
/// still see one another.
async fn judge(store: &dyn Store, attempt: Attempt) -> Result<SignedIn, Failure> {
    let Attempt { tenant, typed, browser, exchange } = attempt;
    let (peer, now) = (exchange.peer(), exchange.now());
    let user = store.user_named(tenant, typed.username()).await?;
    // For those who run the service; whoever typed the name is told nothing of it.
    exchange.note(|traces| traces.user = user.as_ref().map(|user| user.id));
    let user = user.filter(|user| user.enabled);
    // Asked for nobody as well, so that nobody costs as much as somebody.
    let id = user.as_ref().map_or_else(|| UserId::new(uuid::Uuid::nil()), |user| user.id);
    let stored = store.password(tenant, id).await?;
    let counted = Counted::read(store, tenant, counters(&typed, id, &browser, peer)).await?;
    for one in &counted {
        one.counter.admit(one.earlier.as_ref(), now)?;
    }
    match (verify(typed, stored.map(|stored| stored.hash)).await?, user) {
        (Ok(proof), Some(user)) => {
            let changes = counted.iter().filter_map(|one| one.forget(tenant)).collect();
            Ok(SignedIn { user, proof, changes })
        }
        (verdict, _) => {
            for one in counted {
                one.count(store, tenant, now).await?;
            }
            let refusal = verdict.err();
            Err(refusal.unwrap_or_else(refusal::wrong_username_or_password).into())
        }
    }
}

async fn verify(typed: Typed, stored: Option<String>) -> Result<Result<Proof, Refusal>, Fault> {
    let work = tokio::task::spawn_blocking(move || {
        catch_unwind(AssertUnwindSafe(|| typed.check(stored.as_deref()))).map_err(|_| panicked())
    });
    work.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
}

/// A panic may quote what was typed; its place cannot.
fn panicked() -> Fault {
    Fault::because(FaultKind::Internal, &in_place("a password check panicked", panicked_at()))
}

fn counters(
    typed: &Typed,
    user: UserId,
    browser: &KnownBrowser,
    peer: Option<IpAddr>,
) -> Vec<Counter> {
    // Whoever signed in here before waits for nobody else's guesses, from next door either.
    if let Some(browser) = browser.known_to(user) {
        return vec![Counter::KnownBrowser { user, browser }];
    }
    let account = Counter::Account(typed.username().to_owned());
    let all = [Some(account), peer.map(Counter::Address), Some(Counter::Tenant)];
    all.into_iter().flatten().collect()
}

/// A counter with what is stored under it.
struct Counted {
    counter: Counter,
    key: Digest,
    earlier: Option<Attempts>,
}

impl Counted {
    async fn read(
        store: &dyn Store,
        tenant: TenantId,
        counters: Vec<Counter>,
    ) -> Result<Vec<Self>, Fault> {
        let mut all = Vec::with_capacity(counters.len());
        for counter in counters {
            let key = digest::sha256(&counter.label());
            let earlier = store.attempts(tenant, key).await?;
            all.push(Self { counter, key, earlier });
        }
        Ok(all)
    }

    fn forget(&self, tenant: TenantId) -> Option<Change> {
        let forgotten = self.earlier.is_some() && self.counter.ends_with_success();
        forgotten.then_some(Change::ForgetAttempts { tenant, key: self.key })
    }

    async fn count(
        mut self,
        store: &dyn Store,
        tenant: TenantId,
        now: Timestamp,
    ) -> Result<(), Fault> {
        for _ in 0..COUNT_TRIES {
            let change = self.counter.count((tenant, self.key), self.earlier.as_ref(), now);
            let failed = match &change {
                Change::CountAttempts { attempts, .. } => attempts.failed,
                _ => 0,
            };
            if store.commit(vec![change]).await? == Outcome::Done {
                if self.counter.is_spraying(failed) {
                    tracing::warn!(%tenant, failed, "password spraying suspected");
                }
                return Ok(());
            }
            self.earlier = store.attempts(tenant, self.key).await?;
        }
        Err(Fault::because(FaultKind::StoreUnavailable, "a count of attempts never held still"))
    }
}
