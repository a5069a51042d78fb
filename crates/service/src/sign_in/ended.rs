//! The pages of a flow that has finished, expired or lost its cookie: each leads on.

use axum::response::Response;
use catalogue::{Language, refusal};
use model::{Fault, Timestamp};
use pages::{FlowStatus, FlowStatusKind, PageKind};
use protocol::{authorize::Prompt, context::TenantContext};
use signin::flow::SessionFit;

use crate::{
    http::{
        incoming::IncomingRequest,
        response::{self, redirect},
    },
    sign_in::{
        address::Address,
        browser_accounts::BrowserAccount,
        flow_context::{self, FlowContext, FlowState},
        flow_error::FlowError,
        flow_id::FlowId,
        next_step::check_consent,
        response as flow_response,
    },
};

/// Responds to a GET on the address of a form: leads to the flow, or shows where a sign-in starts.
pub(super) fn lead_from_form(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    language: Language,
    address: &Address,
) -> Response {
    if address.has_request() {
        let path = match address.flow {
            Some(flow) => address.of_flow(flow),
            None => address.of_request(),
        };
        return redirect(&path).unwrap_or_else(|fault| {
            flow_response::refuse(incoming, Some(tenant), language, fault.into())
        });
    }
    let layout = flow_context::layout(incoming, tenant, language);
    let page = FlowStatus { layout, kind: FlowStatusKind::NotStarted };
    response::html(page.render(language), PageKind::FlowStatus)
}

/// Shows the page of a flow that cannot be continued.
pub(super) async fn show(
    mut flow_context: FlowContext<'_>,
    (id, state): (FlowId, FlowState),
) -> Result<Response, FlowError> {
    if let Some(account) = signed_in_account(&mut flow_context).await? {
        return Ok(finished(&flow_context, account));
    }
    let address = &flow_context.address;
    let (refusal, go_on) = match state {
        FlowState::Expired if flow_context.has_requested_mail(id) => {
            (refusal::mailed_code_expired(), address.to_begin_again(id))
        }
        FlowState::Expired => (refusal::sign_in_expired(), address.to_begin_again(id)),
        FlowState::Lost => (refusal::sign_in_not_found(), address.of_request()),
        FlowState::Used | FlowState::Active => {
            (refusal::sign_in_already_finished(), address.of_request())
        }
    };
    Err(FlowError { go_on: Some(go_on.into()), ..refusal.into() })
}

/// Returns the account with which the client can get a code without a question, apart from the
/// questions that the request itself demands (`prompt`, `max_age`).
async fn signed_in_account(
    flow_context: &mut FlowContext<'_>,
) -> Result<Option<BrowserAccount>, Fault> {
    flow_context.request.prompt = Prompt::default();
    flow_context.request.max_age = None;
    flow_context.request.received_at = Timestamp::default();
    for account in flow_context.accounts().await? {
        let Some(user) = &account.user else { continue };
        if account.account.session_fit == SessionFit::Usable
            && check_consent(flow_context, user).await?.is_ok()
        {
            return Ok(Some(account));
        }
    }
    Ok(None)
}

fn finished(flow_context: &FlowContext<'_>, account: BrowserAccount) -> Response {
    let language = flow_context.language();
    let page = FlowStatus {
        layout: flow_context.layout.clone(),
        kind: FlowStatusKind::Finished {
            app: flow_context.request.client().name_in(language.tag()).to_owned(),
            name: account.name,
            username: account.account.username,
            next: flow_context.address.of_request(),
        },
    };
    flow_context
        .request_context()
        .annotate(|annotations| annotations.success = Some("page:finished"));
    response::html(page.render(language), PageKind::FlowStatus)
}
