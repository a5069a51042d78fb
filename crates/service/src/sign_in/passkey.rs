//! The form of a passkey: as the only factor of a sign-in, or as the second one.

use std::sync::Arc;

use axum::response::Response;
use catalogue::refusal;
use jose::digest;
use model::{
    Authenticators, Change, CommitOutcome, Fault, FaultKind, Seconds, UsedValue, UsedValueKind,
    User, UserId,
};
use protocol::{Error, inactive_user};
use signin::factor::{
    VerifiedFactor,
    passkey::{Assertion, CHALLENGE_LENGTH, Challenge, PasskeyFlaw},
};

use crate::{
    authenticators,
    http::incoming::IncomingRequest,
    metrics::SignInOutcome,
    sign_in::{
        advance,
        flow_context::FlowContext,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        next_step::NextStep,
        opened_session::Authenticated,
        passkey_prompt::relying_party,
        second_step::with_both_factors,
    },
};

/// Number of times that a response is verified if other requests change the row meanwhile.
const ATTEMPTS_MAX: usize = 8;
/// The time for which a used challenge is remembered: longer than a flow lasts.
const REMEMBERED: Seconds = Seconds::minutes(30);

/// Handles the form.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(form: StepForm<'_>) -> Result<Response, FlowError> {
    let StepForm { mut flow_context, step, fields } = form;
    let first = match &step {
        NextStep::SignIn { .. } => None,
        NextStep::SecondFactor(second) => Some(second.user.id),
        _ => return advance::redirect_unchanged(flow_context, "flow:continued"),
    };
    let challenge = flow_context.flow.take_passkey_challenge();
    match verify(&flow_context, first, (challenge, fields.value("passkey"))).await {
        Ok((user, factor)) => {
            let now = flow_context.rule_context().now;
            let (auth_time, replaced, amr) = match step {
                NextStep::SecondFactor(second) => (second.auth_time, second.replaced, second.amr),
                _ => (now, None, Vec::new()),
            };
            let amr = with_both_factors(amr, &factor);
            let changes = Vec::new();
            let pass_ends_at = None;
            let authenticated =
                Authenticated { user, amr, auth_time, replaced, pass_ends_at, changes };
            let device_cookie = flow_context.device_cookie();
            if flow_context.open_session(authenticated, device_cookie).await? {
                return advance::continue_after_form(flow_context).await;
            }
            flow_context.flow.progress.signed_in = true;
            advance::restart(flow_context)
        }
        Err(Error::Refused(refusal)) => {
            flow_context.count_sign_in(SignInOutcome::WrongPasskey);
            StepForm { flow_context, step, fields }.refuse(refusal)
        }
        Err(error) => Err(error.into()),
    }
}

/// Verifies the response of the browser, for the user of the first factor if there is one, and
/// stores the challenge as used and the counter of the passkey.
async fn verify(
    flow_context: &FlowContext<'_>,
    first: Option<UserId>,
    (challenge, response): (Option<[u8; CHALLENGE_LENGTH]>, &str),
) -> Result<(Arc<User>, VerifiedFactor), Error> {
    let refused = |flaw: PasskeyFlaw| Error::from(flaw.refusal());
    let challenge = challenge.ok_or_else(refusal::passkey_challenge_mismatch)?;
    let relying_party = relying_party(flow_context).ok_or_else(refusal::passkey_unknown)?;
    let assertion = Assertion::parse(response).map_err(refused)?;
    let (tenant, store) = (flow_context.tenant.id(), flow_context.store());
    let id = match first {
        Some(id) => id,
        None => assertion.user_handle().and_then(|it| it.user_of(tenant)).map_err(refused)?,
    };
    let user = store.user(id).await?.ok_or_else(refusal::passkey_unknown)?;
    flow_context.request_context().annotate(|annotations| annotations.user = Some(id));
    let mut is_marked = false;
    for _ in 0..ATTEMPTS_MAX {
        let stored = store.authenticators(id).await?;
        let stored = stored.unwrap_or_else(|| Authenticators::new(tenant, id));
        let verified = assertion.verify(&relying_party, &Challenge::new(challenge), &stored);
        let verified = verified.map_err(refused)?;
        if !is_marked {
            mark_used(flow_context, challenge).await?;
            is_marked = true;
        }
        // The passkey proves who the user is, so they may learn this.
        inactive_user::check(&user, flow_context.rule_context().now)?;
        let used = verified.record_use(&stored, flow_context.rule_context().now);
        let Some(used) = used else { return Ok((user, verified.factor().clone())) };
        let (service, now) = (&flow_context.incoming.service, flow_context.rule_context().now);
        let rows = (Some(stored), used);
        if authenticators::replace(service, store, rows, now).await? {
            return Ok((user, verified.factor().clone()));
        }
    }
    let cause = "the authenticators changed during every attempt to use a passkey";
    Err(Fault::from_message(FaultKind::Conflict, cause).into())
}

/// Stores a challenge as used.
///
/// # Errors
/// It was used before.
async fn mark_used(
    flow_context: &FlowContext<'_>,
    challenge: [u8; CHALLENGE_LENGTH],
) -> Result<(), Error> {
    let used = UsedValue {
        tenant: flow_context.tenant.id(),
        kind: UsedValueKind::PasskeyChallenge,
        digest: digest::sha256(&challenge),
        expires_at: flow_context.flow.id().expires_at() + REMEMBERED,
    };
    match flow_context.store().commit(vec![Change::MarkUsed(used)]).await? {
        CommitOutcome::Committed => Ok(()),
        CommitOutcome::Conflict => Err(refusal::passkey_challenge_mismatch().into()),
    }
}
