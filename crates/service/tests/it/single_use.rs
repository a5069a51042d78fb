//! Single use of codes and refresh tokens, under concurrency and across restarts.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: P = codes, F = refresh
//! tokens.

use std::{collections::HashSet, sync::Arc};

use http::StatusCode;
use model::GrantId;
use store::SqliteStore;
use tempfile::TempDir;
use uuid::Uuid;

use crate::test_service::{TestResponse, TestService, VERIFIER, redirect_uri};

/// The number of concurrent requests.
const CONCURRENT: usize = 50;
const ROUNDS: usize = 24;

async fn service_over_sqlite() -> (TempDir, Arc<TestService>) {
    let directory = tempfile::tempdir().expect("a directory");
    let store = SqliteStore::open(directory.path()).expect("a store");
    (directory, Arc::new(TestService::over(Arc::new(store)).await))
}

/// Sends the same request many times at once.
async fn send_concurrently(
    service: &Arc<TestService>,
    parameters: Vec<(&'static str, String)>,
) -> Vec<TestResponse> {
    let mut tasks = Vec::new();
    for _ in 0..CONCURRENT {
        let (service, parameters) = (Arc::clone(service), parameters.clone());
        tasks.push(tokio::spawn(async move {
            let borrowed: Vec<(&str, &str)> =
                parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
            service.token(&borrowed).await
        }));
    }
    let mut responses = Vec::new();
    for task in tasks {
        responses.push(task.await.expect("a response"));
    }
    responses
}

fn redemption(code: String) -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "authorization_code".to_owned()),
        ("client_id", "native".to_owned()),
        ("code", code),
        ("redirect_uri", redirect_uri("native").to_owned()),
        ("code_verifier", VERIFIER.to_owned()),
    ]
}

fn refresh(token: &str) -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "refresh_token".to_owned()),
        ("client_id", "native".to_owned()),
        ("refresh_token", token.to_owned()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_code_is_redeemed_once_however_many_try_at_once() {
    // P2: redeems fifty times at once over SQLite, in many rounds. One succeeds, the others get
    // 54005, and the grant is revoked.
    let (_directory, service) = service_over_sqlite().await;
    for round in 0..ROUNDS {
        let grant = GrantId::new(Uuid::new_v4().into_bytes());
        let code = service.code("native", |code| code.grant = grant);
        let responses = send_concurrently(&service, redemption(code)).await;
        let (good, refused): (Vec<_>, Vec<_>) =
            responses.into_iter().partition(|response| response.status == StatusCode::OK);
        assert_eq!(good.len(), 1, "round {round}");
        for response in refused {
            response.assert_refused(400, "invalid_grant", 54_005);
        }
        let tenant = service.tenant.id();
        let stored = service.state.store.grant(tenant, grant).await.expect("a store");
        assert!(stored.expect("the grant").revoked.is_some());
        let after = refresh(good[0].member("refresh_token"));
        let after: Vec<(&str, &str)> = after.iter().map(|(a, b)| (*a, b.as_str())).collect();
        service.token(&after).await.assert_refused(400, "invalid_grant", 88_000_063);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refresh_token_has_one_successor_however_many_try_at_once() {
    // F2: refreshes fifty times at once over SQLite, in many rounds of one grant. All get the same
    // successor, and the generation rises by one.
    let (_directory, service) = service_over_sqlite().await;
    let grant = GrantId::new(Uuid::new_v4().into_bytes());
    let code = redemption(service.code("native", |code| code.grant = grant));
    let code: Vec<(&str, &str)> = code.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let mut token = service.token(&code).await.assert_ok().member("refresh_token").to_owned();
    for round in 1..=ROUNDS {
        let responses = send_concurrently(&service, refresh(&token)).await;
        let successors: HashSet<String> = responses
            .into_iter()
            .map(|response| response.assert_ok().member("refresh_token").to_owned())
            .collect();
        assert_eq!(successors.len(), 1, "round {round}");
        let successor = successors.into_iter().next().expect("one");
        assert_ne!(successor, token);
        token = successor;
        let stored = service.state.store.grant(service.tenant.id(), grant).await.expect("a store");
        let stored = stored.expect("the grant");
        assert_eq!(
            (usize::try_from(stored.generation).expect("small"), stored.revoked),
            (round, None)
        );
    }
}

#[tokio::test]
async fn used_codes_and_refresh_tokens_stay_used_after_a_restart() {
    // F3: redeems and refreshes, reopens the store, and sends the used code and tokens again.
    let (directory, service) = service_over_sqlite().await;
    let code = service.code("native", |_| {});
    let redeem = redemption(code);
    let redeem: Vec<(&str, &str)> = redeem.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let first = service.token(&redeem).await.assert_ok();
    let mut last = first.member("refresh_token").to_owned();
    for _ in 0..2 {
        let next = refresh(&last);
        let next: Vec<(&str, &str)> = next.iter().map(|(a, b)| (*a, b.as_str())).collect();
        last = service.token(&next).await.assert_ok().member("refresh_token").to_owned();
    }
    drop(service);
    let store = SqliteStore::open(directory.path()).expect("a store");
    let service = TestService::over(Arc::new(store)).await;
    let used = refresh(first.member("refresh_token"));
    let used: Vec<(&str, &str)> = used.iter().map(|(a, b)| (*a, b.as_str())).collect();
    service.token(&used).await.assert_refused(400, "invalid_grant", 88_000_062);
    service.token(&redeem).await.assert_refused(400, "invalid_grant", 54_005);
    let last = refresh(&last);
    let last: Vec<(&str, &str)> = last.iter().map(|(a, b)| (*a, b.as_str())).collect();
    service.token(&last).await.assert_refused(400, "invalid_grant", 88_000_063);
}
