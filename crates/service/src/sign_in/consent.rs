//! The form of the consent page.

use axum::response::Response;
use catalogue::refusal;
use protocol::authorize::{AuthenticatedUser, ConsentRequired};
use signin::{
    consent::{ConsentDecision, changes},
    flow::{self, Account},
};

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
    if fields.is_pressed("cancel") {
        let refusal = refusal::consent_declined(&flow_context.client.name);
        return Err(flow_context.cancel(refusal));
    }
    if !fields.is_pressed("accept") {
        return advance::advance(flow_context).await;
    }
    let browser_accounts = flow_context.accounts().await?;
    let accounts: Vec<Account> = browser_accounts.iter().map(|it| it.account.clone()).collect();
    let session = flow::select_session(
        &flow_context.requirements().await?,
        &accounts,
        &flow_context.flow.progress,
    )
    .ok();
    let account = browser_accounts.iter().find(|it| Some(it.account.session) == session);
    if let Some(user) = account.and_then(|account| account.user.as_ref()) {
        store_consent(&mut flow_context, user).await?;
    }
    advance::advance(flow_context).await
}

/// Stores the consent to the scopes on the page, unless only an administrator may consent.
async fn store_consent(
    flow_context: &mut FlowContext<'_>,
    authenticated: &AuthenticatedUser,
) -> Result<(), FlowError> {
    let Err(ConsentRequired::Ask(missing)) =
        advance::check_consent(flow_context, authenticated).await?
    else {
        return Ok(());
    };
    let (tenant, user) = (flow_context.tenant.id(), authenticated.user().id);
    let store = &flow_context.incoming.service.store;
    let earlier = store.consents(tenant, user, &flow_context.client.id).await?;
    let scopes = [
        ("", missing.openid_scopes.as_slice()),
        (flow_context.flow.request.scopes.resource.as_str(), missing.scopes.as_slice()),
    ];
    let decision = ConsentDecision {
        tenant,
        user,
        client: &flow_context.client.id,
        scopes: &scopes,
        at: flow_context.rule_context().now,
    };
    store.apply(changes(&decision, &earlier)).await?;
    flow_context.flow.progress.consented = true;
    Ok(())
}
