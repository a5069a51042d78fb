//! Crashes and full disks: no ticket is lost, and the history stays readable.

use std::{
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

use model::{
    FaultKind, OpenTicketOutcome, RecordQuery, Records, RetentionLimits, Ticket, TicketId, Tickets,
};
use store::SqliteHistory;
use tokio::runtime::Runtime;

use crate::{
    history::{
        refusal, success,
        tickets::{delivery, ticket},
    },
    rows::at,
};

/// The variable with the data directory of the child. A test that finds it set is the child.
const CHILD: &str = "ADMIT_HISTORY_TEST_CHILD";

fn numbered_ticket(count: u32) -> Ticket {
    let mut id = [0; 10];
    id[..4].copy_from_slice(&count.to_be_bytes());
    Ticket { id: TicketId::new(id), ..ticket(1) }
}

/// Writes records and tickets without end, and prints each acknowledged ticket.
async fn write_without_end(directory: &Path, round: u32) {
    let history = SqliteHistory::open(directory).unwrap();
    for count in round * 100_000.. {
        history.record(vec![success(count), refusal(count, 50_000)]).await.unwrap();
        let sent = delivery(u8::try_from(count % 256).unwrap(), 1);
        let opened =
            history.open_ticket(numbered_ticket(count), vec![sent], u32::MAX).await.unwrap();
        assert_eq!(opened, OpenTicketOutcome::Opened);
        writeln!(std::io::stdout().lock(), "acknowledged {count}").unwrap();
    }
}

fn child(test: &str, directory: &Path, round: u32) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).stdout(Stdio::piped());
    command.env(CHILD, directory).env("ROUND", round.to_string());
    command
}

#[test]
fn killed_process_loses_no_ticket_and_leaves_a_readable_history() {
    // Kills a child (SIGKILL) while it writes, four times on the same file. Then looks up every
    // acknowledged ticket, and reads and deletes all records.
    let runtime = Runtime::new().unwrap();
    let round = env::var("ROUND").ok().and_then(|round| round.parse().ok());
    if let (Some(directory), Some(round)) = (env::var_os(CHILD), round) {
        return runtime.block_on(write_without_end(Path::new(&directory), round));
    }
    let directory = tempfile::tempdir().unwrap();
    for round in 0..4_u32 {
        let test = "sqlite::history::crash::\
                    killed_process_loses_no_ticket_and_leaves_a_readable_history";
        let mut child = child(test, directory.path(), round).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let counts = lines.filter_map(|line| line.split_once("acknowledged ")?.1.parse().ok());
        let mut last = 0;
        for (seen, count) in counts.enumerate() {
            last = count;
            if seen == 60 + 25 * round as usize {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        runtime.block_on(async {
            let history = SqliteHistory::open(directory.path()).unwrap();
            for count in round * 100_000..=last {
                let found = history.ticket(numbered_ticket(count).id).await.unwrap();
                assert_eq!(found, Some(numbered_ticket(count)), "{count} is lost");
            }
            // The process was killed, not the machine, so no record is lost either.
            let from = Some(at(i64::from(round * 100_000)));
            let query = RecordQuery { from, limit: u32::MAX, ..RecordQuery::default() };
            let found = history.find(query).await.unwrap().len();
            assert!(found >= 2 * (last - round * 100_000 + 1) as usize, "{found} up to {last}");
            assert!(!history.lease_due(at(1), at(2), 300).await.unwrap().is_empty());
        });
    }
    runtime.block_on(async {
        let history = SqliteHistory::open(directory.path()).unwrap();
        let limits = RetentionLimits { records_max: 0, ..RetentionLimits::default() };
        while history.enforce_retention(at(0), limits).await.unwrap() > 0 {}
        let all = RecordQuery { limit: 1, ..RecordQuery::default() };
        assert_eq!(history.find(all).await.unwrap(), []);
    });
}

#[test]
fn full_disk_is_a_fault_and_writes_resume_once_there_is_space() {
    // Runs a child whose files may not grow beyond 1 MiB. At the first fault it counts all records,
    // lifts its limit (prlimit), and continues with the same history.
    let Some(directory) = env::var_os(CHILD) else {
        let directory = tempfile::tempdir().unwrap();
        let test = "sqlite::history::crash::\
                    full_disk_is_a_fault_and_writes_resume_once_there_is_space";
        let program = child(test, directory.path(), 0);
        // A write beyond the limit must fail instead of ending the process: ignores the signal.
        let limited = "trap '' XFSZ; ulimit -S -f 2048; exec \"$0\" \"$@\"";
        let mut shell = Command::new("sh");
        shell.args(["-c", limited]).arg(program.get_program()).args(program.get_args());
        shell.env(CHILD, directory.path()).env("ROUND", "0");
        let output = shell.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("space again"), "{output:?}");
        return;
    };
    Runtime::new().unwrap().block_on(async {
        let history = SqliteHistory::open(Path::new(&directory)).unwrap();
        let batch = |round: u32| (round * 100..round * 100 + 100).map(|at| refusal(at, 7));
        let count = |query| async { history.find(query).await.unwrap().len() };
        let all = RecordQuery { limit: u32::MAX, ..RecordQuery::default() };
        let mut round = 0;
        let fault = loop {
            if let Err(fault) = history.record(batch(round).collect()).await {
                break fault;
            }
            round += 1;
        };
        assert_eq!(fault.kind(), FaultKind::StoreUnavailable, "{fault}");
        assert!(round > 3, "{round}");
        assert_eq!(count(all.clone()).await, round as usize * 100);

        let pid = std::process::id().to_string();
        let lifted = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited:"]).status();
        assert!(lifted.unwrap().success());
        for round in round..round + 5 {
            history.record(batch(round).collect()).await.unwrap();
        }
        assert_eq!(count(all).await, (round as usize + 5) * 100);
        let opened = history.open_ticket(ticket(1), Vec::new(), 10).await.unwrap();
        assert_eq!(opened, OpenTicketOutcome::Opened);
        writeln!(std::io::stdout(), "space again").unwrap();
    });
}
