//! Fuzzing of whole requests: no input causes a fault, whichever parser it reaches.

use axum::body::Body;
use http::{HeaderName, HeaderValue, Request, header};
use model::GrantId;
use protocol::sealed_token::{AuthorizationCode, RefreshToken};
use tokio::runtime::{Builder, Runtime};

use crate::test_service::{SECRET, TENANT, TestService, VERIFIER, challenge};

/// The service, and the runtime that it needs.
struct Fixture {
    runtime: Runtime,
    service: TestService,
}

impl Fixture {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let service = runtime.block_on(TestService::new());
        Self { runtime, service }
    }

    /// Sends a request, and checks that the response is no fault. An input that HTTP cannot
    /// transport is skipped.
    fn send(&self, request: Result<Request<Body>, http::Error>) {
        let Ok(request) = request else { return };
        let response = self.runtime.block_on(self.service.send(request));
        assert!(response.status.as_u16() < 500, "{} {}", response.status, response.text);
    }
}

fn token_request(length: usize) -> http::request::Builder {
    Request::post(format!("/{TENANT}/oauth2/v2.0/token"))
        .header(header::HOST, "id.test")
        .header(header::CONTENT_LENGTH, length)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

fn authorize_query() -> String {
    format!(
        "client_id=web&redirect_uri=https%3A%2F%2Fweb.test%2Fcallback&response_type=code\
         &scope=openid&state=s&code_challenge={}&code_challenge_method=S256",
        challenge()
    )
}

#[test]
fn fuzzed_authorization_request_causes_no_fault() {
    // Sends mutated queries as GET and as POST.
    let fixture = Fixture::new();
    let words = [
        "prompt=none",
        "&claims={\"id_token\":",
        "response_mode=form_post",
        "max_age=",
        "&login_hint=",
        "%00",
        "request=eyJ",
        "id_token_hint=",
        "ui_locales=",
        "acr_values=",
        "+",
    ];
    fuzz::run_text("authorize", &words, |input| {
        let path = format!("/{TENANT}/oauth2/v2.0/authorize");
        let get = Request::get(format!("{path}?{input}")).header(header::HOST, "id.test");
        fixture.send(get.body(Body::empty()));
        let post = Request::post(path)
            .header(header::HOST, "id.test")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        fixture.send(post.body(Body::from(input.to_owned())));
    });
}

#[test]
fn fuzzed_token_request_causes_no_fault() {
    // Sends mutated forms of every grant type and client authentication.
    let fixture = Fixture::new();
    let words = [
        "grant_type=",
        "client_credentials",
        "&client_assertion=",
        "refresh_token=rt.",
        "&code=ac.",
        "&scope=",
        "%00",
        "%ff",
        "&client_secret=",
        SECRET,
        VERIFIER,
    ];
    fuzz::run("token", &words, |input| {
        let request = token_request(input.len());
        fixture.send(request.body(Body::from(input.to_vec())));
    });
}

#[test]
fn fuzzed_dpop_proof_causes_no_fault() {
    // Sends mutated proofs beside a valid request.
    let fixture = Fixture::new();
    let body = format!("grant_type=client_credentials&client_id=daemon&client_secret={SECRET}");
    let words = ["eyJ", ".", "..", "=", "e30", "AAAA", " ", ","];
    fuzz::run("dpop", &words, |input| {
        let Ok(proof) = HeaderValue::from_bytes(input) else { return };
        let request = token_request(body.len());
        let request = request.header(HeaderName::from_static("dpop"), proof);
        fixture.send(request.body(Body::from(body.clone())));
    });
}

#[test]
fn fuzzed_cookies_cause_no_fault() {
    // Sends mutated cookies to an authorization request, a form and the administration.
    let fixture = Fixture::new();
    let words = ["__Host-admit-", "=", "; ", ";", "\"", "session", "flow", "device", "eyJ"];
    let paths = [
        format!("/{TENANT}/oauth2/v2.0/authorize?{}", authorize_query()),
        format!("/{TENANT}/oauth2/v2.0/authorize?{}&flow=AAAA", authorize_query()),
        "/admin?tenant=acme".to_owned(),
        "/error".to_owned(),
    ];
    fuzz::run("cookies", &words, |input| {
        let Ok(cookies) = HeaderValue::from_bytes(input) else { return };
        for path in &paths {
            let request = Request::get(path).header(header::HOST, "id.test");
            fixture.send(request.header(header::COOKIE, &cookies).body(Body::empty()));
        }
    });
}

#[test]
fn fuzzed_sealed_token_is_never_opened() {
    // Opens mutations of a sealed code and a sealed refresh token. Only the two themselves open.
    let fixture = Fixture::new();
    let code = fixture.service.code("web", |_| {});
    let refresh = RefreshToken { grant: GrantId::new([5; 16]), generation: 1 };
    let refresh = refresh.seal(&fixture.service.tenant).expect("sealed");
    let words = ["ac.", "rt.", ".", "AAAA", &code, &refresh];
    fuzz::run_text("sealed", &words, |input| {
        let tenant = &fixture.service.tenant;
        assert_eq!(AuthorizationCode::open(input, tenant).is_ok(), input == code);
        assert_eq!(RefreshToken::open(input, tenant).is_ok(), input == refresh);
    });
}
