//! Crashes and full disks: no acknowledged commit is lost, and none is half written.

use std::{
    collections::HashMap,
    env,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use model::{Change, CommitOutcome, FaultKind, GrantId, Ledger, Revocation, RevocationReason};
use store::SqliteStore;
use tokio::{runtime::Runtime, task::JoinSet};

use crate::rows::{at, grant, tenant_id};

/// The variable with the data directory of the child. A test that finds it set is the child.
const CHILD: &str = "ADMIT_STORE_TEST_CHILD";

/// The number of chains of grants that a child opens concurrently.
const CHAINS: u8 = 16;

fn id(chain: u8, number: u32) -> GrantId {
    let mut id = [chain; 16];
    id[..4].copy_from_slice(&number.wrapping_mul(0x9e37_79b1).to_be_bytes());
    GrantId::new(id)
}

/// The changes that open a grant and revoke the one before it.
fn next(chain: u8, number: u32) -> Vec<Change> {
    let mut row = grant(1, 0);
    row.id = id(chain, number);
    let before = Change::RevokeGrant {
        tenant: tenant_id(1),
        grant: id(chain, number.wrapping_sub(1)),
        revocation: Revocation { at: at(5), reason: RevocationReason::ByClient },
    };
    vec![before, Change::OpenGrant(row)]
}

/// Extends the chains without end, and prints each acknowledged commit.
async fn commit_without_end(directory: &Path, round: u32) {
    let store = Arc::new(SqliteStore::open(directory).unwrap());
    let mut chains = JoinSet::new();
    for chain in 0..CHAINS {
        let store = Arc::clone(&store);
        chains.spawn(async move {
            for number in round * 1_000_000.. {
                let outcome = store.commit(next(chain, number)).await.unwrap();
                assert_eq!(outcome, CommitOutcome::Committed);
                let mut out = std::io::stdout().lock();
                writeln!(out, "acknowledged {chain} {number}").unwrap();
            }
        });
    }
    chains.join_all().await;
}

/// The command that runs one test of this program again as a child with its own data directory.
fn child(test: &str, directory: &Path, round: u32) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).stdout(Stdio::piped());
    command.env(CHILD, directory).env("ROUND", round.to_string());
    command
}

/// Kills the child after some commits. Returns the last acknowledged commit of each chain.
fn kill_amid_commits(mut child: Child, after: usize) -> HashMap<u8, u32> {
    let mut acknowledged = HashMap::new();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let words = lines.filter_map(|line| {
        let (chain, number) = line.split_once("acknowledged ")?.1.split_once(' ')?;
        Some((chain.parse().ok()?, number.parse().ok()?))
    });
    for (seen, (chain, number)) in words.enumerate() {
        acknowledged.insert(chain, number);
        if seen == after {
            child.kill().unwrap();
        }
    }
    child.wait().unwrap();
    acknowledged
}

#[test]
fn killed_process_loses_no_acknowledged_commit() {
    // Kills a child (SIGKILL) during commits, five times on the same files. Then looks up every
    // acknowledged grant, and checks that no decision is half written.
    let runtime = Runtime::new().unwrap();
    let round = env::var("ROUND").ok().and_then(|round| round.parse().ok());
    if let (Some(directory), Some(round)) = (env::var_os(CHILD), round) {
        return runtime.block_on(commit_without_end(Path::new(&directory), round));
    }
    let directory = tempfile::tempdir().unwrap();
    for round in 0..5 {
        let test = "sqlite::crash::killed_process_loses_no_acknowledged_commit";
        let child = child(test, directory.path(), round).spawn().unwrap();
        let acknowledged = kill_amid_commits(child, 200 + 150 * round as usize);
        assert_eq!(acknowledged.len(), usize::from(CHAINS));
        runtime.block_on(async {
            let store = SqliteStore::open(directory.path()).unwrap();
            for (chain, last) in acknowledged {
                assert_complete(&store, chain, round * 1_000_000, last).await;
            }
        });
    }
}

/// Checks that every grant of the chain up to `last` exists, and that all but the newest are
/// revoked.
async fn assert_complete(store: &SqliteStore, chain: u8, first: u32, last: u32) {
    for number in first..=last {
        let row = store.grant(tenant_id(1), id(chain, number)).await.unwrap();
        assert!(row.is_some(), "{number} of chain {chain} is lost");
        let revoked = row.is_some_and(|row| row.revoked.is_some());
        let newer = store.grant(tenant_id(1), id(chain, number + 1)).await.unwrap();
        assert_eq!(revoked, newer.is_some(), "{number} of chain {chain}");
    }
}

#[test]
fn full_disk_is_a_fault_and_writes_resume_once_there_is_space() {
    // Runs a child whose files may not grow beyond 1 MiB. At the first fault it lifts its limit
    // (prlimit), continues with the same store, and checks that no decision is half written.
    let Some(directory) = env::var_os(CHILD) else {
        let directory = tempfile::tempdir().unwrap();
        let test = "sqlite::crash::full_disk_is_a_fault_and_writes_resume_once_there_is_space";
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
        let store = SqliteStore::open(Path::new(&directory)).unwrap();
        let mut number = 0;
        let fault = loop {
            match store.commit(next(1, number)).await {
                Ok(outcome) => assert_eq!(outcome, CommitOutcome::Committed),
                Err(fault) => break fault,
            }
            number += 1;
        };
        assert_eq!(fault.kind(), FaultKind::StoreUnavailable, "{fault}");
        assert!(number > 10, "{number}");
        assert_complete(&store, 1, 0, number - 1).await;
        assert_eq!(store.grant(tenant_id(1), id(1, number)).await.unwrap(), None);
        assert!(store.commit(next(1, number)).await.is_err());

        let pid = std::process::id().to_string();
        let lifted = Command::new("prlimit").args(["--pid", &pid, "--fsize=unlimited:"]).status();
        assert!(lifted.unwrap().success());
        for number in number..number + 100 {
            assert_eq!(store.commit(next(1, number)).await.unwrap(), CommitOutcome::Committed);
        }
        assert_complete(&store, 1, 0, number + 99).await;
        writeln!(std::io::stdout(), "space again").unwrap();
    });
}
