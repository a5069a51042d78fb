//! The directory of several nodes.

use std::sync::Arc;

use model::{
    ChangedRow, ChangedRows, Directory, DirectoryChange, DirectoryOutcome, FaultKind, StoredRow,
    User,
};
use store::{CachedStore, PostgresStore};
use tokio::{task::JoinSet, time::Duration};

use super::SharedDatabase;
use crate::rows::{
    client, client_id, redirect_uri, resource, signing_key, tenant, tenant_id, user, user_id,
};

/// Two nodes on a new database.
struct Nodes {
    database: SharedDatabase,
    one: Arc<PostgresStore>,
    two: Arc<PostgresStore>,
}

impl Nodes {
    async fn start() -> Self {
        let database = SharedDatabase::create().await;
        let (one, two) = (database.node().await, database.node().await);
        Self { database, one, two }
    }
}

async fn put(node: &PostgresStore, change: DirectoryChange) {
    node.apply(vec![change]).await.unwrap();
}

async fn put_tenant(node: &PostgresStore) {
    put(node, DirectoryChange::PutTenant(tenant(1, "one"))).await;
}

/// Returns two rows of each kind of cached rows, each of a key of its own.
fn rows_of_each_kind() -> [DirectoryChange; 10] {
    [
        DirectoryChange::PutTenant(tenant(1, "one")),
        DirectoryChange::PutTenant(tenant(2, "two")),
        DirectoryChange::PutClient(client(1, "app")),
        DirectoryChange::PutClient(client(1, "other")),
        DirectoryChange::PutResource(resource(1, "https://api.test")),
        DirectoryChange::PutResource(resource(2, "https://api.test")),
        DirectoryChange::PutUser(user(1, 1, "ann")),
        DirectoryChange::PutUser(user(1, 2, "bea")),
        DirectoryChange::PutSigningKey(signing_key(1, "a", 1)),
        DirectoryChange::PutSigningKey(signing_key(2, "a", 1)),
    ]
}

/// Returns changes that remove rows of [`rows_of_each_kind`], with their positions.
fn removals() -> [(usize, DirectoryChange); 4] {
    let (tenant, identifier) = (tenant_id(1), "https://api.test".to_owned());
    [
        (2, DirectoryChange::RemoveClient { tenant, client: client_id("app") }),
        (4, DirectoryChange::RemoveResource { tenant, identifier }),
        (6, DirectoryChange::RemoveUser { tenant, user: user_id(1) }),
        (8, DirectoryChange::RemoveSigningKey { tenant, kid: "a".to_owned() }),
    ]
}

/// Reads [`rows_of_each_kind`].
async fn read_all(store: &CachedStore) {
    for name in ["one", "two"] {
        store.tenant(name).await.unwrap();
    }
    for number in [1, 2] {
        store.resources(tenant_id(number)).await.unwrap();
        store.signing_keys(tenant_id(number)).await.unwrap();
        store.user(tenant_id(1), user_id(number)).await.unwrap();
    }
    for id in ["app", "other"] {
        store.client(tenant_id(1), &client_id(id)).await.unwrap();
    }
}

/// Returns which of [`rows_of_each_kind`] are in memory.
fn in_memory(store: &CachedStore) -> [bool; 10] {
    let (one, two) = (tenant_id(1), tenant_id(2));
    [
        store.cached_tenant("one").is_some(),
        store.cached_tenant("two").is_some(),
        store.cached_client(one, &client_id("app")).is_some(),
        store.cached_client(one, &client_id("other")).is_some(),
        store.cached_resources(one).is_some(),
        store.cached_resources(two).is_some(),
        store.cached_user(one, user_id(1)).is_some(),
        store.cached_user(one, user_id(2)).is_some(),
        store.cached_signing_keys(one).is_some(),
        store.cached_signing_keys(two).is_some(),
    ]
}

#[tokio::test]
async fn change_of_one_node_invalidates_only_its_row_on_the_other() {
    // Replaces each row through one node, and removes some. The other node has read all.
    let nodes = Nodes::start().await;
    nodes.two.apply(rows_of_each_kind().into()).await.unwrap();
    let cached = CachedStore::new(Arc::<PostgresStore>::clone(&nodes.one));
    cached.refresh().await.unwrap();
    let replacements = rows_of_each_kind().into_iter().enumerate();
    for (position, change) in replacements.chain(removals()) {
        read_all(&cached).await;
        assert_eq!(in_memory(&cached), [true; 10]);
        put(&nodes.two, change).await;
        assert_eq!(in_memory(&cached), [true; 10]);
        cached.refresh().await.unwrap();
        let mut expected = [true; 10];
        expected[position] = false;
        assert_eq!(in_memory(&cached), expected);
        put(&nodes.two, rows_of_each_kind()[position].clone()).await;
        cached.refresh().await.unwrap();
    }
}

#[tokio::test]
async fn node_reads_what_another_one_changed_after_a_refresh() {
    // Changes a client with an origin through one node, and reads both through the other.
    let nodes = Nodes::start().await;
    nodes.two.apply(rows_of_each_kind().into()).await.unwrap();
    let cached = CachedStore::new(Arc::<PostgresStore>::clone(&nodes.one));
    cached.refresh().await.unwrap();
    let (one, origin) = (tenant_id(1), "https://moved.test");
    let mut moved = client(1, "app");
    moved.redirect_uris = vec![redirect_uri("https://moved.test/", model::Platform::SinglePage)];
    assert!(!cached.has_origin(one, origin).await.unwrap());
    put(&nodes.two, DirectoryChange::PutClient(moved.clone())).await;
    cached.refresh().await.unwrap();
    let read = cached.client(one, &moved.id).await.unwrap();
    assert_eq!(read.as_deref(), Some(&moved));
    assert!(cached.has_origin(one, origin).await.unwrap());
    put(&nodes.two, DirectoryChange::RemoveClient { tenant: one, client: moved.id }).await;
    cached.refresh().await.unwrap();
    assert!(!cached.has_origin(one, origin).await.unwrap());
}

#[tokio::test]
async fn passwords_and_consents_are_not_among_the_changed_rows() {
    // Changes a password twice: the version rises, and no row is named.
    let nodes = Nodes::start().await;
    nodes.two.apply(rows_of_each_kind().into()).await.unwrap();
    let version = nodes.one.external_changes(0).await.unwrap().version;
    for hash in ["first", "second"] {
        let (tenant, password) = (tenant_id(1), crate::rows::password(hash));
        let change = DirectoryChange::PutPassword { tenant, user: user_id(1), password };
        put(&nodes.two, change).await;
    }
    let changes = nodes.one.external_changes(version).await.unwrap();
    assert_eq!(changes.version, version + 2);
    assert_eq!(changes.changed, ChangedRows::Rows(Vec::new()));
}

/// Applies a change through both nodes at once, and returns how many applied it.
async fn applied_by_both(nodes: &Nodes, row: &StoredRow, change: [DirectoryChange; 2]) -> usize {
    let [first, second] = change;
    let (one, two) = tokio::join!(
        nodes.one.apply_if_stored(vec![row.clone()], vec![first]),
        nodes.two.apply_if_stored(vec![row.clone()], vec![second]),
    );
    let outcomes = [one.unwrap(), two.unwrap()];
    for outcome in &outcomes {
        if let DirectoryOutcome::Conflict(changed) = outcome {
            assert_eq!(**changed, *row);
        }
    }
    outcomes.iter().filter(|outcome| **outcome == DirectoryOutcome::Applied).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_changes_of_two_nodes_to_a_row_never_both_apply() {
    // In each of a hundred rounds, both nodes rename the user that they read, and both give a new
    // name to a user of their own.
    let nodes = Nodes::start().await;
    put_tenant(&nodes.one).await;
    put(&nodes.one, DirectoryChange::PutUser(user(1, 1, "ann"))).await;
    let one = tenant_id(1);
    for round in 0..100 {
        let read = nodes.one.user(one, user_id(1)).await.unwrap().unwrap();
        let renamed = |node| {
            let name = format!("{round} of {node}");
            DirectoryChange::PutUser(User { name, ..User::clone(&read) })
        };
        let row = StoredRow::User(one, user_id(1), Some(User::clone(&read)));
        assert_eq!(applied_by_both(&nodes, &row, [renamed(1), renamed(2)]).await, 1);

        let name = format!("user {round}");
        let row = StoredRow::Username(one, name.clone(), None);
        let named = |number| DirectoryChange::PutUser(user(1, number, &name));
        assert_eq!(applied_by_both(&nodes, &row, [named(2), named(3)]).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn generations_have_no_gap_and_no_row_of_them_is_missed() {
    // Four tasks on each node put twenty clients each, and after each a row that is refused. A
    // reader follows meanwhile.
    let nodes = Nodes::start().await;
    put_tenant(&nodes.one).await;
    let mut writers = JoinSet::new();
    for task in 0..8 {
        let node = Arc::clone(if task % 2 == 0 { &nodes.one } else { &nodes.two });
        writers.spawn(async move {
            for number in 0..20 {
                let row = client(1, &format!("{task}-{number}"));
                put(&node, DirectoryChange::PutClient(row)).await;
                let refused = vec![DirectoryChange::PutClient(client(9, "stray"))];
                assert_eq!(node.apply(refused).await.unwrap_err().kind(), FaultKind::Internal);
            }
        });
    }
    let (mut seen, mut version) = (Vec::new(), 1);
    while version < 161 {
        let changes = nodes.one.external_changes(version).await.unwrap();
        let ChangedRows::Rows(rows) = changes.changed else { panic!("every row") };
        assert_eq!(rows.len() as u64, changes.version - version);
        seen.extend(rows);
        version = changes.version;
    }
    writers.join_all().await;
    assert_eq!(nodes.two.directory_state().await.unwrap().generation, 161);
    seen.sort_by_key(|row| format!("{row:?}"));
    seen.dedup();
    assert_eq!(seen.len(), 160);
    assert!(seen.contains(&ChangedRow::Client(tenant_id(1), client_id("7-19"))));
}

#[tokio::test]
async fn every_row_is_changed_if_too_many_are() {
    // Adds rows to the table up to the limit, and one more.
    let nodes = Nodes::start().await;
    put_tenant(&nodes.two).await;
    let database = nodes.database.client().await;
    let add = async |from: u32, until: u32| {
        let add = format!(
            "INSERT INTO changes (generation, number, row_key)
             SELECT 1, added, row_key FROM changes, generate_series({from}, {until}) AS added
             WHERE number = 1"
        );
        database.batch_execute(&add).await.unwrap();
    };
    add(2, 10_000).await;
    let row = ChangedRow::Tenant(tenant_id(1));
    let changed = nodes.one.external_changes(0).await.unwrap().changed;
    assert!(changed == ChangedRows::Rows(vec![row; 10_000]));
    add(10_001, 10_001).await;
    assert!(nodes.one.external_changes(0).await.unwrap().changed == ChangedRows::All);
}

#[tokio::test]
async fn every_row_is_changed_if_the_changes_are_not_known() {
    // Asks for a version that the database has not reached, as after a restoration, and adds a
    // change of a kind that a newer release might know.
    let nodes = Nodes::start().await;
    put_tenant(&nodes.two).await;
    let changed = async |since| nodes.one.external_changes(since).await.unwrap().changed;
    assert_eq!(changed(1).await, ChangedRows::Rows(Vec::new()));
    assert_eq!(changed(2).await, ChangedRows::All);
    let newer = "UPDATE changes SET row_key = '{\"group\":\"a\"}'";
    nodes.database.client().await.batch_execute(newer).await.unwrap();
    assert_eq!(changed(0).await, ChangedRows::All);
    assert_eq!(changed(1).await, ChangedRows::Rows(Vec::new()));
}

#[tokio::test]
async fn old_changes_are_deleted_and_a_late_node_reads_every_row() {
    // Makes the rows of two generations six minutes old and goes on to the 64th generation.
    let nodes = Nodes::start().await;
    put_tenant(&nodes.two).await;
    put_tenant(&nodes.two).await;
    let make_old = "UPDATE changes SET at = at - interval '6 minutes'";
    nodes.database.client().await.batch_execute(make_old).await.unwrap();
    let changed = async |since| nodes.one.external_changes(since).await.unwrap().changed;
    let rows = |number| ChangedRows::Rows(vec![ChangedRow::Tenant(tenant_id(1)); number]);
    for _ in 3..64 {
        put_tenant(&nodes.two).await;
    }
    assert_eq!(changed(0).await, rows(63));
    put_tenant(&nodes.two).await;
    assert_eq!(nodes.one.directory_state().await.unwrap().generation, 64);
    assert_eq!([changed(0).await, changed(1).await], [ChangedRows::All, ChangedRows::All]);
    assert_eq!(changed(2).await, rows(62));
}

#[tokio::test]
async fn look_up_of_a_text_with_a_nul_character_finds_nothing() {
    // Looks up each kind of text that a request contains, and depends on a name that is free.
    let nodes = Nodes::start().await;
    nodes.one.apply(rows_of_each_kind().into()).await.unwrap();
    let one = tenant_id(1);
    assert_eq!(nodes.one.tenant("one\0").await.unwrap(), None);
    assert_eq!(nodes.one.user_named(one, "ann\0").await.unwrap(), None);
    assert!(!nodes.one.has_origin(one, "https://spa.test:8443\0").await.unwrap());
    let free = StoredRow::Username(one, "ann\0".to_owned(), None);
    let outcome = nodes.one.apply_if_stored(vec![free], Vec::new()).await.unwrap();
    assert_eq!(outcome, DirectoryOutcome::Applied);
}

#[tokio::test]
async fn document_keeps_a_nul_character_in_a_text() {
    // Stores a user whose display name contains one.
    let nodes = Nodes::start().await;
    put_tenant(&nodes.one).await;
    let row = User { name: "Ann\0".to_owned(), ..user(1, 1, "ann") };
    put(&nodes.one, DirectoryChange::PutUser(row.clone())).await;
    let read = nodes.two.user(tenant_id(1), user_id(1)).await.unwrap();
    assert_eq!(read.as_deref(), Some(&row));
}

#[tokio::test]
async fn list_of_a_thousand_changes_is_applied_in_order_or_not_at_all() {
    // Puts five hundred users, and gives each the name that the one before it had until then. A
    // second list is refused in its middle.
    let nodes = Nodes::start().await;
    put_tenant(&nodes.one).await;
    let id = |number: u16| model::UserId::new(uuid::Uuid::from_u128(number.into()));
    let put_user =
        |number, name: &str| DirectoryChange::PutUser(User { id: id(number), ..user(1, 1, name) });
    let created = (0..500).map(|number| put_user(number, &format!("user {number}")));
    let last = std::iter::once(put_user(0, "user"));
    let renamed = (1..500).map(|number| put_user(number, &format!("user {}", number - 1)));
    nodes.one.apply(created.chain(last).chain(renamed).collect()).await.unwrap();
    let listed = nodes.two.users(tenant_id(1), 1_000).await.unwrap();
    assert_eq!(listed.len(), 500);
    assert_eq!([listed[0].id, listed[1].id], [id(0), id(1)]);

    let renamed = |number| put_user(number, &format!("renamed {number}"));
    let mut refused: Vec<_> = (0..500).map(renamed).collect();
    refused.insert(400, put_user(0, "renamed 5"));
    let fault = nodes.one.apply(refused).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::Internal, "{fault}");
    assert!(nodes.two.users(tenant_id(1), 1_000).await.unwrap() == listed);
}

#[tokio::test]
async fn statements_without_names_change_and_read_the_same_rows() {
    // Writes with a node that names its statements and reads with one that does not, and back.
    let nodes = Nodes::start().await;
    let unnamed = nodes.database.node_without_names().await;
    nodes.one.apply(rows_of_each_kind().into()).await.unwrap();
    let read = unnamed.user(tenant_id(1), user_id(1)).await.unwrap().map(|row| (*row).clone());
    assert_eq!(read, Some(user(1, 1, "ann")));
    let row = StoredRow::User(tenant_id(1), user_id(1), read);
    let renamed = DirectoryChange::PutUser(user(1, 1, "anna"));
    let outcome = unnamed.apply_if_stored(vec![row], vec![renamed]).await.unwrap();
    assert_eq!(outcome, DirectoryOutcome::Applied);
    assert!(nodes.one.user_named(tenant_id(1), "anna").await.unwrap().is_some());
}

/// Waits until a transaction in the database waits for a lock.
async fn wait_for_a_lock_wait(nodes: &Nodes) {
    let waits = "SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let observer = nodes.database.client().await;
    while observer.query_one(waits, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn transaction_that_is_ended_for_a_deadlock_is_repeated() {
    // Another transaction locks a user, and then the state of the directory, which the change of
    // the user has locked. PostgreSQL ends the change, for the other one waits longer for that.
    let nodes = Nodes::start().await;
    put_tenant(&nodes.one).await;
    put(&nodes.one, DirectoryChange::PutUser(user(1, 1, "ann"))).await;
    let mut other = nodes.database.client().await;
    let database = other.query_one("SELECT current_database()", &[]).await.unwrap();
    let database: String = database.get(0);
    let timeouts = format!(
        "ALTER DATABASE {database} SET deadlock_timeout = '1s'; SET deadlock_timeout = '1min'"
    );
    other.batch_execute(&timeouts).await.unwrap();
    let node = nodes.database.node().await;

    let other = other.transaction().await.unwrap();
    other.batch_execute("UPDATE users SET document = document").await.unwrap();
    let change = tokio::spawn(async move {
        put(&node, DirectoryChange::PutUser(user(1, 1, "anna"))).await;
    });
    wait_for_a_lock_wait(&nodes).await;
    other.batch_execute("UPDATE directory_state SET generation = generation").await.unwrap();
    other.commit().await.unwrap();
    change.await.unwrap();
    assert!(nodes.one.user_named(tenant_id(1), "anna").await.unwrap().is_some());
    assert_eq!(nodes.one.directory_state().await.unwrap().generation, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_that_wait_for_a_lock_leave_connections_for_reads() {
    // Locks the state of the directory, starts more changes than there are connections, and reads
    // before the lock is released.
    let nodes = Nodes::start().await;
    put_tenant(&nodes.one).await;
    let mut database = nodes.database.client().await;
    let lock = database.transaction().await.unwrap();
    lock.batch_execute("UPDATE directory_state SET generation = generation").await.unwrap();
    let mut changes = JoinSet::new();
    for number in 1..=9 {
        let node = Arc::clone(&nodes.one);
        changes.spawn(async move {
            let row = user(1, number, &format!("user {number}"));
            put(&node, DirectoryChange::PutUser(row)).await;
        });
    }
    wait_for_a_lock_wait(&nodes).await;
    for _ in 0..20 {
        assert!(nodes.one.tenant("one").await.unwrap().is_some());
    }
    lock.rollback().await.unwrap();
    changes.join_all().await;
    assert_eq!(nodes.two.users(tenant_id(1), 99).await.unwrap().len(), 9);
}

#[tokio::test]
async fn changes_without_a_generation_do_not_wait_for_the_lock() {
    // Locks the state of the directory and replaces the hash of a password meanwhile.
    let nodes = Nodes::start().await;
    nodes.one.apply(rows_of_each_kind().into()).await.unwrap();
    let (tenant, user) = (tenant_id(1), user_id(1));
    let first = crate::rows::password("first");
    put(&nodes.one, DirectoryChange::PutPassword { tenant, user, password: first }).await;
    let mut database = nodes.database.client().await;
    let lock = database.transaction().await.unwrap();
    lock.batch_execute("UPDATE directory_state SET generation = generation").await.unwrap();
    let second = crate::rows::password("second");
    let (earlier, password) = ("first".to_owned(), second.clone());
    put(&nodes.one, DirectoryChange::RehashPassword { tenant, user, earlier, password }).await;
    assert_eq!(nodes.two.password(tenant, user).await.unwrap(), Some(second));
}
