//! What is our own fault: the number, the trace id, when to come back; and nothing half done.

use std::sync::Arc;

use model::{DirectoryChange, FaultKind, GrantId, Search};
use uuid::Uuid;

use crate::{
    authorize::browser,
    failing::{Failing, Trouble},
    house::{Answer, House, SECRET, TENANT, get},
    limits::whole,
};

async fn house() -> (Arc<Failing>, House) {
    let failing = Failing::new();
    let house = House::over(failing.store()).await;
    (failing, house)
}

const UNAVAILABLE: Trouble = Trouble::Fault(FaultKind::StoreUnavailable);

/// Every kind of trouble with the store, and what it is to the caller.
const TROUBLES: [(Trouble, u16, &str, u64); 6] = [
    (UNAVAILABLE, 503, "temporarily_unavailable", 90_033),
    (Trouble::Commits(FaultKind::StoreUnavailable), 503, "temporarily_unavailable", 90_033),
    (Trouble::Conflicts, 503, "temporarily_unavailable", 50_033),
    (Trouble::Fault(FaultKind::StoreBroken), 500, "server_error", 50_000),
    (Trouble::Commits(FaultKind::Internal), 500, "server_error", 50_000),
    (Trouble::Panic, 500, "server_error", 50_000),
];

/// What the record of a trouble says of its cause.
fn cause(trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::Conflicts => "Contended: the same grant kept changing",
        Trouble::Panic => "a handler panicked",
        _ => "the test says so",
    }
}

#[track_caller]
fn fault(answer: &Answer, (status, error, number): (u16, &str, u64)) {
    answer.refused(status, error, number);
    whole(answer);
    assert_eq!(answer.header("retry-after").is_empty(), status != 503, "{}", answer.text);
    assert_eq!(answer.header("www-authenticate"), "");
    assert!(!answer.text.contains("the test says so"), "{}", answer.text);
}

/// The record of a fault has its cause, which the caller is not told.
async fn recorded(house: &House, answer: &Answer, cause: &str) {
    house.service.recorder.settled().await;
    let trace_id = answer.header("x-ms-request-id").parse().ok();
    let search = Search { trace_id, limit: 1, ..Search::default() };
    let found = house.service.history.find(search).await.expect("a history");
    let record = found.first().expect("a record");
    assert_eq!(record.outcome, "fault");
    assert_eq!(record.number.map(u64::from), Some(answer.number()));
    let told = record.reasoning.as_ref().and_then(|it| it.cause.as_deref()).unwrap_or_default();
    assert!(told.contains(cause), "{told}");
}

#[tokio::test]
async fn a_code_outlives_every_trouble_of_the_store() {
    // Redeems one code under each kind of trouble, and once more when it is over: nothing was half
    // written, and nothing has to be restarted.
    let (failing, house) = house().await;
    for (trouble, status, error, number) in TROUBLES {
        let grant = GrantId::new(Uuid::new_v4().into_bytes());
        let code = house.code("web", |code| code.grant = grant);
        failing.set(trouble);
        let answer = house.token(&house.redeem(&code)).await;
        failing.set(Trouble::None);
        fault(&answer, (status, error, number));
        recorded(&house, &answer, cause(trouble)).await;
        let tenant = house.realm.tenant.id;
        assert!(house.service.store.grant(tenant, grant).await.expect("a book").is_none());
        house.token(&house.redeem(&code)).await.good();
    }
}

#[tokio::test]
async fn a_refresh_token_outlives_every_trouble_of_the_store() {
    // The same with a refresh token that has to be replaced.
    let (failing, house) = house().await;
    let code = house.code("native", |_| {});
    let tokens = house.token(&house.redeem_as("native", &code)).await.good();
    let mut token = tokens.member("refresh_token").to_owned();
    for (trouble, status, error, number) in TROUBLES {
        let refresh = [
            ("grant_type", "refresh_token"),
            ("client_id", "native"),
            ("refresh_token", token.as_str()),
        ];
        failing.set(trouble);
        let answer = house.token(&refresh).await;
        failing.set(Trouble::None);
        fault(&answer, (status, error, number));
        let next = house.token(&refresh).await.good();
        assert_ne!(next.member("refresh_token"), token);
        token = next.member("refresh_token").to_owned();
    }
}

#[tokio::test]
async fn every_endpoint_says_that_the_store_is_away() {
    // Token, UserInfo, introspection, revocation with a user's token, and all of them in a process
    // that has read nothing yet.
    let (failing, house) = house().await;
    let code = house.code("web", |_| {});
    let tokens = house.token(&house.redeem(&code)).await.good();
    let token = tokens.member("access_token");
    let asking = [("client_id", "web"), ("client_secret", SECRET), ("token", token)];
    let userinfo = || {
        let mut request = get(&format!("/{TENANT}/oidc/userinfo"));
        let bearer = format!("Bearer {token}").parse().expect("a header");
        request.headers_mut().insert("authorization", bearer);
        request
    };
    let expected = (503, "temporarily_unavailable", 90_033);
    failing.set(UNAVAILABLE);
    fault(&house.post("oauth2/v2.0/introspect", &asking).await, expected);
    fault(&house.post("oauth2/v2.0/revoke", &asking).await, expected);
    fault(&house.send(userinfo()).await, expected);
    failing.set(Trouble::None);
    assert_eq!(house.post("oauth2/v2.0/introspect", &asking).await.json["active"], true);
    house.send(userinfo()).await.good();
    let keyring = jose::seal::Keyring::new(jose::seal::RootKey::from_bytes([7; 32]), Vec::new());
    let settings = service::Settings::new(crate::house::ORIGIN.to_owned());
    let cached = Arc::new(store::Cached::new(failing.store()));
    let cold = service::Service::new(
        settings,
        cached,
        Arc::new(store::MemoryHistory::new()),
        keyring.expect("a keyring"),
    );
    let house = House { router: service::router(Arc::clone(&cold)), service: cold, ..house };
    failing.set(UNAVAILABLE);
    for path in [
        format!("/{TENANT}/v2.0/.well-known/openid-configuration"),
        format!("/{TENANT}/discovery/v2.0/keys"),
        format!("/{TENANT}/oidc/userinfo"),
    ] {
        fault(&house.send(get(&path)).await, expected);
    }
    fault(&house.token(&house.redeem("x")).await, expected);
    assert!(house.service.ready().await.is_err());
    failing.set(Trouble::None);
    assert!(house.service.ready().await.is_ok());
    house.send(get(&format!("/{TENANT}/discovery/v2.0/keys"))).await.good();
}

#[tokio::test]
async fn even_a_bug_of_ours_is_a_page_for_people_and_json_for_clients() {
    // A panic at the authorization endpoint, in a process that has read nothing of that tenant, as
    // a browser asks and as a client does.
    let (failing, house) = house().await;
    let path = browser::request(&[]).replace(&TENANT.to_string(), "elsewhere");
    for (accept, kind) in [("text/html,*/*;q=0.8", "text/html"), ("*/*", "application/json")] {
        let mut request = get(&path);
        request.headers_mut().insert("accept", accept.parse().expect("a header"));
        failing.set(Trouble::Panic);
        let answer = house.send(request).await;
        failing.set(Trouble::None);
        assert_eq!(answer.status.as_u16(), 500, "{}", answer.text);
        assert!(answer.header("content-type").starts_with(kind), "{}", answer.text);
        assert!(answer.text.contains(answer.header("x-ms-request-id")), "{}", answer.text);
        assert!(!answer.text.contains("the test says so"), "{}", answer.text);
    }
}

#[tokio::test]
async fn what_a_caller_did_wrong_stays_its_own_fault() {
    // While the store is away: what can be told without it is told as ever.
    let (failing, house) = house().await;
    let for_itself =
        [("grant_type", "client_credentials"), ("client_id", "daemon"), ("client_secret", SECRET)];
    house.token(&for_itself).await.good();
    failing.set(UNAVAILABLE);
    let wrong = [for_itself[0], for_itself[1], ("client_secret", "wrong")];
    house.token(&wrong).await.refused(401, "invalid_client", 7_000_215);
    let unknown = [("grant_type", "password"), for_itself[1], for_itself[2]];
    house.token(&unknown).await.refused(400, "unsupported_grant_type", 70_003);
    // What needs nothing new of it goes on.
    house.token(&for_itself).await.good();
}

#[tokio::test(start_paused = true)]
async fn work_that_never_ends_is_given_up() {
    // A store that does not answer; the clock is the test's.
    let (failing, house) = house().await;
    let code = house.code("web", |_| {});
    failing.set(Trouble::Silence);
    let answer = house.token(&house.redeem(&code)).await;
    fault(&answer, (503, "temporarily_unavailable", 90_012));
    failing.set(Trouble::None);
    house.token(&house.redeem(&code)).await.good();
}

#[tokio::test]
async fn without_a_key_nothing_is_signed_and_nothing_used_up() {
    // Takes away one signing key, then both; the code is good again when there are new ones.
    let (_, house) = house().await;
    let code = house.code("web", |_| {});
    let store = &house.service.store;
    let tenant = house.realm.tenant.id;
    for _ in 0..2 {
        let rows = store.signing_keys(tenant).await.expect("a book");
        let kid = rows.first().expect("a key").kid.clone();
        house.apply(DirectoryChange::RemoveSigningKey { tenant, kid }).await;
        let answer = house.token(&house.redeem(&code)).await;
        fault(&answer, (500, "server_error", 50_003));
        assert!(house.service.ready().await.is_err());
    }
    service::keys::ensure(&**store, &house.realm, service::now()).await.expect("keys");
    assert!(house.service.ready().await.is_ok());
    house.token(&house.redeem(&code)).await.good();
}

#[tokio::test]
async fn a_key_that_cannot_be_opened_is_our_fault_and_the_record_names_it() {
    // Damages what is sealed of every signing key, and redeems a code; with new keys it is good.
    let (_, house) = house().await;
    let code = house.code("web", |_| {});
    let tenant = house.realm.tenant.id;
    let rows = house.service.store.signing_keys(tenant).await.expect("a book");
    for row in rows.iter() {
        let mut row = row.clone();
        row.sealed_private_key.reverse();
        house.apply(DirectoryChange::PutSigningKey(row)).await;
    }
    let answer = house.token(&house.redeem(&code)).await;
    fault(&answer, (500, "server_error", 50_003));
    let kid = &rows.first().expect("a key").kid;
    assert!(!answer.text.contains(kid), "{}", answer.text);
    recorded(&house, &answer, kid).await;
    for row in rows.iter() {
        house.apply(DirectoryChange::PutSigningKey(row.clone())).await;
    }
    house.token(&house.redeem(&code)).await.good();
}
