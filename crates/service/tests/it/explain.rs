//! The explain endpoint: a client's own requests looked up, and requests tried out.

mod dry_run;
mod lookup;

use axum::body::Body;
use base64::{Engine, engine::general_purpose::STANDARD};
use http::Request;

use crate::house::{Answer, House, SECRET, TENANT, encode, post};

/// Where explanations are.
pub const EXPLAIN: &str = "oauth2/v2.0/explain";

/// `Authorization` of a client with the secret of all.
pub fn basic(client: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client}:{SECRET}")))
}

/// A request that looks something up.
pub fn looking_up(client: &str, query: &[(&str, &str)]) -> Request<Body> {
    Request::get(format!("/{TENANT}/{EXPLAIN}?{}", encode(query)))
        .header("host", "id.test")
        .header("authorization", basic(client))
        .body(Body::empty())
        .expect("a request")
}

/// Looks something up.
pub async fn look_up(house: &House, client: &str, query: &[(&str, &str)]) -> Answer {
    house.send(looking_up(client, query)).await
}

/// Tries a request out, the client proving itself in the header.
pub async fn try_out(house: &House, client: &str, body: &[(&str, &str)]) -> Answer {
    let mut request = post(EXPLAIN, body);
    request.headers_mut().insert("authorization", basic(client).parse().expect("a header"));
    house.send(request).await
}
