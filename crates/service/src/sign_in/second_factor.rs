//! The form of the second factor: a code of an authenticator app, a recovery code, or a temporary
//! access pass.

use axum::response::Response;
use catalogue::refusal;
use model::{Change, Fault, FaultKind, Timestamp};
use protocol::Error;
use signin::factor::{VerifiedFactor, access_pass::AccessPassCode, recovery_code::RecoveryCode};

use crate::{
    authenticators,
    http::incoming::IncomingRequest,
    metrics::SignInOutcome,
    sign_in::{
        access_pass, advance,
        code_attempt::CodeAttempt,
        flow_context::FlowContext,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        next_step::NextStep,
        opened_session::Authenticated,
        second_step::SecondStep,
    },
};

/// Number of times that a recovery code is looked up if other requests change the row meanwhile.
const ATTEMPTS_MAX: usize = 8;

/// A second factor whose use is stored.
struct Verified {
    factor: VerifiedFactor,
    /// When the temporary access pass expires, if it was one.
    pass_ends_at: Option<Timestamp>,
    /// The changes to commit with the session.
    changes: Vec<Change>,
}

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
    let [recovery_code, access_pass] =
        ["recovery_code", "access_pass"].map(|name| fields.value(name).trim());
    let verified = if !access_pass.is_empty() {
        check_access_pass(&flow_context, &second, access_pass).await
    } else if !recovery_code.is_empty() {
        check_recovery_code(&flow_context, &second, recovery_code).await
    } else {
        check_code(&flow_context, &second, fields.value("code")).await
    };
    match verified {
        Ok(Verified { factor, pass_ends_at, changes }) => {
            let authenticated = Authenticated {
                amr: second.amr_with(&factor),
                user: second.user,
                auth_time: second.auth_time,
                replaced: second.replaced,
                pass_ends_at,
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

/// Checks the code of an app and stores it as used.
async fn check_code(
    flow_context: &FlowContext<'_>,
    second: &SecondStep,
    typed: &str,
) -> Result<Verified, Error> {
    let submitted = authenticators::parse_code(typed)?;
    let (secrets, now) = (second.secrets(flow_context)?, flow_context.rule_context().now);
    let attempt = CodeAttempt::of_app(flow_context, &second.user).await?;
    let (store, code) = (flow_context.store(), (&secrets[..], submitted));
    let spent = authenticators::spend_code(store, second.user.id, code, now).await;
    let factor = spent.inspect_err(|_| flow_context.count_sign_in(SignInOutcome::WrongCode))?;
    Ok(Verified { factor, pass_ends_at: None, changes: attempt.accepted(flow_context).await? })
}

/// Checks a recovery code and removes it from the stored ones.
async fn check_recovery_code(
    flow_context: &FlowContext<'_>,
    second: &SecondStep,
    typed: &str,
) -> Result<Verified, Error> {
    let wrong = || {
        flow_context.count_sign_in(SignInOutcome::WrongCode);
        refusal::recovery_code_wrong()
    };
    let code = RecoveryCode::parse(typed).ok_or_else(wrong)?;
    let user = second.user.id;
    let attempt = CodeAttempt::of_recovery(flow_context).await?;
    let mut stored = second.stored.clone();
    for _ in 0..ATTEMPTS_MAX {
        let used = stored.as_ref().and_then(|stored| code.use_up(stored));
        let (left, factor) = used.ok_or_else(wrong)?;
        let (service, now) = (&flow_context.incoming.service, flow_context.rule_context().now);
        let rows = (stored, left);
        if authenticators::replace(service, flow_context.store(), rows, now).await? {
            let changes = attempt.accepted(flow_context).await?;
            return Ok(Verified { factor, pass_ends_at: None, changes });
        }
        stored = flow_context.store().authenticators(user).await?;
    }
    let cause = "the authenticators changed during every attempt to use a recovery code";
    Err(Fault::from_message(FaultKind::Conflict, cause).into())
}

/// Checks a temporary access pass and stores its use.
async fn check_access_pass(
    flow_context: &FlowContext<'_>,
    second: &SecondStep,
    typed: &str,
) -> Result<Verified, Error> {
    let wrong = || {
        flow_context.count_sign_in(SignInOutcome::WrongCode);
        refusal::access_pass_wrong()
    };
    let typed = AccessPassCode::parse(typed).ok_or_else(wrong)?;
    let attempt = CodeAttempt::of_access_pass(flow_context).await?;
    let service = &flow_context.incoming.service;
    let typed = (&typed, access_pass::pass_use(flow_context));
    let spender = (&**service, flow_context.store());
    let spent = access_pass::spend(spender, Some(&second.user), typed).await;
    let spent = spent.inspect_err(|_| flow_context.count_sign_in(SignInOutcome::WrongCode))?;
    let pass = spent.ok_or_else(wrong)?;
    let (factor, pass_ends_at) = (pass.factor, Some(pass.expires_at));
    Ok(Verified { factor, pass_ends_at, changes: attempt.accepted(flow_context).await? })
}
