//! Counts each code of a second factor before it is checked, so that guesses sent at once count as
//! many. The rules are in `signin::lockout`.

use jose::digest;
use model::{Change, CommitOutcome, Digest, Fault, FaultKind, UserId};
use protocol::Error;
use signin::lockout::{Attempt, Counter, StoredCounter};

use crate::{limits::Limit, metrics::SignInOutcome, sign_in::flow_context::FlowContext};

/// Maximum number of attempts to update a counter that concurrent requests change.
const COUNT_ATTEMPTS: usize = 32;

/// A code that was counted and may be checked.
pub(super) struct CodeAttempt {
    counters: [Digest; 2],
}

impl CodeAttempt {
    /// Counts a code of one kind: for this challenge, and for the user.
    ///
    /// # Errors
    /// There were too many.
    pub(super) async fn count(
        flow_context: &FlowContext<'_>,
        user: UserId,
        kind: &'static str,
    ) -> Result<Self, Error> {
        let challenge = Counter::Challenge(flow_context.flow.id().into_bytes());
        let counters = [challenge, Counter::Codes { user, kind }];
        for counter in &counters {
            count(flow_context, counter).await?;
        }
        Ok(Self { counters: counters.map(|counter| digest::sha256(&counter.label())) })
    }

    /// Returns the changes that reset the counters after the right code.
    pub(super) fn reset(self, flow_context: &FlowContext<'_>) -> Vec<Change> {
        let tenant = flow_context.tenant.id();
        self.counters.map(|key| Change::ClearFailedSignIns { tenant, key }).into()
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
