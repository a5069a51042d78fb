//! Verifies passwords one after another, so that many sign-ins cannot exhaust memory and CPU, and
//! applies the brute-force protection. A temporary access pass is accepted in place of a password,
//! and counted as one.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use catalogue::{Refusal, refusal};
use futures_util::FutureExt;
use jose::digest;
use model::{
    Change, Digest, DirectoryChange, Fault, FaultKind, Password, PasswordPreparation, Seconds,
    SharedTenantStore, TenantStore, Timestamp, TypedUsername, User, UserId,
};
use protocol::{Error, inactive_user};
use signin::{
    factor::{
        VerifiedFactor,
        access_pass::{AccessPassCode, PassUse},
        mailed_code::reset_state,
        password::{HashCost, MustReplace, SubmittedPassword, replacement},
    },
    lockout::Attempt,
};

use crate::{
    http::{
        device_cookie::DeviceCookie, middleware::with_location, request_context::RequestContext,
    },
    limits::{Limit, Limits, Priority, Slot, hash},
    metrics::{ServiceMetrics, SignInOutcome},
    sign_in::{
        access_pass::{self, UsedPass},
        counted_sender::CountedSender,
    },
    state::Service,
};
use telemetry::take_panic_location;
use tokio::time::Instant;

/// A submitted password with the request that it came with.
pub(super) struct PasswordAttempt {
    pub(super) submitted: SubmittedPassword,
    /// The keyed digest of the submitted user name.
    pub(super) username_digest: Option<[u8; 16]>,
    pub(super) device_cookie: DeviceCookie,
    /// The context of the request.
    pub(super) request_context: RequestContext,
    /// The lifetime of passwords, if the tenant has one.
    pub(super) lifetime: Option<Seconds>,
    pub(super) service: Arc<Service>,
    /// The use of a temporary access pass in place of the password.
    pub(super) pass_use: PassUse,
}

/// The result of a successful attempt.
pub(super) struct SignedIn {
    pub(super) user: Arc<User>,
    pub(super) factor: VerifiedFactor,
    /// The temporary access pass that was given in place of the password.
    pub(super) pass: Option<UsedPass>,
    /// The ledger changes to commit with the session.
    pub(super) changes: Vec<Change>,
    /// Why the password must be replaced before a session is opened, and its state.
    pub(super) must_replace: Option<(MustReplace, Digest)>,
}

impl SignedIn {
    /// Returns the result of an attempt with a pass in place of the password.
    fn with_pass(user: Arc<User>, pass: UsedPass, changes: Vec<Change>) -> Self {
        let factor = pass.factor.clone();
        Self { user, factor, pass: Some(pass), changes, must_replace: None }
    }
}

/// Verifies one attempt. A started verification finishes and counts even if the browser closes the
/// connection, so that an attacker cannot avoid the count.
pub(super) async fn verify_password(
    store: SharedTenantStore,
    attempt: PasswordAttempt,
) -> Result<SignedIn, Error> {
    let outcome = AssertUnwindSafe(verify_in_turn(store, attempt)).catch_unwind().await;
    outcome.unwrap_or_else(|_| Err(panicked().into()))
}

async fn verify_in_turn(
    store: SharedTenantStore,
    attempt: PasswordAttempt,
) -> Result<SignedIn, Error> {
    let service = Arc::clone(&attempt.service);
    let (limits, metrics) = (&service.limits, &service.metrics);
    let user = store.borrow().user_named(attempt.submitted.username()).await?;
    annotate(&attempt, user.as_deref());
    let browser = |user: &User| Some((user.id, attempt.device_cookie.id_for(user)?));
    let known = user.as_deref().and_then(browser);
    let account = (store.borrow().tenant(), attempt.submitted.username_key());
    let counted = CountedSender::new(account, known, &attempt.request_context);
    // A sender that has to wait takes no place in the queue. Nothing is written for it.
    let counters = counted.read(store.borrow(), limits).await?;
    check_counters(&counters, limits, metrics)?;
    let arrived = Instant::now();
    let slot = limits.password_slot(counted.applicant()).await;
    let slot = slot.inspect_err(|_| metrics.count_sign_in(SignInOutcome::Busy))?;
    metrics.password_waited(arrived.elapsed());
    let request_context = attempt.request_context.clone();
    let refusing_store = store.clone();
    let task = tokio::spawn(async move {
        let checked = verify_and_count(store.borrow(), (attempt, counted), user, slot);
        let outcome = AssertUnwindSafe(checked).catch_unwind().await;
        outcome.unwrap_or_else(|_| Err(panicked().into()))
    });
    let outcome = task.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    if let Err(Error::Refused(_)) = &outcome {
        let hashes = &service.password_hashes;
        hashes.delay_refusal(refusing_store.borrow(), || request_context.elapsed()).await;
    }
    outcome
}

/// Checks the counters, verifies the password and counts a failure, all within one slot of the
/// account, so that each guess for it sees the counts of those before. Another account may verify
/// as soon as this password is verified, so it may miss what this one counts for their address or
/// tenant. The queue limits how many guesses are not counted yet.
async fn verify_and_count(
    store: TenantStore<'_>,
    (attempt, counted): (PasswordAttempt, CountedSender),
    user: Option<Arc<User>>,
    mut slot: Slot,
) -> Result<SignedIn, Error> {
    let PasswordAttempt { submitted, request_context, service, pass_use, lifetime, .. } = attempt;
    let (limits, metrics) = (&service.limits, &service.metrics);
    // An unknown user costs the same look-ups, so that timing does not allow enumeration.
    let id = user.as_ref().map_or_else(|| UserId::new(uuid::Uuid::nil()), |user| user.id);
    let stored = store.password(id).await?;
    // Read again: others may have counted while this one waited for its slot.
    let counters = counted.read(store, limits).await?;
    check_counters(&counters, limits, metrics)?;
    let rows = user.as_deref().zip(stored.as_ref());
    let now = request_context.now();
    let must_replace = must_replace(rows, lifetime, now);
    let typed_pass = AccessPassCode::parse(submitted.password());
    let password = (submitted, stored, service.password_hashes.cost);
    let (verdict, rehashed) = verify(password, request_context, slot.priority()).await?;
    slot.verified();
    // A pass is looked up only if the password is wrong and has the form of a pass. So a right
    // password reads nothing more, and the time depends on what was typed, not on who has a pass.
    if let (Err(_), Some(typed)) = (&verdict, typed_pass) {
        let (spender, typed) = ((&*service, store), (&typed, pass_use));
        let spent = access_pass::spend(spender, user.as_deref(), typed).await;
        let spent = spent.inspect_err(|_| metrics.count_sign_in(SignInOutcome::WrongPassword))?;
        if let Some(pass) = spent
            && let Some(user) = user
        {
            let changes = counted.succeed(&counters, limits, (user.id, metrics));
            return Ok(SignedIn::with_pass(user, pass, changes));
        }
    }
    match (verdict, user) {
        // The right password proves who the user is, so they may learn that they are inactive. It
        // is no guess.
        (Ok(factor), Some(user)) => {
            inactive_user::check(&user, now)
                .inspect_err(|_| metrics.count_sign_in(SignInOutcome::DisabledUser))?;
            if let Some((earlier, password)) = rehashed {
                let (tenant, user) = (store.tenant(), user.id);
                rehash(store, DirectoryChange::RehashPassword { tenant, user, earlier, password })
                    .await;
            }
            let changes = counted.succeed(&counters, limits, (user.id, metrics));
            Ok(SignedIn { user, factor, pass: None, changes, must_replace })
        }
        (verdict, user) => {
            counted.fail(store, &counters, &metrics.locks).await?;
            metrics.count_sign_in(failure_outcome(user.as_deref()));
            let refusal = verdict.err().unwrap_or_else(refusal::wrong_username_or_password);
            let reason = user.and_then(|user| inactive_user::describe(&user, now));
            Err(match reason {
                Some(reason) => refusal.with(reason).into(),
                None => refusal.into(),
            })
        }
    }
}

/// Returns why the stored password must be replaced if it was given, and its state.
fn must_replace(
    rows: Option<(&User, &Password)>,
    lifetime: Option<Seconds>,
    now: Timestamp,
) -> Option<(MustReplace, Digest)> {
    let (user, stored) = rows?;
    let reason = MustReplace::check(user, stored, lifetime, now)?;
    Some((reason, reset_state(user, stored)))
}

/// Names the user in the access log and the request record only: the response must not reveal
/// whether the user exists (enumeration).
fn annotate(attempt: &PasswordAttempt, user: Option<&User>) {
    attempt.request_context.annotate(|annotations| {
        annotations.user = user.map(|user| user.id);
        annotations.typed_username = attempt
            .username_digest
            .map(|digest| TypedUsername { text: Some(attempt.submitted.username_key()), digest });
    });
}

/// Checks whether the sign-in may be attempted now.
fn check_counters(
    attempt: &Attempt,
    limits: &Limits,
    metrics: &ServiceMetrics,
) -> Result<(), Refusal> {
    attempt.check().map_err(|(wait, refusal)| {
        metrics.count_sign_in(SignInOutcome::Locked);
        metrics.locks.remember(attempt.tenant, &wait, attempt.now);
        limits.refusals.count(Limit::FailedSignIns);
        refusal
    })
}

/// Returns the outcome of a wrong password.
const fn failure_outcome(user: Option<&User>) -> SignInOutcome {
    match user {
        Some(_) => SignInOutcome::WrongPassword,
        None => SignInOutcome::UnknownUser,
    }
}

/// A verdict. If it is positive and the stored hash has another cost or was not prepared, also this
/// hash and the password to store in its place.
type Verdict = (Result<VerifiedFactor, Refusal>, Option<(String, Password)>);

async fn verify(
    (submitted, stored, cost): (SubmittedPassword, Option<Password>, HashCost),
    request_context: RequestContext,
    priority: Priority,
) -> Result<Verdict, Fault> {
    let salt = request_context.seed()?.derive("password_salt");
    let verdict = hash(priority, move || {
        let check = || {
            let verdict = submitted.verify(stored.as_ref(), cost);
            let stored = stored.filter(|_| verdict.is_ok());
            (verdict, stored.and_then(|stored| replace(&submitted, stored, (cost, salt))))
        };
        catch_unwind(AssertUnwindSafe(check)).map_err(|_| panicked())
    });
    verdict.await?
}

/// Returns the stored hash of a verified password and the password to store in its place. `None` if
/// it stays.
fn replace(
    submitted: &SubmittedPassword,
    stored: Password,
    cost_and_salt: (HashCost, [u8; 16]),
) -> Option<(String, Password)> {
    let hash = replacement(submitted, &stored, cost_and_salt)?;
    let digest = (hash != stored.hash).then(|| digest::sha256(stored.hash.as_bytes()));
    // The hash that was set first is the one that a declaration has.
    let rehashed_from = stored.rehashed_from.or(digest);
    let preparation = PasswordPreparation::Nfc;
    Some((stored.hash, Password { hash, set_at: stored.set_at, preparation, rehashed_from }))
}

/// Stores a password that was hashed anew. The sign-in does not depend on it: a failure is logged,
/// and the next sign-in tries again.
async fn rehash(store: TenantStore<'_>, change: DirectoryChange) {
    if let Err(fault) = store.apply(vec![change]).await {
        tracing::warn!(
            cause = fault.cause(),
            "a password that was hashed anew could not be stored"
        );
    }
}

/// Creates the fault of a panic. It contains the location but not the message, which may quote the
/// password.
pub(super) fn panicked() -> Fault {
    Fault::from_message(
        FaultKind::Internal,
        &with_location("a password check panicked", take_panic_location()),
    )
}
