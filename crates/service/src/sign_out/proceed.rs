//! Goes on with a request to sign out: ends the session, asks, or leads on.

use axum::response::Response;
use model::{Fault, Session};
use protocol::{
    Error,
    end_session::{BrowserSession, EndSessionRequest, Inputs, LogoutTarget, Verdict, decide},
};

use crate::{
    http::{cookies, response},
    logout,
    sign_out::{
        accounts::BrowserAccounts,
        question_page,
        sealed::{self, Done},
        sign_out_context::SignOutContext,
    },
};

/// Maximum number of frames of one sign-out. Further apps learn of it by logout tokens only.
const FRAMES_MAX: usize = 10;

/// The endpoint at which a request to sign out was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the endpoint. The question has an address of its own.
    Endpoint,
    /// At the address of the question.
    Question,
}

/// Decides on a request, and carries it out.
pub(super) async fn proceed(
    context: &SignOutContext<'_>,
    request: &EndSessionRequest,
    place: Place,
) -> Result<Response, Error> {
    let browser = BrowserAccounts::load(context).await?;
    let inputs = inputs(context, request, &browser).await?;
    match decide(request, &inputs, &context.tenant.row)? {
        Verdict::End { session, target } => {
            let sessions = browser.accounts.iter().map(|account| &account.session);
            let ended = sessions.filter(|it| it.id == session).cloned().collect();
            Ok(end(context, browser, ended, (target, request)).await?)
        }
        Verdict::Ask { .. } if place == Place::Question => {
            question_page::show(context, request, (&browser, inputs.client.as_deref()))
        }
        Verdict::Ask { .. } => lead_to_question(context, request),
        Verdict::SignedOut { target } => {
            Ok(end(context, browser, Vec::new(), (target, request)).await?)
        }
    }
}

/// Returns the redirect to the page that asks.
pub(super) fn lead_to_question(
    context: &SignOutContext<'_>,
    request: &EndSessionRequest,
) -> Result<Response, Error> {
    let path = if *request == EndSessionRequest::default() {
        context.path("sign-out", &[])
    } else {
        let now = context.incoming.context.now();
        let sealed = sealed::seal_request(request, context.tenant, now)?;
        context.path("sign-out", &[("request", &sealed)])
    };
    Ok(response::redirect(&path)?)
}

/// Reads the inputs of the decision.
pub(super) async fn inputs(
    context: &SignOutContext<'_>,
    request: &EndSessionRequest,
    browser: &BrowserAccounts,
) -> Result<Inputs, Fault> {
    let store = context.incoming.service.store_of(context.tenant);
    let client = match request.client() {
        Some(id) => store.client(id).await?.filter(|client| client.enabled),
        None => None,
    };
    // With a hint, the clients of the sessions do not matter.
    let needs_clients = request.redirect_uri.is_some() && request.hint.is_none();
    let mut sessions = Vec::new();
    for account in &browser.accounts {
        let session = account.session.clone();
        let clients = if needs_clients {
            logout::clients_of_session(store, &session).await?
        } else {
            Vec::new()
        };
        sessions.push(BrowserSession { session, clients });
    }
    Ok(Inputs { client, sessions })
}

/// Ends sessions, and leads to what follows: the app, or the page after a sign-out.
pub(super) async fn end(
    context: &SignOutContext<'_>,
    mut browser: BrowserAccounts,
    ended: Vec<Session>,
    (target, request): (Option<LogoutTarget>, &EndSessionRequest),
) -> Result<Response, Fault> {
    let SignOutContext { incoming, tenant, .. } = context;
    let now = incoming.context.now();
    let mut frames = Vec::new();
    for session in &ended {
        let clients = logout::end_session(&incoming.service, tenant, session, now).await?;
        let framed = clients.iter().filter(|it| it.client.frontchannel_logout_uri.is_some());
        frames.extend(framed.filter_map(|it| Some((it.client.id.clone(), it.session?))));
        browser.sessions.remove(session.id);
    }
    frames.truncate(FRAMES_MAX);
    incoming.context.annotate(|annotations| {
        annotations.success = Some("signed_out");
        annotations.user = ended.first().map(|session| session.user);
    });
    let location = match &target {
        Some(target) if frames.is_empty() => target.location(),
        None if frames.is_empty() => context.path("signed-out", &[]),
        _ => {
            let done = Done { frames, target, client: request.client().cloned() };
            let sealed = sealed::seal_done(done, tenant, now)?;
            context.path("signed-out", &[("done", &sealed)])
        }
    };
    let mut response = response::redirect(&location)?;
    if !ended.is_empty() {
        let cookie = browser.sessions.cookie(tenant)?;
        cookies::append(response.headers_mut(), vec![cookie]);
    }
    Ok(response)
}
