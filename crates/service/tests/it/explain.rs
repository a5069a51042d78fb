//! The explain endpoint: look-ups of a client's own requests, and dry runs.

mod dry_run;
mod lookup;

use axum::body::Body;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::Request;

use crate::test_service::{SECRET, TENANT, TestResponse, TestService, encode, post};

/// The path of the explain endpoint.
pub const EXPLAIN: &str = "oauth2/v2.0/explain";

/// Returns the `Authorization` header of a client with [`SECRET`].
pub fn basic(client: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client}:{SECRET}")))
}

/// Returns a look-up request.
pub fn look_up_request(client: &str, query: &[(&str, &str)]) -> Request<Body> {
    Request::get(format!("/{TENANT}/{EXPLAIN}?{}", encode(query)))
        .header("host", "id.test")
        .header("authorization", basic(client))
        .body(Body::empty())
        .expect("a request")
}

/// Looks requests up.
pub async fn look_up(service: &TestService, client: &str, query: &[(&str, &str)]) -> TestResponse {
    service.send(look_up_request(client, query)).await
}

/// Dry-runs a request. The client authenticates in the header.
pub async fn send_dry_run(
    service: &TestService,
    client: &str,
    body: &[(&str, &str)],
) -> TestResponse {
    let mut request = post(EXPLAIN, body);
    request.headers_mut().insert("authorization", basic(client).parse().expect("a header"));
    service.send(request).await
}
