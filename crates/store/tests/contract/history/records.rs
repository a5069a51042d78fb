//! Request records and change events: writing, querying and counting.

use std::slice::from_ref;

use model::{ChangeEvent, History, RecordQuery, RefusalCount, RequestRecord, Seconds, Timestamp};
use uuid::Uuid;

use super::{bare, refusal, second, success};
use crate::rows::{at, client_id, grant_id, tenant_id, user_id};

super::on_every_history! {
    records_are_found_with_every_member
    each_condition_of_a_record_query_filters_alone
    all_conditions_of_a_record_query_must_hold_together
    record_query_of_a_tenant_excludes_other_tenants
    record_query_returns_the_newest_up_to_its_limit
    records_of_many_batches_are_found_in_order
    records_of_the_same_time_are_paged_without_repetition
    refusals_are_counted_by_number_and_bucket
    refusal_counts_do_not_depend_on_range_or_bucket_alignment
    change_events_are_found_by_time_and_tenant
    change_events_of_a_user_are_found_among_many_others
}

const ALL: RecordQuery = RecordQuery {
    tenant: None,
    trace_id: None,
    correlation_id: None,
    user: None,
    username_digest: None,
    client: None,
    attributed_client: None,
    number: None,
    flow_id: None,
    grant: None,
    failed_only: false,
    outcomes: &[],
    from: None,
    until: None,
    after: None,
    limit: 1_000,
};

async fn find(history: &dyn History, query: RecordQuery) -> Vec<RequestRecord> {
    history.find(query).await.unwrap()
}

async fn records_are_found_with_every_member(history: &dyn History) {
    // Writes one record of each kind, with times before 1970 and far in the future, and compares
    // every member.
    let mut early = success(4);
    early.at = Timestamp::from_microseconds(-1);
    let mut late = refusal(5, 50_011);
    late.at = Timestamp::from_microseconds(i64::MAX - 1);
    late.remote_address = Some(std::net::Ipv6Addr::LOCALHOST.into());
    let batch = vec![success(1), refusal(2, 700_016), bare(3), early.clone(), late.clone()];
    history.record(batch).await.unwrap();
    let expected = vec![late, bare(3), refusal(2, 700_016), success(1), early];
    assert_eq!(find(history, ALL).await, expected);
    history.record(Vec::new()).await.unwrap();
    assert_eq!(find(history, ALL).await.len(), 5);
}

type Edit = fn(&mut RequestRecord);

/// For each condition: its name, a query with only this condition, and the edit that makes a record
/// match.
fn conditions() -> Vec<(&'static str, RecordQuery, Edit)> {
    let id = Uuid::from_u128(77);
    vec![
        ("tenant", RecordQuery { tenant: Some(tenant_id(7)), ..ALL }, |record| {
            record.tenant = Some(tenant_id(7));
        }),
        ("trace_id", RecordQuery { trace_id: Some(id), ..ALL }, |record| {
            record.trace_id = Uuid::from_u128(77);
        }),
        ("correlation_id", RecordQuery { correlation_id: Some(id), ..ALL }, |record| {
            record.correlation_id = Uuid::from_u128(77);
        }),
        ("user", RecordQuery { user: Some(user_id(7)), ..ALL }, |record| {
            record.user = Some(user_id(7));
        }),
        ("client", RecordQuery { client: Some("seven".to_owned()), ..ALL }, |record| {
            record.client = Some("seven".to_owned());
        }),
        (
            "client by attribution",
            RecordQuery { client: Some("eight".to_owned()), ..ALL },
            |record| {
                record.attributed_client = Some(client_id("eight"));
            },
        ),
        (
            "attributed_client",
            RecordQuery { attributed_client: Some(client_id("nine")), ..ALL },
            |record| {
                record.attributed_client = Some(client_id("nine"));
            },
        ),
        ("number", RecordQuery { number: Some(7), ..ALL }, |record| record.number = Some(7)),
        ("flow_id", RecordQuery { flow_id: Some([7; 16]), ..ALL }, |record| {
            record.flow_id = Some([7; 16]);
        }),
        ("grant", RecordQuery { grant: Some(grant_id(7)), ..ALL }, |record| {
            record.grant = Some(grant_id(7));
        }),
    ]
}

async fn each_condition_of_a_record_query_filters_alone(history: &dyn History) {
    // Writes one record for each condition among 600 that match none, and finds it.
    let mut batch: Vec<RequestRecord> = (0..600).map(success).collect();
    for (number, (_, _, edit)) in (1_000..).zip(conditions()) {
        let mut record = success(number);
        edit(&mut record);
        batch.push(record);
    }
    batch.push(refusal(2_000, 50_011));
    for part in batch.chunks(100) {
        history.record(part.to_vec()).await.unwrap();
    }
    for (number, (name, query, edit)) in (1_000..).zip(conditions()) {
        let mut record = success(number);
        edit(&mut record);
        assert_eq!(find(history, query).await, [record], "{name}");
    }
    let refused = find(history, RecordQuery { outcomes: &["refusal"], ..ALL }).await;
    assert!(refused.iter().all(|record| record.outcome == "refusal"));
    assert!(!refused.is_empty() && refused.len() < find(history, ALL).await.len());
    let failed = find(history, RecordQuery { failed_only: true, ..ALL }).await;
    assert_eq!(
        failed.iter().map(|record| record.number).collect::<Vec<_>>(),
        [Some(50_011), Some(7)]
    );
    let from = RecordQuery { from: Some(at(1_009)), ..ALL };
    assert_eq!(find(history, from).await.len(), 2);
    let until = RecordQuery { until: Some(at(3)), ..ALL };
    assert_eq!(find(history, until).await, [success(2), success(1), success(0)]);
    let other_client = RecordQuery { attributed_client: Some(client_id("seven")), ..ALL };
    assert_eq!(find(history, other_client).await, []);
}

async fn all_conditions_of_a_record_query_must_hold_together(history: &dyn History) {
    // Writes a record that matches all conditions and, for each condition, one that matches all
    // others. Then queries with all conditions.
    let mut all = success(500);
    let mut query = ALL;
    all.number = Some(7);
    all.tenant = Some(tenant_id(7));
    all.correlation_id = Uuid::from_u128(77);
    all.trace_id = Uuid::from_u128(78);
    all.user = Some(user_id(7));
    all.client = Some("seven".to_owned());
    all.attributed_client = Some(client_id("nine"));
    all.flow_id = Some([7; 16]);
    all.grant = Some(grant_id(7));
    query.tenant = all.tenant;
    query.trace_id = Some(all.trace_id);
    query.correlation_id = Some(all.correlation_id);
    query.user = all.user;
    query.client = all.client.clone();
    query.attributed_client = all.attributed_client.clone();
    query.number = all.number;
    query.flow_id = all.flow_id;
    query.grant = all.grant;
    query.failed_only = true;
    query.from = Some(at(500));
    query.until = Some(at(501));
    let edits: [Edit; 11] = [
        |record| record.tenant = None,
        |record| record.trace_id = Uuid::from_u128(1),
        |record| record.correlation_id = Uuid::from_u128(1),
        |record| record.user = Some(user_id(1)),
        |record| (record.client, record.at) = (None, at(499)),
        |record| record.attributed_client = None,
        |record| record.number = Some(8),
        |record| record.flow_id = None,
        |record| record.grant = None,
        |record| record.at = at(499),
        |record| record.at = at(501),
    ];
    let mut batch = vec![all.clone()];
    batch.extend(edits.iter().map(|edit| {
        let mut record = all.clone();
        edit(&mut record);
        record
    }));
    history.record(batch).await.unwrap();
    assert_eq!(find(history, query).await, [all]);
}

async fn record_query_of_a_tenant_excludes_other_tenants(history: &dyn History) {
    // Gives a record of one tenant, one of another and one of none the same ids, and queries each
    // id in each tenant.
    let of = |tenant: Option<u8>, number| RequestRecord {
        tenant: tenant.map(tenant_id),
        trace_id: Uuid::from_u128(5),
        correlation_id: Uuid::from_u128(6),
        ..refusal(number, 7)
    };
    let batch = vec![of(Some(1), 1), of(Some(2), 2), of(None, 3)];
    history.record(batch).await.unwrap();
    let queries = [
        ALL,
        RecordQuery { trace_id: Some(Uuid::from_u128(5)), ..ALL },
        RecordQuery { correlation_id: Some(Uuid::from_u128(6)), ..ALL },
        RecordQuery { client: Some("app".to_owned()), ..ALL },
        RecordQuery { attributed_client: Some(client_id("app")), ..ALL },
        RecordQuery { user: Some(user_id(1)), ..ALL },
        RecordQuery { number: Some(7), ..ALL },
    ];
    for query in queries {
        let one = RecordQuery { tenant: Some(tenant_id(1)), ..query.clone() };
        assert_eq!(find(history, one).await, [of(Some(1), 1)]);
        let other = RecordQuery { tenant: Some(tenant_id(2)), ..query.clone() };
        assert_eq!(find(history, other).await, [of(Some(2), 2)]);
        let third = RecordQuery { tenant: Some(tenant_id(3)), ..query.clone() };
        assert_eq!(find(history, third).await, []);
        assert_eq!(find(history, query).await.len(), 3);
    }
    let range = (second(0), second(100));
    for (tenant, expected) in [(Some(1), 1), (Some(3), 0), (None, 3)] {
        let counts =
            history.refusal_counts(tenant.map(tenant_id), range, Seconds::new(50)).await.unwrap();
        assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), expected);
    }
}

async fn record_query_returns_the_newest_up_to_its_limit(history: &dyn History) {
    // Writes 1,000 successful and failed requests in a mixed order, and queries with limits.
    let all: Vec<RequestRecord> = (0..1_000_u32)
        .map(|number| number * 387 % 1_000)
        .map(|number| if number % 3 == 0 { refusal(number, 7) } else { success(number) })
        .collect();
    for part in all.chunks(170) {
        history.record(part.to_vec()).await.unwrap();
    }
    let numbers = |records: Vec<RequestRecord>| -> Vec<i64> {
        records.iter().map(|record| record.at.seconds()).collect()
    };
    for limit in [0, 1, 2, 10, 256, 257, 999] {
        let newest = numbers(find(history, RecordQuery { limit, ..ALL }).await);
        let expected: Vec<i64> = (0..1_000).rev().take(usize::try_from(limit).unwrap()).collect();
        assert_eq!(newest, expected, "{limit}");
    }
    let page = RecordQuery { until: Some(at(500)), from: Some(at(100)), limit: 3, ..ALL };
    assert_eq!(numbers(find(history, page.clone()).await), [499, 498, 497]);
    let failed = RecordQuery { failed_only: true, ..page };
    assert_eq!(numbers(find(history, failed).await), [498, 495, 492]);
    let everything = numbers(find(history, RecordQuery { limit: u32::MAX, ..ALL }).await);
    assert_eq!(everything.len(), 1_000);
}

async fn records_of_many_batches_are_found_in_order(history: &dyn History) {
    // Writes 700 records one by one, with a gap of two hours in the middle.
    let record = |number: u32| success(if number < 350 { number } else { number + 7_200 });
    for number in 0..700 {
        history.record(vec![record(number)]).await.unwrap();
    }
    let all = find(history, ALL).await;
    assert_eq!(all, (0..700).rev().map(record).collect::<Vec<_>>());
    for number in (0..700).step_by(49) {
        let query = RecordQuery { trace_id: Some(record(number).trace_id), ..ALL };
        assert_eq!(find(history, query).await, [record(number)]);
    }
}

fn refusal_count(bucket_start: Timestamp, number: u32, count: u64) -> RefusalCount {
    RefusalCount { bucket_start, number, count }
}

async fn records_of_the_same_time_are_paged_without_repetition(history: &dyn History) {
    // Writes successful and failed requests of one time in several batches, and one before. Reads
    // pages of seven, each after the last record of the page before.
    let at_one_time = |record: RequestRecord| RequestRecord { at: at(500), ..record };
    for number in (1..20).rev() {
        let batch = vec![at_one_time(success(number)), at_one_time(refusal(number + 20, 7))];
        history.record(batch).await.unwrap();
    }
    history.record(vec![success(0)]).await.unwrap();
    let (mut after, mut listed) = (None, Vec::new());
    for expected in [7, 7, 7, 7, 7, 4, 0] {
        let page = find(history, RecordQuery { after, limit: 7, ..ALL }).await;
        assert_eq!(page.len(), expected);
        after = page.last().map(|last| (last.at, last.trace_id)).or(after);
        listed.extend(page.into_iter().map(|record| (record.at, record.trace_id)));
    }
    assert!(listed.is_sorted_by(|one, next| one > next), "{listed:?}");
}

async fn refusals_are_counted_by_number_and_bucket(history: &dyn History) {
    // Writes refusals on both sides of each bucket boundary, and a success, whose number is 0.
    let mut batch = vec![success(905)];
    for (second, number) in [(899, 1), (900, 2), (905, 1), (906, 1), (1_799, 2), (1_800, 2)] {
        batch.push(refusal(second, number));
    }
    batch.push(RequestRecord { tenant: None, ..refusal(901, 2) });
    history.record(batch).await.unwrap();

    let range = (second(900), second(1_800));
    let whole = history.refusal_counts(None, range, Seconds::new(900)).await.unwrap();
    let start = second(900);
    let expected =
        [(0, 1), (1, 2), (2, 3)].map(|(number, count)| refusal_count(start, number, count));
    assert_eq!(whole, expected);
    let counts =
        history.refusal_counts(Some(tenant_id(1)), range, Seconds::new(900)).await.unwrap();
    let expected =
        [(0, 1), (1, 2), (2, 2)].map(|(number, count)| refusal_count(start, number, count));
    assert_eq!(counts, expected);
    let odd =
        history.refusal_counts(Some(tenant_id(1)), (second(899), second(1_800)), Seconds::new(7));
    let expected = [
        refusal_count(second(899), 1, 1),
        refusal_count(second(899), 2, 1),
        refusal_count(second(899 + 6), 1, 0),
        refusal_count(second(899 + 7), 1, 1),
        refusal_count(second(899 + 7 * 128), 2, 1),
    ];
    let odd = odd.await.unwrap();
    // Second 905 is in the first bucket, which ends before 906.
    let success = refusal_count(second(899), 0, 1);
    let first = RefusalCount { count: 2, ..expected[0] };
    let expected = [success, first, expected[1], expected[3], expected[4]];
    assert_eq!(odd, expected);
    let empty_range = (second(1_800), second(900));
    assert_eq!(history.refusal_counts(None, empty_range, Seconds::new(900)).await.unwrap(), []);
}

async fn refusal_counts_do_not_depend_on_range_or_bucket_alignment(history: &dyn History) {
    // Writes 600 refusals over five hours. Counts ranges that are aligned to quarters of an hour
    // and ranges that are not, and compares with counts of the written records.
    let records: Vec<RequestRecord> =
        (0..600_u32).map(|number| refusal(number * 31, 1 + number % 3)).collect();
    for part in records.chunks(64) {
        history.record(part.to_vec()).await.unwrap();
    }
    for (from, until, bucket) in [
        (0, 18_600, 900),
        (0, 18_000, 3_600),
        (900, 17_101, 1_800),
        (37, 18_600, 900),
        (0, 18_599, 61),
        (3_600, 3_628, 900),
        (0, 100_000, 86_400),
    ] {
        let range = (second(from), second(until));
        let counts = history.refusal_counts(None, range, Seconds::new(bucket)).await.unwrap();
        let mut expected = std::collections::BTreeMap::new();
        for record in records.iter().filter(|record| (range.0..range.1).contains(&record.at)) {
            let index = (record.at - range.0).get() / bucket;
            let start = range.0 + Seconds::new(index * bucket);
            *expected.entry((start, record.number.unwrap())).or_insert(0) += 1;
        }
        let expected: Vec<RefusalCount> = expected
            .into_iter()
            .map(|((start, number), count)| refusal_count(start, number, count))
            .collect();
        assert_eq!(counts, expected, "{from} {until} {bucket}");
        assert!(!counts.is_empty());
    }
}

async fn change_events_of_a_user_are_found_among_many_others(history: &dyn History) {
    // Writes events about two users of two tenants with one name, one without an id, and more
    // events of the tenant than are asked for. One folded event has an id, too.
    let event = |number: i64, tenant: u8| {
        let kind = ("password_set", "ana", "");
        ChangeEvent::new(at(number), Some(tenant_id(tenant)), kind)
    };
    let (first, second) = (event(1, 1).of_user(user_id(1)), event(2, 1).of_user(user_id(1)));
    let others = [event(3, 1).of_user(user_id(2)), event(4, 2).of_user(user_id(1)), event(5, 1)];
    history.record_events(vec![first.clone(), second.clone()]).await.unwrap();
    history.record_events(others.to_vec()).await.unwrap();
    history.record_events((6..40).map(|number| event(number, 1)).collect()).await.unwrap();
    let events = |range, limit| async move {
        history.events_of_user((tenant_id(1), user_id(1)), range, limit).await.unwrap()
    };
    assert_eq!(events((at(0), at(100)), 10).await, [second.clone(), first.clone()]);
    assert_eq!(events((at(0), at(100)), 1).await, from_ref(&second));
    assert_eq!(events((at(1), at(2)), 10).await, [first]);
    assert_eq!(events((at(3), at(100)), 10).await, []);
    let folded = ChangeEvent::new(at(50), Some(tenant_id(1)), ("consent_given", "app", "1"));
    let folded = folded.of_user(user_id(3));
    history.record_events(vec![folded.clone()]).await.unwrap();
    history.record_events(vec![folded.clone()]).await.unwrap();
    let found = history.events_of_user((tenant_id(1), user_id(3)), (at(0), at(100)), 9).await;
    assert_eq!(found.unwrap(), [ChangeEvent { detail: "2".to_owned(), ..folded }]);
}

async fn change_events_are_found_by_time_and_tenant(history: &dyn History) {
    // Writes events of two tenants and of the whole installation, and queries by time and tenant.
    let event = |number: i64, tenant: Option<u8>| ChangeEvent {
        at: at(number),
        tenant: tenant.map(tenant_id),
        kind: "secret_added".into(),
        subject: "app".to_owned(),
        user: None,
        actor: None,
        detail: format!("number {number}"),
    };
    let (one, other, both) = (event(1, Some(1)), event(2, Some(2)), event(3, None));
    history.record_events(vec![one.clone(), other.clone()]).await.unwrap();
    history.record_events(vec![both.clone()]).await.unwrap();
    history.record_events(Vec::new()).await.unwrap();
    let all = (at(0), at(100));
    let events = |tenant: Option<u8>, range, limit| async move {
        history.events(tenant.map(tenant_id), range, limit).await.unwrap()
    };
    assert_eq!(events(None, all, 10).await, [both.clone(), other.clone(), one.clone()]);
    assert_eq!(events(Some(1), all, 10).await, [both.clone(), one.clone()]);
    assert_eq!(events(Some(2), all, 10).await, [both.clone(), other.clone()]);
    assert_eq!(events(Some(2), all, 1).await, from_ref(&both));
    assert_eq!(events(None, (at(1), at(3)), 10).await, [other, one.clone()]);
    assert_eq!(events(Some(3), (at(0), at(3)), 10).await, []);
    assert_eq!(events(None, all, 0).await, []);

    // Events of the same time are ordered by when they were written, newest first.
    let again = ChangeEvent { subject: "again".to_owned(), ..one.clone() };
    history.record_events(vec![again.clone()]).await.unwrap();
    assert_eq!(events(Some(1), (at(1), at(2)), 10).await, [again, one]);
}
