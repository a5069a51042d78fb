//! The form of the sign-in page: verifies user name and password, and opens the session.

use axum::response::Response;
use catalogue::{Refusal, refusal};
use model::{Change, CommitOutcome, Session};
use protocol::Error;
use signin::factor::password::SubmittedPassword;

use crate::{
    http::{
        cookies::{DeviceCookie, RequestCookies},
        form_fields::FormFields,
        incoming::IncomingRequest,
    },
    sign_in::{
        advance,
        flow_context::{FlowContext, FlowError},
        handle_form, page,
        password::{self, PasswordAttempt, SignedIn},
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
    let username = fields.value("username");
    let outcome = match SubmittedPassword::new(username, fields.value("password")) {
        Ok(submitted) => attempt(&flow_context, submitted).await,
        Err(refusal) => Err(refusal.into()),
    };
    match outcome {
        Ok((signed_in, device_cookie)) => {
            open_session(&mut flow_context, signed_in, device_cookie).await?;
            advance::advance(flow_context).await
        }
        Err(Error::Refused(refusal)) => show_refusal(flow_context, username, &refusal),
        Err(error) => Err(error.into()),
    }
}

/// Shows the page again with the submitted user name and the refusal, but not the password.
fn show_refusal(
    flow_context: FlowContext<'_>,
    username: &str,
    refusal: &Refusal,
) -> Result<Response, FlowError> {
    let username: String = username.chars().take(256).collect();
    Ok(page::sign_in(flow_context, Some(&username), Some(refusal))?)
}

async fn attempt(
    flow_context: &FlowContext<'_>,
    submitted: SubmittedPassword,
) -> Result<(SignedIn, DeviceCookie), Error> {
    let (incoming, rule_context) = (flow_context.incoming, flow_context.rule_context());
    let cookies = RequestCookies::parse(&incoming.parts.headers);
    let device_cookie = DeviceCookie::from_cookies(
        &cookies,
        flow_context.tenant,
        rule_context.seed.derive("browser"),
    );
    let attempt = PasswordAttempt {
        tenant: flow_context.tenant.id(),
        submitted,
        device_cookie: device_cookie.clone(),
        request_context: incoming.context.clone(),
    };
    let store = std::sync::Arc::clone(&incoming.service.store);
    let signed_in =
        password::verify_password(&incoming.service.password_pool, store, attempt).await?;
    Ok((signed_in, device_cookie))
}

/// Opens the flow's session, and ends an earlier session of the user in this browser. A form that
/// is sent twice conflicts with the first one and opens nothing.
async fn open_session(
    flow_context: &mut FlowContext<'_>,
    signed_in: SignedIn,
    mut device_cookie: DeviceCookie,
) -> Result<(), FlowError> {
    let (tenant, now) = (&flow_context.tenant.row, flow_context.rule_context().now);
    let SignedIn { user, factor, mut changes } = signed_in;
    let session = Session {
        tenant: tenant.id,
        id: flow_context.flow.session_id(),
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
    if flow_context.incoming.service.store.commit(changes).await? == CommitOutcome::Conflict {
        return Err(refusal::sign_in_already_finished().into());
    }
    flow_context.sessions.add(id, false);
    device_cookie.add(user.id);
    flow_context.cookies.push(flow_context.sessions.cookie(flow_context.tenant)?);
    flow_context.cookies.push(device_cookie.cookie(flow_context.tenant)?);
    let progress = &mut flow_context.flow.progress;
    progress.session = Some(id);
    progress.signed_in = true;
    Ok(())
}
