//! The schema and the rows of release 1 with this release, and its statements with this schema.
//!
//! The dump of a release never changes afterwards. That of release 1 was written by
//! `RELEASE=write cargo test -p store --test contract release_1`, which needs `pg_dump`.

use std::process::Command;

use model::{
    Change, CommitOutcome, Directory, DirectoryChange, Ledger, RecordQuery, Records,
    RequestedTokenClaims, Session, Tickets, UsedValueKind,
};
use postgres_server::Server;
use store::{Access, PostgresHistory};
use uuid::Uuid;

use super::SharedDatabase;
use crate::{
    copy::{connect, fill},
    history::tickets::ticket,
    rows::{at, authenticators, grant, session, tenant, tenant_id, used_value, user, user_id},
};

const DUMP: &str = include_str!("release_1/dump.sql");
const STATEMENTS: &str = include_str!("release_1/statements.sql");

/// Removes the tables of the weeks and days after the present, which would differ each day.
const DROP_PARTITIONS: &str = "DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT relname FROM pg_class JOIN pg_inherits ON oid = inhrelid
        WHERE relkind = 'r' AND relname ~ '_[0-9]+$'
    LOOP EXECUTE 'DROP TABLE ' || name; END LOOP; END $$";

/// Writes the dump of this release.
async fn write_dump() {
    let database = SharedDatabase::create().await;
    let store = database.node().await;
    let settings = database.settings();
    let history = PostgresHistory::connect(&settings, Uuid::from_u128(1), Access::Migrate).await;
    database.client().await.batch_execute(DROP_PARTITIONS).await.unwrap();
    fill(&*store, &history.unwrap()).await;
    let arguments = ["--inserts", "--no-owner", "--no-privileges", "--no-comments"];
    let url = Server::shared().url(&database.name);
    let dump = Command::new("pg_dump").args(arguments).arg(url).output().unwrap();
    let text = String::from_utf8(dump.stdout).unwrap();
    let is_statement = |line: &&str| !line.starts_with("--") && !line.starts_with('\\');
    // A setting that older servers do not know.
    let is_known = |line: &&str| is_statement(line) && !line.starts_with("SET transaction_timeout");
    let lines: Vec<&str> = text.lines().filter(is_known).filter(|line| !line.is_empty()).collect();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract/postgres/release_1/dump.sql");
    std::fs::write(file, lines.join("\n") + "\n").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_of_release_1_are_found_after_all_migrations() {
    // Loads the dump, opens it as a service does, and reads rows of every kind. A used value stays
    // used, and a grant can be rotated.
    if std::env::var_os("RELEASE").is_some_and(|value| value == "write") {
        write_dump().await;
        return;
    }
    let database = SharedDatabase::create().await;
    database.client().await.batch_execute(DUMP).await.unwrap();
    let (store, history) = connect(&database).await;
    let tenant = tenant_id(1);
    assert_eq!(store.tenants().await.unwrap().len(), 2);
    assert_eq!(store.clients(tenant).await.unwrap().len(), 1);
    assert!(store.has_origin(tenant, "https://spa.test:8443").await.unwrap());
    assert_eq!(store.resources(tenant).await.unwrap().len(), 1);
    let ana = store.user_named(tenant, "ANA@one.test").await.unwrap().unwrap();
    assert_eq!(ana.id, user_id(1));
    assert!(store.password(tenant, ana.id).await.unwrap().is_some());
    assert_eq!(store.signing_keys(tenant).await.unwrap().len(), 1);
    let state = store.directory_state().await.unwrap();
    assert_eq!(
        state.ledger.unwrap().identity,
        store.ledger_state().await.unwrap().identity.unwrap()
    );
    let stored = store.grant(tenant, grant(1, 1).id).await.unwrap().unwrap();
    let mut expected = grant(1, 1);
    if let Some(claims) = &mut expected.details.claims {
        // That release had no claims of access tokens.
        claims.access_token = RequestedTokenClaims::default();
    }
    assert_eq!(stored, expected);
    assert!(store.grant(tenant, grant(1, 4).id).await.unwrap().unwrap().revoked.is_some());
    let expected = Session { replaces: None, origin: None, ..session(1, 2) };
    assert_eq!(store.session(tenant, expected.id).await.unwrap(), Some(expected));
    let used = Change::MarkUsed(used_value(1, UsedValueKind::DpopProof, 3));
    assert_eq!(store.commit(vec![used]).await.unwrap(), CommitOutcome::Conflict);
    let rotate = Change::RotateGrant { tenant, grant: stored.id, generation: 0, at: at(90) };
    assert_eq!(store.commit(vec![rotate]).await.unwrap(), CommitOutcome::Committed);
    let query = RecordQuery { limit: 1_000, ..RecordQuery::default() };
    assert_eq!(history.find(query).await.unwrap().len(), 250);
    assert_eq!(history.events(None, (at(0), at(1_000)), 9).await.unwrap().len(), 2);
    assert!(history.ticket(ticket(1).id).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_of_release_1_work_on_the_present_schema() {
    // Executes each statement of the file on empty tables of this release, and compares the number
    // of rows that it changes or finds with the number above it.
    let database = SharedDatabase::create().await;
    connect(&database).await;
    let client = database.client().await;
    let mut count = 0;
    for block in STATEMENTS.split("\n\n").filter(|block| block.starts_with("-- rows: ")) {
        let (number, statement) = block.split_once('\n').unwrap();
        let expected: u64 = number.strip_prefix("-- rows: ").unwrap().parse().unwrap();
        let rows = client.execute_typed(statement, &[]).await;
        let rows = rows.unwrap_or_else(|error| panic!("{statement}: {error:?}"));
        assert_eq!(rows, expected, "{statement}");
        count += 1;
    }
    assert!(count > 30, "{count}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn release_1_deletes_a_user_with_an_authenticator_app() {
    // Deletes a user, who has set up an authenticator app, by the statements of release 1.
    let database = SharedDatabase::create().await;
    let (store, _history) = connect(&database).await;
    let changes = vec![
        DirectoryChange::PutTenant(tenant(1, "one")),
        DirectoryChange::PutUser(user(1, 1, "ana@one.test")),
        DirectoryChange::PutAuthenticators(authenticators(1, 1, "phone")),
    ];
    store.apply(changes).await.unwrap();
    let client = database.client().await;
    client.batch_execute("DELETE FROM consents; DELETE FROM passwords").await.unwrap();
    assert_eq!(client.execute("DELETE FROM users", &[]).await.unwrap(), 1);
    assert_eq!(store.authenticators(tenant_id(1), user_id(1)).await.unwrap(), None);
}
