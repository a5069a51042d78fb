//! The reference of tokens and claims, compared with tokens of every kind that the service mints.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use http::Request;
use jose::{Algorithm, SigningKey, digest};
use model::{ScopeClaims, SubjectType};
use serde_json::{Map, Value, json};

use crate::{
    authorize,
    test_service::{ORIGIN, SECRET, TENANT, TestResponse, TestService, get, post},
    userinfo::describe_alice,
};

/// The page with the tables.
const PAGE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/tokens-and-claims.md");
/// The file of the samples that the page shows.
const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../protocol/samples.toml");
/// The command that writes the samples again.
const HOW: &str = "EXAMPLES=write cargo test -p service --test it tokens_and_claims, then cargo \
                   xtask codegen";
/// The moment at which the times of samples begin, in seconds.
const SAMPLE_TIME: i64 = 1_767_225_600;
/// The section whose claims ID tokens and UserInfo have besides their own.
const OF_USERS: &str = "Claims about the user";

/// A token or response of the service.
struct Minted {
    /// The heading of its table.
    section: &'static str,
    /// The title of its sample, if it is one.
    title: Option<&'static str>,
    /// The head, if it is a JWT.
    head: Option<Value>,
    members: Map<String, Value>,
}

impl Minted {
    fn response(section: &'static str, response: &TestResponse) -> Self {
        let members = response.json.as_object().cloned();
        let members = members.unwrap_or_else(|| panic!("{section}: {}", response.text));
        Self { section, title: None, head: None, members }
    }

    fn jwt(section: &'static str, jwt: &str) -> Self {
        let mut parts = jwt.split('.').map(|part| {
            let bytes = digest::base64url_decode(part).unwrap_or_default();
            serde_json::from_slice(&bytes).unwrap_or(Value::Null)
        });
        let (head, claims) = (parts.next(), parts.next().expect("claims"));
        let members = claims.as_object().cloned().expect("claims");
        Self { section, title: None, head, members }
    }

    fn titled(self, title: &'static str) -> Self {
        Self { title: Some(title), ..self }
    }
}

/// Redeems a code of a client for these scopes.
async fn redeem(
    service: &TestService,
    scopes: &[&str],
    openid_scopes: &[&str],
    key: Option<&SigningKey>,
) -> TestResponse {
    let owned = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let code = service.code("web", |code| {
        code.scopes = owned(scopes);
        code.openid_scopes = owned(openid_scopes);
        if scopes.is_empty() {
            code.resource = String::new();
        }
    });
    let mut request =
        post("oauth2/v2.0/token", &[&service.redeem(&code)[..], &[("client_info", "1")]].concat());
    if let Some(key) = key {
        let proof = service.proof(key, "POST", "oauth2/v2.0/token").sign(key);
        request.headers_mut().append("dpop", proof.parse().expect("a header"));
    }
    service.send(request).await.assert_ok()
}

async fn introspect(service: &TestService, token: &str) -> TestResponse {
    let parameters = [("client_id", "web"), ("client_secret", SECRET), ("token", token)];
    service.post("oauth2/v2.0/introspect", &parameters).await.assert_ok()
}

async fn userinfo(service: &TestService, token: &str) -> TestResponse {
    let mut request: Request<_> = get(&format!("/{TENANT}/oidc/userinfo"));
    let bearer = format!("Bearer {token}").parse().expect("a header");
    request.headers_mut().insert("authorization", bearer);
    service.send(request).await.assert_ok()
}

/// Mints the tokens of a user who satisfied the claims challenge of an API.
async fn mint_after_challenge(service: &TestService, all: &mut Vec<Minted>) {
    authorize::auth_contexts::declare(service).await;
    let code = service.code("web", |code| {
        code.amr = ["pwd", "otp", "mfa"].map(str::to_owned).to_vec();
        code.claims.access_token.acrs = vec!["c1".to_owned()];
        code.claims.access_token.xms_cc = vec!["cp1".to_owned()];
    });
    let stepped_up = service.token(&service.redeem(&code)).await.assert_ok();
    let stepped_up = stepped_up.member("access_token");
    all.push(
        Minted::jwt("Access token", stepped_up).titled("Access token after a claims challenge"),
    );
    all.push(Minted::response("Introspection", &introspect(service, stepped_up).await));
}

/// Mints tokens in each variant that has other members.
async fn mint_all(service: &TestService) -> Vec<Minted> {
    describe_alice(service).await;
    let mut all = Vec::new();
    let user = redeem(service, &["read"], &["openid", "profile", "offline_access"], None).await;
    let access_token = user.member("access_token");
    all.push(Minted::response("Token response", &user).titled("Token response"));
    all.push(Minted::jwt("Access token", access_token).titled("Access token of a user"));
    all.push(
        Minted::response("Introspection", &introspect(service, access_token).await)
            .titled("Introspection of an access token"),
    );
    let refresh_token = introspect(service, user.member("refresh_token")).await;
    all.push(Minted::response("Introspection", &refresh_token));
    all.push(Minted::response("Introspection", &introspect(service, "unknown").await));

    let app = [("grant_type", "client_credentials"), ("client_secret", SECRET)];
    let daemon = [app[0], app[1], ("client_id", "daemon")];
    let app = service.token(&daemon).await.assert_ok();
    all.push(Minted::response("Token response", &app));
    all.push(
        Minted::jwt("Access token", app.member("access_token")).titled("Access token of an app"),
    );

    let (key, _) = SigningKey::generate(Algorithm::Es256).expect("a key");
    let bound = redeem(service, &["read"], &["openid"], Some(&key)).await;
    let bound_token = Minted::jwt("Access token", bound.member("access_token"));
    all.push(confirmation(&bound_token));
    all.push(bound_token.titled("Access token bound to a key"));
    let introspected = introspect(service, bound.member("access_token")).await;
    all.push(confirmation(&Minted::response("Introspection", &introspected)));
    all.push(Minted::response("Introspection", &introspected));

    mint_after_challenge(service, &mut all).await;

    let every_scope = ["openid", "profile", "email", "address", "phone"];
    let described = redeem(service, &[], &every_scope, None).await;
    let for_userinfo = described.member("access_token");
    all.push(Minted::jwt("Access token", for_userinfo).titled("Access token for UserInfo only"));
    all.push(Minted::jwt("ID token", described.member("id_token")).titled("ID token"));
    let claims = userinfo(service, for_userinfo).await;
    all.push(Minted::response("UserInfo", &claims).titled("UserInfo"));

    let change = |client: &mut model::Client| {
        client.scope_claims = ScopeClaims::UserInfo;
        client.subject_type = SubjectType::Public;
    };
    service.change_client("web", change).await;
    let short = redeem(service, &[], &every_scope, None).await;
    let title = "ID token of a client with `scope_claims = \"userinfo\"` and `subject_type = \
                 \"public\"`";
    all.push(Minted::jwt("ID token", short.member("id_token")).titled(title));
    let metadata = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
    all.push(Minted::response("Metadata", &service.send(get(&metadata)).await.assert_ok()));
    all
}

fn confirmation(of: &Minted) -> Minted {
    let members = of.members["cnf"].as_object().cloned().expect("an object");
    Minted { section: "Confirmation", title: None, head: None, members }
}

/// Returns the tables of the page by their heading: each member, and whether it is always present.
fn tables(page: &str) -> BTreeMap<&str, BTreeMap<&str, bool>> {
    fn rows(text: &str) -> BTreeMap<&str, bool> {
        let lines = text.lines().filter_map(|line| line.strip_prefix("| `"));
        let rows = lines.filter_map(|line| {
            let (name, rest) = line.split_once("` |")?;
            Some((name, rest.split('|').nth(1)?.trim() == "always"))
        });
        rows.collect()
    }
    let sections = page.split("\n## ").skip(1).filter_map(|section| section.split_once('\n'));
    sections.map(|(heading, text)| (heading, rows(text))).collect()
}

#[tokio::test]
async fn every_member_of_a_token_has_a_row_in_the_reference() {
    // Mints every variant, and compares the members of each with the table of its kind. All rows
    // are met by some variant, and those that are always present by each.
    let service = TestService::new().await;
    let page = std::fs::read_to_string(PAGE).expect("the reference");
    let tables = tables(&page);
    let mut met: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for minted in mint_all(&service).await {
        let Minted { section, title, members, .. } = minted;
        let table = &tables[section];
        for name in members.keys() {
            let is_of_user = ["ID token", "UserInfo"].contains(&section)
                && tables[OF_USERS].contains_key(name.as_str());
            let met_in = if is_of_user { OF_USERS } else { section };
            let has_row = tables[met_in].contains_key(name.as_str());
            assert!(has_row, "{section} {title:?}: {name} has no row");
            met.entry(met_in).or_default().insert(name.clone());
        }
        for (name, _) in table.iter().filter(|(_, is_always)| **is_always) {
            assert!(
                members.contains_key(*name),
                "{section} {title:?}: {name} is not always present"
            );
        }
    }
    for (section, table) in tables.iter().filter(|(_, table)| !table.is_empty()) {
        let rows: BTreeSet<String> = table.keys().map(|name| (*name).to_owned()).collect();
        assert_eq!(met.remove(section).unwrap_or_default(), rows, "{section}");
    }
}

#[tokio::test]
async fn the_samples_of_the_reference_are_tokens_of_the_service() {
    // Mints the samples again, and compares them with the stored ones, or writes those if
    // `EXAMPLES=write` is set.
    let service = TestService::new().await;
    let mut text = format!(
        "# Decoded tokens and responses, from the test tokens_and_claims.\n\
         # To regenerate: {HOW}.\n"
    );
    for minted in mint_all(&service).await {
        let Some(title) = minted.title else { continue };
        let members = masked(Value::Object(minted.members));
        let json = match minted.head.map(masked) {
            Some(head) => pretty(&head) + "\n.\n" + &pretty(&members),
            None => pretty(&members),
        };
        let _ = write!(text, "\n[[sample]]\ntitle = '''{title}'''\njson = '''\n{json}\n'''\n");
    }
    if std::env::var("EXAMPLES").is_ok_and(|what| what == "write") {
        std::fs::write(SAMPLES, &text).expect("written");
    }
    let stored = std::fs::read_to_string(SAMPLES).expect("the samples");
    assert_eq!(stored, text, "a sample differs from the service; if it is right: {HOW}");
    let page = std::fs::read_to_string(PAGE).expect("the reference");
    for json in stored.split("json = '''\n").skip(1) {
        let json = json.split("\n'''").next().expect("a sample");
        assert!(page.contains(json), "run cargo xtask codegen; the page lacks {json}");
    }
}

fn pretty(value: &Value) -> String {
    let text = serde_json::to_string_pretty(value).expect("JSON");
    text.replace("[\n    ", "[").replace("\n  ]", "]").replace(",\n    \"", ", \"")
}

/// Replaces values that differ in each run: times, random ids, keys and sealed or signed texts.
fn masked(mut value: Value) -> Value {
    let issued_at = value["iat"].as_i64().unwrap_or_else(|| service::now().seconds());
    let Some(members) = value.as_object_mut() else { return value };
    for (name, value) in members {
        let new = match (name.as_str(), &*value) {
            ("iat" | "exp" | "nbf" | "auth_time", Value::Number(at)) => {
                at.as_i64().map(|at| json!(SAMPLE_TIME + at - issued_at))
            }
            ("jti" | "uti" | "gid" | "sid" | "kid", _) => Some(json!(format!("{name} (random)"))),
            ("access_token" | "id_token", _) => Some(json!("eyJ0eXAi… (signed)")),
            ("refresh_token", Value::String(token)) => {
                Some(json!(format!("{}… (encrypted)", &token[..token.len().min(6)])))
            }
            ("cnf", _) => Some(json!({ "jkt": "thumbprint of the key" })),
            (_, Value::String(text)) => Some(json!(text.replace(ORIGIN, "https://id.example"))),
            _ => None,
        };
        if let Some(new) = new {
            *value = new;
        }
    }
    value
}
