//! Explanations of authorization requests.

use super::{ClientRequest, Row};
use crate::{
    authorize::browser,
    test_service::{TestService, challenge},
};

const AUTHORIZE: &str = "oauth2/v2.0/authorize";
const RIGHT: &str = "https://web.test/callback";

fn right() -> ClientRequest {
    let encoded = browser::parameters(&[]);
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(encoded.as_bytes()).into_owned().collect();
    let pairs: Vec<(&str, &str)> =
        pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    ClientRequest::get(AUTHORIZE, &pairs)
}

fn with(name: &'static str, value: &str) -> ClientRequest {
    right().set(name, value)
}

/// Returns a row about the parameter that was changed.
fn row(what: &'static str, name: &'static str, value: &str, expected: &[&str]) -> Row {
    Row::new(what, with(name, value), name, expected)
}

pub async fn rows(service: &TestService) -> Vec<Row> {
    right().assert_succeeds(service).await;
    let rows = [ids(), uris(), responses(), scopes(), challenges(), prompts(), others()];
    rows.into_iter().flatten().collect()
}

fn ids() -> Vec<Row> {
    vec![
        row("a letter of the id", "client_id", "wep", &["web"]),
        row("the case of the id", "client_id", "WEB", &["web", "letter_case"]),
        Row::new("no id", right().without("client_id"), "client_id", &["missing"]).in_dry_run(),
        row("the id of the tenant", "client_id", "demo", &["demo"]).in_dry_run(),
        Row::new(
            "a letter of the tenant's name",
            right().replace_path("/0190", "/0191"),
            "tenant",
            &["0190"],
        ),
    ]
}

fn uris() -> Vec<Row> {
    let row = |what, uri: &str, expected: &[&str]| row(what, "redirect_uri", uri, expected);
    vec![
        row("a slash behind it", "https://web.test/callback/", &[RIGHT, "trailing_slash"]),
        row("its case", "https://web.test/Callback", &[RIGHT, "letter_case"]),
        row("http", "http://web.test/callback", &[RIGHT, "scheme"]),
        row("a port", "https://web.test:8443/callback", &[RIGHT, "port"]),
        row("another host", "https://www.web.test/callback", &[RIGHT, "host"]),
        row("another path", "https://web.test/callbacks", &[RIGHT, "path"]),
        row("a query", "https://web.test/callback?a=b", &[RIGHT, "query"]),
        row("a fragment", "https://web.test/callback#a", &[RIGHT, "fragment"]),
        row("a space in front", " https://web.test/callback", &[RIGHT, "white_space_around"]),
        row("encoded twice", "https%3A%2F%2Fweb.test%2Fcallback", &[RIGHT, "encoded_twice"]),
        row("no scheme", "web.test/callback", &[RIGHT]),
        row("another platform's port", "https://web.test:1/single", &["https://web.test/single"]),
        row("of another client", "https://keyed.test/callback", &["https://"]),
        Row::new("none", right().without("redirect_uri"), "redirect_uri", &[RIGHT]),
        Row::new(
            "under another name",
            right().without("redirect_uri").add("redirect_url", RIGHT),
            "redirect_uri",
            &["redirect_url"],
        ),
    ]
}

fn responses() -> Vec<Row> {
    vec![
        row("a token", "response_type", "token", &["code", "token"]),
        row("a code and a token", "response_type", "code token", &["code"]),
        row("the case of the type", "response_type", "Code", &["code", "letter_case"]),
        Row::new("no type", right().without("response_type"), "response_type", &["missing"]),
        row("a misspelled mode", "response_mode", "formpost", &["form_post"]),
        row("another mode", "response_mode", "web_message", &["form_post"]),
        row("a request object", "request", "eyJhbGciOi.e30.AA", &["not_accepted"]),
    ]
}

fn scopes() -> Vec<Row> {
    let row = |what, scope: &str, expected: &[&str]| row(what, "scope", scope, expected);
    vec![
        row("a letter", "raed", &["misspelled", "read"]),
        row("the case", "Read", &["letter_case", "read"]),
        row("commas", "openid,profile,read", &["separator"]),
        row("plus signs", "openid+profile", &["separator"]),
        row("a letter behind the resource", "openid api://orders/raed", &["misspelled", "read"]),
        row("a role", "Orders.Read.All", &["role_as_scope"]),
        row("one that it is not registered for", "openid manage", &["not_registered_for"]),
        row("quotes", "\"openid\"", &["quoted"]),
        Row::new("none", right().without("scope"), "scope", &["missing"]),
        Row::new(
            "a misspelled resource",
            with("scope", "openid api://order/read"),
            "scope",
            &["api://orders"],
        ),
        Row::new(
            "a resource that it is not registered for",
            with("scope", "openid api://billing/read"),
            "resource",
            &["api://orders", "api://billing"],
        ),
        Row::new(
            "two resources",
            with("scope", "api://orders/read api://billing/read"),
            "resource",
            &["api://orders", "api://billing"],
        ),
        Row::new(
            "a resource without a scheme",
            right().add("resource", "orders"),
            "resource",
            &["not_absolute"],
        ),
    ]
}

fn challenges() -> Vec<Row> {
    let (name, method) = ("code_challenge", "code_challenge_method");
    let short = &challenge()[1..];
    let padded = format!("{}=", challenge());
    vec![
        Row::new("no challenge", right().without(name), name, &["missing"]),
        row("a short challenge", name, short, &["length"]),
        row("a padded challenge", name, &padded, &["padded"]),
        row("a verifier as challenge", name, &"x".repeat(60), &["length"]),
        row("in hexadecimal", name, &"ab".repeat(32), &["hexadecimal"]),
        row("the method plain", method, "plain", &["S256", "plain"]),
        row("the case of the method", method, "s256", &["S256", "letter_case"]),
        row("another method", method, "SHA256", &["S256"]),
        Row::new("no method", right().without(method), method, &["S256"]),
    ]
}

fn prompts() -> Vec<Row> {
    vec![
        row("a misspelled prompt", "prompt", "select-account", &["select_account"]),
        row("a prompt of others", "prompt", "create", &["login"]),
        row("none and another", "prompt", "none login", &["none"]),
        row("a max_age in words", "max_age", "soon", &["soon"]),
        row("a negative max_age", "max_age", "-1", &["-1"]),
    ]
}

fn others() -> Vec<Row> {
    vec![
        row("a long nonce", "nonce", &"n".repeat(3_000), &["3000"]),
        row("claims that are no JSON", "claims", "{", &["malformed"]),
        row("claims that are a list", "claims", "[]", &["malformed"]),
        row("a hint that is no token", "id_token_hint", "x", &["segments"]),
        row("a key's thumbprint that is none", "dpop_jkt", "x", &["x"]),
        Row::new(
            "a parameter twice",
            right().add("state", "again"),
            "parameter",
            &["state", "twice_differently"],
        ),
        Row::new(
            "a long parameter",
            with("state", &"s".repeat(9_000)),
            "parameter",
            &["state", "8192"],
        ),
        Row::new(
            "a session beside a name",
            right().add("sid", "x").add("login_hint", "y"),
            "sid",
            &["login_hint"],
        ),
    ]
}
