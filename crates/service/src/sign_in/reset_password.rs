//! The forms of the pages on which a user asks for a mail, types its code, and opens its link.

use axum::response::Response;
use catalogue::{Refusal, refusal};
use model::{Change, CommitOutcome, UserId};
use protocol::Error;
use signin::factor::password::check_username;

use crate::{
    http::incoming::IncomingRequest,
    metrics::SignInOutcome,
    sign_in::{
        advance,
        code_attempt::CodeAttempt,
        flow_context::FlowContext,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        mailed_link::{MailedLink, used_value},
        next_step::NextStep,
        reset_account::{ResetAccount, is_code},
        reset_mail,
        reset_state::{ProvenReset, RequestedMail, Reset},
    },
};

/// Handles the forms.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(form: StepForm<'_>) -> Result<Response, FlowError> {
    let StepForm { mut flow_context, step, fields } = form;
    let requested = match &step {
        NextStep::ResetUsername => None,
        NextStep::ResetCode(requested) => Some(requested.clone()),
        _ => return advance::redirect_unchanged(flow_context, "flow:continued"),
    };
    if fields.is_pressed("back") {
        (flow_context.flow.reset, flow_context.flow.problem) = (None, None);
        return advance::redirect_to_page(flow_context, "flow:continued");
    }
    let outcome = match requested {
        Some(requested) if fields.is_pressed("continue") => {
            let given = (fields.value("code"), fields.value("link_token"));
            prove(&mut flow_context, &requested, given).await
        }
        Some(_) => send(&mut flow_context, None).await,
        None => send(&mut flow_context, Some(fields.value("username"))).await,
    };
    match outcome {
        Ok(()) => advance::redirect_to_page(flow_context, "flow:continued"),
        Err(Error::Refused(refusal)) => StepForm { flow_context, step, fields }.refuse(refusal),
        Err(error) => Err(error.into()),
    }
}

/// Requests a mail: for a name that was typed, or again for the name of the flow.
async fn send(flow_context: &mut FlowContext<'_>, typed: Option<&str>) -> Result<(), Error> {
    if let Some(typed) = typed {
        let typed = typed.trim();
        flow_context.flow.set_username(typed);
        check_username(typed)?;
    }
    let username = flow_context.flow.progress.username.clone();
    let username = username.ok_or_else(refusal::username_missing)?;
    reset_mail::request(flow_context, &username).await
}

/// Checks the code or the link of a mail, and restarts the flow with the proof: the user gets the
/// time of a whole flow for a new password and a second factor.
async fn prove(
    flow_context: &mut FlowContext<'_>,
    requested: &RequestedMail,
    (code, link): (&str, &str),
) -> Result<(), Error> {
    let username = flow_context.flow.progress.username.clone().unwrap_or_default();
    let account = ResetAccount::read(flow_context, &username).await?;
    let user = account.user().map(|user| user.id);
    flow_context.request_context().annotate(|annotations| annotations.user = user);
    let proven = if link.is_empty() {
        check_code(flow_context, requested, (&account, code)).await
    } else {
        check_link(flow_context, requested, (&account, link)).await
    };
    let proven = proven?;
    flow_context.clear_flow()?;
    flow_context.flow.restart(&flow_context.rule_context());
    flow_context.flow.reset = Some(Reset::Proven(proven));
    flow_context.flow.problem = None;
    Ok(())
}

/// Checks a code, which counts before it is checked.
async fn check_code(
    flow_context: &FlowContext<'_>,
    requested: &RequestedMail,
    (account, typed): (&ResetAccount, &str),
) -> Result<ProvenReset, Error> {
    let challenge = &requested.challenge;
    let device_cookie = flow_context.device_cookie();
    let browser = account.user().and_then(|user| device_cookie.id_for(user));
    let username = account.username_key.clone();
    let attempt = CodeAttempt::of_mail(flow_context, *challenge, (username, browser)).await?;
    check_unused(flow_context, requested).await?;
    let mailed = account.mailed_user(flow_context.rule_context().now).ok();
    // A name without a mail costs the same work as a wrong code.
    let state = mailed.as_ref().map(|mailed| mailed.state).unwrap_or_default();
    let is_right = is_code(flow_context.tenant, (challenge, &state), typed);
    let mailed = mailed.filter(|_| is_right).ok_or_else(|| wrong_code(flow_context))?;
    use_up(flow_context, requested).await?;
    let changes = attempt.accepted(flow_context).await?;
    // If a counter stays, it is one of a challenge that was used.
    let _ = flow_context.store().commit(changes).await?;
    Ok(proven(mailed.user.id, mailed.state))
}

/// Checks a link. It was sealed by this service, so nothing can be guessed.
async fn check_link(
    flow_context: &FlowContext<'_>,
    requested: &RequestedMail,
    (account, token): (&ResetAccount, &str),
) -> Result<ProvenReset, Error> {
    let link = MailedLink::open(token, flow_context.tenant, flow_context.rule_context().now)?;
    if link.flow != flow_context.flow.record_id() {
        return Err(refusal::mailed_link_in_other_browser().into());
    }
    check_unused(flow_context, requested).await?;
    let mailed = account.mailed_user(flow_context.rule_context().now).ok();
    let is_right = |state| link.challenge == requested.challenge && link.state == state;
    let mailed = mailed.filter(|mailed| is_right(mailed.state));
    let mailed = mailed.ok_or_else(|| wrong_code(flow_context))?;
    use_up(flow_context, requested).await?;
    Ok(proven(mailed.user.id, mailed.state))
}

/// Counts a wrong code, and returns the refusal.
fn wrong_code(flow_context: &FlowContext<'_>) -> Refusal {
    flow_context.count_sign_in(SignInOutcome::WrongCode);
    refusal::mailed_code_wrong()
}

const fn proven(user: UserId, state: model::Digest) -> ProvenReset {
    ProvenReset { user, state, end_sessions: true, by_password: false }
}

/// Refuses a challenge that was used, before its code is compared: the code of a password that was
/// replaced since is another one.
async fn check_unused(
    flow_context: &FlowContext<'_>,
    requested: &RequestedMail,
) -> Result<(), Error> {
    let expires_at = flow_context.flow.id().expires_at();
    let used = used_value(flow_context.tenant, &requested.challenge, expires_at);
    if flow_context.store().is_used(&used).await? {
        return Err(refusal::mailed_code_already_used().into());
    }
    Ok(())
}

/// Stores the challenge as used. Of two forms at once, one does.
async fn use_up(flow_context: &FlowContext<'_>, requested: &RequestedMail) -> Result<(), Error> {
    let expires_at = flow_context.flow.id().expires_at();
    let used = used_value(flow_context.tenant, &requested.challenge, expires_at);
    match flow_context.store().commit(vec![Change::MarkUsed(used)]).await? {
        CommitOutcome::Committed => Ok(()),
        CommitOutcome::Conflict => Err(refusal::mailed_code_already_used().into()),
    }
}
