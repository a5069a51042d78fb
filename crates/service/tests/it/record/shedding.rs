//! Recording never delays a request and never fails one: what cannot be kept is shed, and counted.

use std::sync::{Arc, atomic::Ordering};

use super::{FOR_ITSELF, history::Gated, records};
use crate::house::{House, TENANT, get};

/// More requests than records that may wait.
const MANY: u64 = 16_500;

const MORE_THAN_TWO_BATCHES: u64 = 9_000;

async fn house(history: &Arc<Gated>) -> House {
    let house = House::new().await;
    let keyring = jose::seal::Keyring::new(jose::seal::RootKey::from_bytes([7; 32]), Vec::new());
    let cached = store::Cached::new(Arc::clone(&house.service.store));
    let service = service::Service::new(
        service::Settings::new(crate::house::ORIGIN.to_owned()),
        Arc::new(cached),
        Arc::<Gated>::clone(history),
        keyring.expect("a keyring"),
    );
    House { router: service::router(Arc::clone(&service)), service, ..house }
}

#[tokio::test(start_paused = true)]
async fn a_journal_that_hangs_delays_nobody_and_what_does_not_fit_is_counted() {
    // Nothing is written while far more requests come than may wait: all are answered, in no time
    // by the test's clock. Then the gate opens, and what waited is there.
    let history = Gated::open_for(0);
    let house = house(&history).await;
    let path = format!("/{TENANT}/oauth2/nowhere");
    let begun = tokio::time::Instant::now();
    for _ in 0..MANY {
        assert_eq!(house.send(get(&path)).await.status.as_u16(), 404);
    }
    assert_eq!(begun.elapsed().as_secs(), 0);
    let recorder = &house.service.recorder;
    let shed = recorder.records_shed();
    assert!(shed > 0, "nothing was shed");
    // Whoever waits for the records waits no longer than a second.
    recorder.settled().await;
    assert!(begun.elapsed().as_millis() <= 1_100);
    history.gate.add_permits(1_000);
    assert_eq!(records(&house).await.len() as u64, 10_000.min(MANY - shed));
    assert_eq!(recorder.records_shed(), shed);
    house.token(&FOR_ITSELF).await.good();
    recorder.settled().await;
    assert_eq!(recorder.records_shed(), shed);
}

#[tokio::test]
async fn a_journal_that_fails_fails_no_request() {
    // Every write fails: tokens are given all the same, and each record is counted as shed. When
    // the history works again, so does the recording.
    let history = Gated::open_for(1_000);
    let house = house(&history).await;
    history.fails.store(true, Ordering::Relaxed);
    for shed in 1..=3 {
        house.token(&FOR_ITSELF).await.good();
        house.service.recorder.settled().await;
        assert_eq!(house.service.recorder.records_shed(), shed);
    }
    history.fails.store(false, Ordering::Relaxed);
    house.token(&FOR_ITSELF).await.good();
    assert_eq!(records(&house).await.len(), 1);
    assert_eq!(house.service.recorder.records_shed(), 3);
}

#[tokio::test]
async fn what_a_journal_that_panics_did_not_get_is_counted_to_the_last_record() {
    // More than two batches wait when the first write panics: each record is counted as shed.
    let history = Gated::open_for(1_000);
    let house = house(&history).await;
    history.fails.store(true, Ordering::Relaxed);
    history.panics.store(true, Ordering::Relaxed);
    let path = format!("/{TENANT}/oauth2/nowhere");
    for _ in 0..MORE_THAN_TWO_BATCHES {
        house.send(get(&path)).await;
    }
    house.service.recorder.settled().await;
    assert_eq!(house.service.recorder.records_shed(), MORE_THAN_TWO_BATCHES);
}

#[tokio::test(start_paused = true)]
async fn what_is_given_up_at_the_stop_is_counted() {
    // The history hangs for ever: the stop waits ten seconds, and counts what it leaves behind.
    let history = Gated::open_for(0);
    let house = house(&history).await;
    let path = format!("/{TENANT}/oauth2/nowhere");
    for _ in 0..3 {
        house.send(get(&path)).await;
    }
    house.service.recorder.stop().await;
    assert_eq!(house.service.recorder.records_shed(), 3);
}

#[tokio::test]
async fn where_nothing_is_to_be_kept_nothing_is() {
    // The operator switched it off.
    let history = Gated::open_for(1_000);
    let house = house(&history).await;
    let keyring = jose::seal::Keyring::new(jose::seal::RootKey::from_bytes([7; 32]), Vec::new());
    let settings = service::Settings::new(crate::house::ORIGIN.to_owned());
    let service = service::Service::new(
        service::Settings { records: None, ..settings },
        Arc::new(store::Cached::new(Arc::clone(&house.service.store))),
        Arc::<Gated>::clone(&history),
        keyring.expect("a keyring"),
    );
    let house = House { router: service::router(Arc::clone(&service)), service, ..house };
    house.token(&FOR_ITSELF).await.good();
    house.token(&[]).await;
    assert!(records(&house).await.is_empty());
    assert_eq!(house.service.recorder.records_shed(), 0);
}
