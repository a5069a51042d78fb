//! The form of the sign-in page: verifies user name and password, and opens the session.

use axum::response::Response;
use model::{Fault, Seconds};
use protocol::Error;
use signin::factor::password::SubmittedPassword;

use crate::{
    http::{device_cookie::DeviceCookie, form_fields::FormFields, incoming::IncomingRequest},
    metrics::SignInOutcome,
    sign_in::{
        access_pass, advance, after_password, flow,
        flow_context::FlowContext,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        next_step::NextStep,
        password::{self, PasswordAttempt, SignedIn},
        reset_account,
        reset_state::{ProvenReset, Reset},
        sign_up_account,
        sign_up_state::{SignUp, shown_address},
    },
};

/// The time in which a browser sends a form again whose response was lost.
const SENT_TWICE_WITHIN: Seconds = Seconds::minutes(1);

/// Handles the form.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(form: StepForm<'_>) -> Result<Response, FlowError> {
    let StepForm { mut flow_context, step, fields } = form;
    if !matches!(step, NextStep::SignIn { .. }) {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    }
    let username = fields.value("username");
    if fields.language().is_some() {
        // The language switch submits the form: the page shows the typed name again.
        flow_context.flow.set_username(username);
        return advance::redirect_to_page(flow_context, "flow:continued");
    }
    if leave(&mut flow_context, &fields) {
        return advance::redirect_to_page(flow_context, "flow:continued");
    }
    if has_signed_in_before(&flow_context).await? {
        flow_context.flow.progress.signed_in = true;
        return advance::restart(flow_context);
    }
    let outcome = match SubmittedPassword::new(username, fields.value("password")) {
        Ok(submitted) => attempt(&flow_context, submitted).await,
        Err(refusal) => {
            flow_context.count_sign_in(SignInOutcome::Malformed);
            Err(refusal.into())
        }
    };
    match outcome {
        Ok((SignedIn { user, changes, must_replace: Some((reason, state)), .. }, _)) => {
            if !changes.is_empty() {
                // The counters that the right password resets. One that changed meanwhile stays.
                let _ = flow_context.store().commit(changes).await?;
            }
            flow_context.flow.set_username(username);
            let proof =
                ProvenReset { user: user.id, state, end_sessions: false, by_password: true };
            flow_context.flow.reset = Some(Reset::Proven(proof));
            StepForm { flow_context, step, fields }.refuse(reason.refusal())
        }
        Ok((signed_in, device_cookie)) => {
            let user = &signed_in.user;
            let now = flow_context.rule_context().now;
            let lifetime = flow_context.tenant.row.second_factor_browser_lifetime;
            let is_known_browser = device_cookie.is_trusted(user, lifetime, now);
            let browser = (device_cookie, is_known_browser);
            after_password::continue_with(flow_context, signed_in, browser, now).await
        }
        Err(Error::Refused(refusal)) => {
            // The page shows the user name again, but not the password.
            flow_context.flow.set_username(username);
            StepForm { flow_context, step, fields }.refuse(refusal)
        }
        Err(error) => Err(error.into()),
    }
}

/// Begins a reset of the password or a sign-up, if the user pressed its button.
fn leave(flow_context: &mut FlowContext<'_>, fields: &FormFields) -> bool {
    let username = fields.value("username");
    if fields.is_pressed("forgot") {
        if reset_account::is_offered(flow_context) {
            flow_context.flow.reset = Some(Reset::Begun);
        }
        flow_context.flow.set_username(username);
    } else if fields.is_pressed("sign-up") {
        if sign_up_account::is_offered(flow_context) {
            flow_context.flow.sign_up = Some(SignUp::Begun { address: shown_address(username) });
        }
    } else {
        return false;
    }
    flow_context.flow.problem = None;
    true
}

/// Returns whether the flow has opened a session some time ago. Its form cannot be used to check
/// passwords again and again. A form that is sent twice comes soon.
async fn has_signed_in_before(flow_context: &FlowContext<'_>) -> Result<bool, Fault> {
    let id =
        flow::session_id(flow_context.flow.id(), &flow_context.tenant.row, flow_context.store());
    let session = flow_context.store().session(id).await?;
    let now = flow_context.rule_context().now;
    Ok(session.is_some_and(|session| now > session.auth_time + SENT_TWICE_WITHIN))
}

async fn attempt(
    flow_context: &FlowContext<'_>,
    submitted: SubmittedPassword,
) -> Result<(SignedIn, DeviceCookie), Error> {
    let incoming = flow_context.incoming;
    let device_cookie = flow_context.device_cookie();
    let attempt = PasswordAttempt {
        lifetime: flow_context.tenant.row.password_lifetime,
        username_digest: flow_context.tenant.username_digests(&submitted.username_key()).next(),
        submitted,
        device_cookie: device_cookie.clone(),
        request_context: incoming.context.clone(),
        service: std::sync::Arc::clone(&incoming.service),
        pass_use: access_pass::pass_use(flow_context),
    };
    let store = incoming.service.shared_store_of(flow_context.tenant);
    let signed_in = password::verify_password(store, attempt).await?;
    Ok((signed_in, device_cookie))
}
