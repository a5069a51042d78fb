//! The parts that the pages of a sign-in flow share: their form, the refusal of the last one, and
//! the response with the cookie of the flow.

use axum::{http::StatusCode, response::Response};
use catalogue::Refusal;
use model::Fault;
use pages::{PageKind, StepForm};

use crate::{
    http::{cookies, page_layout, report_token, response},
    sign_in::{flow_context::FlowContext, form_problem::FormProblem},
};

/// The hidden fields of the form on a page.
pub(super) struct Form {
    pub(super) flow: String,
    pub(super) step: String,
}

/// Returns the refusal of the last form, with its ids.
pub(super) fn refused(flow_context: &FlowContext<'_>) -> Option<(Refusal, FormProblem)> {
    let problem = flow_context.flow.problem.clone()?;
    Some((problem.refusal()?, problem))
}

/// Returns the form of a page that is posted to this address of the flow, with the refusal of the
/// last one and the user name.
pub(super) fn step_form(
    flow_context: &FlowContext<'_>,
    (Form { flow, step }, address): (Form, &str),
    username: String,
    refused: Option<&(Refusal, FormProblem)>,
) -> StepForm {
    let language = flow_context.language();
    let report = report_token::link(
        flow_context.request_context(),
        refused.map(|(refusal, _)| refusal),
        language,
    );
    StepForm {
        action: action(flow_context, address),
        flow,
        step,
        app: flow_context.request.client().name_in(language.tag()).to_owned(),
        username,
        report,
        problem: refused
            .map(|(refusal, problem)| page_layout::form_error(refusal, problem.trace_id, language)),
    }
}

/// Sets the status of the refusal: the page shows it, also when it is loaded again.
pub(super) fn with_status_of(
    mut response: Response,
    refused: Option<&(Refusal, FormProblem)>,
) -> Response {
    if let Some((refusal, _)) = refused {
        response::set_refusal_headers(&mut response, refusal);
    }
    response
}

/// Responds with a page.
pub(super) fn respond(
    flow_context: FlowContext<'_>,
    html: String,
    outcome: &'static str,
) -> Result<Response, Fault> {
    respond_as(PageKind::SignInFlow, flow_context, html, outcome)
}

/// Responds with a page of this kind.
pub(super) fn respond_as(
    kind: PageKind,
    mut flow_context: FlowContext<'_>,
    html: String,
    outcome: &'static str,
) -> Result<Response, Fault> {
    let mut response = response::html(html, kind);
    // A second tab may have a newer cookie meanwhile, so an unchanged one is not sent again.
    if flow_context.stored.as_ref() != Some(&flow_context.flow) {
        flow_context.store_flow()?;
    }
    cookies::append(response.headers_mut(), std::mem::take(&mut flow_context.cookies));
    *response.status_mut() = StatusCode::OK;
    flow_context.request_context().annotate(|annotations| annotations.success = Some(outcome));
    Ok(response)
}

/// Returns the address to which a form of the flow is posted.
pub(super) fn action(flow_context: &FlowContext<'_>, form: &str) -> String {
    flow_context.address.of_form(form, flow_context.flow.id())
}
