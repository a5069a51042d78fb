//! `/demo-app/action`: the buttons of the page, which use the tokens.

use axum::response::Response;
use protocol::Error;

use super::{
    callback::with_refusal,
    demo_context::{DemoContext, to_page},
    sessions::{DemoSession, TokenSet},
};
use crate::http::{csrf, form_fields::FormFields, incoming::IncomingRequest, response};

/// Reads the form, if a page of this service posted it.
pub(super) async fn fields(incoming: &mut IncomingRequest) -> Result<FormFields, Error> {
    csrf::check_same_origin_strict(incoming)?;
    FormFields::read(incoming).await
}

/// Runs an action. Without tokens, the page shows the start.
pub(super) async fn run(context: &DemoContext<'_>, action: &str) -> Result<Response, Error> {
    let (id, session) = context.app.session(context.incoming)?;
    if action == "sign-out" {
        context.app.sessions.put(&id, DemoSession::default());
        let id_token = session.tokens.and_then(|tokens| tokens.id_token);
        let path = context.client.sign_out_path(id_token.as_deref(), context.language.tag());
        return Ok(response::redirect(&path)?);
    }
    let session = match session.tokens {
        Some(tokens) if action != "forget" => act(context, tokens, action).await,
        _ => DemoSession::default(),
    };
    context.app.sessions.put(&id, session);
    to_page(context.language.tag())
}

async fn act(context: &DemoContext<'_>, tokens: TokenSet, action: &str) -> DemoSession {
    let client = &context.client;
    let request = match action {
        "refresh" => client.refresh(tokens.refresh_token.as_deref().unwrap_or_default()).await,
        "large-orders" => client.large_orders(&tokens.access_token).await,
        "userinfo" => client.userinfo(&tokens.access_token).await,
        _ => client.call_api(&tokens.access_token).await,
    };
    let tokens = if action == "refresh" && request.is_success() {
        let new = client.tokens(&request).await;
        // A response without a refresh or ID token leaves the previous one valid.
        TokenSet {
            refresh_token: new.refresh_token.or(tokens.refresh_token),
            id_token: new.id_token.or(tokens.id_token),
            ..new
        }
    } else {
        tokens
    };
    let session =
        DemoSession { tokens: Some(tokens), requests: vec![request], ..DemoSession::default() };
    with_refusal(context, session).await
}
