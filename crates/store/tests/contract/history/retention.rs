//! Retention: records and events over the limits are deleted.

use model::{
    ChangeEvent, History, RecordQuery, RefusalDetails, RequestRecord, RetentionLimits, Seconds,
    TenantId, Timestamp,
};

use super::{refusal, second, success};
use crate::rows::{at, tenant_id};

super::on_every_history! {
    records_within_the_retention_limits_stay
    oldest_records_over_records_max_are_deleted
    oldest_records_over_bytes_max_are_deleted
    records_and_events_over_age_max_are_deleted
    newest_event_of_a_kept_kind_is_never_deleted
    deleted_records_are_not_counted_any_more
    records_written_between_deletions_are_found
    flood_of_one_tenant_removes_no_record_of_another
    events_over_their_limit_are_deleted_from_the_tenant_with_most
    events_of_a_rare_kind_stay_when_those_of_another_are_over_the_limit
    security_events_of_an_hour_add_up
}

const UNLIMITED: RetentionLimits =
    RetentionLimits { records_max: u64::MAX, bytes_max: u64::MAX, age_max: Seconds::days(1) };

/// Writes 1,000 records, of which every fifth is of a failed request.
async fn fill(history: &dyn History) {
    let record =
        |number: u32| if number.is_multiple_of(5) { refusal(number, 7) } else { success(number) };
    let all: Vec<RequestRecord> = (0..1_000).map(record).collect();
    for part in all.chunks(90) {
        history.record(part.to_vec()).await.unwrap();
    }
}

/// Enforces the limits until nothing is deleted any more. Returns the number of deleted records.
async fn enforce(history: &dyn History, limits: RetentionLimits) -> u64 {
    let mut removed = 0;
    loop {
        match history.enforce_retention(at(1_000), limits).await.unwrap() {
            0 => return removed,
            some => removed += some,
        }
    }
}

async fn seconds(history: &dyn History) -> Vec<i64> {
    let query = RecordQuery { limit: u32::MAX, ..RecordQuery::default() };
    let found = history.find(query).await.unwrap();
    found.iter().map(|record| record.at.seconds()).collect()
}

async fn records_within_the_retention_limits_stay(history: &dyn History) {
    // Enforces limits that are just reached.
    fill(history).await;
    assert_eq!(enforce(history, UNLIMITED).await, 0);
    let limits = RetentionLimits { records_max: 1_000, age_max: Seconds::new(1_000), ..UNLIMITED };
    assert_eq!(enforce(history, limits).await, 0);
    assert_eq!(seconds(history).await.len(), 1_000);
}

async fn oldest_records_over_records_max_are_deleted(history: &dyn History) {
    // Lowers records_max step by step. Failed requests have blocks of their own and may outlive
    // others of the same hour.
    fill(history).await;
    let mut removed = 0;
    for records_max in [999, 700, 699, 100, 1, 0] {
        removed += enforce(history, RetentionLimits { records_max, ..UNLIMITED }).await;
        let remaining = seconds(history).await;
        assert_eq!(remaining.len() as u64, records_max);
        assert_eq!(removed, 1_000 - records_max);
        let successful: Vec<i64> =
            remaining.iter().copied().filter(|second| second % 5 != 0).collect();
        let newest = (0..1_000).rev().filter(|second| second % 5 != 0).take(successful.len());
        assert_eq!(successful, newest.collect::<Vec<_>>());
        let failed: Vec<i64> = remaining.iter().copied().filter(|second| second % 5 == 0).collect();
        let newest = (0..1_000).rev().filter(|second| second % 5 == 0).take(failed.len());
        assert_eq!(failed, newest.collect::<Vec<_>>());
    }
}

async fn oldest_records_over_bytes_max_are_deleted(history: &dyn History) {
    // Lowers bytes_max step by step. The newest of each kind remain, and in the end nothing.
    fill(history).await;
    let mut before = 1_000;
    for bytes_max in [100_000_000, 60_000, 20_000, 4_000, 0] {
        enforce(history, RetentionLimits { bytes_max, ..UNLIMITED }).await;
        let remaining = seconds(history).await;
        match bytes_max {
            100_000_000 => assert_eq!(remaining.len(), 1_000),
            0 => assert_eq!(remaining.len(), 0),
            _ => assert!(
                !remaining.is_empty() && remaining.len() < before,
                "{bytes_max}: {}",
                remaining.len()
            ),
        }
        before = remaining.len();
        for failed in [false, true] {
            let kind = |second: &i64| (second % 5 == 0) == failed;
            let kept: Vec<i64> = remaining.iter().copied().filter(kind).collect();
            let newest = (0..1_000).rev().filter(kind).take(kept.len());
            assert_eq!(kept, newest.collect::<Vec<_>>());
        }
    }
}

async fn records_and_events_over_age_max_are_deleted(history: &dyn History) {
    // Limits the age to 400 seconds. Records and events of exactly 400 seconds ago stay.
    fill(history).await;
    let event = |number| ChangeEvent {
        at: at(number),
        tenant: None,
        kind: "password_set".into(),
        subject: String::new(),
        user: None,
        actor: None,
        detail: "0.1.0".to_owned(),
    };
    history.record_events(vec![event(599), event(600), event(601)]).await.unwrap();
    let limits = RetentionLimits { age_max: Seconds::new(400), ..UNLIMITED };
    assert_eq!(enforce(history, limits).await, 600 + 1);
    assert_eq!(seconds(history).await, (600..1_000).rev().collect::<Vec<_>>());
    let events = history.events(None, (at(0), at(2_000)), 10).await.unwrap();
    assert_eq!(events, [event(601), event(600)]);
    let limits = RetentionLimits { age_max: Seconds::new(-1), ..UNLIMITED };
    assert_eq!(enforce(history, limits).await, 400 + 2);
    assert_eq!(history.events(None, (at(0), at(2_000)), 10).await.unwrap(), []);
}

async fn newest_event_of_a_kept_kind_is_never_deleted(history: &dyn History) {
    // Writes two events of each kept kind and a newer event, all too old. Only the newer ones stay.
    let event = |number, kind: &'static str| ChangeEvent {
        at: at(number),
        tenant: None,
        kind: kind.into(),
        subject: number.to_string(),
        user: None,
        actor: None,
        detail: String::new(),
    };
    assert_eq!(history.last_event(ChangeEvent::VERSION).await.unwrap(), None);
    let events = vec![
        event(2, ChangeEvent::VERSION),
        event(1, ChangeEvent::VERSION),
        event(1, ChangeEvent::ROOT_KEY),
        event(3, ChangeEvent::ROOT_KEY),
        event(4, "password_set"),
    ];
    history.record_events(events).await.unwrap();
    let limits = RetentionLimits { age_max: Seconds::new(1), ..UNLIMITED };
    enforce(history, limits).await;
    let remaining = history.events(None, (at(0), at(2_000)), 10).await.unwrap();
    let kept = [event(3, ChangeEvent::ROOT_KEY), event(2, ChangeEvent::VERSION)];
    assert_eq!(remaining, kept);
    assert_eq!(
        history.last_event(ChangeEvent::VERSION).await.unwrap(),
        Some(event(2, ChangeEvent::VERSION))
    );
    assert_eq!(history.last_event("password_set").await.unwrap(), None);
}

async fn deleted_records_are_not_counted_any_more(history: &dyn History) {
    // Deletes half of the records, of which one in five is a refusal, and counts in aligned and in
    // unaligned buckets.
    fill(history).await;
    let limits = RetentionLimits { age_max: Seconds::new(500), ..UNLIMITED };
    assert_eq!(enforce(history, limits).await, 500);
    for (from, bucket) in [(0, 900), (1, 7)] {
        let range = (second(from), second(1_800));
        let counts = history.refusal_counts(None, range, Seconds::new(bucket)).await.unwrap();
        assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), 500);
        let refusals = counts.iter().filter(|count| count.number == 7);
        assert_eq!(refusals.map(|count| count.count).sum::<u64>(), 100);
    }
    enforce(history, RetentionLimits { records_max: 0, ..UNLIMITED }).await;
    let counts = history.refusal_counts(None, (second(0), second(1_800)), Seconds::new(900)).await;
    assert_eq!(counts.unwrap(), []);
}

async fn records_written_between_deletions_are_found(history: &dyn History) {
    // Writes and deletes records in turn. New records are found beside the remaining ones.
    for number in 0..300 {
        history.record(vec![success(number), refusal(number, 7)]).await.unwrap();
        enforce(history, RetentionLimits { records_max: 10, ..UNLIMITED }).await;
    }
    let remaining = seconds(history).await;
    assert_eq!(remaining.len(), 10);
    assert!(remaining.iter().all(|second| *second >= 280), "{remaining:?}");
}

/// The record of a request to a tenant that failed after the client had proved its secret.
fn proven(tenant: u8, number: u32) -> RequestRecord {
    let details = RefusalDetails {
        checks_passed: vec!["client_secret_current".into(), "client_enabled".into()],
        ..RefusalDetails::default()
    };
    let refusal_details = Some(Box::new(details));
    RequestRecord { tenant: Some(tenant_id(tenant)), refusal_details, ..refusal(number, 7) }
}

async fn count(history: &dyn History, matches: impl Fn(&RequestRecord) -> bool) -> usize {
    let query = RecordQuery { limit: u32::MAX, ..RecordQuery::default() };
    let found = history.find(query).await.unwrap();
    found.iter().filter(|record| matches(record)).count()
}

async fn flood_of_one_tenant_removes_no_record_of_another(history: &dyn History) {
    // Two tenants have 400 records each, of every kind, and three events. Then an unknown
    // sender sends 8,000 failing requests to the first, and the history holds 2,000 records.
    let of =
        |tenant, record: RequestRecord| RequestRecord { tenant: Some(tenant_id(tenant)), ..record };
    for number in 0..100 {
        let records = [1, 2].map(|tenant| {
            let one = [success(number), success(number), refusal(number, 7)];
            let one = one.map(|record| of(tenant, record)).into_iter();
            one.chain([proven(tenant, number)]).collect::<Vec<_>>()
        });
        history.record(records.concat()).await.unwrap();
    }
    let event =
        |tenant| ChangeEvent::new(at(5), Some(tenant_id(tenant)), ("code_replayed", "app", "1"));
    history.record_events(vec![event(1), event(2), event(1)]).await.unwrap();
    for first in (0..8_000).step_by(500) {
        let batch = (first..first + 500).map(|number| of(1, refusal(200 + number / 20, 8)));
        history.record(batch.collect()).await.unwrap();
        enforce(history, RetentionLimits { records_max: 2_000, ..UNLIMITED }).await;
    }
    assert_eq!(count(history, |_| true).await, 2_000);
    assert_eq!(count(history, |record| record.tenant == Some(tenant_id(2))).await, 400);
    let kept = |record: &RequestRecord| {
        record.tenant == Some(tenant_id(1)) && !record.is_unproven_failure()
    };
    assert_eq!(count(history, kept).await, 300);
    let events = history.events(None, (at(0), at(1_000)), 10).await.unwrap();
    assert_eq!(events.len(), 2);
    let counts = history.refusal_counts(None, (second(0), second(900)), Seconds::new(900)).await;
    assert_eq!(counts.unwrap().iter().map(|count| count.count).sum::<u64>(), 2_000);
}

async fn events_over_their_limit_are_deleted_from_the_tenant_with_most(history: &dyn History) {
    // One tenant has three events, the other more than fit: its oldest are deleted.
    let event = |tenant: TenantId, number: u32| ChangeEvent {
        at: at(i64::from(number)),
        tenant: Some(tenant),
        kind: "secret_added".into(),
        subject: String::new(),
        user: None,
        actor: None,
        detail: number.to_string(),
    };
    let (many, few) = (tenant_id(1), tenant_id(2));
    let all = (5..RetentionLimits::EVENTS_MAX + 5).map(|number| event(many, number));
    history.record_events((1..4).map(|number| event(few, number)).collect()).await.unwrap();
    history.record_events(all.collect()).await.unwrap();
    enforce(history, UNLIMITED).await;
    let range = (Timestamp::default(), at(10));
    let left = |tenant| history.events(Some(tenant), range, 10);
    assert_eq!(left(few).await.unwrap().len(), 3);
    let oldest: Vec<i64> =
        left(many).await.unwrap().iter().map(|event| event.at.seconds()).collect();
    assert_eq!(oldest, [9, 8]);
}

async fn events_of_a_rare_kind_stay_when_those_of_another_are_over_the_limit(
    history: &dyn History,
) {
    // A tenant adds a secret before it has three more users than fit. The three oldest users are
    // deleted, and the older event of the other kind stays.
    let event = |kind: &'static str, number: u32| ChangeEvent {
        at: at(i64::from(number)),
        tenant: Some(tenant_id(1)),
        kind: kind.into(),
        subject: number.to_string(),
        user: None,
        actor: None,
        detail: "1".to_owned(),
    };
    let users = 1..RetentionLimits::EVENTS_MAX + 3;
    history.record_events(vec![event("secret_added", 0)]).await.unwrap();
    history
        .record_events(users.map(|number| event("user_created", number)).collect())
        .await
        .unwrap();
    assert_eq!(enforce(history, UNLIMITED).await, 3);
    let left = history.events(None, (Timestamp::default(), at(5)), 10).await.unwrap();
    assert_eq!(left, [event("user_created", 4), event("secret_added", 0)]);
}

async fn security_events_of_an_hour_add_up(history: &dyn History) {
    // Stores replays of two clients in two hours, one after the other and together.
    let event = |subject: &str, seconds| {
        let kind = ("code_replayed", subject, "2");
        ChangeEvent::new(second(seconds), Some(tenant_id(1)), kind)
    };
    history.record_events(vec![event("one", 3_600)]).await.unwrap();
    let more = [event("one", 3_700), event("two", 3_800), event("one", 7_200)];
    history.record_events(more.to_vec()).await.unwrap();
    let found = history.events(None, (second(0), second(9_000)), 10).await.unwrap();
    let found: Vec<(&str, &str, Timestamp)> =
        found.iter().map(|event| (&*event.subject, &*event.detail, event.at)).collect();
    let (one, two) = (second(3_600), second(3_800));
    assert_eq!(found, [("one", "2", second(7_200)), ("two", "2", two), ("one", "4", one)]);
}
