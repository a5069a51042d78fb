//! The ledger on PostgreSQL: tables of weeks, batches, several nodes and lost answers.

use std::{sync::Arc, time::Duration};

use model::{
    Change, CommitOutcome, Fault, FaultKind, Grant, GrantId, Ledger, PushedRequest, Seconds,
    Timestamp, UsedValue, UsedValueKind, week_of,
};
use postgres_server::{NetworkState, Proxy, Server};
use store::{Access, LedgerSettings, PostgresStore};
use tokio::{task::JoinSet, time::timeout};
use tokio_postgres::Client;

use super::SharedDatabase;
use crate::rows::{at, grant, pushed_request, tenant_id, used_value};

/// The time of the test.
pub(super) async fn now(client: &Client) -> Timestamp {
    let row = client.query_one("SELECT extract(epoch FROM now())::bigint", &[]).await.unwrap();
    Timestamp::from_seconds(row.get(0))
}

/// A grant with a random id, which ends with its row.
fn ending(end: Timestamp, number: u32) -> Grant {
    let mut random = [0; 16];
    random[4..8].copy_from_slice(&number.to_be_bytes());
    Grant { id: GrantId::with_end(random, end, 0), expires_at: end, ..grant(1, 0) }
}

pub(super) async fn count(client: &Client, table: &str) -> i64 {
    let statement = format!("SELECT count(*) FROM {table}");
    client.query_one(&statement, &[]).await.unwrap().get(0)
}

async fn exists(client: &Client, table: &str) -> bool {
    let row = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&table]).await.unwrap();
    row.get(0)
}

fn rotate(grant: &Grant, generation: u32) -> Change {
    Change::RotateGrant { tenant: grant.tenant, grant: grant.id, generation, at: at(50) }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_lie_in_the_tables_of_their_weeks_until_those_are_dropped() {
    // Opens a grant that ends in ten weeks, and one that ended three weeks ago in a table that the
    // nodes find at their start, with a used value. Sweeps before that end, and with a clock that
    // is eleven weeks ahead. A second node that still knows the dropped tables finds no row there.
    let database = SharedDatabase::create().await;
    database.node().await;
    let client = database.client().await;
    let now = now(&client).await;
    let past = now - Seconds::days(21);
    let (week, day) = (week_of(past), past.seconds() / 86_400);
    let tables = format!(
        "CREATE TABLE grants_{week} PARTITION OF grants FOR VALUES IN ({week});
         CREATE TABLE used_values_{day} PARTITION OF used_values FOR VALUES IN ({day})"
    );
    client.batch_execute(&tables).await.unwrap();
    let (node, other) = (database.node().await, database.node().await);
    let (opened, ended) = (ending(now + Seconds::days(70), 1), ending(past, 2));
    let used = used_value(1, UsedValueKind::DpopProof, 1);
    let used = UsedValue { expires_at: past, ..used };
    let changes = [
        Change::OpenGrant(opened.clone()),
        Change::OpenGrant(ended.clone()),
        Change::MarkUsed(used.clone()),
    ];
    for change in changes {
        assert_eq!(node.commit(vec![change]).await.unwrap(), CommitOutcome::Committed);
    }
    let own = format!("grants_{}", opened.id.week());
    let tables = [own.clone(), format!("grants_{week}"), format!("used_values_{day}")];
    for table in &tables {
        assert_eq!(count(&client, table).await, 1, "{table}");
    }
    assert_eq!(other.grant(tenant_id(1), opened.id).await.unwrap(), Some(opened.clone()));

    assert_eq!(node.sweep(past - Seconds::days(1), 100).await.unwrap(), 0);
    assert_eq!(other.grant(tenant_id(1), ended.id).await.unwrap(), Some(ended.clone()));
    assert!(other.is_used(&used).await.unwrap());
    node.sweep(now + Seconds::days(77), 100).await.unwrap();
    let kept = [exists(&client, &tables[0]), exists(&client, &tables[1])];
    assert_eq!(futures_util::future::join_all(kept).await, [true, false]);
    for store in [&node, &other] {
        assert_eq!(store.grant(tenant_id(1), opened.id).await.unwrap(), Some(opened.clone()));
        assert_eq!(store.grant(tenant_id(1), ended.id).await.unwrap(), None);
        assert!(!store.is_used(&used).await.unwrap());
        let outcome = store.commit(vec![rotate(&ended, 0)]).await.unwrap();
        assert_eq!(outcome, CommitOutcome::Conflict);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sweep_waits_for_no_lock_of_a_backup() {
    // Holds a lock on the used values, as a backup does, while their table of tomorrow is missing.
    let database = SharedDatabase::create().await;
    let (node, mut client) = (database.node().await, database.client().await);
    let now = now(&client).await;
    let table = format!("used_values_{}", now.seconds() / 86_400 + 1);
    client.batch_execute(&format!("DROP TABLE {table}")).await.unwrap();
    let node = {
        drop(node);
        database.node_that_creates_no_tables().await
    };
    let backup = client.transaction().await.unwrap();
    backup.batch_execute("SELECT 1 FROM used_values").await.unwrap();
    let swept = timeout(Duration::from_secs(10), node.sweep(now, 100)).await.unwrap();
    swept.unwrap();
    let used = used_value(1, UsedValueKind::DpopProof, 1);
    assert!(!node.is_used(&used).await.unwrap());
    backup.rollback().await.unwrap();
    node.sweep(now, 100).await.unwrap();
    assert!(exists(&client, &table).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_of_many_rotations_by_three_nodes_succeeds() {
    // Three nodes, one of them without names of statements, rotate each of 40 grants 12 times at
    // once from one generation.
    let database = SharedDatabase::create().await;
    let nodes = [database.node().await, database.node().await, database.node_without_names().await];
    let end = now(&database.client().await).await + Seconds::days(1);
    for number in 0..40 {
        let opened = ending(end, number);
        let open = vec![Change::OpenGrant(opened.clone())];
        assert_eq!(nodes[0].commit(open).await.unwrap(), CommitOutcome::Committed);
        let mut racers = JoinSet::new();
        for racer in 0..12 {
            let (node, change) = (Arc::clone(&nodes[racer % 3]), rotate(&opened, 0));
            racers.spawn(async move { node.commit(vec![change]).await.unwrap() });
        }
        let outcomes = racers.join_all().await;
        let won = outcomes.iter().filter(|outcome| **outcome == CommitOutcome::Committed).count();
        assert_eq!(won, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn decisions_are_stored_once_while_answers_are_lost() {
    // Commits 400 decisions, each of which opens a grant or rotates one, through a network that
    // loses each tenth answer with its connection. Each row is what the answers said: an answer
    // that was lost is never a conflict with itself.
    let database = SharedDatabase::create().await;
    let proxy = Proxy::start(Server::shared().port()).await.unwrap();
    let (node, client) = (database.node_behind(proxy.port()).await, database.client().await);
    let end = now(&client).await + Seconds::days(1);
    proxy.set(NetworkState::LosesAnswers);
    let mut tasks = JoinSet::new();
    for worker in 0..8 {
        let node = Arc::clone(&node);
        tasks.spawn(async move { open_and_rotate(&node, worker, end).await });
    }
    let unanswered: u32 = tasks.join_all().await.into_iter().sum();
    assert!(proxy.lost_answers() > 20);
    let stored = count(&client, "grants").await;
    assert!(stored >= 150 && unanswered < 50, "{stored} of 200, {unanswered} without an answer");
}

/// Opens and rotates 25 grants and compares what is stored. Returns the number of decisions without
/// an answer in time.
async fn open_and_rotate(node: &PostgresStore, worker: u32, end: Timestamp) -> u32 {
    let mut unanswered = 0;
    for number in 0..25 {
        let opened = ending(end, worker * 1_000 + number);
        let steps = [(Change::OpenGrant(opened.clone()), 0), (rotate(&opened, 0), 1)];
        for (change, generation) in steps {
            let Ok(outcome) = node.commit(vec![change]).await else {
                unanswered += 1;
                break;
            };
            assert_eq!(outcome, CommitOutcome::Committed);
            // A read is not repeated by the store.
            let stored = loop {
                if let Ok(stored) = node.grant(opened.tenant, opened.id).await {
                    break stored;
                }
            };
            assert_eq!(stored.unwrap().generation, generation);
        }
    }
    unanswered
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decision_and_read_are_refused_in_time_while_the_network_is_cut() {
    // Cuts the network while decisions and reads come. Each is refused, and does not wait for the
    // network; afterwards they succeed.
    let database = SharedDatabase::create().await;
    let proxy = Proxy::start(Server::shared().port()).await.unwrap();
    let node = database.node_behind(proxy.port()).await;
    let opened = grant(1, 1);
    let open = vec![Change::OpenGrant(opened.clone())];
    assert_eq!(node.commit(open).await.unwrap(), CommitOutcome::Committed);
    proxy.set(NetworkState::Cut);
    let limit = Duration::from_secs(10);
    let is_unavailable = |fault: Fault| {
        assert!([FaultKind::StoreUnavailable, FaultKind::StoreNotAsked].contains(&fault.kind()));
    };
    for _ in 0..2 {
        let write = timeout(limit, node.commit(vec![rotate(&opened, 7)])).await.unwrap();
        is_unavailable(write.unwrap_err());
        let read = timeout(limit, node.grant(opened.tenant, opened.id)).await.unwrap();
        is_unavailable(read.unwrap_err());
    }
    proxy.set(NetworkState::Whole);
    let outcome = timeout(limit, async {
        loop {
            if let Ok(outcome) = node.commit(vec![rotate(&opened, 0)]).await {
                return outcome;
            }
        }
    });
    assert_eq!(outcome.await.unwrap(), CommitOutcome::Committed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decision_that_the_database_refuses_does_not_fail_the_others() {
    // Commits thirty decisions at once. One has a text with a NUL character.
    let database = SharedDatabase::create().await;
    let node = database.node().await;
    let mut tasks = JoinSet::new();
    for number in 0..30 {
        let node = Arc::clone(&node);
        let request = pushed_request(1, number);
        let parameters =
            if number == 17 { "state=\0".to_owned() } else { request.parameters.clone() };
        let push = Change::PushRequest(PushedRequest { parameters, ..request });
        tasks.spawn(async move { (number, node.commit(vec![push]).await) });
    }
    for (number, result) in tasks.join_all().await {
        assert_eq!(result.is_err(), number == 17, "{number}: {result:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn second_node_finds_the_tables_of_the_first_and_changes_nothing() {
    // Opens a database of another node read-only; and one without tables.
    let database = SharedDatabase::create().await;
    let settings = database.settings();
    let ledger = [LedgerSettings::only(settings.clone())];
    let empty = PostgresStore::connect(&settings, &ledger, Access::Read).await;
    assert!(empty.is_err_and(|error| error.to_string().contains("has no tables")));
    assert!(!exists(&database.client().await, "admit_schema").await);
    let node = database.node().await;
    let opened = grant(1, 1);
    let open = vec![Change::OpenGrant(opened.clone())];
    assert_eq!(node.commit(open.clone()).await.unwrap(), CommitOutcome::Committed);
    let reader = PostgresStore::connect(&settings, &ledger, Access::Read).await.unwrap();
    assert_eq!(reader.grant(opened.tenant, opened.id).await.unwrap(), Some(opened));
    assert!(reader.commit(open).await.is_err());
}
