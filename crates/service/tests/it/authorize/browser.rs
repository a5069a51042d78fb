//! A minimal browser for sign-in tests: it keeps cookies and posts forms.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{Request, StatusCode, request::Builder};
use listener::Peer;
use model::{DirectoryChange, Password, TenantId, Timestamp, User, UserId};
use uuid::Uuid;

use crate::test_service::{
    ALICE, TENANT, TestResponse, TestService, challenge, encode, redirect_uri,
};

/// The password of every user.
pub const PASSWORD: &str = "correct horse battery staple";
/// Another user.
pub const BUDI: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00b1);

/// Returns a service whose users have passwords.
pub async fn service_with_users() -> TestService {
    let service = TestService::new().await;
    add_users(&service).await;
    service
}

/// Gives Alice a password and adds the user Budi, who has the same password.
pub async fn add_users(service: &TestService) {
    let tenant = TenantId::new(TENANT);
    let hash = signin::factor::password::hash(PASSWORD, [1; 16]).expect("a hash");
    let alice = service.state.store.user(tenant, UserId::new(ALICE)).await.expect("a store");
    let budi = User {
        administrator: false,
        id: UserId::new(BUDI),
        username: "budi@demo.test".to_owned(),
        name: "Budi".to_owned(),
        ..User::clone(&alice.expect("a user"))
    };
    service.apply(DirectoryChange::PutUser(budi)).await;
    for user in [ALICE, BUDI].map(UserId::new) {
        let password = Password { hash: hash.clone(), set_at: Timestamp::default() };
        service.apply(DirectoryChange::PutPassword { tenant, user, password }).await;
    }
}

/// A browser of the service under test.
pub struct Browser<'h> {
    service: &'h TestService,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
    address: String,
}

impl<'h> Browser<'h> {
    /// Returns a browser without cookies.
    pub fn new(service: &'h TestService) -> Self {
        Self { service, cookies: BTreeMap::new(), address: "192.0.2.1".to_owned() }
    }

    /// Returns a browser without cookies at the given IP address.
    pub fn at_address(service: &'h TestService, address: &str) -> Self {
        Self { address: address.to_owned(), ..Self::new(service) }
    }

    /// Follows a link.
    pub async fn get(&mut self, path: &str) -> TestResponse {
        self.send(Request::get(path), String::new()).await
    }

    /// Posts a form as a page of the service does.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> TestResponse {
        let request = Request::post(path).header("sec-fetch-site", "same-origin");
        self.send(request.header("origin", "null"), encode(fields)).await
    }

    /// Sends a request with the browser's cookies and stores the cookies of the response.
    pub async fn send(&mut self, request: Builder, body: String) -> TestResponse {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header("host", "id.test")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", cookies.join("; "))
            .extension(Peer { address: self.address.parse().expect("an address") });
        let response = self.service.send(request.body(Body::from(body)).expect("a request")).await;
        for cookie in response.headers.get_all("set-cookie") {
            self.store_cookie(cookie.to_str().expect("text"));
        }
        response
    }

    fn store_cookie(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').expect("attributes");
        let (name, value) = pair.split_once('=').expect("a pair");
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Fills in the sign-in form of a page and posts it.
    pub async fn sign_in(
        &mut self,
        page: &TestResponse,
        username: &str,
        password: &str,
    ) -> TestResponse {
        let fields = [
            ("flow", flow_field(page)),
            ("username", username),
            ("password", password),
            ("action", "sign-in"),
        ];
        self.post(&form_action(page), &fields).await
    }

    /// Presses a button on a page.
    pub async fn press(&mut self, page: &TestResponse, name: &str, value: &str) -> TestResponse {
        self.post(&form_action(page), &[("flow", flow_field(page)), (name, value)]).await
    }

    /// Opens a path, signs a user in with the password and declines to stay signed in.
    pub async fn sign_in_from(&mut self, path: &str, username: &str) -> TestResponse {
        let page = self.get(path).await;
        let stay_page = self.sign_in(&page, username, PASSWORD).await;
        assert!(stay_page.text.contains("stay-yes"), "{}", stay_page.text);
        self.press(&stay_page, "stay_signed_in", "no").await
    }

    /// Returns the value of the cookie whose name starts with this.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let mut found = self.cookies.iter().filter(|(known, _)| known.starts_with(name));
        found.next().map(|(_, value)| value.as_str())
    }
}

/// Returns the path of an authorization request of the client `web`. `with` adds or replaces
/// parameters; an empty value removes one.
pub fn request(with: &[(&str, &str)]) -> String {
    format!("/{TENANT}/oauth2/v2.0/authorize?{}", parameters(with))
}

/// Returns the parameters of such a request.
pub fn parameters(with: &[(&str, &str)]) -> String {
    let challenge = challenge();
    let mut all = vec![
        ("client_id", "web"),
        ("redirect_uri", redirect_uri("web")),
        ("response_type", "code"),
        ("scope", "openid profile read"),
        ("state", "s 1"),
        ("nonce", "n-1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in with {
        all.retain(|(known, _)| known != name);
        if !value.is_empty() {
            all.push((name, value));
        }
    }
    encode(&all)
}

/// Returns the `action` of the form on a page.
pub fn form_action(page: &TestResponse) -> String {
    between(&unescaped(page), "method=\"post\" action=\"", "\"").to_owned()
}

/// Returns the text of a page with unescaped slashes.
pub fn unescaped(page: &TestResponse) -> String {
    page.text.replace("&#x2f;", "/")
}

/// Returns the `flow` field of the form on a page.
pub fn flow_field(page: &TestResponse) -> &str {
    between(&page.text, "name=\"flow\" value=\"", "\"")
}

/// Returns the text between two others.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let start = text.find(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    let rest = &text[start + before.len()..];
    &rest[..rest.find(after).expect("an end")]
}

/// Returns the `Location` of a redirect.
pub fn location(response: &TestResponse) -> &str {
    assert_eq!(response.status, StatusCode::SEE_OTHER, "{}", response.text);
    response.header("location")
}

/// Returns a parameter of the URL that a redirect leads to.
pub fn parameter(response: &TestResponse, name: &str) -> Option<String> {
    let (_, parameters) = location(response).split_once(['?', '#'])?;
    let mut pairs = parameters.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name)?;
    Some(percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
}

/// Returns the error number on an error page.
pub fn error_number(page: &TestResponse) -> u32 {
    let label = between(&page.text, "id=\"error-number\">", "<");
    label.trim_start_matches(|letter: char| letter.is_alphabetic()).parse().expect("a number")
}

/// Returns the error number in the `error_uri` of a redirect.
pub fn redirected_error_number(response: &TestResponse) -> u32 {
    let uri = parameter(response, "error_uri").expect("an error");
    let (_, code) = uri.split_once("code=").expect("a number");
    code.split('&').next().unwrap_or_default().parse().expect("a number")
}
