//! The security headers of every response: each route of the table is asked in several ways.

use axum::body::Body;
use http::{Request, header::HeaderMap};

use crate::test_service::{TENANT, TestService};

/// The table of routes.
const ROUTES: &str = include_str!("../../src/router.rs");

/// Returns the addresses of every route, and one that has no route.
fn addresses() -> Vec<String> {
    let routes = ROUTES.lines().filter_map(|line| {
        let is_endpoint = line.contains("Endpoint::") || line.trim().starts_with('"');
        let (_, route) = line.split_once("\"/").filter(|_| is_endpoint)?;
        let route = route.split('"').next()?;
        let route = format!("/{route}");
        let tenant = TENANT.to_string();
        let file = if route.starts_with("/assets") { "style.css" } else { "logo.png" };
        let address = route.replace("{tenant}", &tenant).replace("{file}", file);
        let id = "00000000-0000-4000-8000-000000000000";
        Some(address.replace("{trace_id}", id).replace("{ticket}", "1").replace("{user}", "a@b.c"))
    });
    let routes: Vec<String> = routes.chain(["/unknown".to_owned()]).collect();
    assert!(routes.len() > 40, "the table was not read: {routes:?}");
    routes
}

fn check(headers: &HeaderMap, is_empty: bool, request: &str) {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let required = |name: &str| value(name).unwrap_or_else(|| panic!("{request}: no {name}"));
    assert_eq!(required("x-content-type-options"), "nosniff", "{request}");
    assert!(required("referrer-policy").ends_with(['r', 'n']), "{request}");
    if is_empty {
        // A redirect may happen in a frame.
        assert_eq!(value("x-frame-options"), None, "{request}");
    } else {
        assert_eq!(required("x-frame-options"), "DENY", "{request}");
        let policy = required("content-security-policy");
        assert!(policy.starts_with("default-src 'none'"), "{request}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{request}: {policy}");
    }
    let cache = required("cache-control");
    assert!(cache.contains("no-store") || cache.starts_with("public, max-age="), "{request}");
    assert!(!(cache.starts_with("public") && headers.contains_key("set-cookie")), "{request}");
}

#[tokio::test]
async fn every_route_sends_security_headers_with_every_response() {
    // Asks each route as a browser and as a client does, with a wrong method and a wrong host.
    let service = TestService::new().await;
    for address in addresses() {
        for method in ["GET", "POST", "OPTIONS", "DELETE"] {
            for (accept, host) in
                [("text/html", "id.test"), ("application/json", "id.test"), ("*/*", "other.test")]
            {
                let request = Request::builder()
                    .method(method)
                    .uri(&address)
                    .header("host", host)
                    .header("accept", accept)
                    .header("origin", "https://other.test")
                    .body(Body::empty())
                    .expect("a request");
                let response = service.send(request).await;
                let is_empty = response.text.is_empty();
                check(&response.headers, is_empty, &format!("{method} {address} {accept} {host}"));
            }
        }
    }
}
