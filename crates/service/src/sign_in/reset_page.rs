//! Renders the pages of a password reset.

use axum::response::Response;
use model::{Fault, FaultKind};
use pages::{ChooseNewPassword, ResetCode, ResetPassword};

use crate::sign_in::{
    flow_context::FlowContext,
    next_step::NextStep,
    page_form::{Form, refused, respond, step_form, with_status_of},
};

/// Renders the page of a step of the reset. The pages that ask for a name and a code are the same
/// whether an account has the name or not.
pub(super) fn show(
    flow_context: FlowContext<'_>,
    form: Form,
    next: NextStep,
) -> Result<Response, Fault> {
    let language = flow_context.language();
    let refused = refused(&flow_context);
    let layout = flow_context.layout.clone();
    let form =
        |address, username| step_form(&flow_context, (form, address), username, refused.as_ref());
    let typed = || flow_context.flow.progress.username.clone().unwrap_or_default();
    let (html, outcome) = match next {
        NextStep::ResetUsername => {
            let page = ResetPassword { layout, form: form("reset-password", typed()) };
            (page.render(language), "page:reset_password")
        }
        NextStep::ResetCode(_) => {
            let page = ResetCode { layout, form: form("reset-password", typed()) };
            (page.render(language), "page:reset_code")
        }
        NextStep::NewPassword { user, proven, minimum_length } => {
            let page = ChooseNewPassword {
                layout,
                form: form("new-password", user.username.clone()),
                minimum_length: minimum_length.to_string(),
                end_sessions: proven.end_sessions,
            };
            (page.render(language), "page:new_password")
        }
        _ => return Err(Fault::from_message(FaultKind::Internal, "a step of no password reset")),
    };
    Ok(with_status_of(respond(flow_context, html, outcome)?, refused.as_ref()))
}
