//! The form of the page "Stay signed in?".

use axum::response::Response;
use catalogue::refusal;
use model::{Change, CommitOutcome};

use crate::{
    http::{form_fields::FormFields, incoming::IncomingRequest},
    sign_in::{
        advance,
        flow_context::{FlowContext, FlowError},
        handle_form,
    },
};

/// Handles the form.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(
    mut flow_context: FlowContext<'_>,
    fields: FormFields,
) -> Result<Response, FlowError> {
    let progress = &flow_context.flow.progress;
    let Some(session) = progress.session.filter(|_| progress.signed_in) else {
        return Err(refusal::form_token_invalid().into());
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
        if flow_context.incoming.service.store.commit(vec![extend]).await?
            == CommitOutcome::Committed
        {
            flow_context.sessions.add(session, true);
            flow_context.cookies.push(flow_context.sessions.cookie(flow_context.tenant)?);
        }
    }
    flow_context.flow.progress.stay_answered = true;
    advance::advance(flow_context).await
}
