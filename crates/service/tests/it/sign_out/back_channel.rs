//! Logout tokens (OpenID Connect Back-Channel Logout 1.0).

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use model::{
    ChangeEvent, Channel, ClientId, Delivery, History, LogoutLimits, LogoutNotice, Seconds,
    TenantId, Timestamp, UserId,
};
use outbound::fetch::Fetcher;
use serde_json::{Value, json};
use service::Settings;
use store::{MemoryHistory, SqliteHistory};
use uuid::Uuid;

use super::{OUT, logout, register, sign_in, visit};
use crate::{
    authorize::browser::{Browser, location},
    test_service::{ORIGIN, TENANT, TestService, get},
    tickets::{
        service_with,
        webhook_receiver::{CannedResponse, ReceivedRequest, WebhookReceiver, empty_response},
    },
};

const ALICE: &str = "alice@demo.test";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Returns a service that may call this machine.
pub async fn service_over(history: Arc<dyn History>) -> TestService {
    let fetcher = Fetcher::new(vec![Ipv4Addr::LOCALHOST.into()], Vec::new());
    let service =
        service_with(Settings { fetcher, ..Settings::new(ORIGIN.to_owned()) }, history).await;
    register(&service).await;
    service
}

/// Starts an app that answers in turn with these responses, and registers it for a client.
pub async fn app(
    service: &TestService,
    client: &str,
    replies: Vec<CannedResponse>,
) -> WebhookReceiver {
    let receiver = WebhookReceiver::start(None, replies).await;
    let uri = Some(format!("http://localhost:{}/bc?x=1", receiver.port));
    service.change_client(client, |client| client.backchannel_logout_uri = uri).await;
    receiver
}

/// Sends the logout tokens that are due at a time.
pub async fn deliver(service: &TestService, now: Timestamp) {
    service::logout::deliver(&service.state, now).await.expect("a history");
}

/// Returns header and claims of the token that an app received, whose signature is verified.
pub async fn token(service: &TestService, received: &ReceivedRequest) -> (Value, Value) {
    let token = received.body.strip_prefix("logout_token=").expect("the only parameter");
    let keys = service.state.keys(&service.tenant).await.expect("keys");
    let verified = keys.verify(token).expect("a signature of the tenant");
    let header = jose::digest::base64url_decode(token.split('.').next().expect("a header"));
    let header = serde_json::from_slice(&header.expect("base64url")).expect("JSON");
    (header, Value::Object(verified.claims().expect("claims")))
}

async fn events(service: &TestService) -> Vec<(String, String, String)> {
    let (start, end) = (Timestamp::default(), service::now() + Seconds::days(9));
    let tenant = Some(TenantId::new(TENANT));
    let found = service.state.history.events(tenant, (start, end), 99).await.expect("a history");
    let is_logout = |event: &ChangeEvent| event.kind.starts_with("logout");
    let found = found.into_iter().filter(is_logout);
    found.map(|it| (it.kind.into_owned(), it.subject, it.detail)).collect()
}

async fn sign_out(browser: &mut Browser<'_>, hint: &str) {
    let parameters = [("id_token_hint", hint), ("post_logout_redirect_uri", OUT)];
    assert_eq!(location(&browser.get(&logout(&parameters)).await), OUT);
}

/// Sends a token to UserInfo, and returns the status.
async fn user_info(service: &TestService, token: &str) -> u16 {
    let mut request = get(&format!("/{TENANT}/oidc/userinfo"));
    let value = format!("Bearer {token}").parse().expect("a header");
    request.headers_mut().insert("authorization", value);
    service.send(request).await.status.as_u16()
}

#[tokio::test]
async fn each_app_of_the_session_gets_one_logout_token() {
    // Two apps have a grant of the session, one of them with pairwise ids, and a third one has
    // none. Each of the two gets one token with the `sub` and `sid` of its ID tokens.
    let service = service_over(Arc::new(MemoryHistory::new())).await;
    let ok = || vec![empty_response("200 OK")];
    let web = app(&service, "web", ok()).await;
    let api = app(&service, "api", ok()).await;
    let other = app(&service, "daemon", ok()).await;
    service.change_client("api", |client| client.oid = false).await;
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid offline_access")).await;
    let of_api = visit(&service, &mut browser, ("api", ALICE)).await;
    visit(&service, &mut browser, ("web", ALICE)).await;
    sign_out(&mut browser, tokens.member("id_token")).await;
    assert!(web.received().is_empty(), "the user does not wait for apps");
    let now = service::now() + Seconds::new(1);
    for seconds in [0, 60, 7_200] {
        deliver(&service, now + Seconds::new(seconds)).await;
    }
    assert!(other.received().is_empty());
    for (receiver, client, tokens) in [(&web, "web", &tokens), (&api, "api", &of_api)] {
        let received = receiver.received();
        assert_eq!(received.len(), 1, "{client}");
        assert_eq!(received[0].head[0].1, "POST /bc?x=1 HTTP/1.1");
        assert_eq!(received[0].header("content-type"), "application/x-www-form-urlencoded");
        let (header, claims) = token(&service, &received[0]).await;
        assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!("RS256")));
        let id_token = tokens.claims("id_token");
        assert_eq!((&claims["sub"], &claims["sid"]), (&id_token["sub"], &id_token["sid"]));
        assert_eq!((&claims["iss"], &claims["aud"]), (&id_token["iss"], &json!(client)));
        assert_eq!(claims["events"], json!({ EVENT: {} }));
        assert!(claims["jti"].is_string() && claims.get("nonce").is_none());
        let (issued, expires) = (claims["iat"].as_i64(), claims["exp"].as_i64());
        let expected = (Some(now.seconds() - 60), Some(now.seconds() + 120));
        assert_eq!((issued, expires), expected, "{client}");
    }
    let mut recorded = events(&service).await;
    recorded.sort();
    let delivered = |app: &str| {
        let subject = format!("The {app} app ({app}): 200 OK");
        ("logout_delivered".to_owned(), subject, "1".to_owned())
    };
    assert_eq!(recorded, [delivered("api"), delivered("web")]);
}

#[tokio::test]
async fn apps_of_a_replaced_session_are_signed_out_of_it() {
    // Signs in twice more with `prompt=login` after an app got a grant. The sign-out from the third
    // session gives that app a token with its own `sid` and revokes its grant, and `web` gets one
    // token for each of its sessions.
    let service = service_over(Arc::new(MemoryHistory::new())).await;
    let ok = || vec![empty_response("200 OK")];
    let (web, api) = (app(&service, "web", ok()).await, app(&service, "api", ok()).await);
    let mut browser = Browser::new(&service);
    sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let of_api = visit(&service, &mut browser, ("api", ALICE)).await;
    sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let last = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    let access_token = of_api.member("access_token");
    assert_eq!(user_info(&service, access_token).await, 200);
    sign_out(&mut browser, last.member("id_token")).await;
    deliver(&service, service::now() + Seconds::new(1)).await;
    assert_eq!(web.received().len(), 3);
    assert_eq!(api.received().len(), 1);
    let claims = token(&service, &api.received()[0]).await.1;
    assert_eq!(claims["sid"], of_api.claims("id_token")["sid"]);
    assert_ne!(claims["sid"], last.claims("id_token")["sid"]);
    assert_eq!(user_info(&service, access_token).await, 401);
}

#[tokio::test]
async fn app_with_too_many_waiting_tokens_takes_none_from_others() {
    // Stores as many tokens of one app as may wait. At the next sign-out, its token is left out,
    // which is recorded; the other app gets one.
    let service = service_over(Arc::new(MemoryHistory::new())).await;
    let ok = || vec![empty_response("200 OK")];
    let (_web, api) = (app(&service, "web", ok()).await, app(&service, "api", ok()).await);
    let (tenant, due_at) = (TenantId::new(TENANT), service::now() + Seconds::days(1));
    let waiting = |number: u128| Delivery {
        id: Uuid::from_u128(number),
        ticket: None,
        notice: None,
        tenant: Some(tenant),
        channel: Channel::Logout(LogoutNotice {
            client: ClientId::new("web").expect("an id"),
            user: UserId::new(Uuid::nil()),
            session: None,
        }),
        entry: None,
        created_at: service::now(),
        due_at,
        attempts: 0,
    };
    let limits = LogoutLimits { of_client: u32::MAX, of_tenant: u32::MAX };
    let deliveries = (0..2_000).map(waiting).collect();
    let left_out = service.state.history.add_logouts(tenant, deliveries, limits).await;
    assert_eq!(left_out.expect("a history"), []);
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    visit(&service, &mut browser, ("api", ALICE)).await;
    sign_out(&mut browser, tokens.member("id_token")).await;
    deliver(&service, service::now() + Seconds::new(1)).await;
    assert_eq!(api.received().len(), 1);
    let left_out = ("logout_left_out".to_owned(), "The web app (web)".to_owned(), "1".to_owned());
    assert!(events(&service).await.contains(&left_out));
    let waiting = service.state.history.delivery_queue().await.expect("a history").logouts.waiting;
    assert_eq!(waiting, 2_000);
}

#[tokio::test]
async fn app_that_hangs_or_fails_gets_the_token_again_for_a_day() {
    // S10: one app fails twice and then accepts, one never answers, one redirects. The sign-out
    // does not wait. Each attempt has another `jti`, and the last failure is recorded.
    let service = service_over(Arc::new(MemoryHistory::new())).await;
    let replies = ["500 Oh", "503 Oh", "204 Thanks"].map(empty_response).to_vec();
    let failing = app(&service, "web", replies).await;
    let hanging = app(&service, "api", vec![CannedResponse::Hang]).await;
    let redirecting = app(&service, "daemon", vec![empty_response("302 Found")]).await;
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    for client in ["api", "daemon"] {
        visit(&service, &mut browser, (client, ALICE)).await;
    }
    let signing_out = sign_out(&mut browser, tokens.member("id_token"));
    tokio::time::timeout(Duration::from_secs(1), signing_out).await.expect("no wait");
    let now = service::now() + Seconds::new(1);
    let mut counts = Vec::new();
    for seconds in [0, 9, 11, 60, 86_400, 90_000] {
        deliver(&service, now + Seconds::new(seconds)).await;
        counts.push([failing.received().len(), hanging.received().len()]);
    }
    assert_eq!(counts, [[1, 1], [1, 1], [2, 2], [3, 3], [3, 4], [3, 4]]);
    assert_eq!(redirecting.received().len(), 4);
    let mut identifiers = Vec::new();
    for received in failing.received() {
        identifiers.push(token(&service, &received).await.1["jti"].to_string());
    }
    identifiers.sort();
    identifiers.dedup();
    assert_eq!(identifiers.len(), 3);
    let recorded = events(&service).await;
    let has = |kind: &str, subject: &str| {
        recorded.iter().any(|(known, answer, _)| known == kind && answer.contains(subject))
    };
    assert!(has("logout_failed", "The web app (web): 500 "), "{recorded:?}");
    assert!(has("logout_delivered", "The web app (web): 204 "), "{recorded:?}");
    assert!(has("logout_abandoned", "The api app (api): no response within 3 s"), "{recorded:?}");
    assert!(has("logout_abandoned", "(daemon): the response is a redirect (302"), "{recorded:?}");
}

#[tokio::test]
async fn private_address_never_gets_a_logout_token() {
    // S10: an app at an address that the operator does not allow (SSRF).
    let settings = Settings::new(ORIGIN.to_owned());
    let service = service_with(settings, Arc::new(MemoryHistory::new())).await;
    register(&service).await;
    let receiver = app(&service, "web", vec![empty_response("200 OK")]).await;
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    sign_out(&mut browser, tokens.member("id_token")).await;
    deliver(&service, service::now() + Seconds::new(1)).await;
    assert!(receiver.received().is_empty());
    let recorded = events(&service).await;
    assert!(recorded[0].1.contains("is not a public address"), "{recorded:?}");
}

#[tokio::test]
async fn logout_token_is_sent_after_a_restart() {
    // S10: the service stops before it sends. The next one, with the same history, does.
    let directory = tempfile::tempdir().expect("a directory");
    let open = || Arc::new(SqliteHistory::open(directory.path()).expect("a history"));
    let first = service_over(open()).await;
    let receiver = app(&first, "web", vec![empty_response("200 OK")]).await;
    let mut browser = Browser::new(&first);
    let tokens = sign_in(&first, &mut browser, (ALICE, "openid")).await;
    sign_out(&mut browser, tokens.member("id_token")).await;
    drop(browser);
    drop(first);
    let second = service_over(open()).await;
    let uri = Some(format!("http://localhost:{}/bc", receiver.port));
    second.change_client("web", |client| client.backchannel_logout_uri = uri).await;
    deliver(&second, service::now() + Seconds::new(1)).await;
    let received = receiver.received();
    assert_eq!(received.len(), 1);
    let claims = token(&second, &received[0]).await.1;
    assert_eq!(claims["sid"], tokens.claims("id_token")["sid"]);
}

#[tokio::test]
async fn logout_token_is_no_id_token_and_no_access_token() {
    // Sends the token that an app received as a hint and to UserInfo.
    let service = service_over(Arc::new(MemoryHistory::new())).await;
    let receiver = app(&service, "web", vec![empty_response("200 OK")]).await;
    let mut browser = Browser::new(&service);
    let tokens = sign_in(&service, &mut browser, (ALICE, "openid")).await;
    sign_out(&mut browser, tokens.member("id_token")).await;
    deliver(&service, service::now() + Seconds::new(1)).await;
    let body = receiver.received()[0].body.clone();
    let token = body.strip_prefix("logout_token=").expect("a token");
    let hinted = [("id_token_hint", token), ("post_logout_redirect_uri", OUT)];
    let response = browser.get(&logout(&hinted)).await;
    assert_eq!(location(&response), "/demo/signed-out");
    assert_eq!(user_info(&service, token).await, 401);
}
