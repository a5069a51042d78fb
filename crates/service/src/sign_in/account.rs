//! The form of the account choice.

use axum::response::Response;
use catalogue::refusal;
use signin::flow::SessionFit;

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
    let NextStep::ChooseAccount(accounts) = step else {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    };
    if fields.is_pressed("other") {
        flow_context.flow.progress.other_account = true;
        return advance::continue_after_form(flow_context).await;
    }
    let chosen = fields.value("account");
    let chosen = accounts.into_iter().find(|it| it.account.session.to_string() == chosen);
    let Some(chosen) = chosen else {
        // Another account of this browser must not continue in place of the chosen one.
        flow_context.flow.progress.other_account = true;
        let step = NextStep::SignIn { username: None };
        let form = StepForm { flow_context, step, fields };
        return form.refuse(refusal::account_no_longer_signed_in());
    };
    let progress = &mut flow_context.flow.progress;
    progress.username = Some(chosen.account.username);
    match chosen.account.session_fit {
        SessionFit::Usable | SessionFit::TooWeak | SessionFit::NoSecondFactor => {
            progress.session = Some(chosen.account.session);
            progress.confirmed = true;
        }
        SessionFit::TooOld | SessionFit::OtherUser | SessionFit::Revoked => {
            progress.other_account = true;
        }
    }
    advance::continue_after_form(flow_context).await
}
