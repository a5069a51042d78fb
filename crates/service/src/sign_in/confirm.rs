//! The form of the page "Continue as … to …?".

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

/// Handles the form.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(form: StepForm<'_>) -> Result<Response, FlowError> {
    let StepForm { mut flow_context, step, fields } = form;
    if !matches!(step, NextStep::Confirm { .. }) {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    }
    let progress = &mut flow_context.flow.progress;
    if fields.is_pressed("other") {
        progress.session = None;
        progress.other_account = true;
    } else if fields.is_pressed("continue") {
        progress.confirmed = true;
    }
    advance::continue_after_form(flow_context).await
}
