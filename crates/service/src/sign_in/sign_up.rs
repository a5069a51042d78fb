//! The forms of the pages on which a new user gives an e-mail address, and types the code that was
//! sent to it.

use axum::response::Response;
use catalogue::{Refusal, refusal};
use model::{Change, CommitOutcome, UserId, username_flaw, username_key};
use outbound::mail::is_valid_address;
use protocol::Error;
use signin::sign_up::check_domain;
use uuid::Builder;

use crate::{
    http::incoming::IncomingRequest,
    metrics::SignInOutcome,
    sign_in::{
        advance,
        code_attempt::CodeAttempt,
        flow_context::FlowContext,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        mailed_link::used_value,
        next_step::NextStep,
        sign_up_mail::{self, is_code},
        sign_up_state::{Proof, ProvenAddress, RequestedCode, SignUp, TypedDetails, shown_address},
    },
};

/// Handles the forms.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(form: StepForm<'_>) -> Result<Response, FlowError> {
    let StepForm { mut flow_context, step, fields } = form;
    let requested = match &step {
        NextStep::SignUpAddress { .. } => None,
        NextStep::SignUpCode(requested) => Some(requested.clone()),
        _ => return advance::redirect_unchanged(flow_context, "flow:continued"),
    };
    if fields.is_pressed("back") {
        flow_context.flow.sign_up = Some(match requested {
            Some(requested) => SignUp::Begun { address: requested.address },
            None => SignUp::Left,
        });
        flow_context.flow.problem = None;
        return advance::redirect_to_page(flow_context, "flow:continued");
    }
    let outcome = match requested {
        Some(requested) if fields.is_pressed("continue") => {
            prove(&mut flow_context, &requested, fields.value("code")).await
        }
        Some(requested) => sign_up_mail::request(&mut flow_context, &requested.address).await,
        None => send(&mut flow_context, fields.value("email")).await,
    };
    match outcome {
        Ok(()) => advance::redirect_to_page(flow_context, "flow:continued"),
        Err(Error::Refused(refusal)) => StepForm { flow_context, step, fields }.refuse(refusal),
        Err(error) => Err(error.into()),
    }
}

/// Requests a mail to an address that was typed.
async fn send(flow_context: &mut FlowContext<'_>, typed: &str) -> Result<(), Error> {
    let address = shown_address(typed);
    flow_context.flow.sign_up = Some(SignUp::Begun { address: address.clone() });
    // The address becomes the user name.
    if typed.trim() != address || !is_valid_address(&address) || username_flaw(&address).is_some() {
        return Err(refusal::sign_up_address_invalid().into());
    }
    check_domain(&address, &flow_context.tenant.row.sign_up)?;
    sign_up_mail::request(flow_context, &address).await
}

/// Checks a code, and restarts the flow with the proof: the user gets the time of a whole flow for
/// the account.
async fn prove(
    flow_context: &mut FlowContext<'_>,
    requested: &RequestedCode,
    typed: &str,
) -> Result<(), Error> {
    check_code(flow_context, requested, typed).await?;
    let context = flow_context.rule_context();
    let id = Builder::from_random_bytes(context.seed.derive("new user")).into_uuid();
    let proof = Proof::Code { id: UserId::new(id), address: requested.address.clone() };
    flow_context.clear_flow()?;
    flow_context.flow.restart(&context);
    let typed = TypedDetails::default();
    flow_context.flow.sign_up = Some(SignUp::Proven(ProvenAddress { proof, typed }));
    flow_context.flow.problem = None;
    Ok(())
}

/// Checks a code, which counts before it is checked, and stores its challenge as used.
async fn check_code(
    flow_context: &FlowContext<'_>,
    requested: &RequestedCode,
    typed: &str,
) -> Result<(), Error> {
    let RequestedCode { challenge, address } = requested;
    let (store, tenant) = (flow_context.store(), flow_context.tenant);
    let address = username_key(address);
    // The guesses for sign-ups have a count of their own: they do not lock the reset of a password.
    let counted = format!("sign-up\0{address}");
    let attempt = CodeAttempt::of_mail(flow_context, *challenge, (counted, None)).await?;
    let used = used_value(tenant, challenge, flow_context.flow.id().expires_at());
    if store.is_used(&used).await? {
        return Err(refusal::sign_up_code_used().into());
    }
    if !is_code(tenant, (challenge, &address), typed) {
        return Err(wrong_code(flow_context).into());
    }
    if store.commit(vec![Change::MarkUsed(used)]).await? == CommitOutcome::Conflict {
        return Err(refusal::sign_up_code_used().into());
    }
    let changes = attempt.accepted(flow_context).await?;
    // If a counter stays, it is one of a challenge that was used.
    let _ = store.commit(changes).await?;
    Ok(())
}

/// Counts a wrong code, and returns the refusal.
fn wrong_code(flow_context: &FlowContext<'_>) -> Refusal {
    flow_context.count_sign_in(SignInOutcome::WrongCode);
    refusal::mailed_code_wrong()
}
