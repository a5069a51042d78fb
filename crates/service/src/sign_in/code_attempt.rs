//! Counts each code of a second factor or of a mail before it is checked, so that guesses sent at
//! once count as many. The rules are in `signin::lockout`.

use jose::digest;
use model::{Change, CommitOutcome, FailedSignIns, Fault, FaultKind, User};
use protocol::Error;
use signin::lockout::{Attempt, Counter, StoredCounter};

use crate::{limits::Limit, metrics::SignInOutcome, sign_in::flow_context::FlowContext};

/// Maximum number of attempts to update a counter that concurrent requests change.
const COUNT_ATTEMPTS: usize = 32;

/// A code that was counted and may be checked.
pub(super) struct CodeAttempt {
    challenge: Counter,
    /// The counter of the user. Recovery codes and temporary access passes have none: they are too
    /// long to be guessed, and so remain for a user whose codes an attacker has used up.
    user: Option<Counter>,
}

impl CodeAttempt {
    /// Counts a code of an authenticator app: for this challenge, and for the user. A browser in
    /// which the user has given two factors before has a counter of its own, so that guesses
    /// elsewhere do not lock it out.
    ///
    /// # Errors
    /// There were too many.
    pub(super) async fn of_app(flow_context: &FlowContext<'_>, user: &User) -> Result<Self, Error> {
        let browser = flow_context.device_cookie().id_with_two_factors(user);
        let challenge =
            Counter::Challenge { flow: flow_context.flow.id().into_bytes(), kind: "app" };
        let attempt = Self { challenge, user: Some(Counter::Codes { user: user.id, browser }) };
        attempt.count(flow_context).await
    }

    /// Counts a recovery code for this challenge.
    ///
    /// # Errors
    /// There were too many.
    pub(super) async fn of_recovery(flow_context: &FlowContext<'_>) -> Result<Self, Error> {
        let flow = flow_context.flow.id().into_bytes();
        let challenge = Counter::Challenge { flow, kind: "recovery" };
        Self { challenge, user: None }.count(flow_context).await
    }

    /// Counts a temporary access pass for this challenge.
    ///
    /// # Errors
    /// There were too many.
    pub(super) async fn of_access_pass(flow_context: &FlowContext<'_>) -> Result<Self, Error> {
        let flow = flow_context.flow.id().into_bytes();
        let challenge = Counter::Challenge { flow, kind: "access pass" };
        Self { challenge, user: None }.count(flow_context).await
    }

    /// Counts a code of a mail: for the challenge of the mail, and for the typed user name, whether
    /// a user has it or not. A browser in which the user has signed in counts its own.
    ///
    /// # Errors
    /// There were too many.
    pub(super) async fn of_mail(
        flow_context: &FlowContext<'_>,
        challenge: [u8; 16],
        (username, browser): (String, Option<[u8; 16]>),
    ) -> Result<Self, Error> {
        let challenge = Counter::Challenge { flow: challenge, kind: Counter::MAIL };
        let user = Some(Counter::MailedCodes { username, browser });
        Self { challenge, user }.count(flow_context).await
    }

    async fn count(self, flow_context: &FlowContext<'_>) -> Result<Self, Error> {
        for counter in std::iter::once(&self.challenge).chain(&self.user) {
            count(flow_context, counter).await?;
        }
        Ok(self)
    }

    /// Takes the count of the right code back. Earlier ones stay: a success of the user must not
    /// give new guesses to an attacker who knows the password. Returns the changes to commit with
    /// the session.
    pub(super) async fn accepted(
        self,
        flow_context: &FlowContext<'_>,
    ) -> Result<Vec<Change>, Fault> {
        let (tenant, store) = (flow_context.tenant.id(), flow_context.store());
        if let Some(user) = &self.user {
            let key = digest::sha256(&user.label());
            let before = store.failed_sign_ins(key).await?;
            if let Some(stored) = before.clone().filter(|stored| stored.count > 0) {
                let failed_sign_ins = FailedSignIns { count: stored.count - 1, ..stored };
                let change = Change::CountFailedSignIns { before, failed_sign_ins };
                // If another code was counted meanwhile, one count too many stays for some minutes.
                let _ = store.commit(vec![change]).await?;
            }
        }
        let key = digest::sha256(&self.challenge.label());
        Ok(vec![Change::ClearFailedSignIns { tenant, key }])
    }
}

/// Adds one to a counter, unless it has reached its limit.
async fn count(flow_context: &FlowContext<'_>, counter: &Counter) -> Result<(), Error> {
    let (store, service) = (flow_context.store(), &flow_context.incoming.service);
    let (tenant, now) = (flow_context.tenant.id(), flow_context.rule_context().now);
    let key = digest::sha256(&counter.label());
    for _ in 0..COUNT_ATTEMPTS {
        let earlier = store.failed_sign_ins(key).await?;
        let stored = StoredCounter { counter: counter.clone(), key, earlier, recent_users: 0 };
        let attempt = Attempt { tenant, counters: vec![stored], now };
        if let Err((_, refusal)) = attempt.check() {
            flow_context.count_sign_in(SignInOutcome::Locked);
            service.limits.refusals.count(Limit::FailedSignIns);
            return Err(refusal.into());
        }
        let changes = attempt.fail().into_iter().map(|failure| failure.change).collect();
        if store.commit(changes).await? == CommitOutcome::Committed {
            return Ok(());
        }
    }
    let message = "too many conflicting updates of a counter of codes";
    Err(Fault::from_message(FaultKind::StoreUnavailable, message).into())
}
