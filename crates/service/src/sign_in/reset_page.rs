//! Renders the pages of a password reset.

use axum::response::Response;
use model::{Fault, FaultKind};
use pages::{ChooseNewPassword, ResetCode, ResetPassword};

use crate::sign_in::{
    flow_context::FlowContext,
    next_step::NextStep,
    page_form::{Form, action, problem, refused, report, respond, with_status_of},
};

/// Renders the page of a step of the reset. The pages that ask for a name and a code are the same
/// whether an account has the name or not.
pub(super) fn show(
    flow_context: FlowContext<'_>,
    Form { flow, step }: Form,
    next: NextStep,
) -> Result<Response, Fault> {
    let language = flow_context.language();
    let refused = refused(&flow_context);
    let problem = problem(refused.as_ref(), language);
    let report = report(&flow_context, refused.as_ref(), language);
    let layout = flow_context.layout.clone();
    let app = flow_context.request.client().name_in(language.tag()).to_owned();
    let username = flow_context.flow.progress.username.clone().unwrap_or_default();
    let (html, outcome) = match next {
        NextStep::ResetUsername => {
            let action = action(&flow_context, "reset-password");
            let page = ResetPassword { layout, action, flow, step, app, username, report, problem };
            (page.render(language), "page:reset_password")
        }
        NextStep::ResetCode(_) => {
            let action = action(&flow_context, "reset-password");
            let page = ResetCode { layout, action, flow, step, app, username, report, problem };
            (page.render(language), "page:reset_code")
        }
        NextStep::NewPassword { user, proven } => {
            let page = ChooseNewPassword {
                layout,
                action: action(&flow_context, "new-password"),
                flow,
                step,
                app,
                username: user.username.clone(),
                minimum_length: flow_context.tenant.row.password_minimum_length.to_string(),
                end_sessions: proven.end_sessions,
                report,
                problem,
            };
            (page.render(language), "page:new_password")
        }
        _ => return Err(Fault::from_message(FaultKind::Internal, "a step of no password reset")),
    };
    Ok(with_status_of(respond(flow_context, html, outcome)?, refused.as_ref()))
}
