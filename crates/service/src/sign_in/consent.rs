//! The form of the consent page.

use axum::response::Response;
use model::ChangeEvent;
use protocol::authorize::{AuthenticatedUser, MissingConsent};
use signin::consent::{ConsentDecision, changes};

use crate::{
    http::incoming::IncomingRequest,
    sign_in::{
        advance,
        flow_context::FlowContext,
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
    let NextStep::Consent { user, missing } = step else {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    };
    if fields.is_pressed("accept") {
        store_consent(&mut flow_context, &user, &missing).await?;
    }
    advance::continue_after_form(flow_context).await
}

/// Stores the consent to the scopes on the page.
async fn store_consent(
    flow_context: &mut FlowContext<'_>,
    authenticated: &AuthenticatedUser,
    missing: &MissingConsent,
) -> Result<(), FlowError> {
    let (tenant, user) = (flow_context.tenant.id(), authenticated.user().id);
    let store = flow_context.store();
    let earlier = store.consents(user, &flow_context.request.client().id).await?;
    let scopes = [
        ("", missing.openid_scopes.as_slice()),
        (flow_context.request.scopes.resource.as_str(), missing.scopes.as_slice()),
    ];
    let decision = ConsentDecision {
        tenant,
        user,
        client: &flow_context.request.client().id,
        scopes: &scopes,
        at: flow_context.rule_context().now,
    };
    store.apply(changes(&decision, &earlier)).await?;
    let given = ("consent_given", flow_context.request.client().id.as_str(), "1");
    let given = ChangeEvent::new(decision.at, Some(tenant), given);
    flow_context.incoming.service.recorder.add_security_event(given);
    flow_context.flow.progress.consented = true;
    Ok(())
}
