//! Measures how many expired rows the ledger holds under load, and how long commits wait meanwhile.
//!
//! `cargo run --release -p store --example sweep_cost -- [MARKS_PER_SECOND] [SECONDS] [DIRECTORY]`
//!
//! The ledger is filled first with the rows of a service that has had this load for long. Exits
//! with 1 if, after the first minute, more rows are left than [`EXPIRED_PERCENT_MAX`] allows.
#![expect(clippy::unwrap_used, reason = "a development tool that fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "reads the clock to measure")]
#![expect(clippy::print_stdout, reason = "prints the measurements")]

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime},
};

use model::{Change, Ledger, Seconds, ServiceClock, TenantId, Timestamp, UsedValue, UsedValueKind};
use store::{SWEEP_INTERVAL, SqliteStore, sweep_until_idle};
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

/// The number of requests at a time.
const WRITERS: u64 = 64;
/// The life of the one-time value of a DPoP proof: `NONCE_VALIDITY` and `USE_KEPT_AFTER` of
/// `protocol/src/sender_constraint/dpop.rs`, for a proof with a new nonce.
const LIFE: Seconds = Seconds::new(300);
/// The promise: expired rows that may be deleted, in percent of those that must be kept.
const EXPIRED_PERCENT_MAX: f64 = 1.0;
/// The seconds after which the promise holds.
const SETTLED_AFTER: u64 = 60;

type Latencies = Arc<Mutex<Vec<Duration>>>;

fn main() -> ExitCode {
    let argument = |position| env::args().nth(position);
    let rate: u64 = argument(1).map_or(5_000, |rate| rate.parse().unwrap());
    let seconds: u64 = argument(2).map_or(120, |seconds| seconds.parse().unwrap());
    let parent = argument(3).map_or_else(env::temp_dir, PathBuf::from);
    let directory = tempfile::tempdir_in(parent).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    if runtime.block_on(measure(directory.path(), rate, seconds)) {
        ExitCode::SUCCESS
    } else {
        println!(
            "After {SETTLED_AFTER} s, more than {EXPIRED_PERCENT_MAX} % of the rows had expired."
        );
        ExitCode::FAILURE
    }
}

/// Returns whether the promise was kept.
async fn measure(data: &Path, rate: u64, seconds: u64) -> bool {
    let store = Arc::new(SqliteStore::open(data).unwrap());
    fill(data, rate);
    let latencies = Latencies::default();
    for writer in 0..WRITERS {
        tokio::spawn(write(Arc::clone(&store), (writer, rate), Arc::clone(&latencies)));
    }
    tokio::spawn(sweep(Arc::clone(&store)));
    println!("seconds   marks/s      rows   expired   percent   commit p50 ms   p99 ms");
    let mut kept = true;
    for second in (10..=seconds).step_by(10) {
        tokio::time::sleep(Duration::from_secs(10)).await;
        let mut latencies = std::mem::take(&mut *latencies.lock().unwrap());
        latencies.sort();
        let part = |percent: usize| latencies.get(latencies.len() * percent / 100).copied();
        let ms = |percent| part(percent).unwrap_or_default().as_secs_f64() * 1_000.0;
        let (rows, expired) = count(data);
        let percent = 100.0 * f64::from(expired) / f64::from(rows - expired).max(1.0);
        kept &= second < SETTLED_AFTER || percent <= EXPIRED_PERCENT_MAX;
        println!(
            "{second:7} {:9} {rows:9} {expired:9} {percent:8.2}% {:15.1} {:8.1}",
            latencies.len() / 10,
            ms(50),
            ms(99),
        );
    }
    kept
}

/// Inserts the values of the time for which they are kept, with an even spread of their expiry.
fn fill(data: &Path, rate: u64) {
    let (from, until) = (may_delete_until(), now() + LIFE);
    let apart = i64::try_from(1_000_000 / rate).unwrap().max(1);
    let rows = (until.microseconds() - from.microseconds()) / apart;
    let connection = rusqlite::Connection::open(data.join("ledger.db")).unwrap();
    // In the order of the key, which is the fastest.
    let insert = "WITH RECURSIVE numbers (n, digest) AS (
            SELECT 1, randomblob(32)
            UNION ALL SELECT n + 1, randomblob(32) FROM numbers WHERE n < ?3
        )
        INSERT INTO used_values SELECT zeroblob(16), 'dpop_proof', digest, ?1 + n * ?2
        FROM numbers ORDER BY digest";
    connection.execute(insert, [from.microseconds(), apart, rows]).unwrap();
}

/// Stores one-time values at an even rate.
async fn write(store: Arc<SqliteStore>, (writer, rate): (u64, u64), latencies: Latencies) {
    let mut ticks = interval(Duration::from_micros(1_000_000 * WRITERS / rate));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for number in 0_u64.. {
        ticks.tick().await;
        let mut digest = [0; 32];
        // Spread over the tree, as digests are.
        let mixed = (writer << 40 | number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        digest[..8].copy_from_slice(&mixed.to_be_bytes());
        let tenant = TenantId::new(Uuid::nil());
        let kind = UsedValueKind::DpopProof;
        let value = UsedValue { tenant, kind, digest, expires_at: now() + LIFE };
        let start = Instant::now();
        let _ = store.commit(vec![Change::MarkUsed(value)]).await.unwrap();
        latencies.lock().unwrap().push(start.elapsed());
    }
}

/// Deletes what has expired, as the task of the service does.
async fn sweep(store: Arc<SqliteStore>) {
    loop {
        tokio::time::sleep(SWEEP_INTERVAL).await;
        sweep_until_idle(&*store, may_delete_until).await.unwrap();
    }
}

/// Returns the rows, and how many of them may be deleted.
fn count(data: &Path) -> (u32, u32) {
    let connection = rusqlite::Connection::open(data.join("ledger.db")).unwrap();
    let count = "SELECT count(*), count(CASE WHEN expires_at <= ?1 THEN 1 END) FROM used_values";
    connection
        .query_row(count, [may_delete_until().microseconds()], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
}

/// Returns the time up to which the service would delete expired rows.
fn may_delete_until() -> Timestamp {
    ServiceClock::start(now(), now()).0.sweep_until()
}

fn now() -> Timestamp {
    let elapsed = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_microseconds(i64::try_from(elapsed.as_micros()).unwrap())
}
