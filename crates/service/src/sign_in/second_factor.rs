//! The form of the second factor: a code of an authenticator app, or a recovery code.

use axum::response::Response;
use catalogue::{Comparison, Difference, Refusal, refusal};
use jose::digest;
use model::{
    Actor, Authenticators, Change, CommitOutcome, DirectoryChange, DirectoryOutcome, Fault,
    FaultKind, Seconds, StoredRow, Timestamp, UsedValue, UsedValueKind, User,
};
use protocol::Error;
use signin::factor::{
    VerifiedFactor,
    recovery_code::RecoveryCode,
    totp::{self, AcceptedCode, CodeMismatch, SubmittedCode, TotpSecret},
};

use crate::{
    http::incoming::IncomingRequest,
    metrics::SignInOutcome,
    sign_in::{
        advance,
        code_attempt::CodeAttempt,
        flow_context::FlowContext,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        next_step::NextStep,
        opened_session::Authenticated,
        second_step::SecondStep,
    },
};

/// The time for which a used code is remembered after the last step in which it is accepted.
const REMEMBERED: Seconds = Seconds::minutes(2);
/// Number of times that a recovery code is looked up if other requests change the row meanwhile.
const ATTEMPTS_MAX: usize = 8;

/// Handles the form.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(form: StepForm<'_>) -> Result<Response, FlowError> {
    let StepForm { mut flow_context, step, fields } = form;
    let NextStep::SecondFactor(second) = step else {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    };
    if fields.is_pressed("other") {
        return advance::restart(flow_context);
    }
    if second.is_passkey_required(&flow_context) {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    }
    let (code, recovery_code) = (fields.value("code"), fields.value("recovery_code"));
    let verified = if recovery_code.trim().is_empty() {
        check_code(&flow_context, &second, code).await
    } else {
        check_recovery_code(&flow_context, &second, recovery_code).await
    };
    match verified {
        Ok((factor, changes)) => {
            let authenticated = Authenticated {
                amr: second.amr_with(&factor),
                user: second.user,
                auth_time: second.auth_time,
                replaced: second.replaced,
                changes,
            };
            let device_cookie = flow_context.device_cookie();
            if flow_context.open_session(authenticated, device_cookie).await? {
                return advance::continue_after_form(flow_context).await;
            }
            flow_context.flow.progress.signed_in = true;
            advance::restart(flow_context)
        }
        Err(Error::Refused(refusal)) => {
            let step = NextStep::SecondFactor(second);
            StepForm { flow_context, step, fields }.refuse(refusal)
        }
        Err(error) => Err(error.into()),
    }
}

/// Checks the code of an app and stores it as used. Returns the factor, and the changes to commit
/// with the session.
async fn check_code(
    flow_context: &FlowContext<'_>,
    second: &SecondStep,
    typed: &str,
) -> Result<(VerifiedFactor, Vec<Change>), Error> {
    let submitted = parse(typed)?;
    let secrets = second.secrets(flow_context)?;
    let attempt = CodeAttempt::count(flow_context, second.user.id, "totp").await?;
    let factor = spend(flow_context, &second.user, &secrets, submitted).await?;
    Ok((factor, attempt.reset(flow_context)))
}

/// Parses a code of six digits.
pub(super) fn parse(typed: &str) -> Result<SubmittedCode, Refusal> {
    let malformed = || {
        let difference = Difference::new("not_six_digits");
        refusal::code_wrong().with(Comparison::new("code").with_difference(difference))
    };
    SubmittedCode::parse(typed).ok_or_else(malformed)
}

/// Checks a code of one of the apps with these secrets, and stores it as used.
pub(super) async fn spend(
    flow_context: &FlowContext<'_>,
    user: &User,
    secrets: &[TotpSecret],
    submitted: SubmittedCode,
) -> Result<VerifiedFactor, Error> {
    let now = flow_context.rule_context().now;
    let mut mismatch = CodeMismatch::Wrong;
    for secret in secrets {
        match secret.check(submitted, now) {
            Ok(AcceptedCode { step, factor }) => {
                if mark_used(flow_context, user, secret, step).await? {
                    return Ok(factor);
                }
                flow_context.count_sign_in(SignInOutcome::WrongCode);
                return Err(refusal::code_already_used().into());
            }
            Err(CodeMismatch::OtherTime { step, offset }) => {
                // A user who guessed the code of a later step would know when it is accepted.
                if offset.get() > 0 {
                    let _ = mark_used(flow_context, user, secret, step).await?;
                }
                mismatch = CodeMismatch::OtherTime { step, offset };
            }
            Err(CodeMismatch::Wrong) => {}
        }
    }
    flow_context.count_sign_in(SignInOutcome::WrongCode);
    Err(refuse(mismatch).into())
}

fn refuse(mismatch: CodeMismatch) -> Refusal {
    match mismatch {
        CodeMismatch::Wrong => {
            let difference = Difference::new("code_of_no_step");
            refusal::code_wrong().with(Comparison::new("code").with_difference(difference))
        }
        CodeMismatch::OtherTime { offset, .. } => {
            let direction = if offset.get() < 0 { "behind" } else { "ahead" };
            refusal::code_of_another_time(offset.get().abs(), direction)
        }
    }
}

/// Stores the code of a step as used. Returns false if it was used before.
async fn mark_used(
    flow_context: &FlowContext<'_>,
    user: &User,
    secret: &TotpSecret,
    step: i64,
) -> Result<bool, Fault> {
    let parts = [&user.id.into_bytes()[..], secret.as_bytes(), &step.to_be_bytes()];
    let end = (step + 2).saturating_mul(totp::STEP.get());
    let used = UsedValue {
        tenant: user.tenant,
        kind: UsedValueKind::OneTimeCode,
        digest: digest::sha256(&parts.concat()),
        expires_at: Timestamp::from_seconds(end) + REMEMBERED,
    };
    let outcome = flow_context.store().commit(vec![Change::MarkUsed(used)]).await?;
    Ok(outcome == CommitOutcome::Committed)
}

/// Checks a recovery code and removes it from the stored ones.
async fn check_recovery_code(
    flow_context: &FlowContext<'_>,
    second: &SecondStep,
    typed: &str,
) -> Result<(VerifiedFactor, Vec<Change>), Error> {
    let wrong = || {
        flow_context.count_sign_in(SignInOutcome::WrongCode);
        refusal::recovery_code_wrong()
    };
    let code = RecoveryCode::parse(typed).ok_or_else(wrong)?;
    let user = second.user.id;
    let attempt = CodeAttempt::count(flow_context, user, "recovery").await?;
    let mut stored = second.stored.clone();
    for _ in 0..ATTEMPTS_MAX {
        let used = stored.as_ref().and_then(|stored| code.use_up(stored));
        let (left, factor) = used.ok_or_else(wrong)?;
        if replace_authenticators(flow_context, stored, left).await? {
            return Ok((factor, attempt.reset(flow_context)));
        }
        stored = flow_context.store().authenticators(user).await?;
    }
    let cause = "the authenticators changed during every attempt to use a recovery code";
    Err(Fault::from_message(FaultKind::Conflict, cause).into())
}

/// Replaces the authenticators of a user if they are stored as they were read, and records the
/// events. Returns whether they were.
pub(super) async fn replace_authenticators(
    flow_context: &FlowContext<'_>,
    stored: Option<Authenticators>,
    new: Authenticators,
) -> Result<bool, Fault> {
    let (store, service) = (flow_context.store(), &flow_context.incoming.service);
    let row = StoredRow::Authenticators(new.tenant, new.user, stored);
    let changes = vec![DirectoryChange::PutAuthenticators(new)];
    let mut events = store.events_of(&changes, flow_context.rule_context().now).await?;
    if store.apply_if_stored(vec![row], changes).await? != DirectoryOutcome::Applied {
        return Ok(false);
    }
    for event in &mut events {
        event.actor = Some(Actor::User { username: event.subject.clone() });
    }
    service.record_events(events).await;
    Ok(true)
}
