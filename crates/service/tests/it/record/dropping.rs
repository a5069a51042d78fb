//! Recording never delays or fails a request: records that cannot be stored are dropped and
//! counted.

use std::sync::{Arc, atomic::Ordering};

use super::{CLIENT_CREDENTIALS, blocked_history::BlockedHistory, records};
use crate::test_service::{TENANT, TestService, get};

/// More requests than the queue of records holds.
const MANY: u64 = 16_500;

const MORE_THAN_TWO_BATCHES: u64 = 9_000;

async fn service_with_history(history: &Arc<BlockedHistory>) -> TestService {
    let service = TestService::new().await;
    let keyring = jose::seal::Keyring::new(jose::seal::RootKey::from_bytes([7; 32]), Vec::new());
    let cached = store::CachedStore::new(Arc::clone(&service.state.store));
    let state = service::Service::new(
        service::Settings::new(crate::test_service::ORIGIN.to_owned()),
        Arc::new(cached),
        Arc::<BlockedHistory>::clone(history),
        keyring.expect("a keyring"),
    );
    TestService::from_state(state).await
}

#[tokio::test(start_paused = true)]
async fn a_hanging_history_delays_no_request_and_drops_are_counted() {
    // Sends more requests than the queue holds while nothing is written: all get a response without
    // delay. Then the history works, and the queued records are stored.
    let history = BlockedHistory::with_permits(0);
    let service = service_with_history(&history).await;
    let path = format!("/{TENANT}/oauth2/nowhere");
    let start = tokio::time::Instant::now();
    for _ in 0..MANY {
        assert_eq!(service.send(get(&path)).await.status.as_u16(), 404);
    }
    assert_eq!(start.elapsed().as_secs(), 0);
    let recorder = &service.state.recorder;
    let shed = recorder.records_dropped();
    assert!(shed > 0, "nothing was dropped");
    // Waiting for the records takes at most a second.
    recorder.flush().await;
    assert!(start.elapsed().as_millis() <= 1_100);
    history.permits.add_permits(1_000);
    assert_eq!(records(&service).await.len() as u64, 10_000.min(MANY - shed));
    assert_eq!(recorder.records_dropped(), shed);
    service.token(&CLIENT_CREDENTIALS).await.assert_ok();
    recorder.flush().await;
    assert_eq!(recorder.records_dropped(), shed);
}

#[tokio::test]
async fn a_failing_history_fails_no_request() {
    // Every write fails: tokens are issued and each record is counted as dropped. Once the history
    // works, records are stored.
    let history = BlockedHistory::with_permits(1_000);
    let service = service_with_history(&history).await;
    history.fails.store(true, Ordering::Relaxed);
    for shed in 1..=3 {
        service.token(&CLIENT_CREDENTIALS).await.assert_ok();
        service.state.recorder.flush().await;
        assert_eq!(service.state.recorder.records_dropped(), shed);
    }
    history.fails.store(false, Ordering::Relaxed);
    service.token(&CLIENT_CREDENTIALS).await.assert_ok();
    assert_eq!(records(&service).await.len(), 1);
    assert_eq!(service.state.recorder.records_dropped(), 3);
}

#[tokio::test]
async fn every_record_that_a_panicking_history_drops_is_counted() {
    // The first write panics while more than two batches wait: each record is counted as dropped.
    let history = BlockedHistory::with_permits(1_000);
    let service = service_with_history(&history).await;
    history.fails.store(true, Ordering::Relaxed);
    history.panics.store(true, Ordering::Relaxed);
    let path = format!("/{TENANT}/oauth2/nowhere");
    for _ in 0..MORE_THAN_TWO_BATCHES {
        service.send(get(&path)).await;
    }
    service.state.recorder.flush().await;
    assert_eq!(service.state.recorder.records_dropped(), MORE_THAN_TWO_BATCHES);
}

#[tokio::test(start_paused = true)]
async fn records_dropped_at_shutdown_are_counted() {
    // The history hangs. Shutdown waits ten seconds and counts the records that are left.
    let history = BlockedHistory::with_permits(0);
    let service = service_with_history(&history).await;
    let path = format!("/{TENANT}/oauth2/nowhere");
    for _ in 0..3 {
        service.send(get(&path)).await;
    }
    service.state.recorder.stop().await;
    assert_eq!(service.state.recorder.records_dropped(), 3);
}

#[tokio::test]
async fn disabled_recording_stores_no_record() {
    // The operator disabled recording.
    let history = BlockedHistory::with_permits(1_000);
    let service = service_with_history(&history).await;
    let keyring = jose::seal::Keyring::new(jose::seal::RootKey::from_bytes([7; 32]), Vec::new());
    let settings = service::Settings::new(crate::test_service::ORIGIN.to_owned());
    let state = service::Service::new(
        service::Settings { records: None, ..settings },
        Arc::new(store::CachedStore::new(Arc::clone(&service.state.store))),
        Arc::<BlockedHistory>::clone(&history),
        keyring.expect("a keyring"),
    );
    let service = TestService::from_state(state).await;
    service.token(&CLIENT_CREDENTIALS).await.assert_ok();
    service.token(&[]).await;
    assert!(records(&service).await.is_empty());
    assert_eq!(service.state.recorder.records_dropped(), 0);
}
