//! `/metrics`, `/healthz` and `/readyz`, on a listener of their own.

use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};

use super::metrics::metrics;

/// How long the question whether we are ready may take.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Why the service is not ready, in a few words.
pub type NotReady = &'static str;

/// The routes for whoever watches the service: `ready` answers whether the store can be read and
/// a key can sign.
pub fn health_router<F, Answer>(ready: F) -> Router
where
    F: Fn() -> Answer + Clone + Send + Sync + 'static,
    Answer: Future<Output = Result<(), NotReady>> + Send + 'static,
{
    Router::new()
        .route("/metrics", get(async || exposition()))
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(move || readiness(ready())))
}

fn exposition() -> Response {
    const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match metrics().exposition() {
        Ok(page) => ([(header::CONTENT_TYPE, TYPE)], page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn readiness(answer: impl Future<Output = Result<(), NotReady>>) -> Response {
    match tokio::time::timeout(READY_WITHIN, answer).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(why)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store is slow\n").into_response(),
    }
}
