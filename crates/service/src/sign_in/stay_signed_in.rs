//! The form of the page "Stay signed in?".

use axum::response::Response;
use model::{Change, CommitOutcome};

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
    let NextStep::StaySignedIn { session, .. } = step else {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    };
    if fields.value("stay_signed_in") == "yes" {
        let (tenant, now) = (&flow_context.tenant.row, flow_context.rule_context().now);
        let extend = Change::ExtendSession {
            tenant: tenant.id,
            session,
            expires_at: now + tenant.persistent_session_lifetime,
            persistent: true,
        };
        // Extending a session is no guarded change, so it cannot conflict.
        if flow_context.store().commit(vec![extend]).await? == CommitOutcome::Committed {
            flow_context.sessions.add(session, true, now);
            flow_context.cookies.push(flow_context.sessions.cookie(flow_context.tenant)?);
        }
    }
    flow_context.flow.progress.stay_answered = true;
    advance::continue_after_form(flow_context).await
}
