//! Verifies passwords in a bounded pool, so that many sign-ins cannot exhaust memory and CPU, and
//! applies the brute-force protection.

use std::{
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use catalogue::{Refusal, refusal};
use futures_util::FutureExt;
use jose::digest;
use model::{
    Change, CommitOutcome, Digest, DirectoryChange, FailedSignIns, Fault, FaultKind, Password,
    PasswordPreparation, Store, TenantId, Timestamp, TypedUsername, User, UserId,
};
use protocol::{Error, disabled_user};
use signin::{
    factor::{
        VerifiedFactor,
        password::{SubmittedPassword, prepared_hash},
    },
    lockout::Counter,
};

use crate::{
    http::{cookies::DeviceCookie, middleware::with_location, request_context::RequestContext},
    limits::PasswordPool,
    metrics::{ServiceMetrics, SignInLocks, SignInOutcome},
};
use telemetry::take_panic_location;
use tokio::time::Instant;

/// The waiting time that the refusal names if the pool is full.
const BUSY_SECONDS: u32 = 5;
/// Maximum number of attempts to update a counter that concurrent requests change.
const COUNT_ATTEMPTS: usize = 8;

/// A submitted password with the request that it came with.
pub(super) struct PasswordAttempt {
    pub(super) tenant: TenantId,
    pub(super) submitted: SubmittedPassword,
    /// The keyed digest of the submitted user name.
    pub(super) username_digest: Option<[u8; 16]>,
    pub(super) device_cookie: DeviceCookie,
    /// The context of the request.
    pub(super) request_context: RequestContext,
    /// Counts the outcome.
    pub(super) metrics: Arc<ServiceMetrics>,
}

/// The result of a successful attempt.
pub(super) struct SignedIn {
    pub(super) user: Arc<User>,
    pub(super) factor: VerifiedFactor,
    /// The ledger changes to commit with the session.
    pub(super) changes: Vec<Change>,
}

/// Verifies one attempt. A started verification finishes and counts even if the browser closes the
/// connection, so that an attacker cannot avoid the count.
pub(super) async fn verify_password(
    pool: &PasswordPool,
    store: Arc<dyn Store>,
    attempt: PasswordAttempt,
) -> Result<SignedIn, Error> {
    let metrics = Arc::clone(&attempt.metrics);
    let arrived = Instant::now();
    let slot = pool.acquire().await?;
    let Some(slot) = slot else {
        metrics.count_sign_in(SignInOutcome::Busy);
        return Err(refusal::password_check_busy(BUSY_SECONDS).into());
    };
    metrics.password_waited(arrived.elapsed());
    let task = tokio::spawn(async move {
        let outcome = AssertUnwindSafe(verify_and_count(&*store, attempt)).catch_unwind().await;
        drop(slot);
        outcome.unwrap_or_else(|_| Err(panicked().into()))
    });
    task.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
}

/// Checks the counters, verifies the password and counts a failure, all within one pool slot, so
/// that concurrent guesses see one another's counts.
async fn verify_and_count(store: &dyn Store, attempt: PasswordAttempt) -> Result<SignedIn, Error> {
    let PasswordAttempt { tenant, submitted, username_digest, device_cookie, .. } = attempt;
    let PasswordAttempt { request_context, metrics, .. } = attempt;
    let (remote_address, now) = (request_context.remote_address(), request_context.now());
    let user = store.user_named(tenant, submitted.username()).await?;
    // For the access log and the request record only: the response must not reveal whether the user
    // exists (enumeration).
    request_context.annotate(|annotations| {
        annotations.user = user.as_ref().map(|user| user.id);
        annotations.typed_username = username_digest
            .map(|digest| TypedUsername { text: Some(submitted.username_key()), digest });
    });
    // An unknown user costs the same look-ups, so that timing does not allow enumeration.
    let id = user.as_ref().map_or_else(|| UserId::new(uuid::Uuid::nil()), |user| user.id);
    let stored = store.password(tenant, id).await?;
    let counters = StoredCounter::read_all(
        store,
        tenant,
        counters(&submitted, id, &device_cookie, remote_address),
    )
    .await?;
    check_counters(&counters, now, &metrics)?;
    let (verdict, rehashed) = verify(submitted, stored, request_context.clone()).await?;
    match (verdict, user) {
        // The right password proves who the user is, so they may learn this. It is no guess.
        (Ok(_), Some(user)) if !user.enabled => {
            metrics.count_sign_in(SignInOutcome::DisabledUser);
            Err(refusal::user_disabled().with(disabled_user::describe(&user)).into())
        }
        (Ok(factor), Some(user)) => {
            if let Some((earlier, password)) = rehashed {
                let user = user.id;
                rehash(store, DirectoryChange::RehashPassword { tenant, user, earlier, password })
                    .await;
            }
            let changes = counters.iter().filter_map(|one| one.reset(tenant)).collect();
            for one in &counters {
                metrics.locks.cleared(tenant, one.key);
            }
            Ok(SignedIn { user, factor, changes })
        }
        (verdict, user) => {
            for one in counters {
                one.count(store, (tenant, now), &metrics.locks).await?;
            }
            metrics.count_sign_in(failure_outcome(user.as_deref()));
            let refusal = verdict.err().unwrap_or_else(refusal::wrong_username_or_password);
            Err(match user.filter(|user| !user.enabled) {
                Some(user) => refusal.with(disabled_user::describe(&user)).into(),
                None => refusal.into(),
            })
        }
    }
}

/// Checks whether the sign-in may be attempted now.
fn check_counters(
    counters: &[StoredCounter],
    now: Timestamp,
    metrics: &ServiceMetrics,
) -> Result<(), Refusal> {
    for one in counters {
        if let Err(refusal) = one.counter.check(one.earlier.as_ref(), now) {
            metrics.count_sign_in(SignInOutcome::Locked);
            one.remember_lock(&metrics.locks, now);
            return Err(refusal);
        }
    }
    Ok(())
}

/// Returns the outcome of a wrong password.
const fn failure_outcome(user: Option<&User>) -> SignInOutcome {
    match user {
        Some(_) => SignInOutcome::WrongPassword,
        None => SignInOutcome::UnknownUser,
    }
}

/// A verdict. If it is positive and the stored password was not prepared, also its stored hash and
/// the password to store in its place.
type Verdict = (Result<VerifiedFactor, Refusal>, Option<(String, Password)>);

async fn verify(
    submitted: SubmittedPassword,
    stored: Option<Password>,
    request_context: RequestContext,
) -> Result<Verdict, Fault> {
    let salt = request_context.seed().derive("password_salt");
    let work = tokio::task::spawn_blocking(move || {
        let check = || {
            let verdict = submitted.verify(stored.as_ref());
            let stored = stored.filter(|_| verdict.is_ok());
            (verdict, stored.and_then(|stored| prepared(&submitted, stored, salt)))
        };
        catch_unwind(AssertUnwindSafe(check)).map_err(|_| panicked())
    });
    work.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
}

/// Returns the stored hash of a verified password and its prepared form, if it is not stored in
/// that form yet.
fn prepared(
    submitted: &SubmittedPassword,
    stored: Password,
    salt: [u8; 16],
) -> Option<(String, Password)> {
    let hash = prepared_hash(submitted, &stored, salt)?;
    let is_new = hash != stored.hash;
    let digest = is_new.then(|| digest::sha256(stored.hash.as_bytes()));
    let rehashed_from = digest.or(stored.rehashed_from);
    let preparation = PasswordPreparation::Nfc;
    Some((stored.hash, Password { hash, set_at: stored.set_at, preparation, rehashed_from }))
}

/// Stores a password that was hashed anew. The sign-in does not depend on it: a failure is logged,
/// and the next sign-in tries again.
async fn rehash(store: &dyn Store, change: DirectoryChange) {
    if let Err(fault) = store.apply(vec![change]).await {
        tracing::warn!(cause = fault.cause(), "a prepared password could not be stored");
    }
}

/// Creates the fault of a panic. It contains the location but not the message, which may quote the
/// password.
fn panicked() -> Fault {
    Fault::from_message(
        FaultKind::Internal,
        &with_location("a password check panicked", take_panic_location()),
    )
}

fn counters(
    submitted: &SubmittedPassword,
    user: UserId,
    device_cookie: &DeviceCookie,
    remote_address: Option<IpAddr>,
) -> Vec<Counter> {
    // A known browser of the user has a counter of its own: guesses from elsewhere, even from the
    // same address, do not delay it.
    if let Some(browser) = device_cookie.id_for(user) {
        return vec![Counter::KnownBrowser { user, browser }];
    }
    let account = Counter::Account(submitted.username_key());
    let all = [Some(account), remote_address.map(Counter::Address), Some(Counter::Tenant)];
    all.into_iter().flatten().collect()
}

/// A counter with its stored value.
struct StoredCounter {
    counter: Counter,
    key: Digest,
    earlier: Option<FailedSignIns>,
}

impl StoredCounter {
    async fn read_all(
        store: &dyn Store,
        tenant: TenantId,
        counters: Vec<Counter>,
    ) -> Result<Vec<Self>, Fault> {
        let mut all = Vec::with_capacity(counters.len());
        for counter in counters {
            let key = digest::sha256(&counter.label());
            let earlier = store.failed_sign_ins(tenant, key).await?;
            all.push(Self { counter, key, earlier });
        }
        Ok(all)
    }

    fn reset(&self, tenant: TenantId) -> Option<Change> {
        let is_reset = self.earlier.is_some() && self.counter.resets_on_success();
        is_reset.then_some(Change::ClearFailedSignIns { tenant, key: self.key })
    }

    /// Counts and logs what a committed failure leads to.
    fn report(&self, counted: &FailedSignIns, locks: &SignInLocks) {
        locks.failed(&self.counter, counted);
        if self.counter.is_spraying(counted.count) {
            let (tenant, failed) = (counted.tenant, counted.count);
            tracing::warn!(%tenant, failed, "password spraying suspected");
        }
    }

    fn remember_lock(&self, locks: &SignInLocks, now: Timestamp) {
        if let Some(earlier) = &self.earlier {
            locks.remember(&self.counter, earlier, now);
        }
    }

    async fn count(
        mut self,
        store: &dyn Store,
        (tenant, now): (TenantId, Timestamp),
        locks: &SignInLocks,
    ) -> Result<(), Fault> {
        for _ in 0..COUNT_ATTEMPTS {
            let change = self.counter.count((tenant, self.key), self.earlier.as_ref(), now);
            let counted = match &change {
                Change::CountFailedSignIns { failed_sign_ins, .. } => Some(failed_sign_ins.clone()),
                _ => None,
            };
            if store.commit(vec![change]).await? == CommitOutcome::Committed {
                if let Some(counted) = counted {
                    self.report(&counted, locks);
                }
                return Ok(());
            }
            self.earlier = store.failed_sign_ins(tenant, self.key).await?;
        }
        Err(Fault::from_message(
            FaultKind::StoreUnavailable,
            "too many conflicting updates of a failed sign-in counter",
        ))
    }
}
