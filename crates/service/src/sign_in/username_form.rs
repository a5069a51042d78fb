//! The form of the sign-in page: verifies user name and password, and opens the session.

use axum::response::Response;
use model::{Change, CommitOutcome, Fault, Seconds, Session, SessionId, UserId};
use protocol::Error;
use signin::factor::password::SubmittedPassword;

use crate::{
    http::{cookies::RequestCookies, device_cookie::DeviceCookie, incoming::IncomingRequest},
    metrics::SignInOutcome,
    sign_in::{
        advance, flow,
        flow_context::FlowContext,
        flow_error::FlowError,
        form::{StepForm, handle_form},
        next_step::NextStep,
        password::{self, PasswordAttempt, SignedIn},
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
        Ok((signed_in, device_cookie)) => {
            open_session(flow_context, signed_in, device_cookie).await
        }
        Err(Error::Refused(refusal)) => {
            // The page shows the user name again, but not the password.
            flow_context.flow.set_username(username);
            StepForm { flow_context, step, fields }.refuse(refusal)
        }
        Err(error) => Err(error.into()),
    }
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
    let (incoming, rule_context) = (flow_context.incoming, flow_context.rule_context());
    let cookies = RequestCookies::parse(&incoming.parts().headers);
    let device_cookie = DeviceCookie::from_cookies(
        &cookies,
        flow_context.tenant,
        rule_context.seed.derive("browser"),
    );
    let attempt = PasswordAttempt {
        username_digest: flow_context.tenant.username_digests(&submitted.username_key()).next(),
        submitted,
        device_cookie: device_cookie.clone(),
        request_context: incoming.context.clone(),
        metrics: std::sync::Arc::clone(&incoming.service.metrics),
    };
    let store = incoming.service.shared_store_of(flow_context.tenant);
    let limits = std::sync::Arc::clone(&incoming.service.limits);
    let signed_in = password::verify_password(limits, store, attempt).await?;
    Ok((signed_in, device_cookie))
}

/// Opens the flow's session, and ends an earlier session of the user in this browser.
async fn open_session(
    mut flow_context: FlowContext<'_>,
    signed_in: SignedIn,
    mut device_cookie: DeviceCookie,
) -> Result<Response, FlowError> {
    let (tenant, now) = (&flow_context.tenant.row, flow_context.rule_context().now);
    let SignedIn { user, factor, mut changes } = signed_in;
    let session = Session {
        tenant: tenant.id,
        id: flow::session_id(flow_context.flow.id(), tenant, flow_context.store()),
        user: user.id,
        auth_time: now,
        amr: vec![factor.amr().to_owned()],
        expires_at: now + tenant.session_lifetime,
        persistent: false,
        ended_at: None,
    };
    let id = session.id;
    for account in flow_context.accounts().await? {
        if account.account.user == user.id && account.account.session != id {
            let session = account.account.session;
            flow_context.sessions.remove(session);
            changes.push(Change::EndSession { tenant: tenant.id, session, at: now });
        }
    }
    changes.push(Change::OpenSession(session));
    if flow_context.store().commit(changes).await? == CommitOutcome::Conflict
        && !is_own_session(&flow_context, id, user.id).await?
    {
        // An old cookie of a flow in which another user signed in.
        flow_context.flow.progress.signed_in = true;
        return advance::restart(flow_context);
    }
    flow_context.count_sign_in(SignInOutcome::Succeeded);
    flow_context.sessions.add(id, false, now);
    device_cookie.add(&user);
    flow_context.cookies.push(flow_context.sessions.cookie(flow_context.tenant)?);
    flow_context.cookies.push(device_cookie.cookie(flow_context.tenant)?);
    flow_context.flow.bind(&user, id, device_cookie.id());
    advance::continue_after_form(flow_context).await
}

/// Returns whether the session that the flow opened before is an active one of this user: the form
/// was sent twice, and the response to the first one was lost.
async fn is_own_session(
    flow_context: &FlowContext<'_>,
    id: SessionId,
    user: UserId,
) -> Result<bool, Fault> {
    let stored = flow_context.store().session(id).await?;
    let now = flow_context.rule_context().now;
    Ok(stored.is_some_and(|session| session.user == user && session.is_active(now)))
}
