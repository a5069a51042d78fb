//! The form of the account choice.

use axum::response::Response;
use catalogue::refusal;
use signin::flow::SessionFit;

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
        let refusal = refusal::sign_in_cancelled(&flow_context.client.name);
        return Err(flow_context.cancel(refusal));
    }
    if fields.is_pressed("other") {
        flow_context.flow.progress.other_account = true;
        return advance::advance(flow_context).await;
    }
    let accounts = flow_context.accounts().await?;
    let chosen = fields.value("account");
    let chosen = accounts.into_iter().find(|account| account.account.session.to_string() == chosen);
    let chosen = chosen.ok_or_else(refusal::account_no_longer_signed_in)?;
    let progress = &mut flow_context.flow.progress;
    progress.username = Some(chosen.account.username);
    match chosen.account.session_fit {
        SessionFit::Usable => progress.session = Some(chosen.account.session),
        SessionFit::TooOld | SessionFit::OtherUser | SessionFit::Revoked => {
            progress.other_account = true;
        }
    }
    advance::advance(flow_context).await
}
