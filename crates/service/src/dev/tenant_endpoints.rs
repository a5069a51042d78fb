//! The endpoints of the tenant that `admit dev` declares.

use serde_json::Value;

use super::http_client::HttpClient;

/// The name of the tenant.
pub(super) const TENANT: &str = "demo";

/// Returns the key set of the tenant.
pub(super) async fn keys(http: &HttpClient) -> Value {
    http.get(&path("discovery/v2.0/keys"), None).await.body
}

/// Returns the issuer of the tenant, from its metadata.
pub(super) async fn issuer(http: &HttpClient) -> Option<String> {
    let metadata = http.get(&path("v2.0/.well-known/openid-configuration"), None).await;
    metadata.text("issuer").map(str::to_owned)
}

/// Returns the path of an endpoint.
pub(super) fn path(endpoint: &str) -> String {
    format!("/{TENANT}/{endpoint}")
}
