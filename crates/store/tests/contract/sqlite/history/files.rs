//! The history file: its mode, sharing it, refused files, and damage.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, sync::Arc};

use model::{
    ChangeEvent, Directory, FaultKind, OpenTicketOutcome, RecordQuery, Records, RetentionLimits,
    Seconds, TicketEntryKind, Tickets, Timestamp,
};
use rusqlite::Connection;
use store::{OpenError, SqliteHistory, SqliteStore, UnavailableHistory};
use tokio::task::JoinSet;

use crate::{
    history::{
        refusal, success,
        tickets::{delivery, entry, ticket},
    },
    rows::at,
};

const ALL: fn() -> RecordQuery = || RecordQuery { limit: u32::MAX, ..RecordQuery::default() };

fn execute(directory: &Path, statements: &str) {
    let connection = Connection::open(directory.join("history.db")).unwrap();
    connection.execute_batch(statements).unwrap();
}

#[tokio::test]
async fn history_file_is_private_and_survives_a_restart() {
    // Writes records, a ticket and a delivery, reads the modes, closes the history and opens it
    // again.
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("a");
    let history = SqliteHistory::open(&directory).unwrap();
    history.record(vec![success(1), refusal(2, 7)]).await.unwrap();
    let opened = history.open_ticket(ticket(1), vec![delivery(1, 5)], 9).await.unwrap();
    assert_eq!(opened, OpenTicketOutcome::Opened);
    assert_eq!(history.lease_due(at(5), at(10), 9).await.unwrap().len(), 1);
    for entry in fs::read_dir(&directory).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode, 0o600, "{entry:?}");
    }
    drop(history);
    let names = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.collect::<Vec<_>>(), ["history.db"]);

    // A leased delivery that was not completed is due again. New records join the old ones.
    let history = SqliteHistory::open(&directory).unwrap();
    history.record(vec![success(3)]).await.unwrap();
    let found = history.find(ALL()).await.unwrap();
    assert_eq!(found, [success(3), refusal(2, 7), success(1)]);
    assert_eq!(history.lease_due(at(9), at(20), 9).await.unwrap(), []);
    let due = history.lease_due(at(10), at(20), 9).await.unwrap();
    assert_eq!(due.iter().map(|delivery| delivery.attempts).collect::<Vec<_>>(), [2]);
    history.complete(due[0].id).await.unwrap();
    drop(history);
    let history = SqliteHistory::open(&directory).unwrap();
    assert_eq!(history.lease_due(at(100), at(200), 9).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_on_one_history_lose_no_entries_and_keep_the_newest() {
    // Writes and deletes records and appends entries from both sides at once. Each side shortens
    // the blocks of the other. In the end, exactly the newest records remain.
    let directory = tempfile::tempdir().unwrap();
    let sides = [0, 1].map(|_| Arc::new(SqliteHistory::open(directory.path()).unwrap()));
    let opened = sides[0].open_ticket(ticket(1), Vec::new(), 9).await.unwrap();
    assert_eq!(opened, OpenTicketOutcome::Opened);
    let again = sides[1].open_ticket(ticket(1), Vec::new(), 9).await.unwrap();
    assert_eq!(again, OpenTicketOutcome::AlreadyOpen);

    let limits =
        RetentionLimits { records_max: 50, bytes_max: u64::MAX, age_max: Seconds::days(1) };
    let mut tasks = JoinSet::new();
    for (side, history) in (0_u32..).zip(&sides) {
        let history = Arc::clone(history);
        tasks.spawn(async move {
            for number in 0..200 {
                history.record(vec![success(number * 2 + side)]).await.unwrap();
                if number % 20 == 0 {
                    history.enforce_retention(at(400), limits).await.unwrap();
                }
                if number % 10 == 0 {
                    let answer = entry(1, TicketEntryKind::Answer);
                    history.append_entry(ticket(1).id, answer, Vec::new()).await.unwrap().unwrap();
                }
            }
        });
    }
    tasks.join_all().await;
    while sides[0].enforce_retention(at(400), limits).await.unwrap() > 0 {}
    for history in &sides {
        let found = history.find(ALL()).await.unwrap();
        assert_eq!(found.len(), 50);
        let mut traces: Vec<_> = found.iter().map(|record| record.trace_id).collect();
        traces.sort();
        traces.dedup();
        assert_eq!(traces.len(), 50, "no record is found twice");
        let ticket = history.ticket(ticket(1).id).await.unwrap().unwrap();
        assert_eq!(ticket.entries.len(), 40);
    }
}

#[tokio::test]
async fn records_that_another_process_deleted_do_not_come_back() {
    // One side fills a block, the other deletes some and then all of its records, and the first
    // side writes on.
    let directory = tempfile::tempdir().unwrap();
    let one = SqliteHistory::open(directory.path()).unwrap();
    let other = SqliteHistory::open(directory.path()).unwrap();
    let keep = |records_max| RetentionLimits { records_max, ..RetentionLimits::default() };
    one.record(vec![success(1), success(2), success(3)]).await.unwrap();
    assert_eq!(other.enforce_retention(at(3), keep(1)).await.unwrap(), 2);
    one.record(vec![success(4)]).await.unwrap();
    assert_eq!(one.find(ALL()).await.unwrap(), [success(4), success(3)]);
    assert_eq!(other.enforce_retention(at(3), keep(0)).await.unwrap(), 2);
    one.record(vec![success(5)]).await.unwrap();
    assert_eq!(other.find(ALL()).await.unwrap(), [success(5)]);
}

#[test]
fn unexpected_or_damaged_history_is_refused_with_its_path() {
    // Replaces `history.db` with a text, and with a copy of the ledger.
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("history.db");
    fs::write(&file, "This text is not a database. ".repeat(200)).unwrap();
    let errors = || {
        let opened = [
            SqliteHistory::open(directory.path()),
            SqliteHistory::open_read_only(directory.path()),
        ];
        opened.map(|opened| opened.err().unwrap())
    };
    for error in errors() {
        assert!(matches!(&error, OpenError::Database { path, .. } if *path == file), "{error}");
    }
    drop(SqliteStore::open(directory.path()).unwrap());
    fs::copy(directory.path().join("ledger.db"), &file).unwrap();
    for error in errors() {
        assert!(
            matches!(&error, OpenError::UnexpectedDatabase { path } if *path == file),
            "{error}"
        );
    }
}

#[tokio::test]
async fn unavailable_history_reports_why_it_could_not_be_opened() {
    // Calls a write, a query and a look-up, and reads the faults.
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("history.db"), "no database".repeat(1_000)).unwrap();
    let unavailable =
        UnavailableHistory::new(&SqliteHistory::open(directory.path()).err().unwrap());
    for fault in [
        unavailable.record(vec![success(1)]).await.unwrap_err(),
        unavailable.find(ALL()).await.unwrap_err(),
        unavailable.ticket(ticket(1).id).await.unwrap_err(),
    ] {
        assert_eq!(fault.kind(), FaultKind::StoreUnavailable);
        assert!(fault.cause().contains("history.db"), "{fault}");
    }
}

#[tokio::test]
async fn damaged_block_is_a_fault_for_its_own_readers_only() {
    // Overwrites the block of failed requests, and drops tables while the history is open.
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path()).unwrap();
    let history = SqliteHistory::open(directory.path()).unwrap();
    history.record(vec![success(1), refusal(2, 7)]).await.unwrap();
    let damage = "UPDATE record_block_bodies SET body = x'07ff'
        WHERE block = (SELECT id FROM record_blocks WHERE failed = 1)";
    execute(directory.path(), damage);
    let fault = history.find(ALL()).await.unwrap_err();
    assert_eq!(fault.kind(), FaultKind::StoreBroken);
    assert!(fault.cause().contains("layout"), "{fault}");
    let successful = RecordQuery { until: Some(at(2)), ..ALL() };
    assert_eq!(history.find(successful).await.unwrap(), [success(1)]);

    // Retention deletes a block that cannot be read.
    let limits = RetentionLimits { age_max: Seconds::new(0), ..RetentionLimits::default() };
    assert_eq!(history.enforce_retention(at(3), limits).await.unwrap(), 2);
    assert_eq!(history.find(ALL()).await.unwrap(), []);
    // Its refusal counts are deleted by their age.
    let bucket = Seconds::new(900);
    while history.enforce_retention(at(2_000), limits).await.unwrap() > 0 {}
    assert_eq!(history.refusal_counts(None, (at(0), at(1_800)), bucket).await.unwrap(), []);

    execute(directory.path(), "DROP TABLE record_blocks; DROP TABLE tickets;");
    assert_eq!(history.record(vec![success(1)]).await.unwrap_err().kind(), FaultKind::StoreBroken);
    assert_eq!(history.ticket(ticket(1).id).await.unwrap_err().kind(), FaultKind::StoreBroken);
    assert_eq!(store.tenants().await.unwrap(), []);
}

#[tokio::test]
async fn counts_of_whole_quarters_of_an_hour_open_no_block() {
    // Damages every block. Counts up to the next quarter are complete; those up to a time within
    // a quarter need the block.
    let directory = tempfile::tempdir().unwrap();
    let history = SqliteHistory::open(directory.path()).unwrap();
    history.record(vec![success(1), success(2), refusal(3, 7)]).await.unwrap();
    execute(directory.path(), "UPDATE record_block_bodies SET body = x'07ff'");
    let count = async |until| {
        let range = (Timestamp::from_seconds(0), Timestamp::from_seconds(until));
        let counts = history.refusal_counts(None, range, Seconds::hours(1)).await?;
        let counts = counts.iter().map(|count| (count.number, count.count));
        Ok::<_, model::Fault>(counts.collect::<Vec<_>>())
    };
    assert_eq!(count(3_600).await.unwrap(), [(0, 2), (7, 1)]);
    assert_eq!(count(3).await.unwrap_err().kind(), FaultKind::StoreBroken);
}

#[tokio::test]
async fn history_file_reuses_the_space_of_deleted_records() {
    // Writes and deletes so many records that the file would otherwise be many times as large.
    let directory = tempfile::tempdir().unwrap();
    let history = SqliteHistory::open(directory.path()).unwrap();
    let limits = RetentionLimits { bytes_max: 200_000, ..RetentionLimits::default() };
    for round in 0..100 {
        let batch = (round * 200..round * 200 + 200).map(|number| refusal(number, 7)).collect();
        history.record(batch).await.unwrap();
        while history.enforce_retention(at(20_000), limits).await.unwrap() > 0 {}
    }
    drop(history);
    let length = fs::metadata(directory.path().join("history.db")).unwrap().len();
    assert!(length < 600_000, "{length}");
    let history = SqliteHistory::open(directory.path()).unwrap();
    assert!(history.find(ALL()).await.unwrap().len() > 100);
}

#[tokio::test]
async fn events_of_an_earlier_schema_are_found_by_their_kind() {
    // Creates a file of the second schema with an event of a version, a damaged one and a new
    // secret, and opens it: the newest of a kind is found, and the excess is deleted as before.
    let directory = tempfile::tempdir().unwrap();
    let document = |kind: &'static str, at: i64| {
        let event = ChangeEvent::new(Timestamp::from_seconds(at), None, (kind, "a", "b"));
        serde_json::to_string(&event).unwrap()
    };
    execute(directory.path(), include_str!("../../../../src/sqlite/migrations/history_1.sql"));
    execute(directory.path(), include_str!("../../../../src/sqlite/migrations/history_2.sql"));
    execute(directory.path(), "PRAGMA application_id = 0x414d5448; PRAGMA user_version = 2");
    for (at, document) in
        [(1, document("version", 1)), (2, document("secret_added", 2)), (3, "damaged".to_owned())]
    {
        let insert = format!(
            "INSERT INTO events (at, tenant, document) VALUES ({at}000000, x'', '{document}')"
        );
        execute(directory.path(), &insert);
    }
    let history = SqliteHistory::open(directory.path()).unwrap();
    let found = history.last_event(ChangeEvent::VERSION).await.unwrap().unwrap();
    assert_eq!(found.at, Timestamp::from_seconds(1));
    let limits = RetentionLimits { age_max: Seconds::new(1), ..RetentionLimits::default() };
    assert_eq!(history.enforce_retention(Timestamp::from_seconds(100), limits).await.unwrap(), 2);
    assert!(history.last_event(ChangeEvent::VERSION).await.unwrap().is_some());
    assert_eq!(history.last_event("secret_added").await.unwrap(), None);
}
