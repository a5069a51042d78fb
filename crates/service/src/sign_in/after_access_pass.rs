//! The form of the page that leads a user to setting up factors, after a temporary access pass.

use axum::response::Response;

use crate::{
    http::incoming::IncomingRequest,
    sign_in::{
        advance,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        next_step::NextStep,
    },
};

/// Handles the form: the user goes on to the app.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(form: StepForm<'_>) -> Result<Response, FlowError> {
    let StepForm { mut flow_context, step, .. } = form;
    if !matches!(step, NextStep::AfterAccessPass { .. }) {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    }
    flow_context.flow.progress.used_access_pass = false;
    advance::continue_after_form(flow_context).await
}
