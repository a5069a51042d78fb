//! The form with which a user sets up an authenticator app while signing in.

use axum::response::Response;
use model::{Authenticators, Fault};
use pages::{NewRecoveryCodes, PageKind};
use protocol::Error;
use signin::factor::{
    VerifiedFactor,
    recovery_code::{self, RecoveryCode},
    totp::TotpSecret,
};

use crate::{
    authenticators,
    http::{cookies, incoming::IncomingRequest, response},
    sign_in::{
        advance,
        flow_context::FlowContext,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        next_step::NextStep,
        opened_session::Authenticated,
        second_step::SecondStep,
    },
};

/// Handles the form.
pub(crate) async fn post(incoming: IncomingRequest) -> Response {
    handle_form(incoming, handle).await
}

async fn handle(form: StepForm<'_>) -> Result<Response, FlowError> {
    let StepForm { flow_context, step, fields } = form;
    let NextStep::SetUpAuthenticatorApp(second, secret) = step else {
        return advance::redirect_unchanged(flow_context, "flow:continued");
    };
    if fields.is_pressed("other") {
        return advance::restart(flow_context);
    }
    if fields.is_pressed("later") && second.postponable_until(&flow_context).is_some() {
        return postpone(flow_context, *second).await;
    }
    match check(&flow_context, &second, &secret, fields.value("code")).await {
        Ok(factor) => set_up(flow_context, *second, (&secret, fields.value("name")), &factor).await,
        Err(Error::Refused(refusal)) => {
            let step = NextStep::SetUpAuthenticatorApp(second, secret);
            StepForm { flow_context, step, fields }.refuse(refusal)
        }
        Err(error) => Err(error.into()),
    }
}

/// Opens a session of the first factor alone.
async fn postpone(
    mut flow_context: FlowContext<'_>,
    second: SecondStep,
) -> Result<Response, FlowError> {
    let SecondStep { user, amr, auth_time, replaced, stored: _ } = second;
    let pass_ends_at = None;
    let authenticated =
        Authenticated { user, amr, auth_time, pass_ends_at, replaced, changes: Vec::new() };
    let device_cookie = flow_context.device_cookie();
    if flow_context.open_session(authenticated, device_cookie).await? {
        return advance::continue_after_form(flow_context).await;
    }
    flow_context.flow.progress.signed_in = true;
    advance::restart(flow_context)
}

/// Checks that the app has the secret. The user knows it, so guesses need no limit.
async fn check(
    flow_context: &FlowContext<'_>,
    second: &SecondStep,
    secret: &TotpSecret,
    typed: &str,
) -> Result<VerifiedFactor, Error> {
    let code = (std::slice::from_ref(secret), authenticators::parse_code(typed)?);
    let now = flow_context.rule_context().now;
    authenticators::spend_code(flow_context.store(), second.user.id, code, now).await
}

/// Stores the app, opens the session, and shows new recovery codes.
async fn set_up(
    mut flow_context: FlowContext<'_>,
    second: SecondStep,
    (secret, name): (&TotpSecret, &str),
    factor: &VerifiedFactor,
) -> Result<Response, FlowError> {
    let (tenant, rule_context) = (flow_context.tenant, flow_context.rule_context());
    let (seed, now) = (rule_context.seed, rule_context.now);
    let codes = recovery_code::new_codes(|label| seed.derive(label));
    let mut new = second.stored.clone();
    let new = new.get_or_insert_with(|| Authenticators::new(tenant.id(), second.user.id));
    new.apps.push(authenticators::new_app(secret, name, (tenant, &seed), now)?);
    new.recovery_codes = recovery_code::new_set(&codes, now);
    let (service, rows) = (&flow_context.incoming.service, (second.stored.clone(), new.clone()));
    if !authenticators::replace(service, flow_context.store(), rows, now).await? {
        // The user has set up another one meanwhile, whose code is asked for.
        return advance::continue_after_form(flow_context).await;
    }
    let authenticated = Authenticated {
        amr: second.amr_with(factor),
        user: second.user,
        auth_time: second.auth_time,
        replaced: second.replaced,
        pass_ends_at: None,
        changes: Vec::new(),
    };
    let username = authenticated.user.username.clone();
    let device_cookie = flow_context.device_cookie();
    if !flow_context.open_session(authenticated, device_cookie).await? {
        flow_context.flow.progress.signed_in = true;
        return advance::restart(flow_context);
    }
    flow_context.flow.problem = None;
    Ok(show(flow_context, username, &codes)?)
}

/// Shows the codes. This response alone contains them.
fn show(
    mut flow_context: FlowContext<'_>,
    username: String,
    codes: &[RecoveryCode],
) -> Result<Response, Fault> {
    flow_context.store_flow()?;
    let next = flow_context.address.of_flow(flow_context.flow.id());
    let codes = codes.iter().map(RecoveryCode::text).collect();
    let page = NewRecoveryCodes::new(flow_context.layout.clone(), username, codes, next);
    let html = page.render(flow_context.language());
    let mut response = response::html(html, PageKind::SignInFlow);
    cookies::append(response.headers_mut(), flow_context.cookies);
    let outcome = "page:recovery_codes";
    flow_context.incoming.context.annotate(|annotations| annotations.success = Some(outcome));
    Ok(response)
}
