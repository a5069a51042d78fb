//! What is good once is good once, however many come at the same moment.

use std::{collections::HashSet, sync::Arc};

use http::StatusCode;
use model::GrantId;
use store::Sqlite;
use tempfile::TempDir;
use uuid::Uuid;

use crate::house::{Answer, House, VERIFIER, redirect_uri};

/// How many come at once.
const AT_ONCE: usize = 50;
const ROUNDS: usize = 24;

async fn house() -> (TempDir, Arc<House>) {
    let directory = tempfile::tempdir().expect("a directory");
    let store = Sqlite::open(directory.path()).expect("a store");
    (directory, Arc::new(House::over(Arc::new(store)).await))
}

/// Sends the same request many times at once.
async fn at_once(house: &Arc<House>, parameters: Vec<(&'static str, String)>) -> Vec<Answer> {
    let mut tasks = Vec::new();
    for _ in 0..AT_ONCE {
        let (house, parameters) = (Arc::clone(house), parameters.clone());
        tasks.push(tokio::spawn(async move {
            let borrowed: Vec<(&str, &str)> =
                parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
            house.token(&borrowed).await
        }));
    }
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("an answer"));
    }
    answers
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
    // P2: fifty at once over SQLite, many rounds: one success, every other one is told that the
    // code was redeemed, and what the success began is over.
    let (_directory, house) = house().await;
    for round in 0..ROUNDS {
        let grant = GrantId::new(Uuid::new_v4().into_bytes());
        let code = house.code("native", |code| code.grant = grant);
        let answers = at_once(&house, redemption(code)).await;
        let (good, refused): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|answer| answer.status == StatusCode::OK);
        assert_eq!(good.len(), 1, "round {round}");
        for answer in refused {
            answer.refused(400, "invalid_grant", 54_005);
        }
        let tenant = house.realm.tenant.id;
        let kept = house.service.store.grant(tenant, grant).await.expect("a book");
        assert!(kept.expect("the grant").revoked.is_some());
        let after = refresh(good[0].member("refresh_token"));
        let after: Vec<(&str, &str)> = after.iter().map(|(a, b)| (*a, b.as_str())).collect();
        house.token(&after).await.refused(400, "invalid_grant", 88_000_063);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_refresh_token_has_one_successor_however_many_try_at_once() {
    // F2: fifty at once over SQLite, many rounds of one family: all get the same successor, and the
    // grant has moved on by one.
    let (_directory, house) = house().await;
    let grant = GrantId::new(Uuid::new_v4().into_bytes());
    let code = redemption(house.code("native", |code| code.grant = grant));
    let code: Vec<(&str, &str)> = code.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let mut token = house.token(&code).await.good().member("refresh_token").to_owned();
    for round in 1..=ROUNDS {
        let answers = at_once(&house, refresh(&token)).await;
        let successors: HashSet<String> = answers
            .into_iter()
            .map(|answer| answer.good().member("refresh_token").to_owned())
            .collect();
        assert_eq!(successors.len(), 1, "round {round}");
        let successor = successors.into_iter().next().expect("one");
        assert_ne!(successor, token);
        token = successor;
        let kept = house.service.store.grant(house.realm.tenant.id, grant).await.expect("a book");
        let kept = kept.expect("the grant");
        assert_eq!((usize::try_from(kept.generation).expect("small"), kept.revoked), (round, None));
    }
}

#[tokio::test]
async fn a_restart_forgets_nothing_that_was_used_up() {
    // F3: redeems and refreshes, opens the store again, and comes back with what was used up.
    let (directory, house) = house().await;
    let code = house.code("native", |_| {});
    let redeem = redemption(code);
    let redeem: Vec<(&str, &str)> = redeem.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let first = house.token(&redeem).await.good();
    let mut last = first.member("refresh_token").to_owned();
    for _ in 0..2 {
        let next = refresh(&last);
        let next: Vec<(&str, &str)> = next.iter().map(|(a, b)| (*a, b.as_str())).collect();
        last = house.token(&next).await.good().member("refresh_token").to_owned();
    }
    drop(house);
    let store = Sqlite::open(directory.path()).expect("a store");
    let house = House::over(Arc::new(store)).await;
    let used = refresh(first.member("refresh_token"));
    let used: Vec<(&str, &str)> = used.iter().map(|(a, b)| (*a, b.as_str())).collect();
    house.token(&used).await.refused(400, "invalid_grant", 88_000_062);
    house.token(&redeem).await.refused(400, "invalid_grant", 54_005);
    let last = refresh(&last);
    let last: Vec<(&str, &str)> = last.iter().map(|(a, b)| (*a, b.as_str())).collect();
    house.token(&last).await.refused(400, "invalid_grant", 88_000_063);
}
