//! `/demo-app/callback`: the authorization response, and the token request that follows it.

use axum::response::Response;
use jose::digest;
use protocol::{Error, parameters::Parameters};
use serde_json::Value;

use super::{
    demo_context::{DemoContext, to_page},
    experiment::Experiment,
    http_client::CompletedRequest,
    sessions::{DemoSession, Pending, TokenSet},
    token,
};

/// Receives the authorization response. A response that no sign-in of this browser waits for leads
/// to the page: the user went back, or opened the address again.
pub(super) async fn receive(context: &DemoContext<'_>) -> Result<Response, Error> {
    let query = context.incoming.query()?;
    let (id, session) = context.app.session(context.incoming)?;
    let state = query.get("state").unwrap_or_default();
    let is_expected =
        |pending: &Pending| digest::constant_time_eq(pending.state.as_bytes(), state.as_bytes());
    let Some(pending) = session.pending.filter(is_expected) else {
        return to_page(context.language.tag());
    };
    let session = match query.get("code") {
        Some(code) => redeem(context, code, &pending).await,
        None => refused_by_authorize(context, &query).await,
    };
    context.app.sessions.put(&id, session);
    to_page(pending.language)
}

/// Returns the session after an authorization response with an error (RFC 6749 §4.1.2.1).
async fn refused_by_authorize(context: &DemoContext<'_>, query: &Parameters) -> DemoSession {
    let description = query.get("error_description").unwrap_or_default();
    let error = (query.get("error").unwrap_or_default(), description);
    let trace_id = description.split("Trace ID: ").nth(1).and_then(|rest| rest.split(' ').next());
    let trace_id = trace_id.unwrap_or_default();
    let refusal = context.client.explain(error, trace_id, context.language).await;
    DemoSession { refusal: Some(refusal), ..DemoSession::default() }
}

/// Redeems the code, and makes the mistake of an experiment.
async fn redeem(context: &DemoContext<'_>, code: &str, pending: &Pending) -> DemoSession {
    let client = &context.client;
    let mut requests = vec![client.redeem(code, pending).await];
    let mut tokens = None;
    if let Some(first) = requests.first().filter(|first| first.is_success()) {
        tokens = Some(client.tokens(first).await).filter(|tokens| is_for(tokens, pending));
    }
    let second = match (&tokens, pending.experiment) {
        (Some(_), Some(Experiment::CodeTwice)) => Some(client.redeem(code, pending).await),
        (Some(tokens), Some(Experiment::AlteredToken)) => {
            let token = tokens.refresh_token.as_deref().unwrap_or_default();
            Some(client.refresh(&format!("{token}x")).await)
        }
        (Some(tokens), Some(Experiment::ApiWithoutScope)) => {
            Some(client.call_api(&tokens.access_token).await)
        }
        _ => None,
    };
    requests.extend(second);
    let session = DemoSession { tokens, requests, ..DemoSession::default() };
    with_refusal(context, session).await
}

/// Adds the explanation of the last request to a session if it was refused.
pub(super) async fn with_refusal(
    context: &DemoContext<'_>,
    mut session: DemoSession,
) -> DemoSession {
    let refused = session.requests.last().filter(|last| !last.is_success());
    session.refusal = match refused {
        Some(refused) => Some(explain(context, refused).await),
        None => None,
    };
    session
}

async fn explain(context: &DemoContext<'_>, refused: &CompletedRequest) -> pages::DemoRefusal {
    let text = |name| refused.text(name).unwrap_or_default();
    let error = (text("error"), text("error_description"));
    context.client.explain(error, &refused.trace_id, context.language).await
}

/// Returns whether the ID token is for this sign-in (OpenID Connect Core §3.1.3.7 item 11).
fn is_for(tokens: &TokenSet, pending: &Pending) -> bool {
    let claims = tokens.id_token.as_deref().and_then(|token| token::verify(token, &tokens.keys));
    claims.is_some_and(|claims| {
        claims.get("nonce").and_then(Value::as_str) == Some(pending.nonce.as_str())
    })
}
