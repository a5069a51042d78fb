//! The change of the root key: what an earlier one sealed opens until it expires or is sealed
//! again.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: RK = root keys.

use std::sync::Arc;

use jose::seal::{Keyring, RootKey};
use model::{
    AuthenticatorApp, Authenticators, DirectoryChange, FaultKind, History, Records as _, Support,
    Timestamp, UserId, Webhook,
};
use service::{SealedKind, Service, Settings};
use store::{CachedStore, MemoryHistory, MemoryStore};
use uuid::Uuid;

use crate::{
    authorize::browser::{BUDI, Browser, add_users, parameter, request},
    test_service::{ORIGIN, SECRET, TestService, get},
};

/// The root key of every test service, and the one that replaces it.
const OLD: [u8; 32] = [7; 32];
const NEW: [u8; 32] = [8; 32];

/// Starts a service over a store and a history, with a current and earlier root keys.
async fn start(
    (store, history): (&Arc<MemoryStore>, &Arc<MemoryHistory>),
    current: [u8; 32],
    earlier: &[[u8; 32]],
) -> TestService {
    let earlier = earlier.iter().map(|key| RootKey::from_bytes(*key)).collect();
    let keyring = Keyring::new(RootKey::from_bytes(current), earlier).expect("a keyring");
    let cached = Arc::new(CachedStore::new(Arc::<MemoryStore>::clone(store)));
    let history: Arc<dyn History> = Arc::<MemoryHistory>::clone(history);
    let state = Service::new(Settings::new(ORIGIN.to_owned()), cached, history, keyring);
    TestService::from_state(state).await
}

/// Returns a store that a service with the old root key has filled: users, keys and a webhook.
async fn filled_store() -> Arc<MemoryStore> {
    let store = Arc::new(MemoryStore::new());
    let service = TestService::over(Arc::<MemoryStore>::clone(&store)).await;
    add_users(&service).await;
    let sealed_secret =
        service.tenant.sealers.webhook_secret.seal_bytes(b"a secret").expect("sealed");
    let webhook = Some(Webhook { url: "https://hook.test".to_owned(), sealed_secret });
    service.change_tenant(|row| *row.support = Support { webhook, ..Support::default() }).await;
    service.apply(DirectoryChange::PutAuthenticators(two_apps(&service))).await;
    store
}

/// Returns the authenticators of Budi: two apps, whose secrets the service seals.
fn two_apps(service: &TestService) -> Authenticators {
    let mut row = Authenticators::new(service.tenant.id(), UserId::new(BUDI));
    for number in 1..=2 {
        let sealed = service.tenant.sealers.totp_secret.seal_bytes(&[number; 20]);
        row.apps.push(AuthenticatorApp {
            id: Uuid::from_u128(number.into()),
            name: String::new(),
            sealed_secret: sealed.expect("sealed"),
            added_at: Timestamp::default(),
        });
    }
    row
}

async fn refresh(service: &TestService, token: &str) -> crate::test_service::TestResponse {
    let parameters = [
        ("grant_type", "refresh_token"),
        ("client_id", "web"),
        ("client_secret", SECRET),
        ("refresh_token", token),
    ];
    service.token(&parameters).await
}

async fn counts(service: &TestService) -> Vec<(SealedKind, [u8; 4], u64)> {
    let counts = service.state.sealed_counts().await.expect("a store");
    counts.into_iter().map(|count| (count.kind, count.key, count.count)).collect()
}

#[tokio::test]
async fn codes_tokens_and_sessions_survive_a_change_of_the_root_key() {
    // Issues a code and a refresh token and signs in with the old key, and uses them with a service
    // that has the new one and the old one. What it gives opens with the new key alone, and what
    // only the old key opens is then refused as unknown.
    let (store, history) = (filled_store().await, Arc::new(MemoryHistory::new()));
    let stored = (&store, &history);
    let before = start(stored, OLD, &[]).await;
    let code = before.code("web", |_| {});
    let tokens = before.token(&before.redeem(&before.code("web", |_| {}))).await.assert_ok();
    let mut browser = Browser::new(&before);
    browser.sign_in_from(&request(&[]), "alice@demo.test").await;
    let cookies = browser.cookies.clone();

    let both = start(stored, NEW, &[OLD]).await;
    both.token(&both.redeem(&code)).await.assert_ok();
    let refreshed = refresh(&both, tokens.member("refresh_token")).await.assert_ok();
    let mut browser = Browser::new(&both);
    browser.cookies = cookies.clone();
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert!(parameter(&silent, "code").is_some(), "{silent:?}");
    both.state.reseal().await.expect("sealed");

    let after = start(stored, NEW, &[]).await;
    refresh(&after, refreshed.member("refresh_token")).await.assert_ok();
    let old = refresh(&after, tokens.member("refresh_token")).await;
    assert_eq!((old.status.as_u16(), old.json["error"].as_str()), (400, Some("invalid_grant")));
    let mut browser = Browser::new(&after);
    browser.cookies = cookies;
    let silent = browser.get(&request(&[("prompt", "none")])).await;
    assert_eq!(parameter(&silent, "error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn resealed_values_open_with_the_new_root_key_alone() {
    // Counts what each key opens before and after, also with a service that runs meanwhile, and
    // compares the key set. Before, the new key alone is refused.
    let (store, history) = (filled_store().await, Arc::new(MemoryHistory::new()));
    let stored = (&store, &history);
    let both = start(stored, NEW, &[OLD]).await;
    let running = start(stored, NEW, &[OLD]).await;
    let key_set = |service: TestService| async move {
        let path = format!("/{}/discovery/v2.0/keys", crate::test_service::TENANT);
        (service.send(get(&path)).await.assert_ok().text, service)
    };
    let (keys_before, running) = key_set(running).await;
    let [old, new] = [OLD, NEW].map(|key| RootKey::from_bytes(key).key_id());
    let of_key = |key| {
        vec![
            (SealedKind::SigningKey, key, 2),
            (SealedKind::WebhookSecret, key, 1),
            (SealedKind::TotpSecret, key, 2),
        ]
    };
    assert_eq!(counts(&both).await, of_key(old));
    let alone = start(stored, NEW, &[]).await;
    let refused = alone.state.check_root_key().await.expect_err("a refusal");
    assert_eq!(refused.kind(), FaultKind::KeyMissing);

    assert_eq!(both.state.reseal().await.expect("sealed"), 5);
    assert_eq!(counts(&both).await, of_key(new));
    assert_eq!(both.state.reseal().await.expect("nothing to do"), 0);
    let after = start(stored, NEW, &[]).await;
    after.state.check_root_key().await.expect("every value opens");
    let (keys_after, after) = key_set(after).await;
    assert_eq!(keys_before, keys_after);
    for service in [&after, &running] {
        service.token(&service.redeem(&service.code("web", |_| {}))).await.assert_ok();
    }
}

#[tokio::test]
async fn a_value_that_no_root_key_opens_stops_the_resealing() {
    // RK5: damages the secret of the webhook. It is named, and neither it nor a row is changed.
    let (store, history) = (filled_store().await, Arc::new(MemoryHistory::new()));
    let service = start((&store, &history), NEW, &[OLD]).await;
    let mut damaged = service.tenant.row.clone();
    if let Some(webhook) = &mut damaged.support.webhook {
        webhook.sealed_secret[20] ^= 1;
    }
    service.state.store.apply(vec![DirectoryChange::PutTenant(damaged)]).await.expect("stored");
    let before = counts(&service).await;
    let fault = service.state.reseal().await.expect_err("a refusal");
    assert_eq!(fault.kind(), FaultKind::KeyMissing);
    assert!(fault.cause().contains("webhook"), "{}", fault.cause());
    assert_eq!(counts(&service).await, before);
}

#[tokio::test]
async fn each_new_root_key_is_recorded_once() {
    // Starts with the old key twice, with the new one, and with the old one again.
    let (store, history) = (filled_store().await, Arc::new(MemoryHistory::new()));
    for (current, earlier) in [(OLD, NEW), (OLD, NEW), (NEW, OLD), (OLD, NEW)] {
        let service = start((&store, &history), current, &[earlier]).await;
        service.state.record_root_key().await;
    }
    let always = (Timestamp::default(), Timestamp::from_microseconds(i64::MAX));
    let events = history.events(None, always, 10).await.expect("a history");
    assert_eq!(events.len(), 3, "{events:?}");
}
