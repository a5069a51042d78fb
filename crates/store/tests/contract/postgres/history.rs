//! Several nodes with one history.

use std::{collections::BTreeSet, sync::Arc};

use model::{
    ChangeEvent, Delivery, FaultKind, OpenTicketOutcome, RecordQuery, Records, RefusalCount,
    RequestRecord, RetentionLimits, Seconds, Ticket, TicketId, Tickets, Timestamp,
};
use store::{Access, ConnectError, PostgresHistory, Statements};
use tokio_postgres::Client;
use uuid::Uuid;

use crate::{
    history::{
        bare, refusal, second, success,
        tickets::{delivery, ticket},
    },
    postgres::SharedDatabase,
    rows::{at, tenant_id},
};

const UNLIMITED: RetentionLimits =
    RetentionLimits { records_max: u64::MAX, bytes_max: u64::MAX, age_max: Seconds::days(1) };

/// An empty database, and the histories of two nodes on it. The second one uses unnamed statements.
async fn two_nodes() -> (SharedDatabase, [Arc<PostgresHistory>; 2]) {
    let database = SharedDatabase::create().await;
    let mut settings = database.settings();
    let one =
        PostgresHistory::connect(&settings, Uuid::from_u128(1), Access::Migrate).await.unwrap();
    settings.statements = Statements::Unnamed;
    let other =
        PostgresHistory::connect(&settings, Uuid::from_u128(2), Access::Migrate).await.unwrap();
    (database, [Arc::new(one), Arc::new(other)])
}

fn all() -> RecordQuery {
    RecordQuery { limit: u32::MAX, ..RecordQuery::default() }
}

async fn counts(history: &PostgresHistory) -> Vec<RefusalCount> {
    let range = (second(0), second(1_800));
    history.refusal_counts(None, range, Seconds::new(900)).await.unwrap()
}

async fn enforce(history: Arc<PostgresHistory>, limits: RetentionLimits) -> u64 {
    let mut deleted = 0;
    loop {
        match history.enforce_retention(at(1_000), limits).await.unwrap() {
            0 => return deleted,
            some => deleted += some,
        }
    }
}

/// The records and bytes of each share of each node, as the sum of the rows of a table.
async fn totals(client: &Client, table: &str) -> Vec<((Uuid, bool, Uuid), (i64, i64))> {
    let statement = format!(
        "SELECT tenant, unproven, node, sum(records)::bigint, sum(bytes)::bigint FROM {table}
        GROUP BY tenant, unproven, node ORDER BY tenant, unproven, node"
    );
    let rows = client.query(&statement, &[]).await.unwrap();
    rows.iter()
        .map(|row| ((row.get(0), row.get(1), row.get(2)), (row.get(3), row.get(4))))
        .collect()
}

/// Compares every stored total with a recount of the blocks and their records.
async fn assert_totals_equal_a_recount(database: &SharedDatabase, history: &PostgresHistory) {
    let client = database.client().await;
    let shares = totals(&client, "record_shares").await;
    assert_eq!(shares, totals(&client, "record_blocks").await);
    let records = history.find(all()).await.unwrap();
    let stored: i64 = shares.iter().map(|(_, (records, _))| records).sum();
    assert_eq!(usize::try_from(stored).unwrap(), records.len());
    let numbers: BTreeSet<u32> = records.iter().map(|record| record.number.unwrap_or(0)).collect();
    for number in &numbers {
        let of_number = |count: &&RefusalCount| count.number == *number;
        let counted: u64 =
            counts(history).await.iter().filter(of_number).map(|count| count.count).sum();
        let found = records.iter().filter(|record| record.number.unwrap_or(0) == *number);
        assert_eq!(usize::try_from(counted).unwrap(), found.count(), "{number}");
    }
    let rows = client.query("SELECT count FROM refusal_counts WHERE count <= 0", &[]).await;
    assert_eq!(rows.unwrap().len(), 0);
}

#[tokio::test]
async fn records_of_two_nodes_are_found_by_one_query_and_counted_once() {
    // Both nodes write records of the same tenant and time in turn. Each finds and counts them all.
    let (database, nodes) = two_nodes().await;
    for number in 0..20 {
        let node = &nodes[usize::try_from(number).unwrap() % 2];
        node.record(vec![success(number), refusal(number, 7)]).await.unwrap();
    }
    for node in &nodes {
        let found = node.find(RecordQuery { tenant: Some(tenant_id(1)), ..all() }).await.unwrap();
        assert_eq!(found.len(), 40);
        let trace_id = Some(success(4).trace_id);
        let found = node.find(RecordQuery { trace_id, ..all() }).await.unwrap();
        assert_eq!(found.len(), 2);
        assert!(found.contains(&success(4)) && found.contains(&refusal(4, 7)));
        let counted: Vec<(u32, u64)> =
            counts(node).await.iter().map(|count| (count.number, count.count)).collect();
        assert_eq!(counted, [(0, 20), (7, 20)]);
    }
    assert_totals_equal_a_recount(&database, &nodes[0]).await;
    // Each node fills one block for each kind.
    let blocks =
        database.client().await.query("SELECT node FROM record_blocks", &[]).await.unwrap();
    assert_eq!(blocks.len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_writers_of_both_nodes_lose_no_record() {
    // Eight tasks write 25 batches each, for three tenants and none, through two nodes.
    let (database, nodes) = two_nodes().await;
    let tasks = (0..8_u32).map(|task| {
        let node = Arc::clone(&nodes[usize::try_from(task).unwrap() % 2]);
        tokio::spawn(async move {
            for batch in 0..25 {
                let number = task * 100 + batch;
                let tenants = [1, 2, 3].into_iter().cycle().skip(usize::try_from(task).unwrap());
                let mut records: Vec<RequestRecord> = tenants
                    .take(3)
                    .map(|tenant| RequestRecord {
                        tenant: Some(tenant_id(tenant)),
                        ..success(number)
                    })
                    .collect();
                records.push(bare(number));
                node.record(records).await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(nodes[0].find(all()).await.unwrap().len(), 8 * 25 * 4);
    assert_totals_equal_a_recount(&database, &nodes[1]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_share_due_deliveries_without_overlap() {
    // Both nodes lease 200 due deliveries at once, ten at a time, until none is left.
    let (_, nodes) = two_nodes().await;
    let deliveries: Vec<Delivery> = (1..=200).map(|number| delivery(number, 1)).collect();
    let opened = nodes[0].open_ticket(ticket(1), deliveries, 9).await.unwrap();
    assert_eq!(opened, OpenTicketOutcome::Opened);
    let lease = |node: Arc<PostgresHistory>| {
        tokio::spawn(async move {
            let mut leased: Vec<Uuid> = Vec::new();
            loop {
                // Those that the other node leases at this moment are skipped.
                let some = node.lease_due(at(5), at(60), 10).await.unwrap();
                leased.extend(some.iter().map(|delivery| delivery.id));
                if some.is_empty() {
                    return leased;
                }
                tokio::task::yield_now().await;
            }
        })
    };
    let tasks = [0, 1, 0, 1].map(|node: usize| lease(Arc::clone(&nodes[node])));
    let mut leased = Vec::new();
    for task in tasks {
        leased.extend(task.await.unwrap());
    }
    leased.sort_unstable();
    assert_eq!(leased, (1..=200).map(Uuid::from_u128).collect::<Vec<_>>());
    assert_eq!(nodes[0].lease_due(at(60), at(90), 500).await.unwrap().len(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn retention_of_two_nodes_at_once_ends_exactly_at_the_limit() {
    // Both nodes write 3,600 records of three tenants. Then both delete at once down to a number of
    // records that ends within a block.
    let (database, nodes) = two_nodes().await;
    let record = |number: u32| {
        let tenant = Some(tenant_id(1 + u8::try_from(number % 3).unwrap()));
        let record = if number.is_multiple_of(4) { refusal(number, 7) } else { success(number) };
        RequestRecord { tenant, ..record }
    };
    for part in 0..10_u32 {
        let batch = (part * 90..(part + 1) * 90).map(record).collect::<Vec<_>>();
        for node in &nodes {
            node.record([&*batch; 4].concat()).await.unwrap();
        }
    }
    assert_totals_equal_a_recount(&database, &nodes[0]).await;
    for records_max in [7_000, 5_003, 1_234, 1, 0] {
        let limits = RetentionLimits { records_max, ..UNLIMITED };
        let before = nodes[0].find(all()).await.unwrap().len();
        let tasks =
            [0, 1, 0, 1].map(|node: usize| tokio::spawn(enforce(Arc::clone(&nodes[node]), limits)));
        let mut deleted = 0;
        for task in tasks {
            deleted += task.await.unwrap();
        }
        let left = nodes[0].find(all()).await.unwrap().len();
        assert_eq!(left as u64, records_max);
        assert_eq!(deleted, before as u64 - records_max);
        assert_totals_equal_a_recount(&database, &nodes[1]).await;
    }
    let rows = database.client().await.query("SELECT 1 FROM record_shares", &[]).await.unwrap();
    assert_eq!(rows.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn retention_while_both_nodes_write_loses_no_count() {
    // Both nodes write 60 batches each, and delete down to 100 records after each.
    let (database, nodes) = two_nodes().await;
    let limits = RetentionLimits { records_max: 100, ..UNLIMITED };
    let tasks = [0, 1].map(|node: usize| {
        let node = Arc::clone(&nodes[node]);
        tokio::spawn(async move {
            for batch in 0..60_u32 {
                let numbers = batch * 10..batch * 10 + 10;
                let records = numbers.flat_map(|number| [success(number), refusal(number, 7)]);
                node.record(records.collect()).await.unwrap();
                node.enforce_retention(at(1_000), limits).await.unwrap();
            }
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    assert_totals_equal_a_recount(&database, &nodes[0]).await;
    enforce(Arc::clone(&nodes[1]), limits).await;
    assert_eq!(nodes[0].find(all()).await.unwrap().len(), 100);
    assert_totals_equal_a_recount(&database, &nodes[0]).await;
}

#[tokio::test]
async fn block_that_another_node_has_cut_is_not_filled_further() {
    // One node writes four records, the other deletes the two oldest. The first writes two more.
    let (database, nodes) = two_nodes().await;
    nodes[0].record((0..4).map(success).collect()).await.unwrap();
    let limits = RetentionLimits { records_max: 2, ..UNLIMITED };
    assert_eq!(enforce(Arc::clone(&nodes[1]), limits).await, 2);
    nodes[0].record((4..6).map(success).collect()).await.unwrap();
    let expected: Vec<RequestRecord> = (2..6).rev().map(success).collect();
    assert_eq!(nodes[1].find(all()).await.unwrap(), expected);
    assert_totals_equal_a_recount(&database, &nodes[0]).await;
}

#[tokio::test]
async fn locked_block_is_neither_waited_for_nor_deleted() {
    // A transaction of the test locks the only block. The node that filled it starts another one,
    // and the retention leaves it. Both go on once the lock is released.
    let (database, nodes) = two_nodes().await;
    nodes[0].record(vec![success(1)]).await.unwrap();
    let client = database.client().await;
    client.batch_execute("BEGIN; SELECT 1 FROM record_blocks FOR UPDATE").await.unwrap();
    nodes[0].record(vec![success(2)]).await.unwrap();
    let limits = RetentionLimits { records_max: 0, ..UNLIMITED };
    assert_eq!(enforce(Arc::clone(&nodes[1]), limits).await, 1);
    assert_eq!(nodes[1].find(all()).await.unwrap(), [success(1)]);
    client.batch_execute("COMMIT").await.unwrap();
    assert_eq!(enforce(Arc::clone(&nodes[1]), limits).await, 1);
    assert_totals_equal_a_recount(&database, &nodes[0]).await;
}

#[tokio::test]
async fn batch_that_fails_leaves_nothing_and_the_next_one_is_stored() {
    // A transaction of the test locks the totals, so that the second batch fails after two seconds.
    // Then the connections of the node are closed.
    let (database, nodes) = two_nodes().await;
    nodes[0].record(vec![success(1)]).await.unwrap();
    let client = database.client().await;
    client.batch_execute("BEGIN; SELECT 1 FROM record_shares FOR UPDATE").await.unwrap();
    let fault = nodes[0].record(vec![success(2)]).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::StoreUnavailable);
    client.batch_execute("COMMIT").await.unwrap();
    nodes[0].record(vec![success(3)]).await.unwrap();
    assert_eq!(nodes[1].find(all()).await.unwrap(), [success(3), success(1)]);
    let close = "SELECT pg_terminate_backend(pid, 1000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    client.batch_execute(close).await.unwrap();
    while nodes[0].record(vec![success(4)]).await.is_err() {}
    assert_eq!(nodes[0].find(all()).await.unwrap(), [success(4), success(3), success(1)]);
    assert_totals_equal_a_recount(&database, &nodes[0]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn open_tickets_of_two_nodes_stay_within_the_limit_of_their_tenant() {
    // Twenty tickets of one tenant are opened at once by both nodes. Five may be open.
    let (_, nodes) = two_nodes().await;
    let tasks = (1..=20_u8).map(|number| {
        let node = Arc::clone(&nodes[usize::from(number) % 2]);
        tokio::spawn(async move { node.open_ticket(ticket(number), Vec::new(), 5).await.unwrap() })
    });
    let mut opened = 0;
    for task in tasks.collect::<Vec<_>>() {
        opened += usize::from(task.await.unwrap() == OpenTicketOutcome::Opened);
    }
    assert_eq!(opened, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn security_events_of_two_nodes_add_up() {
    // Both nodes store events of the same two subjects 50 times, in opposite orders.
    let (_, nodes) = two_nodes().await;
    let event = |subject: &str| {
        ChangeEvent::new(second(5), Some(tenant_id(1)), ("code_replayed", subject, "1"))
    };
    let tasks = [["one", "two"], ["two", "one"]].map(|subjects| {
        let node = Arc::clone(&nodes[usize::from(subjects[0] == "two")]);
        tokio::spawn(async move {
            for _ in 0..50 {
                node.record_events(subjects.map(event).to_vec()).await.unwrap();
            }
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    let found = nodes[0].events(None, (second(0), second(60)), 10).await.unwrap();
    let found: BTreeSet<(&str, &str)> =
        found.iter().map(|event| (&*event.subject, &*event.detail)).collect();
    assert_eq!(found, BTreeSet::from([("one", "100"), ("two", "100")]));
}

#[tokio::test]
async fn texts_with_nul_characters_are_stored() {
    // PostgreSQL's text cannot contain NUL. Records, events and tickets from requests may.
    let (_, nodes) = two_nodes().await;
    let record = RequestRecord { client: Some("a\0b".to_owned()), ..success(1) };
    nodes[0].record(vec![record.clone()]).await.unwrap();
    let query = RecordQuery { client: Some("a\0b".to_owned()), ..all() };
    assert_eq!(nodes[1].find(query).await.unwrap(), [record]);
    let event = ChangeEvent::new(at(1), Some(tenant_id(1)), ("code_replayed", "a\0b", "1"));
    nodes[0].record_events(vec![event.clone()]).await.unwrap();
    assert_eq!(nodes[1].events(None, (at(0), at(9)), 9).await.unwrap(), [event]);
    let ticket = Ticket { text: "a\0b".to_owned(), ..ticket(1) };
    let opened = nodes[0].open_ticket(ticket.clone(), Vec::new(), 9).await.unwrap();
    assert_eq!(opened, OpenTicketOutcome::Opened);
    assert_eq!(nodes[1].ticket(TicketId::new([1; 10])).await.unwrap(), Some(ticket));
}

#[tokio::test]
async fn query_of_an_old_range_finds_blocks_that_end_after_it() {
    // A block of 50 minutes begins in the range and ends long after it.
    let (_, nodes) = two_nodes().await;
    nodes[0].record((0..100).map(|number| refusal(number * 30, 7)).collect()).await.unwrap();
    let query = RecordQuery { until: Some(at(60)), ..all() };
    assert_eq!(nodes[1].find(query).await.unwrap(), [refusal(30, 7), refusal(0, 7)]);
    let range = (Timestamp::default(), second(61));
    let counts = nodes[1].refusal_counts(None, range, Seconds::new(61)).await.unwrap();
    assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), 3);
}

#[tokio::test]
async fn existing_history_is_opened_without_changing_its_database() {
    // Connects to an empty database, and to one with a history.
    let database = SharedDatabase::create().await;
    let settings = database.settings();
    let node = Uuid::from_u128(3);
    let missing = PostgresHistory::connect(&settings, node, Access::Read).await.err().unwrap();
    assert!(matches!(missing, ConnectError::Empty { component: "history" }), "{missing}");
    let tables = "SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    assert_eq!(database.client().await.query(tables, &[]).await.unwrap().len(), 0);
    let (database, nodes) = two_nodes().await;
    nodes[0].record(vec![success(1)]).await.unwrap();
    let existing =
        PostgresHistory::connect(&database.settings(), node, Access::Read).await.unwrap();
    assert_eq!(existing.find(all()).await.unwrap(), [success(1)]);
}
