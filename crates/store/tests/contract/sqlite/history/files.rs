//! The file: who may read it, who shares it, what is refused, and what damage does.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use model::{Bounds, Directory, FaultKind, Opening, Records, Search, Seconds, TicketStep, Tickets};
use rusqlite::Connection;
use store::{OpenError, Sqlite, SqliteHistory, UnavailableHistory};
use tokio::task::JoinSet;

use crate::{
    history::{
        refusal, success,
        tickets::{delivery, entry, ticket},
    },
    rows::at,
};

const ALL: fn() -> Search = || Search { limit: u32::MAX, ..Search::default() };

fn execute(directory: &Path, statements: &str) {
    let connection = Connection::open(directory.join("history.db")).unwrap();
    connection.execute_batch(statements).unwrap();
}

#[tokio::test]
async fn only_the_owner_can_read_it_and_a_restart_finds_everything() {
    // Writes some of everything, reads the modes, closes, and opens again.
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("a");
    let history = SqliteHistory::open(&directory).unwrap();
    history.record(vec![success(1), refusal(2, 7)]).await.unwrap();
    let opened = history.open_ticket(ticket(1), vec![delivery(1, 5)], 9).await.unwrap();
    assert_eq!(opened, Opening::Opened);
    assert_eq!(history.claim(at(5), at(10), 9).await.unwrap().len(), 1);
    for entry in fs::read_dir(&directory).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode, 0o600, "{entry:?}");
    }
    drop(history);
    let names = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["history.db"]);

    // What was claimed and not settled is due again; what is recorded now stands beside the rest.
    let history = SqliteHistory::open(&directory).unwrap();
    history.record(vec![success(3)]).await.unwrap();
    let found = history.find(ALL()).await.unwrap();
    assert_eq!(found, [success(3), refusal(2, 7), success(1)]);
    assert_eq!(history.claim(at(9), at(20), 9).await.unwrap(), []);
    let due = history.claim(at(10), at(20), 9).await.unwrap();
    assert_eq!(due.iter().map(|delivery| delivery.tries).collect::<Vec<_>>(), [2]);
    history.settle(due[0].id).await.unwrap();
    drop(history);
    let history = SqliteHistory::open(&directory).unwrap();
    assert_eq!(history.claim(at(100), at(200), 9).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_that_have_it_open_lose_nothing_of_one_another() {
    // Records, trims and steps from both sides at once: the blocks that one fills, the other
    // cuts. In the end exactly the newest are left.
    let directory = tempfile::tempdir().unwrap();
    let sides = [0, 1].map(|_| Arc::new(SqliteHistory::open(directory.path()).unwrap()));
    let opened = sides[0].open_ticket(ticket(1), Vec::new(), 9).await.unwrap();
    assert_eq!(opened, Opening::Opened);
    let again = sides[1].open_ticket(ticket(1), Vec::new(), 9).await.unwrap();
    assert_eq!(again, Opening::AlreadyOpen);

    let bounds = Bounds { records_max: 50, bytes_max: u64::MAX, age_max: Seconds::days(1) };
    let mut tasks = JoinSet::new();
    for (side, history) in (0_u32..).zip(&sides) {
        let history = Arc::clone(history);
        tasks.spawn(async move {
            for number in 0..200 {
                history.record(vec![success(number * 2 + side)]).await.unwrap();
                if number % 20 == 0 {
                    history.trim(at(400), bounds).await.unwrap();
                }
                if number % 10 == 0 {
                    let step = entry(1, TicketStep::Answer);
                    history.step_ticket(ticket(1).id, step, Vec::new()).await.unwrap().unwrap();
                }
            }
        });
    }
    tasks.join_all().await;
    while sides[0].trim(at(400), bounds).await.unwrap() > 0 {}
    for history in &sides {
        let found = history.find(ALL()).await.unwrap();
        assert_eq!(found.len(), 50);
        let mut traces: Vec<_> = found.iter().map(|record| record.trace_id).collect();
        traces.sort();
        traces.dedup();
        assert_eq!(traces.len(), 50, "none came back");
        let ticket = history.ticket(ticket(1).id).await.unwrap().unwrap();
        assert_eq!(ticket.entries.len(), 40);
    }
}

#[tokio::test]
async fn a_block_that_another_cut_is_not_brought_back() {
    // One side fills a block, the other cuts and empties it, and the first goes on.
    let directory = tempfile::tempdir().unwrap();
    let one = SqliteHistory::open(directory.path()).unwrap();
    let other = SqliteHistory::open(directory.path()).unwrap();
    let keep = |records_max| Bounds { records_max, ..Bounds::default() };
    one.record(vec![success(1), success(2), success(3)]).await.unwrap();
    assert_eq!(other.trim(at(3), keep(1)).await.unwrap(), 2);
    one.record(vec![success(4)]).await.unwrap();
    assert_eq!(one.find(ALL()).await.unwrap(), [success(4), success(3)]);
    assert_eq!(other.trim(at(3), keep(0)).await.unwrap(), 2);
    one.record(vec![success(5)]).await.unwrap();
    assert_eq!(other.find(ALL()).await.unwrap(), [success(5)]);
}

#[test]
fn a_foreign_or_broken_file_is_refused_by_its_path() {
    // Puts a text, and the ledger, in the history's place.
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("history.db");
    fs::write(&file, "This is no database, however long one looks at it. ".repeat(100)).unwrap();
    let errors = || {
        let opened = [SqliteHistory::open(directory.path()), SqliteHistory::look(directory.path())];
        opened.map(|opened| opened.err().unwrap())
    };
    for error in errors() {
        assert!(matches!(&error, OpenError::Database { path, .. } if *path == file), "{error}");
    }
    drop(Sqlite::open(directory.path()).unwrap());
    fs::copy(directory.path().join("ledger.db"), &file).unwrap();
    for error in errors() {
        assert!(matches!(&error, OpenError::Foreign { path } if *path == file), "{error}");
    }
}

#[tokio::test]
async fn what_stands_for_a_journal_that_is_away_says_why() {
    // Asks it for one thing of each part.
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("history.db"), "no database".repeat(1_000)).unwrap();
    let away = UnavailableHistory::because(&SqliteHistory::open(directory.path()).err().unwrap());
    for fault in [
        away.record(vec![success(1)]).await.unwrap_err(),
        away.find(ALL()).await.unwrap_err(),
        away.ticket(ticket(1).id).await.unwrap_err(),
    ] {
        assert_eq!(fault.kind(), FaultKind::StoreUnavailable);
        assert!(fault.cause().contains("history.db"), "{fault}");
    }
}

#[tokio::test]
async fn damage_is_a_fault_to_who_reads_it_and_to_nobody_else() {
    // Overwrites the bodies of the failed, and tables behind the history's back.
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path()).unwrap();
    let history = SqliteHistory::open(directory.path()).unwrap();
    history.record(vec![success(1), refusal(2, 7)]).await.unwrap();
    let damage = "UPDATE bodies SET body = x'07ff'
        WHERE block = (SELECT id FROM blocks WHERE failed = 1)";
    execute(directory.path(), damage);
    let fault = history.find(ALL()).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::StoreBroken);
    assert!(fault.cause().contains("layout"), "{fault}");
    let good = Search { until: Some(at(2)), ..ALL() };
    assert_eq!(history.find(good).await.unwrap(), [success(1)]);

    // What cannot be read can be removed.
    let bounds = Bounds { age_max: Seconds::new(0), ..Bounds::default() };
    assert_eq!(history.trim(at(3), bounds).await.unwrap(), 2);
    assert_eq!(history.find(ALL()).await.unwrap(), []);
    // Nor is it counted for ever.
    let quarter = Seconds::new(900);
    while history.trim(at(2_000), bounds).await.unwrap() > 0 {}
    assert_eq!(history.counts(None, (at(0), at(1_800)), quarter).await.unwrap(), []);

    execute(directory.path(), "DROP TABLE blocks; DROP TABLE tickets;");
    assert_eq!(history.record(vec![success(1)]).await.unwrap_err().kind(), FaultKind::StoreBroken);
    assert_eq!(history.ticket(ticket(1).id).await.unwrap_err().kind(), FaultKind::StoreBroken);
    assert_eq!(store.tenants().await.unwrap(), []);
}

#[tokio::test]
async fn space_is_used_again() {
    // Records and trims so often that the file would be many times as large otherwise.
    let directory = tempfile::tempdir().unwrap();
    let history = SqliteHistory::open(directory.path()).unwrap();
    let bounds = Bounds { bytes_max: 200_000, ..Bounds::default() };
    for round in 0..100 {
        let batch = (round * 200..round * 200 + 200).map(|number| refusal(number, 7)).collect();
        history.record(batch).await.unwrap();
        while history.trim(at(20_000), bounds).await.unwrap() > 0 {}
    }
    drop(history);
    let length = fs::metadata(directory.path().join("history.db")).unwrap().len();
    assert!(length < 600_000, "{length}");
    let history = SqliteHistory::open(directory.path()).unwrap();
    assert!(history.find(ALL()).await.unwrap().len() > 100);
}
