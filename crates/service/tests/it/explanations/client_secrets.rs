//! Explanations of client credentials requests with a secret.

use http::Method;

use super::{ClientRequest, Row};
use crate::{
    explain::basic,
    test_service::{ORDERS, SECRET, TENANT, TestService},
};

const TOKEN: &str = "oauth2/v2.0/token";
/// The id of [`SECRET`] at every client.
const SECRET_ID: &str = "5f0c1d3e-0000-4000-8000-000000000001";
const SCOPE: &str = "api://orders/.default";

/// Sends a right request and returns it.
async fn right(service: &TestService) -> ClientRequest {
    let parameters = [
        ("grant_type", "client_credentials"),
        ("client_id", "daemon"),
        ("client_secret", SECRET),
        ("scope", SCOPE),
    ];
    ClientRequest::post(TOKEN, &parameters).assert_succeeds(service).await
}

pub async fn rows(service: &TestService) -> Vec<Row> {
    let right = right(service).await;
    right.clone().basic("daemon").assert_succeeds(service).await;
    let rows = [
        ids(&right),
        secrets(&right),
        grant_types(&right),
        scopes(&right),
        forms(&right),
        headers(&right),
        places(&right),
    ];
    rows.into_iter().flatten().map(|row| row.for_client("daemon")).collect()
}

fn ids(right: &ClientRequest) -> Vec<Row> {
    let with = |id: &str| right.clone().set("client_id", id);
    let nearest = ["daemon", "misspelled"];
    vec![
        Row::new("a letter of the id", with("daemom"), "client_id", &nearest),
        Row::new("two letters of the id swapped", with("deamon"), "client_id", &nearest),
        Row::new("the case of the id", with("Daemon"), "client_id", &["letter_case"]),
        Row::new("a space before the id", with(" daemon"), "client_id", &["white_space_around"]),
        Row::new(
            "a line break after the id",
            with("daemon\n"),
            "client_id",
            &["daemon", "line_break_at_end"],
        ),
        Row::new(
            "a byte order mark before the id",
            with("\u{feff}daemon"),
            "client_id",
            &["daemon", "byte_order_mark"],
        ),
        Row::new("another id", with("api"), "client_id", &["daemon", "api"]).in_dry_run(),
        Row::new("the id of the secret", with(SECRET_ID), "client_id", &["daemon"]).in_dry_run(),
        Row::new(
            "another id in the body than in the header",
            right.clone().basic("daemon").set("client_id", "api"),
            "client_id",
            &["daemon", "api"],
        )
        .in_dry_run(),
    ]
}

fn secrets(right: &ClientRequest) -> Vec<Row> {
    let with = |secret: &str| right.clone().set("client_secret", secret);
    let name = "client_secret";
    vec![
        Row::new("the id of the secret", with(SECRET_ID), name, &["id_of_secret"]),
        Row::new("a space after it", with(&format!("{SECRET} ")), name, &["white_space_around"]),
        Row::new("a line end after it", with(&format!("{SECRET}\n")), name, &["line_break_at_end"]),
        Row::new("quotes around it", with(&format!("\"{SECRET}\"")), name, &["quoted"]),
        Row::new(
            "an expired secret",
            with("a-secret-of-last-year-with-many-characters-0"),
            name,
            &["expired", "3 d"],
        ),
        Row::new("another secret", with("something-else"), name, &[SECRET_ID]),
        Row::new(
            "no secret",
            right.clone().without(name),
            "client_authentication",
            &["client_secret"],
        ),
        Row::new(
            "a space in the header's secret",
            right.clone().basic("daemon").header("authorization", &spaced()),
            name,
            &["white_space_around"],
        ),
    ]
}

fn spaced() -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    format!("Basic {}", STANDARD.encode(format!("daemon:{SECRET}%20")))
}

fn grant_types(right: &ClientRequest) -> Vec<Row> {
    let with = |name: &str| right.clone().set("grant_type", name);
    let name = "grant_type";
    vec![
        Row::new("a letter", with("client_credential"), name, &["client_credentials"]),
        Row::new("the case", with("CLIENT_CREDENTIALS"), name, &["client_credentials"]),
        Row::new("a hyphen", with("client-credentials"), name, &["client_credentials"]),
        Row::new("a space", with("client_credentials "), name, &["client_credentials"]),
        Row::new("one that is not had", with("password"), name, &["client_credentials"]),
        Row::new("none", right.clone().without(name), name, &["missing"]),
        Row::new(
            "one that it may not use",
            with("authorization_code").add("code", "x"),
            name,
            &["client_credentials", "authorization_code"],
        ),
    ]
}

fn scopes(right: &ClientRequest) -> Vec<Row> {
    let with = |scope: &str| right.clone().set("scope", scope);
    vec![
        Row::new("a letter of the resource", with("api://order/.default"), "scope", &[ORDERS]),
        Row::new("the case", with("api://Orders/.default"), "scope", &[ORDERS]),
        Row::new("no .default", with("api://orders/read"), "scope", &[SCOPE]),
        Row::new("a misspelled .default", with("api://orders/.defualt"), "scope", &[SCOPE]),
        Row::new(
            "another resource, without roles",
            with("api://billing/.default"),
            "resource",
            &[ORDERS],
        ),
        Row::new(
            "two resources",
            with("api://orders/.default api://billing/.default"),
            "resource",
            &["api://billing"],
        ),
        Row::new(
            "commas",
            with("api://orders/.default,api://orders/read"),
            "scope",
            &["separator"],
        ),
        Row::new(
            "a resource parameter that is not there",
            right.clone().without("scope").add("resource", "api://orderz"),
            "resource",
            &[ORDERS],
        ),
    ]
}

fn forms(right: &ClientRequest) -> Vec<Row> {
    let json = r#"{"grant_type":"client_credentials","client_id":"daemon"}"#;
    vec![
        Row::new(
            "JSON",
            right.clone().header("content-type", "application/json").raw(|_| json.to_owned()),
            "Content-Type",
            &["application/x-www-form-urlencoded", "application/json"],
        ),
        Row::new(
            "multipart",
            right.clone().header("content-type", "multipart/form-data; boundary=x"),
            "Content-Type",
            &["application/x-www-form-urlencoded", "multipart/form-data"],
        ),
        Row::new("a parameter twice", right.clone().add("scope", SCOPE), "parameter", &["scope"]),
        Row::new(
            "a broken escape",
            right.clone().raw(|form| format!("{form}&x=%zz")),
            "parameter",
            &["position"],
        ),
        Row::new(
            "a parameter of more than 8 KiB",
            right.clone().add("state", &"x".repeat(9_000)),
            "parameter",
            &["8192"],
        ),
        Row::new(
            "more than a hundred parameters",
            (0..120).fold(right.clone(), |request, at| request.add(&format!("p{at}"), "x")),
            "parameters",
            &["100"],
        ),
    ]
}

fn headers(right: &ClientRequest) -> Vec<Row> {
    let by_header = right.clone().basic("daemon");
    vec![
        Row::new(
            "a secret in header and body",
            right.clone().header("authorization", &basic("daemon")),
            "client_authentication",
            &["client_secret_basic", "client_secret_post"],
        ),
        Row::new(
            "another scheme",
            right.clone().without("client_secret").header("authorization", "Bearer x"),
            "Authorization",
            &["Basic", "Bearer"],
        ),
        Row::new(
            "a header that is no base64",
            right.clone().without("client_secret").header("authorization", "Basic !"),
            "Authorization",
            &["base64(client_id:client_secret)"],
        ),
        Row::new(
            "two headers",
            by_header.add("client_id", "daemon").add_header("authorization", &basic("daemon")),
            "Authorization",
            &["2"],
        ),
        Row::new(
            "another host",
            right.clone().header("host", "login.test"),
            "Host",
            &["id.test", "login.test"],
        ),
    ]
}

fn places(right: &ClientRequest) -> Vec<Row> {
    let tenant = TENANT.to_string();
    let at = |name: &str| right.clone().replace_path(&tenant, name);
    let near = tenant.replace("0001", "0003");
    vec![
        Row::new("a letter of the tenant's name", at("demi"), "tenant", &["demo"]),
        Row::new("a letter less in the tenant's name", at("dem"), "tenant", &["demo"]),
        Row::new("a digit of the tenant's id", at(&near), "tenant", &[&tenant]),
        Row::new(
            "PUT in place of POST",
            right.clone().with_method(Method::PUT),
            "method",
            &["POST", "PUT"],
        ),
        Row::new(
            "a secret in the URL",
            right.clone().without("client_secret").in_query("client_secret", SECRET),
            "client_secret",
            &["in_query"],
        ),
    ]
}
