//! A minimal browser for sign-in tests: it keeps cookies and posts forms.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{Request, StatusCode, request::Builder};
use listener::Peer;
use model::{
    Change, CommitOutcome, DirectoryChange, Password, Seconds, Session, SessionId, TenantId,
    Timestamp, User, UserId,
};
use signin::factor::password::{self, HashCost};
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
    let hash = password::hash(PASSWORD, [1; 16], HashCost::default()).expect("a hash");
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
        let password = Password {
            hash: hash.clone(),
            set_at: Timestamp::default(),
            preparation: model::PasswordPreparation::Nfc,
            rehashed_from: None,
        };
        service.apply(DirectoryChange::PutPassword { tenant, user, password }).await;
    }
}

/// A browser of the service under test.
pub struct Browser<'h> {
    service: &'h TestService,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
    address: String,
    /// Its header `User-Agent`, if it sends one.
    pub user_agent: Option<&'static str>,
    /// The address of the page of a sign-in flow that was shown last.
    pub at: String,
    /// Every `Set-Cookie` value that it received.
    pub set_cookies: Vec<String>,
}

impl<'h> Browser<'h> {
    /// Returns a browser without cookies.
    pub fn new(service: &'h TestService) -> Self {
        Self {
            service,
            cookies: BTreeMap::new(),
            address: "192.0.2.1".to_owned(),
            user_agent: None,
            at: String::new(),
            set_cookies: Vec::new(),
        }
    }

    /// Returns a browser without cookies at the given IP address.
    pub fn at_address(service: &'h TestService, address: &str) -> Self {
        Self { address: address.to_owned(), ..Self::new(service) }
    }

    /// Returns a browser with the same cookies.
    pub fn copy(&self) -> Self {
        let address = self.address.clone();
        Self { cookies: self.cookies.clone(), address, ..Self::new(self.service) }
    }

    /// Follows a link, and redirects to pages of a sign-in flow.
    pub async fn get(&mut self, path: &str) -> TestResponse {
        let response = self.send(Request::get(path), String::new()).await;
        self.follow(response).await
    }

    /// Posts a form as a page of the service does, and follows redirects to pages of the flow.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> TestResponse {
        let response = self.post_only(path, fields).await;
        self.follow(response).await
    }

    /// Posts a form and returns the response itself.
    pub async fn post_only(&mut self, path: &str, fields: &[(&str, &str)]) -> TestResponse {
        let request = Request::post(path).header("sec-fetch-site", "same-origin");
        self.send(request.header("origin", "null"), encode(fields)).await
    }

    /// Follows redirects to pages of a sign-in flow, and keeps the address in `at`.
    pub async fn follow(&mut self, mut response: TestResponse) -> TestResponse {
        for _ in 0..5 {
            let location = response.header("location").to_owned();
            if !location.starts_with('/') || !location.contains("&flow=") {
                return response;
            }
            response = self.send(Request::get(&location), String::new()).await;
            self.at = location;
        }
        panic!("more than five redirects, the last one to {}", self.at);
    }

    /// Loads the page of the last redirect again.
    pub async fn reload(&mut self) -> TestResponse {
        self.get(&self.at.clone()).await
    }

    /// Sends a request with the browser's cookies and stores the cookies of the response.
    pub async fn send(&mut self, request: Builder, body: String) -> TestResponse {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = request
            .header("host", "id.test")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", cookies.join("; "))
            .extension(Peer { address: self.address.parse().expect("an address") });
        if let Some(user_agent) = self.user_agent {
            request = request.header("user-agent", user_agent);
        }
        let response = self.service.send(request.body(Body::from(body)).expect("a request")).await;
        for cookie in response.headers.get_all("set-cookie") {
            self.store_cookie(cookie.to_str().expect("text"));
        }
        response
    }

    fn store_cookie(&mut self, cookie: &str) {
        self.set_cookies.push(cookie.to_owned());
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
            ("step", step_field(page)),
            ("username", username),
            ("password", password),
            ("action", "sign-in"),
        ];
        self.post(&form_action(page), &fields).await
    }

    /// Presses a button on a page.
    pub async fn press(&mut self, page: &TestResponse, name: &str, value: &str) -> TestResponse {
        let fields = [("flow", flow_field(page)), ("step", step_field(page)), (name, value)];
        self.post(&form_action(page), &fields).await
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
    let action = between(&page.text, "method=\"post\" action=\"", "\"");
    action.replace("&#x2f;", "/").replace("&amp;", "&").replace("&#x3d;", "=")
}

/// Returns the URL of the link with this id on a page.
pub fn link(page: &TestResponse, id: &str) -> String {
    let rest = between(&page.text, &format!("id=\"{id}\""), ">");
    let url = between(rest, "href=\"", "\"");
    url.replace("&#x2f;", "/").replace("&amp;", "&").replace("&#x3d;", "=")
}

/// Returns the path of the form on a page, without the request and the flow.
pub fn form_path(page: &TestResponse) -> String {
    form_action(page).split('?').next().unwrap_or_default().to_owned()
}

/// Makes the flow of the last page one that started this many minutes earlier, which needs the
/// service's keys. Returns its address.
pub fn age_flow(service: &TestService, browser: &mut Browser<'_>, minutes: u64) -> String {
    let text = browser.at.split("&flow=").nth(1).expect("a flow").to_owned();
    let text = text.split('&').next().expect("an id").to_owned();
    let mut id = text.parse::<Uuid>().expect("an id").into_bytes();
    let original = id;
    let started = id[..6].iter().fold(0, |time: u64, byte| time << 8 | u64::from(*byte));
    let earlier = (started - minutes * 60_000).to_be_bytes();
    id[..6].copy_from_slice(&earlier[2..]);
    let aged = Uuid::from_bytes(id).to_string();
    let name = browser.cookies.keys().find(|name| name.ends_with(&text)).expect("a flow").clone();
    let sealer = &service.tenant.sealers.flow_cookie;
    let sealed = browser.cookies.remove(&name).expect("a cookie");
    // The id comes first in the cookie. Its other occurrence is the id in records.
    let mut flow = sealer.open(&sealed).expect("a flow");
    let at = flow.windows(16).position(|bytes| bytes == original).expect("the id");
    flow[at..at + 16].copy_from_slice(&id);
    let sealed = sealer.seal(&flow).expect("sealed");
    browser.cookies.insert(name.replace(&text, &aged), sealed);
    browser.at = browser.at.replace(&text, &aged);
    browser.at.clone()
}

/// Makes the session of a browser one that was opened this many seconds earlier, which needs the
/// service's keys.
pub async fn age_session(service: &TestService, browser: &mut Browser<'_>, seconds: i64) {
    let sealer = &service.tenant.sealers.session_cookie;
    let (name, sealed) = browser
        .cookies
        .iter()
        .find(|(name, _)| name.starts_with("__Host-session"))
        .map(|(name, sealed)| (name.clone(), sealed.clone()))
        .expect("a session");
    let mut entry = sealer.open(&sealed).expect("a cookie");
    let id = SessionId::new(entry[..16].try_into().expect("an id"));
    let tenant = TenantId::new(TENANT);
    let session = service.state.store.session(tenant, id).await.expect("a store");
    let session = session.expect("a session");
    // Another id: a session is never changed. Its last byte is random.
    entry[15] ^= 1;
    let id = SessionId::new(entry[..16].try_into().expect("an id"));
    let auth_time = session.auth_time - Seconds::new(seconds);
    let aged = Session { id, auth_time, ..session };
    let outcome = service.state.store.commit(vec![Change::OpenSession(aged)]).await;
    assert_eq!(outcome.expect("a store"), CommitOutcome::Committed);
    browser.cookies.insert(name, sealer.seal(&entry).expect("sealed"));
}

/// Returns the text of a page with unescaped slashes.
pub fn unescaped(page: &TestResponse) -> String {
    page.text.replace("&#x2f;", "/")
}

/// Returns a page without its report token, which is sealed and contains the ids of the request,
/// and without the random challenge for a passkey.
pub fn without_report_token(page: &str) -> String {
    let (before, rest) = page.split_once("challenge&quot;:&quot;").unwrap_or((page, ""));
    let after = rest.split_once("&quot;").map_or("", |(_, after)| after);
    let page = &[before, after].concat();
    let mut parts = page.split("report_token=");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let end = part.find(['&', '"']).unwrap_or(part.len());
        text + "report_token=TOKEN" + &part[end..]
    })
}

/// Returns the `flow` field of the form on a page.
pub fn flow_field(page: &TestResponse) -> &str {
    between(&page.text, "name=\"flow\" value=\"", "\"")
}

/// Returns the `step` field of the form on a page.
pub fn step_field(page: &TestResponse) -> &str {
    between(&page.text, "name=\"step\" value=\"", "\"")
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

/// Returns the error number above the form on a page.
pub fn problem_number(page: &TestResponse) -> u32 {
    let label = between(&page.text, "id=\"problem-number\">", "<");
    label.trim_start_matches(|letter: char| letter.is_alphabetic()).parse().expect("a number")
}

/// Returns the error number in the `error_uri` of a redirect.
pub fn redirected_error_number(response: &TestResponse) -> u32 {
    let uri = parameter(response, "error_uri").expect("an error");
    let (_, code) = uri.split_once("code=").expect("a number");
    code.split('&').next().unwrap_or_default().parse().expect("a number")
}
