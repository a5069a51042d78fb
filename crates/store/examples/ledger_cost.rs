//! Measures the ledger: its size, reads and refreshes of grants, and the deletion of expired ones.
//!
//! `cargo run --release -p store --example ledger_cost -- [GRANTS] [DIRECTORY]`
//!
//! Exits with 1 if a promise is broken. The constants below have them.
#![expect(clippy::unwrap_used, reason = "a development tool that fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "reads the clock to measure")]
#![expect(clippy::print_stdout, reason = "prints the measurements")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use model::{
    Change, ClientId, CommitOutcome, Grant, GrantDetails, GrantId, Ledger, Seconds, SessionId,
    TenantId, Timestamp, UserId,
};
use store::{SqliteStore, sweep_all};
use tokio::{runtime::Runtime, task::JoinSet};
use uuid::Uuid;

/// The most bytes of the file for each grant.
const BYTES_PER_GRANT_MAX: u64 = 260;
/// The most that the file grows in an hour in which every grant is refreshed, in percent. A row
/// grows by the byte of its generation once, and a page that was full is split.
const GROWTH_PERCENT_MAX: u64 = 6;
/// The most processor time for the deletion of a row, in microseconds.
const DELETION_US_MAX: f64 = 5.0;
/// The longest time by which a deletion delays a commit.
const DELAY_MAX: Duration = Duration::from_millis(20);
/// The longest time in which an existing ledger opens.
const OPENING_MAX: Duration = Duration::from_millis(100);

/// The number of requests at a time.
const CONCURRENT: u64 = 32;
/// The number of clients, each with a user.
const CLIENTS: u64 = 10_000;
const START: Timestamp = Timestamp::from_seconds(1_764_000_000);
/// The grants of the first half expire this much earlier than the others.
const HALF: Seconds = Seconds::days(1);

fn main() -> ExitCode {
    let argument = |position| env::args().nth(position);
    let grants: u64 = argument(1).map_or(100_000, |grants| grants.parse().unwrap());
    let parent = argument(2).map_or_else(env::temp_dir, PathBuf::from);
    let directory = tempfile::tempdir_in(parent).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let broken = Measurement { runtime, directory: directory.path(), grants }.run();
    for promise in &broken {
        println!("BROKEN: {promise}");
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Measurement<'a> {
    runtime: Runtime,
    directory: &'a Path,
    grants: u64,
}

impl Measurement<'_> {
    /// Returns the promises that were broken.
    fn run(&self) -> Vec<String> {
        println!("{:28} {:>9} {:>9} {:>9} {:>11}", "each", "µs CPU", "reads", "writes", "bytes");
        let mut broken = Vec::new();
        let mut check = |kept: bool, promise: String| {
            if !kept {
                broken.push(promise);
            }
        };
        drop(self.open());
        let empty = self.file_bytes();
        self.measure("grant opened", self.grants, |store| self.commit_all(store, open));
        let filled = self.file_bytes();
        let per_grant = (filled - empty) / self.grants;
        check(per_grant <= BYTES_PER_GRANT_MAX, format!("{per_grant} bytes per grant"));
        let opening = self.opening_time();
        check(opening <= OPENING_MAX, format!("opened in {opening:?}"));
        self.measure("grant read", self.grants, |store| self.read_all(store));

        self.measure("grant refreshed", self.grants, |store| {
            self.commit_all(store, |number| rotate(number, 0));
        });
        let refreshed = self.file_bytes();
        let growth = (refreshed - filled) * 100 / filled;
        check(growth <= GROWTH_PERCENT_MAX, format!("the file has grown by {growth} %"));

        let half = self.grants / 2;
        let cpu_us = self.measure("expired grant deleted", half, |store| {
            let deleted = self.runtime.block_on(sweep_all(&**store, || expires_at(0)));
            assert_eq!(deleted.unwrap(), half);
        });
        check(cpu_us <= DELETION_US_MAX, format!("{cpu_us:.1} µs for each deleted row"));
        let (alone, beside) = self.delays();
        let delay = beside.saturating_sub(alone);
        check(delay <= DELAY_MAX, format!("a commit was delayed by {delay:?}"));
        println!("{per_grant} bytes of the file for each grant, {growth} % more when refreshed");
        println!("opened in {opening:.1?}");
        println!("longest commit: {alone:.1?}, and {beside:.1?} beside deletions");
        broken
    }

    fn open(&self) -> Arc<SqliteStore> {
        Arc::new(SqliteStore::open(self.directory).unwrap())
    }

    /// Measures what a number of operations cost. Returns the processor time of each.
    fn measure(&self, name: &str, number: u64, run: impl FnOnce(&Arc<SqliteStore>)) -> f64 {
        let store = self.open();
        let (before, cpu_before) = (io_counts(), cpu_us());
        run(&store);
        let (counts, cpu_after) = (io_counts(), cpu_us());
        #[expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
        let each = |total: u64| total as f64 / number as f64;
        let [reads, writes, bytes] = counts;
        let [reads_before, writes_before, bytes_before] = before;
        let reads = each(reads - reads_before);
        let (writes, bytes) = (each(writes - writes_before), each(bytes - bytes_before));
        let cpu = each(cpu_after - cpu_before);
        println!("{name:28} {cpu:9.1} {reads:9.2} {writes:9.2} {bytes:11.0}");
        cpu
    }

    /// Commits one change of each grant.
    fn commit_all(
        &self,
        store: &Arc<SqliteStore>,
        change: impl Fn(u64) -> Change + Copy + Send + 'static,
    ) {
        let mut tasks = JoinSet::new();
        for first in 0..CONCURRENT {
            let (store, grants) = (Arc::clone(store), self.grants);
            let commit = async move {
                for number in (first..grants).step_by(usize::try_from(CONCURRENT).unwrap()) {
                    let outcome = store.commit(vec![change(number)]).await.unwrap();
                    assert_eq!(outcome, CommitOutcome::Committed);
                }
            };
            tasks.spawn_on(commit, self.runtime.handle());
        }
        self.runtime.block_on(tasks.join_all());
    }

    /// Reads each grant once, in an order without any locality.
    fn read_all(&self, store: &SqliteStore) {
        self.runtime.block_on(async {
            for number in 0..self.grants {
                let found = store.grant(tenant(), grant_id(number)).await.unwrap();
                assert!(found.is_some());
            }
        });
    }

    /// Returns the longest commit of a second: alone, and beside the deletion of the other half.
    fn delays(&self) -> (Duration, Duration) {
        let store = self.open();
        let second = async { tokio::time::sleep(SECOND).await };
        let alone = self.runtime.block_on(longest_commit(&store, 0, second));
        let sweep = async {
            sweep_all(&*store, || expires_at(u64::MAX)).await.unwrap();
        };
        (alone, self.runtime.block_on(longest_commit(&store, 1, sweep)))
    }

    /// Returns the shortest time of five in which the store opens.
    fn opening_time(&self) -> Duration {
        let open = || {
            let start = Instant::now();
            let store = self.open();
            let opened = start.elapsed();
            drop(store);
            opened
        };
        (0..5).map(|_| open()).min().unwrap_or_default()
    }

    /// Returns the length of the closed file.
    fn file_bytes(&self) -> u64 {
        fs::metadata(self.directory.join("ledger.db")).unwrap().len()
    }
}

const SECOND: Duration = Duration::from_secs(1);

/// Commits until another task ends, and returns how long the longest commit took.
async fn longest_commit(
    store: &Arc<SqliteStore>,
    series: u64,
    until: impl Future<Output = ()>,
) -> Duration {
    let mut longest = Duration::ZERO;
    let commit = async {
        for number in 0.. {
            let id = derive(&format!("extra {series}"), number);
            let Change::OpenGrant(grant) = open(number) else { continue };
            let expires_at = expires_at(1) + HALF;
            let grant = Grant { id: GrantId::new(id), expires_at, ..grant };
            let start = Instant::now();
            let _ = store.commit(vec![Change::OpenGrant(grant)]).await.unwrap();
            longest = longest.max(start.elapsed());
        }
    };
    tokio::select! {
        () = commit => {}
        () = until => {}
    }
    longest
}

fn tenant() -> TenantId {
    TenantId::from_bytes(derive("tenant", 0))
}

fn grant_id(number: u64) -> GrantId {
    GrantId::new(derive("grant", number))
}

/// Returns when a grant expires. Grants with even numbers are the first half.
fn expires_at(number: u64) -> Timestamp {
    let half = if number.is_multiple_of(2) { Seconds::new(0) } else { HALF };
    START + Seconds::days(90) + half
}

fn open(number: u64) -> Change {
    let opened_at = START + Seconds::new(i64::try_from(number / 1_000).unwrap());
    let client = Uuid::from_bytes(derive("client", number % CLIENTS)).to_string();
    Change::OpenGrant(Grant {
        tenant: tenant(),
        id: grant_id(number),
        client: ClientId::new(&client).unwrap(),
        user: UserId::from_bytes(derive("user", number % CLIENTS)),
        session: SessionId::new(derive("session", number)),
        resource: "api://orders".to_owned(),
        scopes: vec!["orders.read".to_owned()],
        openid_scopes: ["openid", "profile", "offline_access"].map(str::to_owned).to_vec(),
        auth_time: opened_at,
        amr: vec!["pwd".to_owned()],
        confirmation: None,
        single_page: false,
        opened_at,
        expires_at: expires_at(number),
        generation: 0,
        rotated_at: opened_at,
        revoked: None,
        details: GrantDetails::default(),
    })
}

fn rotate(number: u64, generation: u32) -> Change {
    let at = START + Seconds::days(1);
    Change::RotateGrant { tenant: tenant(), grant: grant_id(number), generation, at }
}

/// Derives sixteen bytes that look random from a name and a number.
fn derive(name: &str, number: u64) -> [u8; 16] {
    let mut state = name.bytes().fold(number.wrapping_add(1), |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut next = || {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    Uuid::from_u64_pair(next(), next()).into_bytes()
}

/// Returns the reads, the writes and the written bytes of this process until now, those of files
/// and others.
fn io_counts() -> [u64; 3] {
    let counts = fs::read_to_string("/proc/self/io").unwrap();
    ["syscr:", "syscw:", "wchar:"].map(|name| {
        let line = counts.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap().trim().parse().unwrap()
    })
}

/// Returns the processor time of the threads of this process, user and system, in microseconds.
fn cpu_us() -> u64 {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let of_task = |path: PathBuf| {
        let text = fs::read_to_string(path.join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<u64>().ok()
    };
    let nanoseconds: u64 = tasks.filter_map(|task| of_task(task.unwrap().path())).sum();
    nanoseconds / 1_000
}
