//! A lost ledger and a restored directory: what was used, revoked or withdrawn stays so.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: LG = lost ledgers,
//! restored directories and clocks.

use std::{fs, path::Path, sync::Arc, time::Duration};

use http::StatusCode;
use jose::Algorithm;
use model::{
    Change, DirectoryChange, Discontinuity, KnownLedger, LedgerRecord, Seconds, Timestamp,
};
use serde_json::Value;
use store::SqliteStore;

use crate::{
    authorize::browser::{Browser, add_users, parameter, redirected_error_number, request},
    signed_requests::{ASSERTION_TYPE, Jws, p256, rsa},
    test_service::{SECRET, TestResponse, TestService, get, post},
};

const TOKEN: &str = "oauth2/v2.0/token";
/// The number of a code or refresh token that is older than the ledger.
const MEMORY_LOST: u64 = 88_000_270;

/// Opens the service on a data directory, and connects directory and ledger.
async fn open(directory: &Path) -> TestService {
    let store = SqliteStore::open(directory).expect("a store");
    let service = TestService::over(Arc::new(store)).await;
    service.state.connect_ledger().await.expect("a store").expect("a continuity");
    TestService::from_state(Arc::clone(&service.state)).await
}

/// Makes directory and ledger know that the ledger was used at a time.
async fn use_ledger_at(service: &TestService, seen_at: Timestamp) {
    let store = &service.state.store;
    let raise = Change::RaiseLedgerState { high_water: seen_at, directory_generation: 0 };
    let _ = store.commit(vec![raise]).await.expect("a store");
    let state = store.directory_state().await.expect("a store");
    let known = state.ledger.expect("a ledger");
    let record = LedgerRecord {
        ledger: KnownLedger { seen_at, ..known },
        before: Some(known.identity.id),
        remembered_since: state.remembered_since,
        generation_min: 0,
    };
    store.apply(vec![DirectoryChange::RecordLedger(record)]).await.expect("a store");
}

/// Deletes the ledger, as a failed disk would.
fn lose_ledger(directory: &Path) {
    for end in ["", "-wal", "-shm"] {
        let file = directory.join(format!("ledger.db{end}"));
        if file.exists() {
            fs::remove_file(file).expect("removed");
        }
    }
    assert!(directory.join("directory.db").exists());
}

async fn assert(service: &TestService, assertion: &str) -> TestResponse {
    let parameters = [
        ("grant_type", "client_credentials"),
        ("client_id", "keyed"),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
    ];
    service.token(&parameters).await
}

fn refresh(token: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", token),
    ]
}

async fn is_active(service: &TestService, token: &str) -> bool {
    let parameters = [("client_id", "web"), ("client_secret", SECRET), ("token", token)];
    let response = service.post("oauth2/v2.0/introspect", &parameters).await.assert_ok();
    response.json["active"] == true
}

async fn event_kinds(service: &TestService) -> Vec<String> {
    let always = (Timestamp::default(), Timestamp::from_microseconds(i64::MAX));
    let events = service.state.history.events(None, always, 100).await.expect("a history");
    events.into_iter().map(|event| event.kind.into_owned()).collect()
}

#[tokio::test]
async fn values_of_before_a_lost_ledger_are_refused_and_new_ones_accepted() {
    // LG1, LG2: redeems a code and uses an assertion, deletes the ledger and starts again. The used
    // code, another one, the refresh token, the access token and assertions are refused. A new
    // code is redeemed.
    let directory = tempfile::tempdir().expect("a directory");
    let service = open(directory.path()).await;
    let (used, unused) = (service.code("web", |_| {}), service.code("web", |_| {}));
    let tokens = service.token(&service.redeem(&used)).await.assert_ok();
    let key = rsa(Algorithm::Rs256);
    let assertion = Jws::assertion().sign(&key);
    assert(&service, &assertion).await.assert_ok();
    assert!(is_active(&service, tokens.member("access_token")).await);
    drop(service);
    lose_ledger(directory.path());

    let service = open(directory.path()).await;
    for code in [&used, &unused] {
        let response = service.token(&service.redeem(code)).await;
        response.assert_refused(400, "invalid_grant", MEMORY_LOST);
    }
    let refreshed = service.token(&refresh(tokens.member("refresh_token"))).await;
    refreshed.assert_refused(400, "invalid_grant", MEMORY_LOST);
    assert!(!is_active(&service, tokens.member("access_token")).await);
    let without_iat = Jws::assertion().with("iat", Value::Null).sign(&key);
    for assertion in [&assertion, &Jws::assertion().sign(&key), &without_iat] {
        let response = assert(&service, assertion).await;
        response.assert_refused(401, "invalid_client", 88_000_271);
    }

    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    service.token(&refresh(tokens.member("refresh_token"))).await.assert_ok();
    assert!(is_active(&service, tokens.member("access_token")).await);
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    let later = service::now().seconds() + 60;
    let new = Jws::assertion().with("iat", later).with("nbf", Value::Null).sign(&key);
    assert(&service, &new).await.assert_ok();
    assert_eq!(event_kinds(&service).await, ["ledger_lost"]);
}

#[tokio::test]
async fn values_stay_valid_while_the_ledger_is_the_same() {
    // Opens a new data directory, and opens it again twice: an earlier code is redeemed.
    let directory = tempfile::tempdir().expect("a directory");
    let service = open(directory.path()).await;
    let code = service.code("web", |_| {});
    for _ in 0..2 {
        drop(open(directory.path()).await);
    }
    let service = open(directory.path()).await;
    service.token(&service.redeem(&code)).await.assert_ok();
    assert_eq!(event_kinds(&service).await, [""; 0]);
}

#[tokio::test]
async fn grants_of_an_older_ledger_copy_are_refused() {
    // LG3: puts back a copy of the ledger in which a grant is not revoked yet. The directory saw
    // the ledger after the copy was made.
    let directory = tempfile::tempdir().expect("a directory");
    let service = open(directory.path()).await;
    let code = service.code("web", |_| {});
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    drop(service);
    let ledger = directory.path().join("ledger.db");
    let copy = fs::read(&ledger).expect("a ledger");
    let service = open(directory.path()).await;
    let revoked = [("client_id", "web"), ("client_secret", SECRET)];
    let revoked = [&revoked[..], &[("token", tokens.member("refresh_token"))]].concat();
    service.post("oauth2/v2.0/revoke", &revoked).await.assert_ok();
    use_ledger_at(&service, service.state.now() + Seconds::new(1)).await;
    drop(service);
    lose_ledger(directory.path());
    fs::write(&ledger, copy).expect("written");

    let service = open(directory.path()).await;
    let refreshed = service.token(&refresh(tokens.member("refresh_token"))).await;
    refreshed.assert_refused(400, "invalid_grant", MEMORY_LOST);
    assert!(!is_active(&service, tokens.member("access_token")).await);
}

#[tokio::test]
async fn sessions_and_flows_of_before_a_lost_ledger_end() {
    // LG4: signs in, opens the page of another flow, and loses the ledger. The browser has no
    // session, the flow leads on, and a new sign-in succeeds.
    let service = TestService::new().await;
    add_users(&service).await;
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let page = browser.get(&request(&[("prompt", "login")])).await;
    service.state.begin_new_ledger().await.expect("a store");
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(parameter(&silent, "error").as_deref(), Some("login_required"));
    assert!(redirected_error_number(&silent) > 0);
    let ended = browser.sign_in(&page, "alice@demo.test", "correct horse battery staple").await;
    assert!(ended.text.contains("AADSTS"), "{}", ended.text);
    assert!(!ended.text.contains("stay-yes"), "{}", ended.text);
    let response = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    assert!(parameter(&response, "code").is_some());
}

#[tokio::test]
async fn dpop_nonces_of_before_a_lost_ledger_are_replaced() {
    // LG5: sends a proof with an earlier nonce, and one with the nonce of the refusal.
    let service = TestService::new().await;
    let key = p256();
    let before = service.proof(&key, "POST", TOKEN);
    service.state.begin_new_ledger().await.expect("a store");
    let code = service.code("web", |_| {});
    let send = async |proof: String| {
        let mut request = post(TOKEN, &service.redeem(&code));
        request.headers_mut().append("dpop", proof.parse().expect("a header"));
        service.send(request).await
    };
    let refused = send(before.sign(&key)).await;
    assert_eq!((refused.status, refused.error()), (StatusCode::BAD_REQUEST, "use_dpop_nonce"));
    let nonce = refused.header("dpop-nonce").to_owned();
    send(before.with("nonce", nonce).sign(&key)).await.assert_ok();
}

#[tokio::test]
async fn expired_values_stay_expired_when_the_clock_was_set_back() {
    // LG9: the ledger was used an hour and a day later than the clock shows now. A code that
    // expired in between stays expired, new codes are redeemed, earlier grants stay valid, and the
    // jump is an event.
    for ahead in [Seconds::hours(1), Seconds::days(1)] {
        let directory = tempfile::tempdir().expect("a directory");
        let service = open(directory.path()).await;
        let code = service.code("web", |_| {});
        let tokens = service.token(&service.redeem(&code)).await.assert_ok();
        let later = service::now() + ahead;
        let expired = service.code("web", |code| code.expires_at = later - Seconds::minutes(1));
        let raise = Change::RaiseLedgerState { high_water: later, directory_generation: 0 };
        let _ = service.state.store.commit(vec![raise]).await.expect("a store");
        drop(service);

        let service = open(directory.path()).await;
        assert!(service.state.now() >= later);
        let response = service.token(&service.redeem(&expired)).await;
        response.assert_refused(400, "invalid_grant", 70_008);
        let new = service.code("web", |code| code.expires_at = later + Seconds::minutes(5));
        service.token(&service.redeem(&new)).await.assert_ok();
        service.token(&refresh(tokens.member("refresh_token"))).await.assert_ok();
        assert_eq!(event_kinds(&service).await, ["clock_set_back"]);
        assert!(service.state.seconds_clock_is_behind() > 3_000);
    }
}

#[tokio::test]
async fn directory_older_than_its_ledger_knows_is_not_served() {
    // LG6: puts back a copy of the directory from before a change. Connecting is refused until the
    // directory is accepted.
    let directory = tempfile::tempdir().expect("a directory");
    drop(open(directory.path()).await);
    let file = directory.path().join("directory.db");
    let copy = fs::read(&file).expect("a directory");
    let service = open(directory.path()).await;
    service.change_client("web", |client| client.credentials.clear()).await;
    drop(service);
    fs::write(&file, copy).expect("written");

    let store = SqliteStore::open(directory.path()).expect("a store");
    let keyring = jose::seal::Keyring::new(jose::seal::RootKey::from_bytes([7; 32]), Vec::new());
    let cached = Arc::new(store::CachedStore::new(Arc::new(store)));
    let settings = service::Settings::new(crate::test_service::ORIGIN.to_owned());
    let history = Arc::new(store::MemoryHistory::new());
    let state = service::Service::new(settings, cached, history, keyring.expect("a keyring"));
    let refused = state.connect_ledger().await.expect("a store").expect_err("a refusal");
    assert!(matches!(refused, Discontinuity::OlderDirectory { .. }), "{refused:?}");
    state.accept_restored_directory().await.expect("a store");
    let accepted = state.connect_ledger().await.expect("a store").expect("a continuity");
    assert_eq!(accepted.lost, None);
}

#[tokio::test]
async fn directory_of_before_a_restore_is_not_served_beside_the_new_ledger() {
    // LG11: begins a new ledger, as a restore does, and puts back the earlier directory, which
    // has a higher generation. A ledger that is missing is only lost.
    let directory = tempfile::tempdir().expect("a directory");
    let service = open(directory.path()).await;
    drop(service);
    let file = directory.path().join("directory.db");
    let restored = fs::read(&file).expect("a directory");
    let service = open(directory.path()).await;
    for _ in 0..40 {
        service.change_client("web", |client| client.enabled = !client.enabled).await;
    }
    drop(service);
    let before = fs::read(&file).expect("a directory");
    lose_ledger(directory.path());
    fs::write(&file, restored).expect("written");
    let service = open(directory.path()).await;
    drop(service);
    fs::write(&file, before).expect("written");
    let store = Arc::new(SqliteStore::open(directory.path()).expect("a store"));
    let service = TestService::over(store).await;
    let refused = service.state.connect_ledger().await.expect("a store");
    assert_eq!(refused, Err(Discontinuity::OtherLedger));
    drop(service);
    lose_ledger(directory.path());
    let service = open(directory.path()).await;
    assert_eq!(event_kinds(&service).await, ["ledger_lost"]);
}

#[tokio::test]
async fn ledger_lost_while_the_clock_is_behind_does_not_stop_sign_ins() {
    // LG12: the ledger was used an hour later than the clock shows, and is lost. A user signs in
    // and a code is redeemed, because the service continues from that hour.
    let directory = tempfile::tempdir().expect("a directory");
    let service = open(directory.path()).await;
    add_users(&service).await;
    use_ledger_at(&service, service::now() + Seconds::hours(1)).await;
    drop(service);
    lose_ledger(directory.path());

    let service = open(directory.path()).await;
    assert_eq!(event_kinds(&service).await, ["clock_set_back", "ledger_lost"]);
    let mut browser = Browser::new(&service);
    let response = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let code = parameter(&response, "code").expect("a code");
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    assert!(is_active(&service, tokens.member("access_token")).await);
}

#[tokio::test]
async fn starts_with_a_clock_that_is_behind_leave_the_stored_time_unchanged() {
    // LG13: connects 20 times while the stored time is an hour ahead of the clock.
    let directory = tempfile::tempdir().expect("a directory");
    let service = open(directory.path()).await;
    let later = service::now() + Seconds::hours(1);
    use_ledger_at(&service, later).await;
    for _ in 0..20 {
        service.state.connect_ledger().await.expect("a store").expect("a continuity");
        assert!(service.state.now() >= later);
    }
    let stored = service.state.store.ledger_state().await.expect("a store").high_water;
    assert_eq!(stored, later);
}

#[tokio::test]
async fn nothing_revives_in_a_restored_backup() {
    // LG7: makes a backup with a grant, a session and a signing key, and ends all of them. In the
    // restored copy the codes, the refresh token and the session are refused, and the key set has
    // other keys. A new sign-in succeeds.
    let directory = tempfile::tempdir().expect("a directory");
    let service = open(directory.path()).await;
    add_users(&service).await;
    let (code, unused) = (service.code("web", |_| {}), service.code("web", |_| {}));
    let tokens = service.token(&service.redeem(&code)).await.assert_ok();
    let mut browser = Browser::new(&service);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let cookies = browser.cookies.clone();
    let earlier = kids(&service).await;
    let backup = tempfile::tempdir().expect("a directory");
    let state = store::back_up(directory.path(), backup.path()).expect("a backup");
    assert!(state.is_backup && state.generation > 0);
    drop(service);

    let refused = SqliteStore::open(backup.path()).expect("a store");
    let service = TestService::over(Arc::new(refused)).await;
    let refused = service.state.connect_ledger().await.expect("a store");
    assert_eq!(refused, Err(Discontinuity::Backup));
    service.state.accept_restored_directory().await.expect("a store");
    let keys = kids(&service).await;
    assert!(!keys.is_empty() && keys.iter().all(|kid| !earlier.contains(kid)), "{keys:?}");
    drop(service);

    // The new ledger is not lost.
    let service = open(backup.path()).await;
    assert_eq!(event_kinds(&service).await, [""; 0]);
    for code in [&code, &unused] {
        let response = service.token(&service.redeem(code)).await;
        response.assert_refused(400, "invalid_grant", MEMORY_LOST);
    }
    let refreshed = service.token(&refresh(tokens.member("refresh_token"))).await;
    refreshed.assert_refused(400, "invalid_grant", MEMORY_LOST);
    assert!(!is_active(&service, tokens.member("access_token")).await);
    let mut browser = Browser::new(&service);
    browser.cookies = cookies;
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(parameter(&silent, "error").as_deref(), Some("login_required"));
    let response = browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let code = parameter(&response, "code").expect("a code");
    service.token(&service.redeem(&code)).await.assert_ok();
}

/// Returns the `kid` of each key of the key set.
async fn kids(service: &TestService) -> Vec<String> {
    let path = format!("/{}/discovery/v2.0/keys", crate::test_service::TENANT);
    let keys = service.send(get(&path)).await.assert_ok();
    let keys = keys.json["keys"].as_array().expect("keys").clone();
    keys.iter().map(|key| key["kid"].as_str().expect("a kid").to_owned()).collect()
}
