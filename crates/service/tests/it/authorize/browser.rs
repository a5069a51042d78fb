//! A browser as far as a sign-in needs one: it keeps cookies and posts forms.

use std::collections::BTreeMap;

use axum::body::Body;
use http::{Request, StatusCode, request::Builder};
use model::{DirectoryChange, Password, TenantId, Timestamp, User, UserId};
use service::listener::Peer;
use uuid::Uuid;

use crate::house::{ALICE, Answer, House, TENANT, challenge, encode, redirect_uri};

/// The person's password.
pub const PASSWORD: &str = "correct horse battery staple";
/// Another person.
pub const BUDI: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00b1);

/// A house whose people have passwords.
pub async fn house() -> House {
    let house = House::new().await;
    furnish(&house).await;
    house
}

/// Gives the people of a house their passwords, and Alice company.
pub async fn furnish(house: &House) {
    let tenant = TenantId::new(TENANT);
    let hash = signin::factor::password::hash(PASSWORD, [1; 16]).expect("a hash");
    let alice = house.service.store.user(tenant, UserId::new(ALICE)).await.expect("a book");
    let budi = User {
        administrator: false,
        id: UserId::new(BUDI),
        username: "budi@demo.test".to_owned(),
        name: "Budi".to_owned(),
        ..User::clone(&alice.expect("a user"))
    };
    house.apply(DirectoryChange::PutUser(budi)).await;
    for user in [ALICE, BUDI].map(UserId::new) {
        let password = Password { hash: hash.clone(), set_at: Timestamp::default() };
        house.apply(DirectoryChange::PutPassword { tenant, user, password }).await;
    }
}

/// A browser at a house.
pub struct Browser<'h> {
    house: &'h House,
    /// Its cookies.
    pub cookies: BTreeMap<String, String>,
    address: String,
}

impl<'h> Browser<'h> {
    /// A fresh one.
    pub fn new(house: &'h House) -> Self {
        Self { house, cookies: BTreeMap::new(), address: "192.0.2.1".to_owned() }
    }

    /// A fresh one at another address.
    pub fn at(house: &'h House, address: &str) -> Self {
        Self { address: address.to_owned(), ..Self::new(house) }
    }

    /// Follows a link.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), String::new()).await
    }

    /// Posts the form of a page of ours.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path).header("sec-fetch-site", "same-origin");
        self.send(request.header("origin", "null"), encode(fields)).await
    }

    /// Sends any request with the browser's cookies, and keeps those that come back.
    pub async fn send(&mut self, request: Builder, body: String) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header("host", "id.test")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", cookies.join("; "))
            .extension(Peer { address: self.address.parse().expect("an address") });
        let answer = self.house.send(request.body(Body::from(body)).expect("a request")).await;
        for cookie in answer.headers.get_all("set-cookie") {
            self.keep(cookie.to_str().expect("text"));
        }
        answer
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').expect("attributes");
        let (name, value) = pair.split_once('=').expect("a pair");
        if attributes.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Fills the sign-in form in and posts it.
    pub async fn sign_in(&mut self, page: &Answer, username: &str, password: &str) -> Answer {
        let fields = [
            ("flow", flow(page)),
            ("username", username),
            ("password", password),
            ("action", "sign-in"),
        ];
        self.post(&action(page), &fields).await
    }

    /// Presses a button of a page.
    pub async fn press(&mut self, page: &Answer, name: &str, value: &str) -> Answer {
        self.post(&action(page), &[("flow", flow(page)), (name, value)]).await
    }

    /// Signs a person in, without staying, as far as that goes.
    pub async fn enter(&mut self, path: &str, username: &str) -> Answer {
        let page = self.get(path).await;
        let stay = self.sign_in(&page, username, PASSWORD).await;
        assert!(stay.text.contains("stay-yes"), "{}", stay.text);
        self.press(&stay, "stay", "no").await
    }

    /// The value of the cookie whose name begins so.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let mut found = self.cookies.iter().filter(|(known, _)| known.starts_with(name));
        found.next().map(|(_, value)| value.as_str())
    }
}

/// The path of an authorization request by the client `web`, with parameters added or replaced;
/// an empty value takes one out.
pub fn request(with: &[(&str, &str)]) -> String {
    format!("/{TENANT}/oauth2/v2.0/authorize?{}", parameters(with))
}

/// The parameters of such a request.
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

/// Where a page's form goes.
pub fn action(page: &Answer) -> String {
    between(&plain(page), "method=\"post\" action=\"", "\"").to_owned()
}

/// The text of a page, with slashes as they are read.
pub fn plain(page: &Answer) -> String {
    page.text.replace("&#x2f;", "/")
}

/// The flow in a page's form.
pub fn flow(page: &Answer) -> &str {
    between(&page.text, "name=\"flow\" value=\"", "\"")
}

/// The text between two others.
pub fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let start = text.find(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    let rest = &text[start + before.len()..];
    &rest[..rest.find(after).expect("an end")]
}

/// Where an answer leads.
pub fn location(answer: &Answer) -> &str {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    answer.header("location")
}

/// A parameter of the answer that a redirect carries.
pub fn parameter(answer: &Answer, name: &str) -> Option<String> {
    let (_, parameters) = location(answer).split_once(['?', '#'])?;
    let mut pairs = parameters.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(known, _)| *known == name)?;
    Some(percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned())
}

/// The number on an error page.
pub fn number(page: &Answer) -> u32 {
    let label = between(&page.text, "id=\"error-number\">", "<");
    label.trim_start_matches(|letter: char| letter.is_alphabetic()).parse().expect("a number")
}

/// The number that an error response names.
pub fn number_sent(answer: &Answer) -> u32 {
    let uri = parameter(answer, "error_uri").expect("an error");
    let (_, code) = uri.split_once("code=").expect("a number");
    code.split('&').next().unwrap_or_default().parse().expect("a number")
}
