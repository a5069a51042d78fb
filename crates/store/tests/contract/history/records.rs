//! Recording and finding again.

use std::slice::from_ref;

use model::{Count, Event, History, Record, Search, Seconds, Timestamp};
use uuid::Uuid;

use super::{bare, refusal, second, success};
use crate::rows::{at, client_id, grant_id, tenant_id, user_id};

super::on_every_history! {
    what_was_recorded_is_found_whole
    each_condition_is_kept_alone
    conditions_are_kept_together
    a_tenant_sees_nothing_of_another
    the_newest_come_first_and_no_more_than_asked_for
    what_many_batches_brought_is_found_in_order
    records_of_one_moment_are_paged_without_a_repetition
    numbers_are_counted_in_steps
    counts_are_the_same_whatever_the_steps
    what_changed_is_found_by_time_and_tenant
}

const ALL: Search = Search {
    tenant: None,
    trace_id: None,
    correlation_id: None,
    user: None,
    client: None,
    owner: None,
    number: None,
    flow: None,
    grant: None,
    failed_only: false,
    from: None,
    until: None,
    after: None,
    limit: 1_000,
};

async fn found(history: &dyn History, search: Search) -> Vec<Record> {
    history.find(search).await.unwrap()
}

async fn what_was_recorded_is_found_whole(history: &dyn History) {
    // Records one of each kind, with times before 1970 and far away, and compares every member.
    let mut early = success(4);
    early.at = Timestamp::from_microseconds(-1);
    let mut late = refusal(5, 50_011);
    late.at = Timestamp::from_microseconds(i64::MAX - 1);
    late.peer = Some(std::net::Ipv6Addr::LOCALHOST.into());
    let batch = vec![success(1), refusal(2, 700_016), bare(3), early.clone(), late.clone()];
    history.record(batch).await.unwrap();
    let expected = vec![late, bare(3), refusal(2, 700_016), success(1), early];
    assert_eq!(found(history, ALL).await, expected);
    history.record(Vec::new()).await.unwrap();
    assert_eq!(found(history, ALL).await.len(), 5);
}

type Change = fn(&mut Record);

/// For each condition, a record that it holds for, made from one that differs in all of them.
fn conditions() -> Vec<(&'static str, Search, Change)> {
    let id = Uuid::from_u128(77);
    vec![
        ("tenant", Search { tenant: Some(tenant_id(7)), ..ALL }, |record| {
            record.tenant = Some(tenant_id(7));
        }),
        ("trace_id", Search { trace_id: Some(id), ..ALL }, |record| {
            record.trace_id = Uuid::from_u128(77);
        }),
        ("correlation_id", Search { correlation_id: Some(id), ..ALL }, |record| {
            record.correlation_id = Uuid::from_u128(77);
        }),
        ("user", Search { user: Some(user_id(7)), ..ALL }, |record| {
            record.user = Some(user_id(7));
        }),
        ("client", Search { client: Some("seven".to_owned()), ..ALL }, |record| {
            record.client = Some("seven".to_owned());
        }),
        ("client as owner", Search { client: Some("eight".to_owned()), ..ALL }, |record| {
            record.owner = Some(client_id("eight"));
        }),
        ("owner", Search { owner: Some(client_id("nine")), ..ALL }, |record| {
            record.owner = Some(client_id("nine"));
        }),
        ("number", Search { number: Some(7), ..ALL }, |record| record.number = Some(7)),
        ("flow", Search { flow: Some([7; 16]), ..ALL }, |record| record.flow = Some([7; 16])),
        ("grant", Search { grant: Some(grant_id(7)), ..ALL }, |record| {
            record.grant = Some(grant_id(7));
        }),
    ]
}

async fn each_condition_is_kept_alone(history: &dyn History) {
    // Records one request for each condition among 600 for which none holds, and looks for it.
    let mut batch: Vec<Record> = (0..600).map(success).collect();
    for (number, (_, _, change)) in (1_000..).zip(conditions()) {
        let mut record = success(number);
        change(&mut record);
        batch.push(record);
    }
    batch.push(refusal(2_000, 50_011));
    for part in batch.chunks(100) {
        history.record(part.to_vec()).await.unwrap();
    }
    for (number, (name, search, change)) in (1_000..).zip(conditions()) {
        let mut record = success(number);
        change(&mut record);
        assert_eq!(found(history, search).await, [record], "{name}");
    }
    let failed = found(history, Search { failed_only: true, ..ALL }).await;
    assert_eq!(
        failed.iter().map(|record| record.number).collect::<Vec<_>>(),
        [Some(50_011), Some(7)]
    );
    let from = Search { from: Some(at(1_009)), ..ALL };
    assert_eq!(found(history, from).await.len(), 2);
    let until = Search { until: Some(at(3)), ..ALL };
    assert_eq!(found(history, until).await, [success(2), success(1), success(0)]);
    let nobody = Search { owner: Some(client_id("seven")), ..ALL };
    assert_eq!(found(history, nobody).await, []);
}

async fn conditions_are_kept_together(history: &dyn History) {
    // Records a request for which all hold and, for each condition, one for which all but that
    // one hold; then sets all of them.
    let mut all = success(500);
    let mut search = ALL;
    all.number = Some(7);
    all.tenant = Some(tenant_id(7));
    all.correlation_id = Uuid::from_u128(77);
    all.trace_id = Uuid::from_u128(78);
    all.user = Some(user_id(7));
    all.client = Some("seven".to_owned());
    all.owner = Some(client_id("nine"));
    all.flow = Some([7; 16]);
    all.grant = Some(grant_id(7));
    search.tenant = all.tenant;
    search.trace_id = Some(all.trace_id);
    search.correlation_id = Some(all.correlation_id);
    search.user = all.user;
    search.client = all.client.clone();
    search.owner = all.owner.clone();
    search.number = all.number;
    search.flow = all.flow;
    search.grant = all.grant;
    search.failed_only = true;
    search.from = Some(at(500));
    search.until = Some(at(501));
    let but: [Change; 11] = [
        |record| record.tenant = None,
        |record| record.trace_id = Uuid::from_u128(1),
        |record| record.correlation_id = Uuid::from_u128(1),
        |record| record.user = Some(user_id(1)),
        |record| (record.client, record.at) = (None, at(499)),
        |record| record.owner = None,
        |record| record.number = Some(8),
        |record| record.flow = None,
        |record| record.grant = None,
        |record| record.at = at(499),
        |record| record.at = at(501),
    ];
    let mut batch = vec![all.clone()];
    batch.extend(but.iter().map(|change| {
        let mut record = all.clone();
        change(&mut record);
        record
    }));
    history.record(batch).await.unwrap();
    assert_eq!(found(history, search).await, [all]);
}

async fn a_tenant_sees_nothing_of_another(history: &dyn History) {
    // Gives a record of one tenant, one of another and one of none the same ids, and looks for
    // each id as each tenant.
    let of = |tenant: Option<u8>, number| Record {
        tenant: tenant.map(tenant_id),
        trace_id: Uuid::from_u128(5),
        correlation_id: Uuid::from_u128(6),
        ..refusal(number, 7)
    };
    let batch = vec![of(Some(1), 1), of(Some(2), 2), of(None, 3)];
    history.record(batch).await.unwrap();
    let searches = [
        ALL,
        Search { trace_id: Some(Uuid::from_u128(5)), ..ALL },
        Search { correlation_id: Some(Uuid::from_u128(6)), ..ALL },
        Search { client: Some("app".to_owned()), ..ALL },
        Search { owner: Some(client_id("app")), ..ALL },
        Search { user: Some(user_id(1)), ..ALL },
        Search { number: Some(7), ..ALL },
    ];
    for search in searches {
        let one = Search { tenant: Some(tenant_id(1)), ..search.clone() };
        assert_eq!(found(history, one).await, [of(Some(1), 1)]);
        let other = Search { tenant: Some(tenant_id(2)), ..search.clone() };
        assert_eq!(found(history, other).await, [of(Some(2), 2)]);
        let third = Search { tenant: Some(tenant_id(3)), ..search.clone() };
        assert_eq!(found(history, third).await, []);
        assert_eq!(found(history, search).await.len(), 3);
    }
    let span = (second(0), second(100));
    for (tenant, requests) in [(Some(1), 1), (Some(3), 0), (None, 3)] {
        let counts = history.counts(tenant.map(tenant_id), span, Seconds::new(50)).await.unwrap();
        assert_eq!(counts.iter().map(|count| count.requests).sum::<u64>(), requests);
    }
}

async fn the_newest_come_first_and_no_more_than_asked_for(history: &dyn History) {
    // Records 1,000 requests in an order that is neither, good and bad, and asks for some.
    let all: Vec<Record> = (0..1_000_u32)
        .map(|number| number * 387 % 1_000)
        .map(|number| if number % 3 == 0 { refusal(number, 7) } else { success(number) })
        .collect();
    for part in all.chunks(170) {
        history.record(part.to_vec()).await.unwrap();
    }
    let numbers = |records: Vec<Record>| -> Vec<i64> {
        records.iter().map(|record| record.at.seconds()).collect()
    };
    for limit in [0, 1, 2, 10, 256, 257, 999] {
        let newest = numbers(found(history, Search { limit, ..ALL }).await);
        let expected: Vec<i64> = (0..1_000).rev().take(usize::try_from(limit).unwrap()).collect();
        assert_eq!(newest, expected, "{limit}");
    }
    let page = Search { until: Some(at(500)), from: Some(at(100)), limit: 3, ..ALL };
    assert_eq!(numbers(found(history, page.clone()).await), [499, 498, 497]);
    let failed = Search { failed_only: true, ..page };
    assert_eq!(numbers(found(history, failed).await), [498, 495, 492]);
    let everything = numbers(found(history, Search { limit: u32::MAX, ..ALL }).await);
    assert_eq!(everything.len(), 1_000);
}

async fn what_many_batches_brought_is_found_in_order(history: &dyn History) {
    // Records 700 requests one by one, with a gap of two hours in the middle.
    let record = |number: u32| success(if number < 350 { number } else { number + 7_200 });
    for number in 0..700 {
        history.record(vec![record(number)]).await.unwrap();
    }
    let all = found(history, ALL).await;
    assert_eq!(all, (0..700).rev().map(record).collect::<Vec<_>>());
    for number in (0..700).step_by(49) {
        let search = Search { trace_id: Some(record(number).trace_id), ..ALL };
        assert_eq!(found(history, search).await, [record(number)]);
    }
}

fn count(from: Timestamp, number: u32, requests: u64) -> Count {
    Count { from, number, requests }
}

async fn records_of_one_moment_are_paged_without_a_repetition(history: &dyn History) {
    // Good and bad ones of one moment, in several batches, and one before: seven on a page, each
    // after the last of the page before.
    let one_moment = |record: Record| Record { at: at(500), ..record };
    for number in (1..20).rev() {
        let batch = vec![one_moment(success(number)), one_moment(refusal(number + 20, 7))];
        history.record(batch).await.unwrap();
    }
    history.record(vec![success(0)]).await.unwrap();
    let (mut after, mut listed) = (None, Vec::new());
    for expected in [7, 7, 7, 7, 7, 4, 0] {
        let page = found(history, Search { after, limit: 7, ..ALL }).await;
        assert_eq!(page.len(), expected);
        after = page.last().map(|last| (last.at, last.trace_id)).or(after);
        listed.extend(page.into_iter().map(|record| (record.at, record.trace_id)));
    }
    assert!(listed.is_sorted_by(|one, next| one > next), "{listed:?}");
}

async fn numbers_are_counted_in_steps(history: &dyn History) {
    // Records refusals on both sides of each border, and successes, which are never counted.
    let mut batch = vec![success(905)];
    for (number, code) in [(899, 1), (900, 2), (905, 1), (906, 1), (1_799, 2), (1_800, 2)] {
        batch.push(refusal(number, code));
    }
    batch.push(Record { tenant: None, ..refusal(901, 2) });
    history.record(batch).await.unwrap();

    let span = (second(900), second(1_800));
    let whole = history.counts(None, span, Seconds::new(900)).await.unwrap();
    assert_eq!(whole, [count(second(900), 1, 2), count(second(900), 2, 3)]);
    let ours = history.counts(Some(tenant_id(1)), span, Seconds::new(900)).await.unwrap();
    assert_eq!(ours, [count(second(900), 1, 2), count(second(900), 2, 2)]);
    let odd = history.counts(Some(tenant_id(1)), (second(899), second(1_800)), Seconds::new(7));
    let expected = [
        count(second(899), 1, 1),
        count(second(899), 2, 1),
        count(second(899 + 6), 1, 0),
        count(second(899 + 7), 1, 1),
        count(second(899 + 7 * 128), 2, 1),
    ];
    let odd = odd.await.unwrap();
    // 905 lies in the first step, which ends with 906.
    let expected = [Count { requests: 2, ..expected[0] }, expected[1], expected[3], expected[4]];
    assert_eq!(odd, expected);
    let nothing = (second(1_800), second(900));
    assert_eq!(history.counts(None, nothing, Seconds::new(900)).await.unwrap(), []);
}

async fn counts_are_the_same_whatever_the_steps(history: &dyn History) {
    // Records 600 refusals over five hours and sums the counts of spans that begin and end
    // within quarters of an hour and with them, against what was recorded.
    let records: Vec<Record> =
        (0..600_u32).map(|number| refusal(number * 31, 1 + number % 3)).collect();
    for part in records.chunks(64) {
        history.record(part.to_vec()).await.unwrap();
    }
    for (from, until, step) in [
        (0, 18_600, 900),
        (0, 18_000, 3_600),
        (900, 17_101, 1_800),
        (37, 18_600, 900),
        (0, 18_599, 61),
        (3_600, 3_628, 900),
        (0, 100_000, 86_400),
    ] {
        let span = (second(from), second(until));
        let counts = history.counts(None, span, Seconds::new(step)).await.unwrap();
        let mut expected = std::collections::BTreeMap::new();
        for record in records.iter().filter(|record| (span.0..span.1).contains(&record.at)) {
            let steps = (record.at - span.0).get() / step;
            let stretch = span.0 + Seconds::new(steps * step);
            *expected.entry((stretch, record.number.unwrap())).or_insert(0) += 1;
        }
        let expected: Vec<Count> = expected
            .into_iter()
            .map(|((at, number), requests)| count(at, number, requests))
            .collect();
        assert_eq!(counts, expected, "{from} {until} {step}");
        assert!(!counts.is_empty());
    }
}

async fn what_changed_is_found_by_time_and_tenant(history: &dyn History) {
    // Notes events of two tenants and of the whole installation, and asks in each way.
    let event = |number: i64, tenant: Option<u8>| Event {
        at: at(number),
        tenant: tenant.map(tenant_id),
        kind: "secret_added".into(),
        subject: "app".to_owned(),
        detail: format!("number {number}"),
    };
    let (one, other, both) = (event(1, Some(1)), event(2, Some(2)), event(3, None));
    history.note(vec![one.clone(), other.clone()]).await.unwrap();
    history.note(vec![both.clone()]).await.unwrap();
    history.note(Vec::new()).await.unwrap();
    let all = (at(0), at(100));
    let events = |tenant: Option<u8>, span, limit| async move {
        history.events(tenant.map(tenant_id), span, limit).await.unwrap()
    };
    assert_eq!(events(None, all, 10).await, [both.clone(), other.clone(), one.clone()]);
    assert_eq!(events(Some(1), all, 10).await, [both.clone(), one.clone()]);
    assert_eq!(events(Some(2), all, 10).await, [both.clone(), other.clone()]);
    assert_eq!(events(Some(2), all, 1).await, from_ref(&both));
    assert_eq!(events(None, (at(1), at(3)), 10).await, [other, one.clone()]);
    assert_eq!(events(Some(3), (at(0), at(3)), 10).await, []);
    assert_eq!(events(None, all, 0).await, []);

    // Of what changed in one moment, what was noted last comes first.
    let again = Event { subject: "again".to_owned(), ..one.clone() };
    history.note(vec![again.clone()]).await.unwrap();
    assert_eq!(events(Some(1), (at(1), at(2)), 10).await, [again, one]);
}
