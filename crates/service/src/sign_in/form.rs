//! The forms of the sign-in flow: the checks that every form passes.

use axum::{http::Method, response::Response};
use catalogue::{Refusal, refusal};
use protocol::{
    Checks, Error, authorize::UiLocales, context::TenantContext, parameters::Parameters,
};

use crate::{
    http::{csrf, form_fields::FormFields, incoming::IncomingRequest, response::redirect},
    metrics::SignInOutcome,
    sign_in::{
        address::Address,
        advance, ended,
        flow_context::{self, FlowContext, FlowState, check_request},
        flow_error::FlowError,
        flow_id::FlowId,
        form_problem::FormProblem,
        next_step::{NextStep, next_step},
        pushed_request, response,
    },
};

/// A form of the step that the flow is at.
pub(super) struct StepForm<'a> {
    pub(super) flow_context: FlowContext<'a>,
    pub(super) step: NextStep,
    pub(super) fields: FormFields,
}

impl StepForm<'_> {
    /// Refuses the form: the page of the flow is shown again, with the refusal and the ids of this
    /// request.
    pub(super) fn refuse(self, refusal: Refusal) -> Result<Response, FlowError> {
        let mut flow_context = self.flow_context;
        let context = flow_context.request_context();
        flow_context.flow.problem = Some(FormProblem::new(&refusal, context));
        context.annotate(|annotations| annotations.refusal = Some(refusal));
        advance::redirect_to_page(flow_context, "flow:continued")
    }
}

/// A form that was received: one of the present step, or the response to any other.
enum ReceivedForm<'a> {
    OfPresentStep(Box<StepForm<'a>>),
    Elsewhere(Response),
}

/// Handles a form of the sign-in flow after checking method, tenant, same origin (CSRF), the
/// request in its address, the flow's cookie, and the step for which its page was shown.
///
/// The response is a redirect: to the page of the next step, or to the client.
pub(super) async fn handle_form<A>(mut incoming: IncomingRequest, handle: A) -> Response
where
    A: AsyncFnOnce(StepForm<'_>) -> Result<Response, FlowError>,
{
    let tenant = match incoming.resolve_tenant(&[Method::GET, Method::POST]).await {
        Ok(tenant) => tenant,
        Err(error) => {
            let language = incoming.context.language();
            return response::refuse(&incoming, None, language, error.into());
        }
    };
    let address = Address::parse(incoming.parts().uri.query().unwrap_or_default(), &tenant);
    let requested = Parameters::parse(address.encoded.as_bytes()).unwrap_or_default();
    let language = flow_context::language(&incoming, &UiLocales::parse(&requested));
    if incoming.parts().method == Method::GET {
        return ended::lead_from_form(&incoming, &tenant, language, &address);
    }
    let go_on = address.has_request().then(|| match address.flow {
        Some(flow) => address.of_flow(flow),
        None => address.of_request(),
    });
    let mut checks = Checks::default();
    let result = match receive(&mut incoming, &tenant, address, &mut checks).await {
        Ok(ReceivedForm::OfPresentStep(form)) => handle(*form).await,
        Ok(ReceivedForm::Elsewhere(response)) => Ok(response),
        Err(error) => Err(error),
    };
    // The record of the request that started the flow has the warnings.
    checks.remove_warnings();
    incoming.context.annotate(|annotations| annotations.add_checks(checks));
    result.unwrap_or_else(|error| {
        if matches!(error.error, Error::Fault(_)) {
            incoming.service.metrics.count_sign_in(SignInOutcome::Fault);
        }
        let error = FlowError { go_on: error.go_on.or(go_on.map(Into::into)), ..error };
        response::refuse(&incoming, Some(&tenant), language, error)
    })
}

async fn receive<'a>(
    incoming: &'a mut IncomingRequest,
    tenant: &'a TenantContext,
    address: Address,
    checks: &mut Checks,
) -> Result<ReceivedForm<'a>, FlowError> {
    csrf::check_same_origin(incoming)?;
    let fields = FormFields::read(incoming).await?;
    let incoming: &IncomingRequest = incoming;
    let id = FlowId::parse(fields.value("flow")).filter(|_| address.has_request());
    let id = id.ok_or_else(refusal::form_token_invalid)?;
    let address = pushed_request::resolve(incoming, tenant, address).await?;
    let (inputs, request) = check_request(incoming, tenant, &address, checks).await?;
    let mut flow_context = FlowContext::new(incoming, tenant, address, (inputs, request?))?;
    let state = flow_context.resume(id).await?;
    if state != FlowState::Active {
        let response = answer_inactive(flow_context, (id, state), &fields).await?;
        return Ok(ReceivedForm::Elsewhere(response));
    }
    let step = next_step(&mut flow_context).await?;
    // A form of another step changes nothing: it is of a page from before, or of another tab.
    if fields.value("step") != step.name() {
        let response = advance::redirect_unchanged(flow_context, "flow:continued")?;
        return Ok(ReceivedForm::Elsewhere(response));
    }
    if fields.is_pressed("cancel") {
        return Err(cancel(flow_context, &step).await);
    }
    Ok(ReceivedForm::OfPresentStep(Box::new(StepForm { flow_context, step, fields })))
}

/// Ends the flow with the refusal that the client gets after "Cancel" on the page of a step.
async fn cancel(flow_context: FlowContext<'_>, step: &NextStep) -> FlowError {
    let client = &flow_context.request.client().name;
    let (outcome, refusal) = match step {
        NextStep::Consent { .. } => {
            (SignInOutcome::ConsentRefused, refusal::consent_declined(client))
        }
        NextStep::SecondFactor(_) => {
            (SignInOutcome::Cancelled, refusal::second_factor_cancelled(client))
        }
        NextStep::SetUpAuthenticatorApp(..) => {
            (SignInOutcome::Cancelled, refusal::second_factor_set_up_cancelled(client))
        }
        _ => (SignInOutcome::Cancelled, refusal::sign_in_cancelled(client)),
    };
    flow_context.count_sign_in(outcome);
    flow_context.cancel(refusal).await
}

/// Responds to a form of a flow that cannot be continued. The user name that was typed stays.
async fn answer_inactive(
    mut flow_context: FlowContext<'_>,
    (id, state): (FlowId, FlowState),
    fields: &FormFields,
) -> Result<Response, FlowError> {
    let typed = fields.value("username");
    match state {
        // A form that is sent twice: the first one ended the flow, and its response was lost.
        FlowState::Used if flow_context.has_cookie(id) => {
            if fields.is_pressed("cancel") {
                let refusal = refusal::sign_in_cancelled(&flow_context.request.client().name);
                return Err(flow_context.cancel(refusal).await);
            }
            Ok(redirect(&flow_context.address.of_request())?)
        }
        FlowState::Expired => {
            flow_context.count_sign_in(SignInOutcome::Expired);
            flow_context.keep_username_of(id);
            if !typed.is_empty() {
                flow_context.flow.set_username(typed);
            }
            flow_context.flow.become_expired(id);
            advance::redirect_to_page(flow_context, "flow:continued")
        }
        FlowState::Lost => {
            flow_context.flow.set_username(typed);
            flow_context.address.is_retry = true;
            advance::start(flow_context).await
        }
        FlowState::Used | FlowState::Active => Ok(redirect(&flow_context.address.of_flow(id))?),
    }
}
