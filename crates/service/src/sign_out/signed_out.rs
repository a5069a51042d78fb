//! `/{tenant}/signed-out`: the page after a sign-out, with the frames of the apps that have one.

use axum::{
    http::{HeaderValue, Method, header::CONTENT_SECURITY_POLICY},
    response::Response,
};
use model::{Client, Fault, FaultKind, SessionId};
use pages::{LogoutFrame, NextApp, PageKind, SignedOut, policy_with_frames};
use protocol::{Error, subject};

use crate::{
    http::{incoming::IncomingRequest, response},
    sign_out::{
        accounts::BrowserAccounts,
        sealed::{self, Done},
        sign_out_context::{self, SignOutContext},
    },
};

/// The seconds for which the page waits for its frames before the browser goes on to the app.
const WAIT_SECONDS: u32 = 5;

/// Shows the page, or goes on to the app.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    let tenant = match sign_out_context::tenant(&incoming, &[Method::GET]).await {
        Ok(tenant) => tenant,
        Err(response) => return response,
    };
    let context = SignOutContext::of_page(&incoming, &tenant);
    show(&context).await.unwrap_or_else(|error| context.error_page(&error))
}

async fn show(context: &SignOutContext<'_>) -> Result<Response, Error> {
    let SignOutContext { incoming, tenant, language, .. } = context;
    let sealed = context.parameter("done").unwrap_or_default();
    let done = sealed::open_done(&sealed, tenant, incoming.context.now());
    if context.parameter("continue").is_some()
        && let Some(target) = &done.target
    {
        return Ok(response::redirect(&target.location())?);
    }
    let store = incoming.service.store_of(tenant);
    let client = match &done.client {
        Some(id) => store.client(id).await?,
        None => None,
    };
    let (frames, origins) = frames(context, &done).await?;
    let next = done.target.is_some().then(|| NextApp {
        app: client.map(|client| client.name_in(language.tag()).to_owned()),
        path: context.path("signed-out", &[("done", &sealed), ("continue", "1")]),
        seconds: WAIT_SECONDS,
    });
    let has_others = !BrowserAccounts::load(context).await?.accounts.is_empty();
    let page = SignedOut {
        layout: context.layout(),
        frames,
        next,
        others: has_others.then(|| context.path("sign-out", &[])),
    };
    incoming.context.annotate(|annotations| annotations.success = Some("page:signed_out"));
    let mut response = response::html(page.render(*language), PageKind::FlowStatus);
    let policy = policy_with_frames(origins.iter().map(String::as_str));
    let policy = HeaderValue::from_str(&policy);
    let policy = policy.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// Returns the frames, and the origins of their pages.
async fn frames(
    context: &SignOutContext<'_>,
    done: &Done,
) -> Result<(Vec<LogoutFrame>, Vec<String>), Fault> {
    let store = context.incoming.service.store_of(context.tenant);
    let (mut frames, mut origins) = (Vec::new(), Vec::new());
    for (id, session) in &done.frames {
        let Some(client) = store.client(id).await? else { continue };
        let Some(origin) = client.frontchannel_logout_origin() else { continue };
        if !origins.iter().any(|known| known == origin) {
            origins.push(origin.to_owned());
        }
        let app = client.name_in(context.language.tag()).to_owned();
        frames.extend(frame_url(context, &client, *session).map(|url| LogoutFrame { app, url }));
    }
    Ok((frames, origins))
}

/// Returns the URL of a frame: that of the client with `iss` and `sid` (Front-Channel Logout §2).
fn frame_url(context: &SignOutContext<'_>, client: &Client, session: SessionId) -> Option<String> {
    let uri = client.frontchannel_logout_uri.as_deref()?;
    let sid = subject::session_id(session, client, &context.tenant.row).to_string();
    let mut parameters = form_urlencoded::Serializer::new(String::new());
    parameters.append_pair("iss", &context.tenant.endpoints.issuer).append_pair("sid", &sid);
    let separator = if uri.contains('?') { '&' } else { '?' };
    Some(format!("{uri}{separator}{}", parameters.finish()))
}
