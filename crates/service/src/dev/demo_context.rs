//! One request to the demo app: its session, its client and its language.

use std::sync::Arc;

use axum::{http::Method, response::Response};
use catalogue::Language;
use model::Fault;
use protocol::Error;

use super::{
    demo_client::DemoClient,
    http_client::HttpClient,
    sessions::{self, DemoSession, Sessions},
};
use crate::{
    http::{cookies::RequestCookies, incoming::IncomingRequest, response, routes::Routes},
    settings::Settings,
};

/// The path of the page.
pub(super) const PATH: &str = "/demo-app";

/// The demo app: an ordinary client of the service, in the same process.
pub(crate) struct DemoApp {
    pub(super) http: HttpClient,
    pub(super) sessions: Sessions,
}

/// One request to the demo app.
pub(super) struct DemoContext<'a> {
    pub(super) app: &'a DemoApp,
    pub(super) incoming: &'a IncomingRequest,
    pub(super) client: DemoClient<'a>,
    pub(super) language: Language,
}

impl DemoApp {
    /// Creates the app. `routes` are the endpoints of the service.
    pub(crate) fn new(routes: Routes, settings: &Settings) -> Arc<Self> {
        let http = HttpClient::new(routes, settings.host());
        Arc::new(Self { http, sessions: Sessions::default() })
    }

    /// Returns the session of the browser and its id. Both are new if it has none.
    ///
    /// # Errors
    /// The random source of the system failed.
    pub(super) fn session(
        &self,
        incoming: &IncomingRequest,
    ) -> Result<(String, DemoSession), Fault> {
        match self.sessions.find(&RequestCookies::parse(&incoming.parts().headers)) {
            Some(found) => Ok(found),
            None => Ok((sessions::new_id(&incoming.context.seed()?), DemoSession::default())),
        }
    }
}

/// Runs a step with the client of the app. Without a client, the page says how to declare one.
pub(super) async fn with_client(
    app: &DemoApp,
    incoming: &IncomingRequest,
    methods: &[Method],
    step: impl AsyncFnOnce(&DemoContext<'_>) -> Result<Response, Error>,
) -> Response {
    let language = incoming.context.language();
    let result = async {
        incoming.check_request(methods)?;
        match DemoClient::find(&incoming.service, &app.http).await? {
            Some(client) => step(&DemoContext { app, incoming, client, language }).await,
            None => Ok(response::redirect(PATH)?),
        }
    };
    match result.await {
        Ok(response) => response,
        Err(error) => response::error_page(&incoming.context, &error, language),
    }
}

/// Returns the redirect to the page after a step.
///
/// # Errors
/// The language tag has characters that a header cannot contain.
pub(super) fn to_page(language: &str) -> Result<Response, Error> {
    Ok(response::redirect(&format!("{PATH}?ui_locales={language}"))?)
}
