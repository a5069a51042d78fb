//! Pairwise identifiers: two clients find nothing by which they recognize a user in common.

use std::collections::BTreeMap;

use model::{Client, SessionId};
use serde_json::Value;

use crate::{
    authorize::browser::{
        Browser, parameter, redirected_error_number, request, service_with_users,
    },
    test_service::{ALICE, SECRET, TestService, get},
};

/// The members that may be equal at two clients: they are those of every user, or what the user
/// lets both clients know by scopes.
const SHARED: [&str; 18] = [
    "iss",
    "aud",
    "tid",
    "utid",
    "ver",
    "amr",
    "acr",
    "auth_time",
    "exp",
    "iat",
    "nbf",
    "scope",
    "scp",
    "roles",
    "name",
    "preferred_username",
    "email",
    "token_type",
];

/// Collects every text and number of a JSON value under the name of its member.
fn collect(name: &str, value: &Value, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, it)| collect(name, it, into)),
        Value::Array(items) => items.iter().for_each(|it| collect(name, it, into)),
        Value::Bool(_) | Value::Null => {}
        _ => {
            into.insert(format!("{name} {value}"), value.clone());
        }
    }
}

fn client_info(text: &str) -> Value {
    let bytes = jose::digest::base64url_decode(text).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// Returns all that a client gets to know of Alice: tokens, UserInfo and introspection.
async fn known(service: &TestService, client: &str) -> BTreeMap<String, Value> {
    let code = service.code(client, |code| code.nonce = Some(format!("nonce of {client}")));
    let mut parameters = service.redeem_as(client, &code);
    parameters.push(("client_info", "1"));
    let tokens = service.token(&parameters).await.assert_ok();
    let mut known = BTreeMap::new();
    let id_token = tokens.claims("id_token");
    let info = client_info(tokens.member("client_info"));
    assert_eq!(info["uid"], id_token["oid"], "Microsoft's libraries expect both to be equal");
    collect("", &id_token, &mut known);
    collect("", &tokens.claims("access_token"), &mut known);
    collect("", &info, &mut known);
    let code = service.code(client, |code| (code.resource, code.scopes) = Default::default());
    let tokens = service.token(&service.redeem_as(client, &code)).await.assert_ok();
    let mut userinfo = get(&format!("/{}/oidc/userinfo", crate::test_service::TENANT));
    let bearer = format!("Bearer {}", tokens.member("access_token")).parse().expect("a header");
    userinfo.headers_mut().insert("authorization", bearer);
    collect("", &service.send(userinfo).await.assert_ok().json, &mut known);
    known
}

/// Returns the members that two clients get with the same value, apart from shared ones.
async fn common(service: &TestService) -> Vec<String> {
    let (web, native) = (known(service, "web").await, known(service, "native").await);
    let is_shared = |entry: &&String| SHARED.contains(&entry.split(' ').next().unwrap_or_default());
    web.keys().filter(|entry| native.contains_key(*entry) && !is_shared(entry)).cloned().collect()
}

async fn set_oid(service: &TestService, oid: bool) {
    for client in ["web", "native"] {
        service.change_client(client, |client| client.oid = oid).await;
    }
}

#[tokio::test]
async fn two_pairwise_clients_get_no_equal_value_of_a_user() {
    // Compares each member of tokens, `client_info` and UserInfo at two clients; with `oid = true`,
    // only the ids are equal.
    let service = TestService::new().await;
    set_oid(&service, false).await;
    assert_eq!(common(&service).await, Vec::<String>::new());
    set_oid(&service, true).await;
    let session = SessionId::new([1; 16]);
    let ids =
        [format!("oid \"{ALICE}\""), format!("sid \"{session}\""), format!("uid \"{ALICE}\"")];
    assert_eq!(common(&service).await, ids);
}

#[tokio::test]
async fn client_info_is_sent_only_if_it_is_requested() {
    // Redeems codes without the parameter, with another value, and with `1`.
    let service = TestService::new().await;
    for (sent, is_expected) in [(None, false), (Some("0"), false), (Some("1"), true)] {
        let code = service.code("web", |_| {});
        let mut parameters = service.redeem(&code);
        parameters.extend(sent.map(|sent| ("client_info", sent)));
        let tokens = service.token(&parameters).await.assert_ok();
        assert_eq!(tokens.json.get("client_info").is_some(), is_expected, "{sent:?}");
    }
}

#[tokio::test]
async fn introspection_names_the_user_of_a_pairwise_client_by_scope_only() {
    // Introspects a token with the scope `profile`, one without, and one of a client with ids.
    let service = TestService::new().await;
    let introspected = |service: &TestService, scopes: &[&str]| {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        let code = service.code("web", |code| code.openid_scopes = scopes);
        let parameters: Vec<(String, String)> =
            service.redeem(&code).iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        parameters
    };
    for (oid, scopes, is_named) in [
        (false, ["openid", "profile"], true),
        (false, ["openid", "email"], false),
        (true, ["openid", "email"], true),
    ] {
        set_oid(&service, oid).await;
        let parameters = introspected(&service, &scopes);
        let parameters: Vec<(&str, &str)> =
            parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let tokens = service.token(&parameters).await.assert_ok();
        let request = [
            ("client_id", "api"),
            ("client_secret", SECRET),
            ("token", tokens.member("access_token")),
        ];
        let response = service.post("oauth2/v2.0/introspect", &request).await.assert_ok();
        assert_eq!(response.json["active"], true);
        assert_eq!(response.json.get("username").is_some(), is_named, "{oid} {scopes:?}");
    }
}

#[tokio::test]
async fn sid_of_a_pairwise_client_names_its_account() {
    // Sends the `sid` of a client in a silent request of the same client, and that of another one.
    let service = service_with_users().await;
    set_oid(&service, false).await;
    let mut browser = Browser::new(&service);
    let response = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let sid = tokens.claims("id_token")["sid"].as_str().expect("a session").to_owned();
    let silent = browser.get(&request(&[("prompt", "none"), ("sid", &sid)])).await;
    assert!(parameter(&silent, "code").is_some());
    let of = |client: &Client| {
        let id = uuid::Uuid::try_parse(&sid).expect("a UUID");
        let session = SessionId::new(id.into_bytes());
        let session = protocol::subject::session_of(session, client, &service.tenant.row);
        let other = Client { id: model::ClientId::new("other").expect("an id"), ..client.clone() };
        protocol::subject::session_id(session, &other, &service.tenant.row).to_string()
    };
    let web = model::ClientId::new("web").expect("an id");
    let web = service.state.store.client(service.tenant.id(), &web).await.expect("a store");
    let foreign = of(&web.expect("a client"));
    let silent = browser.get(&request(&[("prompt", "none"), ("sid", &foreign)])).await;
    assert_eq!(redirected_error_number(&silent), 160_021);
}
