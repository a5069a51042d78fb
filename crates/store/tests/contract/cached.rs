//! The cache: which rows it holds, and when it invalidates them.

use std::{sync::Arc, task::Poll, time::Duration};

use model::{Directory, DirectoryChange};
use store::{CachedStore, MemoryStore, SqliteStore};

use crate::rows::{client, client_id, resource, signing_key, tenant, tenant_id, user, user_id};

fn rows() -> Vec<DirectoryChange> {
    vec![
        DirectoryChange::PutTenant(tenant(1, "one")),
        DirectoryChange::PutClient(client(1, "app")),
        DirectoryChange::PutResource(resource(1, "https://api.test")),
        DirectoryChange::PutUser(user(1, 1, "ann")),
        DirectoryChange::PutSigningKey(signing_key(1, "a", 1)),
    ]
}

#[tokio::test]
async fn cached_row_is_returned_without_a_copy() {
    // Compares the addresses of the rows that two reads return.
    let store = CachedStore::new(Arc::new(MemoryStore::new()));
    store.apply(rows()).await.unwrap();
    let (one, app, ann) = (tenant_id(1), client_id("app"), user_id(1));
    let first = store.client(one, &app).await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&first, &store.client(one, &app).await.unwrap().unwrap()));
    let first = store.tenant("one").await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&first, &store.tenant("one").await.unwrap().unwrap()));
    let first = store.user(one, ann).await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&first, &store.user(one, ann).await.unwrap().unwrap()));
}

#[tokio::test]
async fn row_is_in_memory_after_it_was_read_until_it_changes() {
    // Looks a row of each kind up in memory: before a read, after it, and after a change of it.
    let store = CachedStore::new(Arc::new(MemoryStore::new()));
    store.apply(rows()).await.unwrap();
    let (one, app, ann) = (tenant_id(1), client_id("app"), user_id(1));
    let in_memory = || {
        [
            store.cached_tenant("one").is_some(),
            store.cached_client(one, &app).is_some(),
            store.cached_resources(one).is_some(),
            store.cached_user(one, ann).is_some(),
            store.cached_signing_keys(one).is_some(),
        ]
    };
    assert_eq!(in_memory(), [false; 5]);
    store.tenant("one").await.unwrap();
    let read = store.client(one, &app).await.unwrap().unwrap();
    store.resources(one).await.unwrap();
    store.user(one, ann).await.unwrap();
    store.signing_keys(one).await.unwrap();
    assert_eq!(in_memory(), [true; 5]);
    assert!(Arc::ptr_eq(&read, &store.cached_client(one, &app).unwrap()));
    assert!(store.cached_client(tenant_id(2), &app).is_none());
    store.apply(rows()).await.unwrap();
    assert_eq!(in_memory(), [false; 5]);
}

#[tokio::test]
async fn change_of_another_process_is_visible_after_a_refresh_only() {
    // Changes the rows through a second store on the same files, then reads before and after a
    // refresh.
    let directory = tempfile::tempdir().unwrap();
    let store = CachedStore::new(Arc::new(SqliteStore::open(directory.path()).unwrap()));
    let other = SqliteStore::open(directory.path()).unwrap();
    store.apply(rows()).await.unwrap();
    store.refresh().await.unwrap();
    let one = tenant_id(1);
    let cached = store.client(one, &client_id("app")).await.unwrap().unwrap();
    assert_eq!(store.resources(one).await.unwrap().len(), 1);
    assert_eq!(store.signing_keys(one).await.unwrap().len(), 1);
    assert!(store.has_origin(one, "https://spa.test:8443").await.unwrap());

    let mut disabled = client(1, "app");
    disabled.enabled = false;
    let changes = vec![
        DirectoryChange::PutClient(disabled.clone()),
        DirectoryChange::PutResource(resource(1, "https://b.test")),
        DirectoryChange::PutSigningKey(signing_key(1, "b", 2)),
    ];
    other.apply(changes).await.unwrap();
    let before = store.client(one, &disabled.id).await.unwrap().unwrap();
    assert!(Arc::ptr_eq(&cached, &before));

    store.refresh().await.unwrap();
    assert_eq!(store.client(one, &disabled.id).await.unwrap().as_deref(), Some(&disabled));
    assert_eq!(store.resources(one).await.unwrap().len(), 2);
    assert_eq!(store.signing_keys(one).await.unwrap().len(), 2);
    assert!(!store.has_origin(one, "https://spa.test:8443").await.unwrap());

    // Without a write by another process, a refresh keeps every row.
    let cached = store.client(one, &disabled.id).await.unwrap().unwrap();
    store.refresh().await.unwrap();
    assert!(Arc::ptr_eq(&cached, &store.client(one, &disabled.id).await.unwrap().unwrap()));
}

#[tokio::test(start_paused = true)]
async fn every_row_is_read_again_after_ten_seconds_without_a_refresh() {
    // Refreshes 10 seconds after the last refresh, and then more. The store reports no change.
    let store = CachedStore::new(Arc::new(MemoryStore::new()));
    store.apply(rows()).await.unwrap();
    store.refresh().await.unwrap();
    let (one, app) = (tenant_id(1), client_id("app"));
    store.client(one, &app).await.unwrap();
    for (seconds, is_kept) in [(10, true), (10, true), (11, false)] {
        tokio::time::advance(Duration::from_secs(seconds)).await;
        store.refresh().await.unwrap();
        assert_eq!(store.cached_client(one, &app).is_some(), is_kept);
    }
}

#[tokio::test]
async fn unknown_clients_are_read_no_more_once_there_were_many() {
    // Looks up clients that do not exist, and refreshes. Then another process creates a client,
    // which shows whether its id is read: after few such look-ups, after many, after a change by
    // this process, and after a refresh.
    let directory = tempfile::tempdir().unwrap();
    let store = CachedStore::new(Arc::new(SqliteStore::open(directory.path()).unwrap()));
    let other = SqliteStore::open(directory.path()).unwrap();
    store.apply(rows()).await.unwrap();
    store.refresh().await.unwrap();
    let miss = async |times: u32| {
        for number in 0..times {
            let unknown = client_id(&format!("unknown-{number}"));
            assert!(store.client(tenant_id(1), &unknown).await.unwrap().is_none());
        }
        store.refresh().await.unwrap();
    };
    let create = async |creator: &dyn Directory, id| {
        creator.apply(vec![DirectoryChange::PutClient(client(1, id))]).await.unwrap();
    };
    let exists = async |id| store.client(tenant_id(1), &client_id(id)).await.unwrap().is_some();

    miss(3).await;
    create(&other, "first").await;
    assert!(exists("first").await);
    store.refresh().await.unwrap();
    miss(100).await;
    create(&other, "second").await;
    assert!(exists("app").await && !exists("second").await);
    create(&store, "own").await;
    assert!(exists("own").await && exists("second").await);
    store.refresh().await.unwrap();
    miss(100).await;
    create(&other, "third").await;
    assert!(exists("own").await && !exists("third").await);
    store.refresh().await.unwrap();
    assert!(exists("third").await);
}

#[tokio::test]
async fn change_of_a_client_leaves_other_cached_rows() {
    // Changes one of two clients. The other must still be the same row in memory.
    let store = CachedStore::new(Arc::new(MemoryStore::new()));
    store.apply(rows()).await.unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "other"))]).await.unwrap();
    let one = tenant_id(1);
    let cached = store.client(one, &client_id("other")).await.unwrap().unwrap();
    let user = store.user(one, user_id(1)).await.unwrap().unwrap();
    store.apply(vec![DirectoryChange::PutClient(client(1, "app"))]).await.unwrap();
    assert!(Arc::ptr_eq(&cached, &store.client(one, &cached.id).await.unwrap().unwrap()));
    assert!(Arc::ptr_eq(&user, &store.user(one, user.id).await.unwrap().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn change_of_a_dropped_caller_still_invalidates_the_cache() {
    // Polls a change once, drops it, and waits until a read returns the new row.
    let directory = tempfile::tempdir().unwrap();
    let store = CachedStore::new(Arc::new(SqliteStore::open(directory.path()).unwrap()));
    store.apply(rows()).await.unwrap();
    let mut disabled = client(1, "app");
    for round in 0..20 {
        disabled.name = round.to_string();
        let put = DirectoryChange::PutClient(disabled.clone());
        {
            let mut apply = std::pin::pin!(store.apply(vec![put]));
            let once = std::future::poll_fn(|context| Poll::Ready(apply.as_mut().poll(context)));
            assert!(once.await.is_pending());
        }
        let is_visible = async {
            while store.client(disabled.tenant, &disabled.id).await.unwrap().as_deref()
                != Some(&disabled)
            {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), is_visible).await.unwrap();
    }
}
