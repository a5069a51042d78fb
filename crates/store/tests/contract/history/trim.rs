//! Keeping within the bounds.

use model::{Bounds, Event, History, Record, Search, Seconds};

use super::{refusal, second, success};
use crate::rows::at;

super::on_every_history! {
    what_is_within_the_bounds_stays
    the_oldest_beyond_the_number_go
    the_oldest_beyond_the_bytes_go
    what_is_too_old_goes
    the_last_version_is_never_too_old
    what_was_trimmed_is_counted_no_more
    records_come_and_go
}

const WIDE: Bounds =
    Bounds { records_max: u64::MAX, bytes_max: u64::MAX, age_max: Seconds::days(1) };

/// 1,000 requests, of which every fifth failed.
async fn fill(history: &dyn History) {
    let record =
        |number: u32| if number.is_multiple_of(5) { refusal(number, 7) } else { success(number) };
    let all: Vec<Record> = (0..1_000).map(record).collect();
    for part in all.chunks(90) {
        history.record(part.to_vec()).await.unwrap();
    }
}

/// Trims until nothing goes any more; how many went.
async fn trim(history: &dyn History, bounds: Bounds) -> u64 {
    let mut removed = 0;
    loop {
        match history.trim(at(1_000), bounds).await.unwrap() {
            0 => return removed,
            some => removed += some,
        }
    }
}

async fn seconds(history: &dyn History) -> Vec<i64> {
    let search = Search { limit: u32::MAX, ..Search::default() };
    let found = history.find(search).await.unwrap();
    found.iter().map(|record| record.at.seconds()).collect()
}

async fn what_is_within_the_bounds_stays(history: &dyn History) {
    // Trims with bounds that are just reached.
    fill(history).await;
    assert_eq!(trim(history, WIDE).await, 0);
    let bounds = Bounds { records_max: 1_000, age_max: Seconds::new(1_000), ..WIDE };
    assert_eq!(trim(history, bounds).await, 0);
    assert_eq!(seconds(history).await.len(), 1_000);
}

async fn the_oldest_beyond_the_number_go(history: &dyn History) {
    // Keeps ever fewer. Those that failed lie apart and may outlive others of their hour.
    fill(history).await;
    let mut removed = 0;
    for records_max in [999, 700, 699, 100, 1, 0] {
        removed += trim(history, Bounds { records_max, ..WIDE }).await;
        let left = seconds(history).await;
        assert_eq!(left.len() as u64, records_max);
        assert_eq!(removed, 1_000 - records_max);
        let good: Vec<i64> = left.iter().copied().filter(|second| second % 5 != 0).collect();
        let newest = (0..1_000).rev().filter(|second| second % 5 != 0).take(good.len());
        assert_eq!(good, newest.collect::<Vec<_>>());
        let bad: Vec<i64> = left.iter().copied().filter(|second| second % 5 == 0).collect();
        let newest = (0..1_000).rev().filter(|second| second % 5 == 0).take(bad.len());
        assert_eq!(bad, newest.collect::<Vec<_>>());
    }
}

async fn the_oldest_beyond_the_bytes_go(history: &dyn History) {
    // Keeps ever fewer bytes: what stays is the newest of its kind, and in the end nothing.
    fill(history).await;
    let mut before = 1_000;
    for bytes_max in [100_000_000, 60_000, 20_000, 4_000, 0] {
        trim(history, Bounds { bytes_max, ..WIDE }).await;
        let left = seconds(history).await;
        match bytes_max {
            100_000_000 => assert_eq!(left.len(), 1_000),
            0 => assert_eq!(left.len(), 0),
            _ => assert!(!left.is_empty() && left.len() < before, "{bytes_max}: {}", left.len()),
        }
        before = left.len();
        for failed in [false, true] {
            let kind = |second: &i64| (second % 5 == 0) == failed;
            let kept: Vec<i64> = left.iter().copied().filter(kind).collect();
            let newest = (0..1_000).rev().filter(kind).take(kept.len());
            assert_eq!(kept, newest.collect::<Vec<_>>());
        }
    }
}

async fn what_is_too_old_goes(history: &dyn History) {
    // Keeps 400 seconds: what came exactly 400 seconds ago stays; so do events.
    fill(history).await;
    let event = |number| Event {
        at: at(number),
        tenant: None,
        kind: "password_set".into(),
        subject: String::new(),
        detail: "0.1.0".to_owned(),
    };
    history.note(vec![event(599), event(600), event(601)]).await.unwrap();
    let bounds = Bounds { age_max: Seconds::new(400), ..WIDE };
    assert_eq!(trim(history, bounds).await, 600);
    assert_eq!(seconds(history).await, (600..1_000).rev().collect::<Vec<_>>());
    let events = history.events(None, (at(0), at(2_000)), 10).await.unwrap();
    assert_eq!(events, [event(601), event(600)]);
    let bounds = Bounds { age_max: Seconds::new(-1), ..WIDE };
    assert_eq!(trim(history, bounds).await, 400);
    assert_eq!(history.events(None, (at(0), at(2_000)), 10).await.unwrap(), []);
}

async fn the_last_version_is_never_too_old(history: &dyn History) {
    // Two versions and something newer, all too old: only the newer version stays, and is found.
    let event = |number, kind: &'static str| Event {
        at: at(number),
        tenant: None,
        kind: kind.into(),
        subject: number.to_string(),
        detail: String::new(),
    };
    assert_eq!(history.last_event(Event::VERSION).await.unwrap(), None);
    let noted = vec![event(2, Event::VERSION), event(1, Event::VERSION), event(3, "password_set")];
    history.note(noted).await.unwrap();
    let bounds = Bounds { age_max: Seconds::new(1), ..WIDE };
    trim(history, bounds).await;
    let left = history.events(None, (at(0), at(2_000)), 10).await.unwrap();
    assert_eq!(left, [event(2, Event::VERSION)]);
    assert_eq!(history.last_event(Event::VERSION).await.unwrap(), Some(event(2, Event::VERSION)));
    assert_eq!(history.last_event("password_set").await.unwrap(), None);
}

async fn what_was_trimmed_is_counted_no_more(history: &dyn History) {
    // Trims half away and counts in whole quarters of an hour, and between them.
    fill(history).await;
    let bounds = Bounds { age_max: Seconds::new(500), ..WIDE };
    assert_eq!(trim(history, bounds).await, 500);
    for (from, step) in [(0, 900), (1, 7)] {
        let span = (second(from), second(1_800));
        let counts = history.counts(None, span, Seconds::new(step)).await.unwrap();
        assert_eq!(counts.iter().map(|count| count.requests).sum::<u64>(), 100);
    }
    trim(history, Bounds { records_max: 0, ..WIDE }).await;
    let counts = history.counts(None, (second(0), second(1_800)), Seconds::new(900)).await;
    assert_eq!(counts.unwrap(), []);
}

async fn records_come_and_go(history: &dyn History) {
    // Records and trims in turn: what is written after a trim is found beside what is left.
    for number in 0..300 {
        history.record(vec![success(number), refusal(number, 7)]).await.unwrap();
        trim(history, Bounds { records_max: 10, ..WIDE }).await;
    }
    let left = seconds(history).await;
    assert_eq!(left.len(), 10);
    assert!(left.iter().all(|second| *second >= 280), "{left:?}");
}
