//! Advances a sign-in flow: shows the page of the next step, redirects to the address of that page,
//! or ends the flow with a response to the client.

use axum::response::Response;
use protocol::authorize::IssuedCode;

use crate::{
    http::{cookies, response::redirect},
    sign_in::{
        flow_context::FlowContext,
        flow_error::FlowError,
        next_step::{NextStep, next_step},
        page, pushed_request, response,
    },
};

/// Starts the flow of a request. If no page is needed, the client gets its response at once, and
/// nothing is stored.
pub(super) async fn start(mut flow_context: FlowContext<'_>) -> Result<Response, FlowError> {
    match next_step(&mut flow_context).await? {
        NextStep::Done(issued) => finish(flow_context, *issued).await,
        NextStep::Refuse(refusal) => Err(flow_context.refuse(refusal).await),
        _ => {
            pushed_request::push_if_needed(&mut flow_context).await?;
            redirect_to_page(flow_context, "flow:started")
        }
    }
}

/// Shows the page of the next step, or ends the flow.
pub(super) async fn show(mut flow_context: FlowContext<'_>) -> Result<Response, FlowError> {
    let step = next_step(&mut flow_context).await?;
    match step {
        NextStep::Done(issued) => finish(flow_context, *issued).await,
        NextStep::Refuse(refusal) => Err(flow_context.refuse(refusal).await),
        NextStep::SignIn { .. } if flow_context.flow.progress.signed_in => restart(flow_context),
        step => Ok(page::show(flow_context, step).await?),
    }
}

/// Responds to a form that was accepted: with a redirect to the page of the next step, or with the
/// end of the flow.
pub(super) async fn continue_after_form(
    mut flow_context: FlowContext<'_>,
) -> Result<Response, FlowError> {
    flow_context.flow.problem = None;
    match next_step(&mut flow_context).await? {
        NextStep::Done(issued) => finish(flow_context, *issued).await,
        NextStep::Refuse(refusal) => Err(flow_context.refuse(refusal).await),
        NextStep::SignIn { .. } if flow_context.flow.progress.signed_in => restart(flow_context),
        _ => redirect_to_page(flow_context, "flow:continued"),
    }
}

/// Restarts the flow under another address: the user must authenticate again, and a flow opens one
/// session only.
pub(super) fn restart(mut flow_context: FlowContext<'_>) -> Result<Response, FlowError> {
    flow_context.clear_flow()?;
    flow_context.flow.restart(&flow_context.rule_context());
    redirect_to_page(flow_context, "flow:continued")
}

/// Stores the flow in its cookie and redirects to the address of its pages.
pub(super) fn redirect_to_page(
    mut flow_context: FlowContext<'_>,
    outcome: &'static str,
) -> Result<Response, FlowError> {
    flow_context.store_flow()?;
    redirect_unchanged(flow_context, outcome)
}

/// Redirects to the address of the flow's pages. The cookie of the flow stays as it is.
pub(super) fn redirect_unchanged(
    flow_context: FlowContext<'_>,
    outcome: &'static str,
) -> Result<Response, FlowError> {
    let mut response = redirect(&flow_context.address.of_flow(flow_context.flow.id()))?;
    flow_context.request_context().annotate(|annotations| annotations.success = Some(outcome));
    cookies::append(response.headers_mut(), flow_context.cookies);
    Ok(response)
}

/// Ends the flow with a code. A flow ends once: if it has ended meanwhile, its address shows that.
async fn finish(
    mut flow_context: FlowContext<'_>,
    issued: IssuedCode,
) -> Result<Response, FlowError> {
    if !flow_context.mark_used().await? {
        return redirect_unchanged(flow_context, "flow:continued");
    }
    flow_context.clear_flow()?;
    flow_context.request_context().annotate(|annotations| annotations.grant = Some(issued.grant));
    Ok(response::deliver(flow_context, issued.response)?)
}
