//! Introspection (RFC 7662): which client gets what about a token.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: T = client
//! authentication and the token endpoint, F = refresh tokens, M = tenants and logs.

use diagnostics::explanation::{Explanation, Viewer};
use http::{Method, Request, StatusCode};
use model::{DirectoryChange, RecordQuery, Seconds, Tenant, TenantId, Timestamp};
use uuid::Uuid;

use crate::{
    signed_requests::{ASSERTION_TYPE, Jws, rsa},
    test_service::{ORDERS, ORIGIN, SECRET, TENANT, TestResponse, TestService, client, post},
};

const ENDPOINT: &str = "oauth2/v2.0/introspect";

async fn introspect(service: &TestService, client: &str, token: &str) -> TestResponse {
    service
        .post(ENDPOINT, &[("client_id", client), ("client_secret", SECRET), ("token", token)])
        .await
}

/// Asserts a response that says only that the token is not active.
#[track_caller]
fn assert_inactive(response: &TestResponse) {
    assert_eq!(response.text, r#"{"active":false}"#, "{}", response.text);
    assert_eq!(response.status, StatusCode::OK);
}

async fn tokens(service: &TestService) -> TestResponse {
    let code = service.code("web", |_| {});
    service.token(&service.redeem(&code)).await.assert_ok()
}

#[tokio::test]
async fn introspection_shows_a_token_to_its_client_and_its_api() {
    // Introspects as the client of the token, and as the client of the resource.
    let service = TestService::new().await;
    let tokens = tokens(&service).await;
    let access = tokens.claims("access_token");
    for client in ["web", "api"] {
        let response =
            introspect(&service, client, tokens.member("access_token")).await.assert_ok();
        assert_eq!(response.json["active"], true);
        for claim in ["scope", "client_id", "exp", "nbf", "sub", "aud", "iss", "jti"] {
            assert_eq!(response.json[claim], access[claim], "{claim}");
        }
        // The true time of issue, not the dated-back one of the token.
        let issued = access["iat"].as_i64().map(|dated_back| dated_back + 60);
        assert_eq!(response.json["iat"].as_i64(), issued);
        assert_eq!(response.member("token_type"), "Bearer");
        assert_eq!(response.member("username"), "alice@demo.test");
        assert_eq!(response.member("aud"), ORDERS);
        assert!(response.header("cache-control").contains("no-store"));
        assert_eq!(response.header("access-control-allow-origin"), "");
    }
    let response = introspect(&service, "web", tokens.member("refresh_token")).await.assert_ok();
    assert_eq!(response.json["active"], true);
    assert_eq!(response.member("scope"), "read openid profile email offline_access");
    assert_eq!(response.member("iss"), format!("{ORIGIN}/{TENANT}/v2.0"));
}

#[tokio::test]
async fn introspection_by_another_client_says_only_not_active() {
    // F8: another client, the API with a refresh token, an ID token, garbage, and a changed token.
    let service = TestService::new().await;
    let tokens = tokens(&service).await;
    let token = tokens.member("access_token");
    assert_inactive(&introspect(&service, "daemon", token).await);
    assert_inactive(&introspect(&service, "daemon", tokens.member("refresh_token")).await);
    assert_inactive(&introspect(&service, "api", tokens.member("refresh_token")).await);
    assert_inactive(&introspect(&service, "web", tokens.member("id_token")).await);
    for garbage in ["x", "a.b.c", "rt.x", "rt.AAAA.x", "ac.x.y", &"x".repeat(8_000)] {
        assert_inactive(&introspect(&service, "web", garbage).await);
    }
    let last = token.chars().last().expect("a letter");
    let changed = token.replacen(last, if last == 'A' { "B" } else { "A" }, 1);
    assert_inactive(&introspect(&service, "web", &changed).await);
}

#[tokio::test]
async fn introspection_requires_client_authentication() {
    // F8, T5: sends no credential, a wrong secret, a public client and a bearer token; and an
    // assertion, which is accepted once.
    let service = TestService::new().await;
    let tokens = tokens(&service).await;
    let token = ("token", tokens.member("access_token"));
    let rows = [
        (vec![token], 400, "invalid_request", 900_144),
        (vec![("client_id", "web"), token], 401, "invalid_client", 7_000_218),
        (
            vec![("client_id", "web"), ("client_secret", "x"), token],
            401,
            "invalid_client",
            7_000_215,
        ),
        (vec![("client_id", "native"), token], 401, "invalid_client", 88_000_160),
        (vec![("client_id", "web"), ("client_secret", SECRET)], 400, "invalid_request", 900_144),
    ];
    for (parameters, status, error, number) in rows {
        let response = service.post(ENDPOINT, &parameters).await;
        response.assert_refused(status, error, number);
        assert_eq!(status == 401, response.header("www-authenticate").starts_with("Basic realm="));
    }
    for value in ["Bearer ", "Bearer garbage", "DPoP x"] {
        let mut request = post(ENDPOINT, &[token]);
        request.headers_mut().insert("authorization", value.parse().expect("a header"));
        service.send(request).await.assert_refused(401, "invalid_client", 88_000_039);
    }
    let assertion = Jws::assertion().sign(&rsa(jose::Algorithm::Rs256));
    let keyed = [
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion.as_str()),
        token,
    ];
    assert_inactive(&service.post(ENDPOINT, &keyed).await);
    service.post(ENDPOINT, &keyed).await.assert_refused(401, "invalid_client", 88_000_034);
    let mut query = post(ENDPOINT, &[token]);
    *query.method_mut() = Method::GET;
    service.send(query).await.assert_refused(405, "invalid_request", 900_561);
    let options = Request::options(format!("/{TENANT}/{ENDPOINT}"))
        .header("host", "id.test")
        .header("origin", "https://spa.test")
        .body("".into());
    let response = service.send(options.expect("a request")).await;
    assert_eq!(response.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn revocation_by_time_refuses_tokens_from_before_it_only() {
    // Raises the not-before time of the client, then of the tenant, and introspects a token issued
    // just before and one issued just after, all within a second in most runs.
    let service = TestService::new().await;
    let is_active = async |tokens: &TestResponse| {
        let response = introspect(&service, "web", tokens.member("access_token")).await.assert_ok();
        response.json["active"] == true
    };
    let before = tokens(&service).await;
    assert!(is_active(&before).await);
    service.change_client("web", |client| client.tokens_not_before = service::now()).await;
    let between = tokens(&service).await;
    assert!(!is_active(&before).await);
    assert!(is_active(&between).await);
    // A second of its own, in which rounding up the first revocation has no effect.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let between = tokens(&service).await;
    service.change_tenant(|tenant| tenant.tokens_not_before = service::now()).await;
    let after = tokens(&service).await;
    assert!(!is_active(&between).await);
    assert!(is_active(&after).await);
}

#[tokio::test]
async fn second_revocation_within_a_second_reaches_tokens_issued_between() {
    // Revokes the client twice within a second, then the client and the tenant. The token without a
    // grant that was issued between the two is inactive.
    for second_is_of_tenant in [false, true] {
        let service = TestService::new().await;
        let first = start_of_a_second().await;
        service.change_client("web", |client| client.tokens_not_before = first).await;
        let own =
            [("grant_type", "client_credentials"), ("client_id", "web"), ("client_secret", SECRET)];
        let between = service.token(&own).await.assert_ok();
        let second = model::after_revocations(service::now(), [first]);
        assert!(second - first < Seconds::new(2), "the test took too long");
        if second_is_of_tenant {
            service.change_tenant(|tenant| tenant.tokens_not_before = second).await;
        } else {
            service.change_client("web", |client| client.tokens_not_before = second).await;
        }
        assert_inactive(&introspect(&service, "web", between.member("access_token")).await);
    }
}

/// Waits until a second has just begun, and returns the time.
async fn start_of_a_second() -> Timestamp {
    let wait = 1_000_000 - service::now().microseconds().rem_euclid(1_000_000) + 1_000;
    let wait = std::time::Duration::from_micros(wait.try_into().expect("a wait"));
    tokio::time::sleep(wait).await;
    service::now()
}

#[tokio::test]
async fn a_token_is_inactive_after_its_user_tenant_client_or_grant_ends() {
    // F8: disables the user, raises the not-before times of user, tenant and client, and revokes;
    // for both kinds of token.
    let service = TestService::new().await;
    let tokens = tokens(&service).await;
    let both = [tokens.member("access_token"), tokens.member("refresh_token")];
    for token in both {
        service.change_user(|user| user.enabled = false).await;
        assert_inactive(&introspect(&service, "web", token).await);
        service.change_user(|user| user.enabled = true).await;
        service.change_user(|user| user.tokens_not_before = service::now()).await;
        assert_inactive(&introspect(&service, "web", token).await);
        service.change_user(|user| user.tokens_not_before = Timestamp::default()).await;
        let later = service::now() + Seconds::new(5);
        service.change_tenant(|tenant| tenant.tokens_not_before = later).await;
        assert_inactive(&introspect(&service, "web", token).await);
        service.change_tenant(|tenant| tenant.tokens_not_before = Timestamp::default()).await;
        service.change_client("web", |client| client.tokens_not_before = later).await;
        assert_inactive(&introspect(&service, "web", token).await);
        service
            .change_client("web", |client| client.tokens_not_before = Timestamp::default())
            .await;
        assert_eq!(introspect(&service, "web", token).await.json["active"], true);
    }
    let revoke = [("client_id", "web"), ("client_secret", SECRET), ("token", both[0])];
    assert_eq!(service.post("oauth2/v2.0/revoke", &revoke).await.status, StatusCode::OK);
    for token in both {
        assert_inactive(&introspect(&service, "web", token).await);
    }
}

#[tokio::test]
async fn another_tenants_token_is_inactive_and_not_redeemable() {
    // F8, M3: a second tenant with the same client and secret introspects, revokes and redeems
    // tokens of the first.
    let service = TestService::new().await;
    let tokens = tokens(&service).await;
    let other = TenantId::new(Uuid::from_u128(2));
    let mut copy = client("web", model::Platform::Web, false);
    copy.tenant = other;
    let tenant = Tenant { ..Tenant::new(other, "other", [4; 32]) };
    for change in [DirectoryChange::PutTenant(tenant), DirectoryChange::PutClient(copy)] {
        service.apply(change).await;
    }
    let tenant = service.state.tenant_context("other").await.expect("a tenant context");
    service::key_rotation::ensure(&*service.state.store, &tenant, service::now())
        .await
        .expect("keys");
    assert!(service.state.store.tenant("other").await.expect("a store").is_some());
    let at_other = |endpoint: &str, parameters: &[(&str, &str)]| {
        let mut request = post(endpoint, parameters);
        *request.uri_mut() = format!("/other/{endpoint}").parse().expect("a path");
        request
    };
    let credentials = [("client_id", "web"), ("client_secret", SECRET)];
    for token in ["access_token", "refresh_token"] {
        let token_query = [credentials[0], credentials[1], ("token", tokens.member(token))];
        assert_inactive(&service.send(at_other(ENDPOINT, &token_query)).await);
        let response = service.send(at_other("oauth2/v2.0/revoke", &token_query)).await;
        assert_eq!(response.status, StatusCode::OK);
        assert_eq!(introspect(&service, "web", tokens.member(token)).await.json["active"], true);
    }
    let refresh_token = ("refresh_token", tokens.member("refresh_token"));
    let refresh = [credentials[0], credentials[1], ("grant_type", "refresh_token"), refresh_token];
    let response = service.send(at_other("oauth2/v2.0/token", &refresh)).await;
    response.assert_refused(400, "invalid_grant", 88_000_066);
    let code = service.code("web", |_| {});
    let response = service.send(at_other("oauth2/v2.0/token", &service.redeem(&code))).await;
    response.assert_refused(400, "invalid_grant", 700_005);
    let mut userinfo = crate::test_service::get("/other/oidc/userinfo");
    let bearer = format!("Bearer {}", tokens.member("access_token"));
    userinfo.headers_mut().insert("authorization", bearer.parse().expect("a header"));
    service.send(userinfo).await.assert_refused(401, "invalid_token", 88_000_142);
}

/// Returns the kinds of the recorded reasons of a response: those that the developer of the asking
/// client reads, and all.
async fn reasons(service: &TestService, response: &TestResponse) -> (Vec<String>, Vec<String>) {
    assert_inactive(response);
    let id = Uuid::try_parse(response.header("x-ms-request-id")).expect("an id");
    service.state.recorder.flush().await;
    let query = RecordQuery { trace_id: Some(id), limit: 1, ..RecordQuery::default() };
    let record = service.state.history.find(query).await.expect("a history").remove(0);
    assert_eq!((record.number, record.warnings[0].kind.as_ref()), (None, "token_inactive"));
    let kinds = |viewer| {
        let explanation = Explanation::new(&record, viewer, catalogue::Language::ENGLISH);
        let differences = explanation.comparisons.into_iter().filter_map(|it| it.difference);
        differences.map(|it| it.name).collect::<Vec<_>>()
    };
    let explanation =
        Explanation::new(&record, Viewer::ClientDeveloper, catalogue::Language::ENGLISH);
    assert_eq!(explanation.authenticated, Some(true));
    (kinds(Viewer::ClientDeveloper), kinds(Viewer::Operator))
}

#[tokio::test]
async fn the_record_says_why_a_token_is_inactive() {
    // Introspects texts and tokens of each kind. The reasons of another client's token are for the
    // operator only.
    let service = TestService::new().await;
    let of_web = tokens(&service).await;
    let (access, refresh) = (of_web.member("access_token"), of_web.member("refresh_token"));
    let other_tenant = format!("rt.{}.x", jose::digest::base64url([9; 16]));
    let changed = format!("{}AAAA", &access[..access.len() - 4]);
    let cases = [
        ("web", "nonsense", &["segments"][..], 0),
        ("web", &changed, &["changed_or_cut"], 0),
        ("web", "rt.x", &["not_of_this_service"], 0),
        ("web", &other_tenant, &["of_another_tenant"], 1),
        ("daemon", access, &["not_introspectable"], 1),
        ("daemon", refresh, &["of_another_client"], 1),
    ];
    for (client, token, expected, hidden) in cases {
        let (own, all) = reasons(&service, &introspect(&service, client, token).await).await;
        assert_eq!(own, expected, "{client} {token:.20} {all:?}");
        assert_eq!(all.len(), own.len() + hidden, "{client} {token:.20} {all:?}");
    }
    service
        .post(
            "oauth2/v2.0/revoke",
            &[("client_id", "web"), ("client_secret", SECRET), ("token", refresh)],
        )
        .await
        .assert_ok();
    for (client, token) in [("web", access), ("web", refresh), ("api", access)] {
        let (own, _) = reasons(&service, &introspect(&service, client, token).await).await;
        assert_eq!(own, ["revoked_by_client"], "{client} {token:.20}");
    }
    let (own, all) = reasons(&service, &introspect(&service, "daemon", access).await).await;
    assert_eq!(own, ["not_introspectable"]);
    assert!(all.contains(&"revoked_by_client".to_owned()), "{all:?}");
}
