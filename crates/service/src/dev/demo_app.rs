//! `/demo-app`: its page, and the start of a sign-in.

use std::sync::Arc;

use axum::{http::Method, response::Response};
use catalogue::Language;
use pages::{DemoApp as DemoAppPage, DemoExperiment, Layout, PageKind};
use protocol::Error;

use super::{
    actions, callback,
    demo_client::DemoClient,
    demo_context::{DemoApp, PATH, with_client},
    experiment::Experiment,
    http_client::CompletedRequest,
    sessions::{self, DemoSession, Pending, TokenSet},
    token,
};
use crate::http::{
    cookies::{self, RequestCookies},
    incoming::IncomingRequest,
    page_layout, response,
};

/// The parameter of a sign-in that must have two factors.
const STEP_UP: &str = "step-up";

/// Shows the page.
pub(crate) async fn page(app: Arc<DemoApp>, incoming: IncomingRequest) -> Response {
    let language = incoming.context.language();
    match show(&app, &incoming, language).await {
        Ok(response) => response,
        Err(error) => response::error_page(&incoming.context, &error, language),
    }
}

async fn show(
    app: &DemoApp,
    incoming: &IncomingRequest,
    language: Language,
) -> Result<Response, Error> {
    incoming.check_request(&[Method::GET, Method::HEAD])?;
    let client = DemoClient::find(&incoming.service, &app.http).await?;
    let session = app.sessions.find(&RequestCookies::parse(&incoming.parts().headers));
    let session = session.map(|(_, session)| session).unwrap_or_default();
    let tokens = session.tokens.as_ref();
    let page = DemoAppPage {
        layout: Layout {
            tenant: None,
            language_switch: page_layout::language_switch(incoming.parts()),
        },
        is_registered: client.is_some(),
        signed_in_as: tokens.map(username),
        can_refresh: tokens.is_some_and(|tokens| tokens.refresh_token.is_some()),
        tokens: tokens.map(decoded).unwrap_or_default(),
        step_up: session.requests.last().and_then(|last| step_up(last, language)),
        refusal: session.refusal,
        requests: session.requests.iter().map(CompletedRequest::to_page).collect(),
        experiments: Experiment::ALL.map(|it| experiment_link(it, language)).into(),
    };
    Ok(response::html(page.render(language), PageKind::UnauthenticatedForm))
}

/// Returns the path of a stronger sign-in if the API requires it (RFC 9470 §4).
fn step_up(last: &CompletedRequest, language: Language) -> Option<String> {
    let is_required = last.text("error") == Some("insufficient_user_authentication");
    is_required.then(|| format!("{PATH}/sign-in?{STEP_UP}=yes&ui_locales={}", language.tag()))
}

fn experiment_link(experiment: Experiment, language: Language) -> DemoExperiment {
    let name = experiment.name();
    let text = |kind: &str| catalogue::text(language, &format!("demo-app-{kind}-{name}"), &[]);
    DemoExperiment {
        name: name.to_owned(),
        title: text("try"),
        expected: text("expect"),
        path: format!("{PATH}/sign-in?try={name}&ui_locales={}", language.tag()),
    }
}

/// Returns the name of the user in the ID token.
fn username(tokens: &TokenSet) -> String {
    let claims = tokens.id_token.as_deref().and_then(|token| token::verify(token, &tokens.keys));
    let claims = claims.unwrap_or_default();
    let name = ["preferred_username", "email", "sub"].iter().find_map(|name| claims.get(*name));
    name.and_then(|name| name.as_str()).unwrap_or_default().to_owned()
}

fn decoded(tokens: &TokenSet) -> Vec<pages::DecodedToken> {
    let id_token = tokens.id_token.as_deref();
    let id_token = id_token.map(|token| token::decode("id_token", token, &tokens.keys));
    let access_token = token::decode("access_token", &tokens.access_token, &tokens.keys);
    id_token.into_iter().chain([access_token]).collect()
}

/// Starts a sign-in.
pub(crate) async fn sign_in(app: Arc<DemoApp>, incoming: IncomingRequest) -> Response {
    with_client(&app, &incoming, &[Method::GET, Method::HEAD], async |context| {
        let seed = incoming.context.seed()?;
        let pending = Pending {
            state: sessions::random(&seed, ["demo_state", "more of demo_state"]),
            nonce: sessions::random(&seed, ["demo_nonce", "more of demo_nonce"]),
            code_verifier: sessions::random(&seed, ["demo_verifier", "more of demo_verifier"]),
            two_factors: incoming.query()?.get(STEP_UP).is_some(),
            experiment: incoming.query()?.get("try").and_then(Experiment::named),
            language: context.language.tag(),
        };
        let mut response = response::redirect(&context.client.authorization_path(&pending))?;
        let (id, _) = app.session(&incoming)?;
        cookies::append(response.headers_mut(), vec![sessions::cookie(&id)?]);
        app.sessions.put(&id, DemoSession { pending: Some(pending), ..DemoSession::default() });
        Ok(response)
    })
    .await
}

/// Receives the authorization response.
pub(crate) async fn receive(app: Arc<DemoApp>, incoming: IncomingRequest) -> Response {
    with_client(&app, &incoming, &[Method::GET, Method::HEAD], callback::receive).await
}

/// Uses the tokens as the button of the form says.
pub(crate) async fn act(app: Arc<DemoApp>, mut incoming: IncomingRequest) -> Response {
    let fields = actions::fields(&mut incoming).await;
    with_client(&app, &incoming, &[Method::POST], async |context| {
        actions::run(context, fields?.value("action")).await
    })
    .await
}
