//! Hosts, methods, sizes, encodings: what is turned down before any rule is asked, always as JSON
//! where clients are.

use std::{convert::Infallible, io};

use axum::body::{Body, Bytes};
use futures_util::stream;
use http::{Method, Request, StatusCode};
use service::listener::BodyTimedOut;

use crate::house::{Answer, House, SECRET, TENANT, get, post};

const FOR_ITSELF: [(&str, &str); 3] =
    [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];
const ENDPOINTS: [&str; 4] =
    ["oauth2/v2.0/token", "oauth2/v2.0/introspect", "oauth2/v2.0/revoke", "oidc/userinfo"];

/// Every member of an error body, and the headers that go with it.
#[track_caller]
pub fn whole(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    assert!(answer.header("cache-control").contains("no-store"), "{}", answer.text);
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let members = answer.json.as_object().unwrap_or_else(|| panic!("no object: {}", answer.text));
    for name in
        ["error", "error_description", "timestamp", "trace_id", "correlation_id", "error_uri"]
    {
        assert!(members[name].as_str().is_some_and(|text| !text.is_empty()), "{name}");
    }
    assert_eq!(members["error_codes"].as_array().map(Vec::len), Some(1));
    assert_eq!(answer.member("trace_id"), answer.header("x-ms-request-id"));
    let allowed = |byte: u8| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(answer.member("error_description").bytes().all(allowed));
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
async fn a_wrong_method_is_told_which_ones_there_are() {
    // T3, and the same at every endpoint: methods that exist and one that does not.
    let house = House::new().await;
    for endpoint in ENDPOINTS {
        for method in ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"] {
            let answer = house.send(request(method, &format!("/{TENANT}/{endpoint}"))).await;
            answer.refused(405, "invalid_request", 900_561);
            whole(&answer);
            let allowed = if endpoint == "oidc/userinfo" { "GET, HEAD, POST" } else { "POST" };
            assert_eq!(answer.header("allow"), allowed);
        }
    }
    for endpoint in &ENDPOINTS[..3] {
        for method in ["GET", "HEAD"] {
            let answer = house.send(request(method, &format!("/{TENANT}/{endpoint}"))).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        }
    }
}

#[tokio::test]
async fn a_secret_in_the_address_is_refused_wherever_it_is_sent() {
    // T3: each parameter that must not stand there, at each endpoint.
    let house = House::new().await;
    for endpoint in &ENDPOINTS[..3] {
        for name in ["client_secret", "client_assertion", "code_verifier", "refresh_token"] {
            let request = post(&format!("{endpoint}?a=b&{name}=x"), &FOR_ITSELF);
            let answer = house.send(request).await;
            answer.refused(400, "invalid_request", 88_000_008);
            assert!(answer.member("error_description").contains(name));
            whole(&answer);
        }
        let long = format!("{endpoint}?a={}", "x".repeat(17 * 1024));
        house.send(post(&long, &FOR_ITSELF)).await.refused(414, "invalid_request", 90_015);
    }
}

#[tokio::test]
async fn a_body_has_a_type_a_size_and_an_end() {
    // The limits of the kinds: 415, 413, too many and too long parameters, a body that
    // breaks off or does not come; at each endpoint that reads one.
    let house = House::new().await;
    for endpoint in &ENDPOINTS[..3] {
        for content_type in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
            let mut json = post(endpoint, &FOR_ITSELF);
            json.headers_mut().insert("content-type", content_type.parse().expect("a header"));
            let answer = house.send(json).await;
            answer.refused(415, "invalid_request", 88_000_001);
            whole(&answer);
        }
        let mut untyped = post(endpoint, &FOR_ITSELF);
        untyped.headers_mut().remove("content-type");
        house.send(untyped).await.refused(415, "invalid_request", 88_000_001);
        let large = "x".repeat(64 * 1024);
        let answer = house.post(endpoint, &[("a", &large)]).await;
        answer.refused(413, "invalid_request", 88_000_004);
        whole(&answer);
        let mut broken = post(endpoint, &[]);
        *broken.body_mut() = Body::from_stream(stream::iter([
            Ok(Bytes::from_static(b"grant_type=")),
            Err(io::Error::from(io::ErrorKind::ConnectionReset)),
        ]));
        let answer = house.send(broken).await;
        answer.refused(400, "invalid_request", 88_000_013);
        whole(&answer);
        let mut slow = post(endpoint, &[]);
        let late = stream::iter([Err::<Bytes, _>(BodyTimedOut)]);
        *slow.body_mut() = Body::from_stream(late);
        let answer = house.send(slow).await;
        answer.refused(408, "invalid_request", 88_000_012);
        whole(&answer);
    }
}

#[tokio::test]
async fn a_body_in_many_pieces_is_read_whole_and_only_up_to_the_limit() {
    // A form byte by byte; then an endless one, of which no more than the limit is taken.
    let house = House::new().await;
    let form = crate::house::encode(&FOR_ITSELF);
    let bytes: Vec<Result<Bytes, Infallible>> =
        form.bytes().map(|byte| Ok(Bytes::copy_from_slice(&[byte]))).collect();
    let mut pieces = post("oauth2/v2.0/token", &[]);
    *pieces.body_mut() = Body::from_stream(stream::iter(bytes));
    house.send(pieces).await.good();
    let piece = Bytes::from(vec![b'x'; 1_024]);
    let endless = stream::repeat_with(move || Ok::<_, Infallible>(piece.clone()));
    let mut request = post("oauth2/v2.0/token", &[]);
    *request.body_mut() = Body::from_stream(endless);
    house.send(request).await.refused(413, "invalid_request", 88_000_004);
}

#[tokio::test]
async fn the_host_is_the_one_of_the_configuration() {
    // H1: other hosts in the header and in the address, and headers that a proxy might add.
    let house = House::new().await;
    for host in ["evil.test", "id.test:8443", "id.test.evil.test", "", "127.0.0.1"] {
        let mut request = post("oauth2/v2.0/token", &FOR_ITSELF);
        request.headers_mut().insert("host", host.parse().expect("a header"));
        let answer = house.send(request).await;
        answer.refused(421, "invalid_request", 88_000_011);
        whole(&answer);
    }
    let absolute = format!("https://evil.test/{TENANT}/oauth2/v2.0/token");
    let mut request = post("oauth2/v2.0/token", &FOR_ITSELF);
    *request.uri_mut() = absolute.parse().expect("a URL");
    house.send(request).await.refused(421, "invalid_request", 88_000_011);
    let mut twice = get(&format!("/{TENANT}/v2.0/.well-known/openid-configuration"));
    twice.headers_mut().append("host", "evil.test".parse().expect("a header"));
    house.send(twice).await.refused(421, "invalid_request", 88_000_011);
    let mut poisoned = get(&format!("/{TENANT}/v2.0/.well-known/openid-configuration"));
    for name in ["x-forwarded-host", "forwarded", "x-original-host", "x-forwarded-proto"] {
        poisoned.headers_mut().insert(name, "host=evil.test".parse().expect("a header"));
    }
    poisoned.headers_mut().insert("host", "ID.test".parse().expect("a header"));
    let answer = house.send(poisoned).await.good();
    assert!(!answer.text.contains("evil"), "{}", answer.text);
}

#[tokio::test]
async fn an_address_that_is_none_is_json_for_clients_and_a_page_for_people() {
    // Paths of version 1.0 and of endpoints that are not there, and a path that people might type.
    let house = House::new().await;
    for path in ["oauth2/token", "oauth2/v2.0/devicecode", "oauth2/v2.0/par", "oidc/register"] {
        for method in ["GET", "POST"] {
            let answer = house.send(request(method, &format!("/{TENANT}/{path}"))).await;
            answer.refused(404, "invalid_request", 88_000_005);
            whole(&answer);
        }
    }
    for path in ["/", "/nowhere", "/demo", "/%FF", "/demo/x/../y"] {
        let answer = house.send(request("GET", path)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.header("content-type").starts_with("text/html"));
    }
}

/// Random numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap_or_default() % sides
    }

    /// Some of the bytes that parsers trip over.
    fn bytes(&mut self, length_max: usize) -> Vec<u8> {
        let alphabet = b"abc=&%+/.:;,?#\"'<>{}[]\\ \0\r\n\xff\xc3\xa9~!@$^*()_-09AZ";
        let length = self.throw(length_max);
        (0..length).map(|_| alphabet[self.throw(alphabet.len())]).collect()
    }

    fn one_of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.throw(list.len())]
    }

    /// A request to some endpoint, with random bytes wherever there may be any.
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
async fn nothing_that_a_caller_sends_is_a_fault() {
    // H10: a few thousand requests of random bytes in queries, headers and bodies.
    let house = House::new().await;
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for _ in 0..3_000 {
        let Some((request, body)) = dice.request() else { continue };
        let answer = house.send(request).await;
        let shown = String::from_utf8_lossy(&body).into_owned();
        assert!(answer.status.as_u16() < 500, "{shown}: {}", answer.text);
    }
}
