//! The cache: what it keeps, and when it lets go.

use std::{sync::Arc, task::Poll, time::Duration};

use model::{Directory, DirectoryChange};
use store::{Cached, Memory, Sqlite};

use crate::rows::{client, client_id, resource, signing_key, tenant, tenant_id, user, user_id};

fn household() -> Vec<DirectoryChange> {
    vec![
        DirectoryChange::PutTenant(tenant(1, "one")),
        DirectoryChange::PutClient(client(1, "app")),
        DirectoryChange::PutResource(resource(1, "https://api.test")),
        DirectoryChange::PutUser(user(1, 1, "ann")),
        DirectoryChange::PutSigningKey(signing_key(1, "a", 1)),
    ]
}

#[tokio::test]
async fn the_same_row_is_the_same_memory() {
    // Compares the addresses of what two readings return.
    let store = Cached::new(Arc::new(Memory::new()));
    store.apply(household()).await.unwrap();
    let (one, app, ann) = (tenant_id(1), client_id("app"), user_id(1));
    let first = store.client(one, &app).await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&first, &store.client(one, &app).await.unwrap().unwrap()));
    let first = store.tenant("one").await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&first, &store.tenant("one").await.unwrap().unwrap()));
    let first = store.user(one, ann).await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&first, &store.user(one, ann).await.unwrap().unwrap()));
}

#[tokio::test]
async fn what_others_changed_is_seen_after_a_refresh_and_not_before() {
    // Changes the store behind the cache's back, through a second opening of the same files.
    let directory = tempfile::tempdir().unwrap();
    let store = Cached::new(Arc::new(Sqlite::open(directory.path()).unwrap()));
    let other = Sqlite::open(directory.path()).unwrap();
    store.apply(household()).await.unwrap();
    store.refresh().await.unwrap();
    let one = tenant_id(1);
    let kept = store.client(one, &client_id("app")).await.unwrap().unwrap();
    assert_eq!(store.resources(one).await.unwrap().len(), 1);
    assert_eq!(store.signing_keys(one).await.unwrap().len(), 1);
    assert!(store.has_origin(one, "https://spa.test:8443").await.unwrap());

    let mut off = client(1, "app");
    off.enabled = false;
    let changes = vec![
        DirectoryChange::PutClient(off.clone()),
        DirectoryChange::PutResource(resource(1, "https://b.test")),
        DirectoryChange::PutSigningKey(signing_key(1, "b", 2)),
    ];
    other.apply(changes).await.unwrap();
    let before = store.client(one, &off.id).await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&kept, &before));

    store.refresh().await.unwrap();
    assert_eq!(store.client(one, &off.id).await.unwrap().as_deref(), Some(&off));
    assert_eq!(store.resources(one).await.unwrap().len(), 2);
    assert_eq!(store.signing_keys(one).await.unwrap().len(), 2);
    assert!(!store.has_origin(one, "https://spa.test:8443").await.unwrap());

    // Where nobody wrote, a refresh keeps everything.
    let kept = store.client(one, &off.id).await.unwrap().unwrap();
    store.refresh().await.unwrap();
    assert!(Arc::ptr_eq(&kept, &store.client(one, &off.id).await.unwrap().unwrap()));
}

#[tokio::test]
async fn a_change_leaves_the_other_rows_in_place() {
    // Changes one of two clients; the other must still be the same memory.
    let store = Cached::new(Arc::new(Memory::new()));
    store.apply(household()).await.unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "other"))]).await.unwrap();
    let one = tenant_id(1);
    let kept = store.client(one, &client_id("other")).await.unwrap().unwrap();
    let person = store.user(one, user_id(1)).await.unwrap().unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    assert!(Arc::ptr_eq(&kept, &store.client(one, &kept.id).await.unwrap().unwrap()));
    assert!(Arc::ptr_eq(&person, &store.user(one, person.id).await.unwrap().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_whose_caller_went_away_is_seen_all_the_same() {
    // Starts a change, drops it at its first pause, and waits until the new row is returned.
    let directory = tempfile::tempdir().unwrap();
    let store = Cached::new(Arc::new(Sqlite::open(directory.path()).unwrap()));
    store.apply(household()).await.unwrap();
    let mut off = client(1, "app");
    for round in 0..20 {
        off.name = round.to_string();
        let put = DirectoryChange::PutClient(off.clone());
        {
            let mut apply = std::pin::pin!(store.apply(vec![put]));
            let once = std::future::poll_fn(|context| Poll::Ready(apply.as_mut().poll(context)));
            assert!(once.await.is_pending());
        }
        let seen = async {
            while store.client(off.tenant, &off.id).await.unwrap().as_deref() != Some(&off) {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), seen).await.unwrap();
    }
}
