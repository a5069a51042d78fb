//! Copies of stores: from SQLite to PostgreSQL and back.

use std::{path::Path, sync::Arc};

use model::{
    Change, ChangeEvent, CommitOutcome, Directory, DirectoryChange, History, KnownLedger, Ledger,
    LedgerId, LedgerIdentity, LedgerRecord, OpenTicketOutcome, RecordQuery, RetentionLimits,
    RevocationReason, Store, UsedValueKind,
};
use store::{
    Access, BulkRows, Component, ConnectError, CopyBegin, CopyError, LedgerSettings, OpenError,
    PostgresHistory, PostgresRows, PostgresStore, SqliteHistory, SqliteRows, SqliteStore,
    StoreCopy, TableComparison,
};
use tempfile::TempDir;
use uuid::Uuid;

use crate::{
    history::{
        refusal, success,
        tickets::{LIMITS, delivery, logout, ticket},
    },
    postgres::SharedDatabase,
    rows::{
        at, authenticators, client, consent, failed_sign_ins, grant, password, pushed_request,
        resource, revocation, session, session_grant, signing_key, tenant, tenant_id, used_value,
        user, user_id,
    },
};

fn ledger_id(number: u128) -> LedgerId {
    LedgerId::new(Uuid::from_u128(number))
}

/// Writes rows of every kind.
pub(crate) async fn fill(store: &dyn Store, history: &dyn History) {
    let (one, app) = (tenant_id(1), client(1, "app"));
    let identity = LedgerIdentity { id: ledger_id(9), created_at: at(3) };
    let ledger = KnownLedger { identity, seen_at: at(20) };
    let record = LedgerRecord { ledger, before: None, remembered_since: at(9), generation_min: 40 };
    let ana = user_id(1);
    store
        .apply(vec![
            DirectoryChange::RecordLedger(record),
            DirectoryChange::PutTenant(tenant(1, "one")),
            DirectoryChange::PutTenant(tenant(2, "two")),
            DirectoryChange::PutClient(app.clone()),
            DirectoryChange::PutResource(resource(1, "https://api.test")),
            DirectoryChange::PutUser(user(1, 1, "ana@one.test")),
            DirectoryChange::PutUser(user(1, 2, "Änne@one.test")),
            DirectoryChange::PutPassword { tenant: one, user: ana, password: password("hash") },
            DirectoryChange::PutAuthenticators(authenticators(1, 1, "phone")),
            DirectoryChange::PutConsent(consent(1, 1, "app", "https://api.test")),
            DirectoryChange::PutSigningKey(signing_key(1, "key", 5)),
        ])
        .await
        .unwrap();
    let identify = Change::IdentifyLedger { before: None, identity };
    let raise = Change::RaiseLedgerState { high_water: at(50), directory_generation: 41 };
    for changes in [vec![identify], vec![raise]] {
        assert_eq!(store.commit(changes).await.unwrap(), CommitOutcome::Committed);
    }
    for number in 1..=9 {
        let revoke = Change::RevokeGrant {
            tenant: one,
            grant: grant(1, number).id,
            revocation: revocation(7, RevocationReason::CodeReplayed),
        };
        let changes = [
            Change::OpenGrant(grant(1, number)),
            Change::OpenGrant(grant(2, number)),
            Change::OpenSession(session(1, number)),
            Change::AddSessionGrant(session_grant(1, number)),
            Change::MarkUsed(used_value(1, UsedValueKind::DpopProof, number)),
            Change::PushRequest(pushed_request(1, number)),
            Change::CountFailedSignIns {
                before: None,
                failed_sign_ins: failed_sign_ins(1, number, 1),
            },
        ];
        for change in changes.into_iter().chain((number == 4).then_some(revoke)) {
            assert_eq!(store.commit(vec![change]).await.unwrap(), CommitOutcome::Committed);
        }
    }
    history
        .record((0..200).map(success).chain((0..50).map(|it| refusal(it, 50_011))).collect())
        .await
        .unwrap();
    fill_events_and_tickets(history).await;
}

async fn fill_events_and_tickets(history: &dyn History) {
    let one = tenant_id(1);
    let event = |kind, detail: &str| ChangeEvent::new(at(60), Some(one), (kind, "ana", detail));
    let folded = "code_replayed";
    let created = event("user_created", "").of_user(user_id(1));
    history.record_events(vec![created, event(folded, "2")]).await.unwrap();
    history.record_events(vec![event(folded, "3")]).await.unwrap();
    let opened = history.open_ticket(ticket(1), vec![delivery(1, 70)], 10).await.unwrap();
    assert_eq!(opened, OpenTicketOutcome::Opened);
    assert_eq!(history.add_logouts(one, vec![logout(2, 80)], LIMITS).await.unwrap(), []);
}

/// A data directory with rows of every kind.
async fn filled_files() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    fill(&store, &SqliteHistory::open(directory.path()).unwrap()).await;
    directory
}

async fn postgres_target(database: &SharedDatabase) -> Arc<dyn BulkRows> {
    let settings = database.settings();
    let ledger = LedgerSettings::only(settings.clone());
    Arc::new(PostgresRows::of_target(&settings, &ledger, &settings).await.unwrap())
}

async fn postgres_source(database: &SharedDatabase) -> Arc<dyn BulkRows> {
    let settings = database.settings();
    let ledger = LedgerSettings::only(settings.clone());
    Arc::new(PostgresRows::of_source(&settings, &ledger, &settings).await.unwrap())
}

fn file_source(directory: &Path) -> Arc<dyn BulkRows> {
    Arc::new(SqliteRows::of_source(directory))
}

fn file_target(directory: &Path) -> Arc<dyn BulkRows> {
    Arc::new(SqliteRows::of_target(directory).unwrap())
}

fn copy(source: &Arc<dyn BulkRows>, target: &Arc<dyn BulkRows>) -> StoreCopy {
    StoreCopy::new(Arc::clone(source), Arc::clone(target), &Component::ALL)
}

/// Copies everything, and returns the tables of both sides.
async fn copy_all(source: &Arc<dyn BulkRows>, target: &Arc<dyn BulkRows>) -> Vec<TableComparison> {
    let copy = copy(source, target);
    assert_eq!(copy.begin().await.unwrap(), CopyBegin::Started);
    copy.copy().await.unwrap();
    let mut tables = copy.verify().await.unwrap();
    tables.push(copy.complete().await.unwrap());
    assert!(tables.iter().all(TableComparison::is_equal), "{tables:?}");
    tables
}

/// Connects to a completed copy.
pub(crate) async fn connect(database: &SharedDatabase) -> (PostgresStore, PostgresHistory) {
    let settings = database.settings();
    let ledger = [LedgerSettings::only(settings.clone())];
    let store = PostgresStore::connect(&settings, &ledger, Access::Migrate).await.unwrap();
    let history = PostgresHistory::connect(&settings, Uuid::from_u128(7), Access::Migrate).await;
    (store, history.unwrap())
}

/// Compares what the rules read from two stores.
async fn assert_same(one: (&dyn Store, &dyn History), other: (&dyn Store, &dyn History)) {
    let tenant = tenant_id(1);
    assert_eq!(one.0.directory_state().await.unwrap(), other.0.directory_state().await.unwrap());
    assert_eq!(one.0.ledger_state().await.unwrap(), other.0.ledger_state().await.unwrap());
    assert_eq!(one.0.tenants().await.unwrap(), other.0.tenants().await.unwrap());
    assert_eq!(one.0.clients(tenant).await.unwrap(), other.0.clients(tenant).await.unwrap());
    assert_eq!(one.0.users(tenant, 10).await.unwrap(), other.0.users(tenant, 10).await.unwrap());
    assert_eq!(
        one.0.signing_keys(tenant).await.unwrap(),
        other.0.signing_keys(tenant).await.unwrap()
    );
    assert!(other.0.has_origin(tenant, "https://spa.test:8443").await.unwrap());
    for number in 1..=9 {
        let id = grant(1, number).id;
        let stored = one.0.grant(tenant, id).await.unwrap();
        assert!(stored.is_some());
        assert_eq!(stored, other.0.grant(tenant, id).await.unwrap());
        let id = session(1, number).id;
        assert_eq!(
            one.0.session(tenant, id).await.unwrap(),
            other.0.session(tenant, id).await.unwrap()
        );
        let value = used_value(1, UsedValueKind::DpopProof, number);
        assert!(other.0.is_used(&value).await.unwrap());
        let mark = vec![Change::MarkUsed(value)];
        assert_eq!(other.0.commit(mark).await.unwrap(), CommitOutcome::Conflict);
    }
    let query = || RecordQuery { limit: 1_000, ..RecordQuery::default() };
    let found = one.1.find(query()).await.unwrap();
    assert_eq!(found.len(), 250);
    assert_eq!(found, other.1.find(query()).await.unwrap());
    let range = (at(0), at(1_000));
    let events = one.1.events(None, range, 10).await.unwrap();
    assert_eq!(events, other.1.events(None, range, 10).await.unwrap());
    assert!(events.iter().any(|event| event.detail == "5"), "{events:?}");
    assert_eq!(
        one.1.ticket(ticket(1).id).await.unwrap(),
        other.1.ticket(ticket(1).id).await.unwrap()
    );
    assert_eq!(one.1.delivery_queue().await.unwrap(), other.1.delivery_queue().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copy_to_postgres_and_back_has_the_same_digests() {
    // Copies files to a database, that one to another database, and that one to files again. All
    // have the same rows and the same digests, and the last one can be changed.
    let (files, back) = (filled_files().await, tempfile::tempdir().unwrap());
    let (database, other) = (SharedDatabase::create().await, SharedDatabase::create().await);
    let source = file_source(files.path());
    let first = copy_all(&source, &postgres_target(&database).await).await;
    let empty: Vec<_> = first.iter().filter(|table| table.source.rows == 0).collect();
    assert!(empty.is_empty(), "{empty:?}");
    let second = copy_all(&postgres_source(&database).await, &postgres_target(&other).await).await;
    let third = copy_all(&postgres_source(&other).await, &file_target(back.path())).await;
    assert_eq!(first, second);
    assert_eq!(first, third);
    let store = SqliteStore::open(files.path()).unwrap();
    let history = SqliteHistory::open(files.path()).unwrap();
    let (on_postgres, its_history) = connect(&database).await;
    assert_same((&store, &history), (&on_postgres, &its_history)).await;
    let returned = SqliteStore::open(back.path()).unwrap();
    let returned_history = SqliteHistory::open(back.path()).unwrap();
    assert_same((&store, &history), (&returned, &returned_history)).await;
    for store in [&on_postgres as &dyn Store, &returned] {
        // A grant goes on where it was, and an earlier generation of it does not.
        let (tenant, grant) = (tenant_id(1), grant(1, 6).id);
        let rotate = || Change::RotateGrant { tenant, grant, generation: 0, at: at(90) };
        assert_eq!(store.commit(vec![rotate()]).await.unwrap(), CommitOutcome::Committed);
        assert_eq!(store.commit(vec![rotate()]).await.unwrap(), CommitOutcome::Conflict);
    }
    for history in [&its_history as &dyn History, &returned_history] {
        // A new event has a number of its own, and retention finds the totals.
        let event = ChangeEvent::new(at(90), None, ("user_created", "bob", ""));
        history.record_events(vec![event]).await.unwrap();
        history.record(vec![success(900)]).await.unwrap();
        let none = RetentionLimits { records_max: 0, ..RetentionLimits::default() };
        while history.enforce_retention(at(950), none).await.unwrap() > 0 {}
        let left = history.find(RecordQuery { limit: 10, ..RecordQuery::default() }).await.unwrap();
        assert_eq!(left, []);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_after_the_first_pass_arrive_with_the_second() {
    // Copies, then changes the source: inserts, replaces and deletes rows, and swaps two names.
    // The second pass changes only those, in both directions.
    let (files, back) = (filled_files().await, tempfile::tempdir().unwrap());
    let database = SharedDatabase::create().await;
    let (source, target) = (file_source(files.path()), postgres_target(&database).await);
    let first = copy(&source, &target);
    first.begin().await.unwrap();
    first.copy().await.unwrap();
    let store = SqliteStore::open(files.path()).unwrap();
    change(&store).await;
    assert!(matches!(first.verify().await, Err(CopyError::Different { .. })));
    let second = copy(&source, &target);
    assert_eq!(second.begin().await.unwrap(), CopyBegin::Continued);
    let changes = second.copy().await.unwrap();
    let of = |name| {
        let found = changes.iter().find(|changes| changes.table == name).unwrap();
        (found.inserted, found.replaced, found.deleted)
    };
    assert_eq!(of("users"), (1, 2, 0));
    assert_eq!(
        (of("clients"), of("client_origins"), of("consents")),
        ((0, 0, 1), (0, 0, 1), (0, 0, 1))
    );
    assert_eq!((of("grants"), of("used_values")), ((0, 1, 0), (1, 0, 0)));
    assert_eq!((of("sessions"), of("record_blocks")), ((0, 0, 0), (0, 0, 0)));
    second.verify().await.unwrap();
    second.complete().await.unwrap();
    drop((first, second, target));
    let (copied, _) = connect(&database).await;
    assert!(copied.is_used(&used_value(1, UsedValueKind::SignInFlow, 77)).await.unwrap());
    assert_eq!(
        copied.user_named(tenant_id(1), "ana@one.test").await.unwrap().unwrap().id,
        user_id(2)
    );
    let (source, target) = (postgres_source(&database).await, file_target(back.path()));
    let returning = copy(&source, &target);
    returning.begin().await.unwrap();
    returning.copy().await.unwrap();
    copied
        .apply(vec![DirectoryChange::RemoveUser { tenant: tenant_id(1), user: user_id(3) }])
        .await
        .unwrap();
    copied
        .apply(vec![
            DirectoryChange::PutUser(user(1, 2, "x")),
            DirectoryChange::PutUser(user(1, 1, "ana@one.test")),
            DirectoryChange::PutUser(user(1, 2, "Änne@one.test")),
        ])
        .await
        .unwrap();
    returning.copy().await.unwrap();
    returning.verify().await.unwrap();
    returning.complete().await.unwrap();
    let returned = SqliteStore::open(back.path()).unwrap();
    assert_eq!(
        returned.users(tenant_id(1), 9).await.unwrap(),
        copied.users(tenant_id(1), 9).await.unwrap()
    );
    assert_eq!(returned.directory_state().await.unwrap(), copied.directory_state().await.unwrap());
}

/// Changes some rows of a filled store.
async fn change(store: &dyn Store) {
    let (tenant, client) = (tenant_id(1), client(1, "app").id);
    store
        .apply(vec![
            DirectoryChange::RemoveClient { tenant, client },
            DirectoryChange::PutUser(user(1, 2, "x")),
            DirectoryChange::PutUser(user(1, 1, "Änne@one.test")),
            DirectoryChange::PutUser(user(1, 2, "ana@one.test")),
            DirectoryChange::PutUser(user(1, 3, "new@one.test")),
        ])
        .await
        .unwrap();
    let grant = grant(1, 5).id;
    let rotate = Change::RotateGrant { tenant, grant, generation: 0, at: at(80) };
    let mark = Change::MarkUsed(used_value(1, UsedValueKind::SignInFlow, 77));
    for change in [rotate, mark] {
        assert_eq!(store.commit(vec![change]).await.unwrap(), CommitOutcome::Committed);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unfinished_copy_is_refused_until_it_is_complete() {
    // Begins a copy on both kinds of stores: neither opens. After the end, both do.
    let (files, target) = (filled_files().await, tempfile::tempdir().unwrap());
    let database = SharedDatabase::create().await;
    let source = file_source(files.path());
    let settings = database.settings();
    let ledger = [LedgerSettings::only(settings.clone())];
    for target in [postgres_target(&database).await, file_target(target.path())] {
        let copy = copy(&source, &target);
        copy.begin().await.unwrap();
        copy.copy().await.unwrap();
    }
    for access in [Access::Read, Access::Write, Access::Migrate] {
        let refused = PostgresStore::connect(&settings, &ledger, access).await.err().unwrap();
        assert!(matches!(refused, ConnectError::UnfinishedCopy), "{refused}");
    }
    for open in [SqliteStore::open, SqliteStore::open_read_only] {
        let refused = open(target.path()).err().unwrap();
        assert!(matches!(refused, OpenError::UnfinishedCopy { .. }), "{refused}");
    }
    for target in [postgres_target(&database).await, file_target(target.path())] {
        let copy = copy(&source, &target);
        assert_eq!(copy.begin().await.unwrap(), CopyBegin::Continued);
        copy.copy().await.unwrap();
        copy.complete().await.unwrap();
    }
    PostgresStore::connect(&settings, &ledger, Access::Read).await.unwrap();
    SqliteStore::open(target.path()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn target_with_rows_or_of_another_source_is_refused() {
    // Copies onto a filled store, and onto the unfinished copy of another ledger. Then copies an
    // unfinished copy.
    let (files, other) = (filled_files().await, filled_files().await);
    let source = file_source(files.path());
    let refused = copy(&source, &file_target(other.path())).begin().await.unwrap_err();
    assert!(matches!(refused, CopyError::NotEmpty { .. }), "{refused}");
    let target = tempfile::tempdir().unwrap();
    let target = file_target(target.path());
    copy(&source, &target).begin().await.unwrap();
    let store = SqliteStore::open(other.path()).unwrap();
    let identity = LedgerIdentity { id: ledger_id(10), created_at: at(3) };
    let ledger = KnownLedger { identity, seen_at: at(20) };
    let before = Some(ledger_id(9));
    let record = LedgerRecord { ledger, before, remembered_since: at(9), generation_min: 40 };
    store.apply(vec![DirectoryChange::RecordLedger(record)]).await.unwrap();
    let refused = copy(&file_source(other.path()), &target).begin().await.unwrap_err();
    assert!(matches!(refused, CopyError::OtherSource), "{refused}");
    let empty = tempfile::tempdir().unwrap();
    let refused = copy(&target, &file_target(empty.path())).begin().await.unwrap_err();
    assert!(matches!(refused, CopyError::Incomplete), "{refused}");
    drop(store);
    SqliteStore::open(other.path()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn second_copy_into_a_database_is_refused_while_the_first_runs() {
    // Opens a target twice, and again when the first one is closed.
    let database = SharedDatabase::create().await;
    let settings = database.settings();
    let ledger = LedgerSettings::only(settings.clone());
    let first = postgres_target(&database).await;
    let refused = PostgresRows::of_target(&settings, &ledger, &settings).await.err().unwrap();
    assert!(refused.to_string().contains("another copy into it runs"), "{refused}");
    drop(first);
    assert!(PostgresRows::of_target(&settings, &ledger, &settings).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn source_is_not_changed_by_others_while_it_is_held() {
    // Changes a store in files and one on PostgreSQL while each is held, and afterwards.
    let (files, database) = (filled_files().await, SharedDatabase::create().await);
    let (node, _history) = connect(&database).await;
    let stores: [(Arc<dyn Store>, Arc<dyn BulkRows>); 2] = [
        (Arc::new(SqliteStore::open(files.path()).unwrap()), file_source(files.path())),
        (Arc::new(node), postgres_source(&database).await),
    ];
    for (store, source) in stores {
        let put = |name| store.apply(vec![DirectoryChange::PutTenant(tenant(7, name))]);
        let hold = source.hold().await.unwrap();
        let during = tokio::time::timeout(std::time::Duration::from_secs(1), put("held")).await;
        assert!(!matches!(during, Ok(Ok(()))), "{during:?}");
        drop(hold);
        put("later").await.unwrap();
    }
}
