//! A ledger on several databases.

use model::{
    Change, CommitOutcome, Grant, GrantId, Ledger, Seconds, Session, SessionId, Timestamp,
    UsedValue, UsedValueKind,
};
use store::{Access, LedgerSettings, Period, PostgresStore};

use super::{
    SharedDatabase,
    ledger::{count, now},
};
use crate::rows::{at, grant, session, tenant_id, used_value};

/// A ledger on two databases. The second is open to new rows from `opens_at`.
async fn two_databases(opens_at: Timestamp) -> ([SharedDatabase; 2], Vec<LedgerSettings>) {
    let databases = [SharedDatabase::create().await, SharedDatabase::create().await];
    let (period, database) = (Period { opens_at, closes_at: None }, databases[1].settings());
    let second = LedgerSettings { number: 7, period, database };
    let ledger = vec![second, LedgerSettings::only(databases[0].settings())];
    (databases, ledger)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rows_of_a_ledger_on_two_databases_are_found_by_two_nodes() {
    // Opens 40 grants and marks 40 values used, through two nodes in turn, before and after the
    // second database opens. Each row is in the database of its id, digest and end. Both nodes find
    // each, and no second attempt succeeds.
    let opens_at = Timestamp::from_seconds(1_795_363_200);
    let (databases, ledger) = two_databases(opens_at).await;
    let directory = databases[0].settings();
    let node = async || PostgresStore::connect(&directory, &ledger, Access::Migrate).await.unwrap();
    let nodes = [node().await, node().await];
    for number in 0..80_u8 {
        let at = if number < 40 { opens_at - Seconds::new(1) } else { opens_at };
        let [one, other] = [&nodes[usize::from(number % 2)], &nodes[usize::from(1 - number % 2)]];
        let id = GrantId::with_end([number; 16], at, one.database_for_new(number, at));
        assert_eq!(id.database(), if number < 40 || number % 2 == 0 { 0 } else { 7 });
        let opened = Grant { id, ..grant(1, 1) };
        let used = UsedValue { expires_at: at, ..used_value(1, UsedValueKind::DpopProof, number) };
        for change in [Change::OpenGrant(opened.clone()), Change::MarkUsed(used.clone())] {
            assert_eq!(one.commit(vec![change.clone()]).await.unwrap(), CommitOutcome::Committed);
            assert_eq!(other.commit(vec![change]).await.unwrap(), CommitOutcome::Conflict);
        }
        assert_eq!(other.grant(opened.tenant, id).await.unwrap(), Some(opened));
        assert!(other.is_used(&used).await.unwrap());
    }
    for (database, rows) in databases.iter().zip([60, 20]) {
        let client = database.client().await;
        assert_eq!(count(&client, "grants").await, rows);
        assert_eq!(count(&client, "used_values").await, rows);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn decision_on_rows_of_two_databases_applies_the_guarded_change_first() {
    // Opens a session in one database and ends one in another, with one decision. A second time,
    // the opening conflicts, and the other session is not ended.
    let (databases, ledger) = two_databases(Timestamp::default()).await;
    let node =
        PostgresStore::connect(&databases[0].settings(), &ledger, Access::Migrate).await.unwrap();
    let open = |number: u8, database| {
        let id = SessionId::with_end([number; 16], at(1_000), database);
        Change::OpenSession(Session { id, ..session(1, 1) })
    };
    let end = |number: u8, database| {
        let session = SessionId::with_end([number; 16], at(1_000), database);
        Change::EndSession { tenant: tenant_id(1), session, at: at(9) }
    };
    let ended_at = async |number: u8| {
        let id = SessionId::with_end([number; 16], at(1_000), 0);
        node.session(tenant_id(1), id).await.unwrap().unwrap().ended_at
    };
    for number in [1, 2] {
        assert_eq!(node.commit(vec![open(number, 0)]).await.unwrap(), CommitOutcome::Committed);
    }
    let first = vec![end(1, 0), open(3, 7)];
    assert_eq!(node.commit(first).await.unwrap(), CommitOutcome::Committed);
    assert_eq!(ended_at(1).await, Some(at(9)));
    let second = vec![end(2, 0), open(3, 7)];
    assert_eq!(node.commit(second).await.unwrap(), CommitOutcome::Conflict);
    assert_eq!(ended_at(2).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn further_database_that_lost_its_rows_is_refused() {
    // Starts on two databases, and then with an empty one in the place of the second, and with the
    // second one under another number.
    let (databases, ledger) = two_databases(Timestamp::default()).await;
    let directory = databases[0].settings();
    assert!(PostgresStore::connect(&directory, &ledger, Access::Migrate).await.is_ok());
    assert!(PostgresStore::connect(&directory, &ledger, Access::Migrate).await.is_ok());
    let empty = SharedDatabase::create().await;
    let replaced = LedgerSettings { database: empty.settings(), ..ledger[0].clone() };
    let error = PostgresStore::connect(&directory, &[ledger[1].clone(), replaced], Access::Migrate)
        .await
        .err();
    assert!(error.unwrap().to_string().contains("database 7 of the ledger is not the one"));
    let renumbered = [ledger[1].clone(), LedgerSettings { number: 8, ..ledger[0].clone() }];
    let error = PostgresStore::connect(&directory, &renumbered, Access::Migrate).await.err();
    assert!(error.unwrap().to_string().contains("database 8 of the ledger opens too soon"));
    let both = [ledger[0].clone(), LedgerSettings { number: 7, ..ledger[1].clone() }];
    let error = PostgresStore::connect(&directory, &both, Access::Migrate).await.err();
    assert!(error.unwrap().to_string().contains("numbers of the ledger's databases"));
}

/// Connects a node. Returns the error as text.
async fn started(directory: &SharedDatabase, ledger: &[LedgerSettings]) -> Result<(), String> {
    let store = PostgresStore::connect(&directory.settings(), ledger, Access::Migrate).await;
    store.map(drop).map_err(|error| error.to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn further_database_opens_later_and_at_the_same_time_for_all() {
    // Adds a database to a ledger that exists: at once, in four hours, and then in five. A node
    // with two hours, and one without the database, are refused.
    let databases = [SharedDatabase::create().await, SharedDatabase::create().await];
    let now = now(&databases[0].client().await).await;
    let first = LedgerSettings::only(databases[0].settings());
    let second = |opens_at| LedgerSettings {
        number: 7,
        period: Period { opens_at, closes_at: None },
        database: databases[1].settings(),
    };
    let [soon, four_hours, five_hours] = [Seconds::hours(2), Seconds::hours(4), Seconds::hours(5)]
        .map(|after| [first.clone(), second(now + after)]);
    assert_eq!(started(&databases[0], std::slice::from_ref(&first)).await, Ok(()));
    let error = started(&databases[0], &soon).await.unwrap_err();
    assert!(error.contains("database 7 of the ledger opens too soon"), "{error}");
    let reader = PostgresStore::connect(&first.database, &four_hours, Access::Read).await;
    assert!(reader.is_ok());
    let error = PostgresStore::connect(&first.database, &soon, Access::Read).await.err().unwrap();
    assert!(error.to_string().contains("opens too soon"), "{error}");
    assert_eq!(started(&databases[0], &four_hours).await, Ok(()));
    // What the next node will register is no problem before.
    for access in [Access::Read, Access::Write] {
        assert!(PostgresStore::connect(&first.database, &five_hours, access).await.is_ok());
    }
    assert_eq!(started(&databases[0], &five_hours).await, Ok(()));
    let error = started(&databases[0], &soon).await.unwrap_err();
    assert!(error.contains("database 7 of the ledger opens or closes at another time"), "{error}");
    let error = started(&databases[0], std::slice::from_ref(&first)).await.unwrap_err();
    assert!(error.contains("has a database with the number 7, which is not configured"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closed_database_is_needed_until_it_has_no_rows() {
    // The second database closed two days ago. A node is started without it while it has a grant,
    // and after the grant was deleted.
    let databases = [SharedDatabase::create().await, SharedDatabase::create().await];
    let now = now(&databases[0].client().await).await;
    let first = LedgerSettings::only(databases[0].settings());
    let closes_at = Some(now - Seconds::days(2));
    let period = Period { closes_at, ..first.period };
    let second = LedgerSettings { number: 7, period, database: databases[1].settings() };
    let both = [first.clone(), second];
    let node = PostgresStore::connect(&first.database, &both, Access::Migrate).await.unwrap();
    let id = GrantId::with_end([1; 16], now + Seconds::days(1), 7);
    let open = vec![Change::OpenGrant(Grant { id, ..grant(1, 1) })];
    assert_eq!(node.commit(open).await.unwrap(), CommitOutcome::Committed);
    assert_eq!(started(&databases[0], &both).await, Ok(()));
    assert!(started(&databases[0], std::slice::from_ref(&first)).await.is_err());
    databases[1].client().await.batch_execute("DELETE FROM grants").await.unwrap();
    assert_eq!(started(&databases[0], &both).await, Ok(()));
    assert_eq!(started(&databases[0], &[first]).await, Ok(()));
}
