//! `/metrics`, `/healthz` (liveness) and `/readyz` (readiness), served by a listener of their own.

use std::future::Future;
use std::time::Duration;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{StatusCode, header};

use super::metrics::metrics;

/// Timeout of the readiness check.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// The reason why the service is not ready, in a few words.
pub type NotReady = &'static str;

/// Creates the routes for monitoring. `ready` checks whether the store can be read and every tenant
/// has a signing key.
pub fn health_router<F, Check>(ready: F) -> Router
where
    F: Fn() -> Check + Clone + Send + Sync + 'static,
    Check: Future<Output = Result<(), NotReady>> + Send + 'static,
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

async fn readiness(check: impl Future<Output = Result<(), NotReady>>) -> Response {
    match tokio::time::timeout(READY_TIMEOUT, check).await {
        Ok(Ok(())) => "ready\n".into_response(),
        Ok(Err(reason)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{reason}\n")).into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store is slow\n").into_response(),
    }
}
