//! Limits of requests: host, method, size and encoding. Such refusals are complete JSON at the
//! endpoints for clients.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: T = client
//! authentication and the token endpoint, H = HTTP.

use std::{convert::Infallible, io};

use axum::body::{Body, Bytes};
use futures_util::stream;
use http::{Method, Request, StatusCode};
use listener::BodyTimedOut;

use crate::test_service::{ORIGIN, SECRET, TENANT, TestResponse, TestService, get, post};

const CLIENT_CREDENTIALS: [(&str, &str); 3] =
    [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];
const ENDPOINTS: [&str; 4] =
    ["oauth2/v2.0/token", "oauth2/v2.0/introspect", "oauth2/v2.0/revoke", "oidc/userinfo"];

/// Asserts every member of an error body, and its headers.
#[track_caller]
pub fn assert_complete_error(response: &TestResponse) {
    assert_eq!(response.header("content-type"), "application/json; charset=utf-8");
    assert!(response.header("cache-control").contains("no-store"), "{}", response.text);
    assert_eq!(response.header("x-content-type-options"), "nosniff");
    assert_eq!(response.header("strict-transport-security"), "max-age=31536000");
    let members =
        response.json.as_object().unwrap_or_else(|| panic!("no object: {}", response.text));
    for name in
        ["error", "error_description", "timestamp", "trace_id", "correlation_id", "error_uri"]
    {
        assert!(members[name].as_str().is_some_and(|text| !text.is_empty()), "{name}");
    }
    assert_eq!(members["error_codes"].as_array().map(Vec::len), Some(1));
    assert_eq!(response.member("trace_id"), response.header("x-ms-request-id"));
    let allowed = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(response.member("error_description").bytes().all(allowed));
}

fn request(method: &str, path: &str) -> Request<Body> {
    Request::builder()
        .method(Method::from_bytes(method.as_bytes()).expect("a method"))
        .uri(path)
        .header("host", "id.test")
        .body(Body::empty())
        .expect("a request")
}

#[tokio::test]
async fn a_wrong_method_gets_405_with_the_allowed_methods() {
    // T3: sends existing methods and an unknown one to every endpoint.
    let service = TestService::new().await;
    for endpoint in ENDPOINTS {
        for method in ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"] {
            let response = service.send(request(method, &format!("/{TENANT}/{endpoint}"))).await;
            response.assert_refused(405, "invalid_request", 900_561);
            assert_complete_error(&response);
            let allowed = if endpoint == "oidc/userinfo" { "GET, HEAD, POST" } else { "POST" };
            assert_eq!(response.header("allow"), allowed);
        }
    }
    for endpoint in &ENDPOINTS[..3] {
        for method in ["GET", "HEAD"] {
            let response = service.send(request(method, &format!("/{TENANT}/{endpoint}"))).await;
            assert_eq!(response.status, StatusCode::METHOD_NOT_ALLOWED);
        }
    }
}

#[tokio::test]
async fn a_secret_in_the_url_is_refused_at_every_endpoint() {
    // T3: sends each secret parameter in the query of each endpoint.
    let service = TestService::new().await;
    for endpoint in &ENDPOINTS[..3] {
        for name in ["client_secret", "client_assertion", "code_verifier", "refresh_token"] {
            let request = post(&format!("{endpoint}?a=b&{name}=x"), &CLIENT_CREDENTIALS);
            let response = service.send(request).await;
            response.assert_refused(400, "invalid_request", 88_000_008);
            assert!(response.member("error_description").contains(name));
            assert_complete_error(&response);
        }
        let long = format!("{endpoint}?a={}", "x".repeat(17 * 1024));
        service.send(post(&long, &CLIENT_CREDENTIALS)).await.assert_refused(
            414,
            "invalid_request",
            90_015,
        );
    }
}

#[tokio::test]
async fn a_body_of_wrong_type_or_size_or_unfinished_is_refused() {
    // H5: sends wrong media types, a body over 64 KiB, one that is reset and one that times out, to
    // each endpoint that reads a body.
    let service = TestService::new().await;
    for endpoint in &ENDPOINTS[..3] {
        for content_type in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
            let mut json = post(endpoint, &CLIENT_CREDENTIALS);
            json.headers_mut().insert("content-type", content_type.parse().expect("a header"));
            let response = service.send(json).await;
            response.assert_refused(415, "invalid_request", 88_000_001);
            assert_complete_error(&response);
        }
        let mut untyped = post(endpoint, &CLIENT_CREDENTIALS);
        untyped.headers_mut().remove("content-type");
        service.send(untyped).await.assert_refused(415, "invalid_request", 88_000_001);
        let large = "x".repeat(64 * 1024);
        let response = service.post(endpoint, &[("a", &large)]).await;
        response.assert_refused(413, "invalid_request", 88_000_004);
        assert_complete_error(&response);
        let mut broken = post(endpoint, &[]);
        *broken.body_mut() = Body::from_stream(stream::iter([
            Ok(Bytes::from_static(b"grant_type=")),
            Err(io::Error::from(io::ErrorKind::ConnectionReset)),
        ]));
        let response = service.send(broken).await;
        response.assert_refused(400, "invalid_request", 88_000_013);
        assert_complete_error(&response);
        let mut slow = post(endpoint, &[]);
        let late = stream::iter([Err::<Bytes, _>(BodyTimedOut)]);
        *slow.body_mut() = Body::from_stream(late);
        let response = service.send(slow).await;
        response.assert_refused(408, "invalid_request", 88_000_012);
        assert_complete_error(&response);
    }
}

#[tokio::test]
async fn a_body_with_a_content_coding_is_refused_whatever_it_is() {
    // ED6: sends codings that are known, unknown and reserved, and a good form, to each endpoint
    // that reads a body.
    let service = TestService::new().await;
    for endpoint in &ENDPOINTS[..3] {
        for coding in ["gzip", "identity", "br, gzip", "x", ""] {
            let mut request = post(endpoint, &CLIENT_CREDENTIALS);
            request.headers_mut().insert("content-encoding", coding.parse().expect("a header"));
            let response = service.send(request).await;
            response.assert_refused(415, "invalid_request", 88_000_312);
            assert_complete_error(&response);
        }
    }
    service.token(&CLIENT_CREDENTIALS).await.assert_ok();
}

#[tokio::test]
async fn a_percent_encoded_tenant_in_the_path_is_no_tenant() {
    // ED7: encodes letters of the name and of the id. The literal ones are served.
    let service = TestService::new().await;
    let metadata = async |tenant: &str| {
        service.send(get(&format!("/{tenant}/v2.0/.well-known/openid-configuration"))).await
    };
    for tenant in ["demo", &TENANT.to_string()] {
        metadata(tenant).await.assert_ok();
        let encoded = format!("%{:02x}{}", tenant.as_bytes()[0], &tenant[1..]);
        for encoded in [encoded.to_uppercase(), encoded] {
            metadata(&encoded).await.assert_refused(400, "invalid_request", 900_023);
        }
    }
}

#[tokio::test]
async fn a_streamed_body_is_read_up_to_the_size_limit() {
    // Sends a form byte by byte, then an endless one.
    let service = TestService::new().await;
    let form = crate::test_service::encode(&CLIENT_CREDENTIALS);
    let bytes: Vec<Result<Bytes, Infallible>> =
        form.bytes().map(|byte| Ok(Bytes::copy_from_slice(&[byte]))).collect();
    let mut pieces = post("oauth2/v2.0/token", &[]);
    *pieces.body_mut() = Body::from_stream(stream::iter(bytes));
    service.send(pieces).await.assert_ok();
    let piece = Bytes::from(vec![b'x'; 1_024]);
    let endless = stream::repeat_with(move || Ok::<_, Infallible>(piece.clone()));
    let mut request = post("oauth2/v2.0/token", &[]);
    *request.body_mut() = Body::from_stream(endless);
    service.send(request).await.assert_refused(413, "invalid_request", 88_000_004);
}

#[tokio::test]
async fn a_request_for_another_host_is_refused() {
    // H1: sends other hosts in header and URL, and headers of proxies.
    let service = TestService::new().await;
    for host in ["evil.test", "id.test:8443", "id.test:80", "id.test.evil.test", "127.0.0.1"] {
        let mut request = post("oauth2/v2.0/token", &CLIENT_CREDENTIALS);
        request.headers_mut().insert("host", host.parse().expect("a header"));
        let response = service.send(request).await;
        response.assert_refused(421, "invalid_request", 88_000_011);
        assert_complete_error(&response);
    }
    let absolute = format!("https://evil.test/{TENANT}/oauth2/v2.0/token");
    let mut request = post("oauth2/v2.0/token", &CLIENT_CREDENTIALS);
    *request.uri_mut() = absolute.parse().expect("a URL");
    service.send(request).await.assert_refused(421, "invalid_request", 88_000_011);
    let mut twice = get(&format!("/{TENANT}/v2.0/.well-known/openid-configuration"));
    twice.headers_mut().append("host", "evil.test".parse().expect("a header"));
    service.send(twice).await.assert_refused(400, "invalid_request", 88_000_311);
    let mut poisoned = get(&format!("/{TENANT}/v2.0/.well-known/openid-configuration"));
    for name in ["x-forwarded-host", "forwarded", "x-original-host", "x-forwarded-proto"] {
        poisoned.headers_mut().insert(name, "host=evil.test".parse().expect("a header"));
    }
    poisoned.headers_mut().insert("host", "ID.test".parse().expect("a header"));
    let response = service.send(poisoned).await.assert_ok();
    assert!(!response.text.contains("evil"), "{}", response.text);
}

#[tokio::test]
async fn an_equivalent_spelling_of_the_host_is_served() {
    // Sends the host with its default port, which the HTTP client of Go does, and in upper case.
    let service = TestService::new().await;
    for host in ["id.test:443", "ID.TEST", "Id.test:443", "id.test:"] {
        let mut request = post("oauth2/v2.0/token", &CLIENT_CREDENTIALS);
        request.headers_mut().insert("host", host.parse().expect("a header"));
        let tokens = service.send(request).await.assert_ok();
        let issuer = format!("{ORIGIN}/{TENANT}/v2.0");
        assert_eq!(tokens.claims("access_token")["iss"], issuer, "{host}");
    }
    let instance = "/common/discovery/instance?authorization_endpoint=";
    let endpoint = format!("{instance}https://ID.test:443/{TENANT}/oauth2/v2.0/authorize");
    service.send(get(&endpoint)).await.assert_ok();
}

#[tokio::test]
async fn a_host_with_a_trailing_dot_is_redirected_or_refused() {
    // Sends GET and HEAD to a page, POST to the token endpoint, and another host with a dot.
    let service = TestService::new().await;
    let path = format!("/{TENANT}/oauth2/v2.0/authorize?client_id=web&state=a%20b");
    for method in [Method::GET, Method::HEAD] {
        let mut request = get(&path);
        *request.method_mut() = method;
        request.headers_mut().insert("host", "ID.test.:443".parse().expect("a header"));
        let response = service.send(request).await;
        assert_eq!(response.status, StatusCode::MOVED_PERMANENTLY);
        assert_eq!(response.header("location"), format!("{ORIGIN}{path}"));
    }
    for (host, mut request) in [
        ("id.test.", post("oauth2/v2.0/token", &CLIENT_CREDENTIALS)),
        ("evil.test.", get(&format!("/{TENANT}/v2.0/.well-known/openid-configuration"))),
    ] {
        request.headers_mut().insert("host", host.parse().expect("a header"));
        service.send(request).await.assert_refused(421, "invalid_request", 88_000_011);
    }
}

#[tokio::test]
async fn an_unknown_path_is_json_for_clients_and_a_page_for_browsers() {
    // Requests paths of version 1.0, of unsupported endpoints, and paths that a user may type.
    let service = TestService::new().await;
    for path in ["oauth2/token", "oauth2/v2.0/devicecode", "oauth2/v2.0/par", "oidc/register"] {
        for method in ["GET", "POST"] {
            let response = service.send(request(method, &format!("/{TENANT}/{path}"))).await;
            response.assert_refused(404, "invalid_request", 88_000_005);
            assert_complete_error(&response);
        }
    }
    for path in ["/", "/nowhere", "/demo", "/%FF", "/demo/x/../y"] {
        let response = service.send(request("GET", path)).await;
        assert_eq!(response.status, StatusCode::NOT_FOUND, "{path}");
        assert!(response.header("content-type").starts_with("text/html"));
    }
}

/// A pseudo-random generator with the same sequence in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or_default() % sides
    }

    /// Returns some of the bytes that break parsers.
    fn bytes(&mut self, length_max: usize) -> Vec<u8> {
        let alphabet = b"abc=&%+/.:;,?#\"'<>{}[]\\ \0\r\n\xff\xc3\xa9~!@$^*()_-09AZ";
        let length = self.below(length_max);
        (0..length).map(|_| alphabet[self.below(alphabet.len())]).collect()
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    /// Returns a request to some endpoint with random bytes in query, headers and body.
    fn request(&mut self) -> Option<(Request<Body>, Vec<u8>)> {
        let endpoint = self.one_of(&[
            "oauth2/v2.0/token",
            "oauth2/v2.0/revoke",
            "oauth2/v2.0/introspect",
            "oauth2/v2.0/authorize",
            "oidc/userinfo",
            "sign-in",
            "consent",
            "account",
            "discovery/v2.0/keys",
        ]);
        let parameter = self.one_of(&[
            "grant_type",
            "code",
            "refresh_token",
            "scope",
            "client_id",
            "flow",
            "claims",
            "client_assertion",
            "resource",
            "redirect_uri",
            "token",
            "state",
        ]);
        let body = [parameter.as_bytes(), b"=", &self.bytes(60)].concat();
        let query = self.bytes(30);
        let query = percent_encoding::percent_encode(&query, percent_encoding::CONTROLS);
        let query = query.to_string().replace([' ', '"', '<', '>', '\\', '^', '#', '`'], "+");
        let uri = format!("/{TENANT}/{endpoint}?{query}").parse().ok()?;
        let mut request = request(self.one_of(&["GET", "POST", "POST", "OPTIONS"]), "/");
        *request.uri_mut() = uri;
        let form = http::HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert("content-type", form);
        for name in ["authorization", "dpop", "origin", "cookie", "accept-language"] {
            if let Ok(value) = http::HeaderValue::from_bytes(&self.bytes(40)) {
                request.headers_mut().insert(name, value);
            }
        }
        *request.body_mut() = Body::from(body.clone());
        Some((request, body))
    }
}

#[tokio::test]
async fn random_bytes_never_cause_a_fault() {
    // H10: sends 3,000 requests of random bytes.
    let service = TestService::new().await;
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for _ in 0..3_000 {
        let Some((request, body)) = random.request() else { continue };
        let response = service.send(request).await;
        let shown = String::from_utf8_lossy(&body).into_owned();
        assert!(response.status.as_u16() < 500, "{shown}: {}", response.text);
    }
}
