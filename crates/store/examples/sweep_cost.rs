//! Measures how many expired rows the ledger holds under load, and how long commits wait meanwhile.
//!
//! `cargo run --release -p store --example sweep_cost -- [MARKS_PER_SECOND] [SECONDS] [DIRECTORY]`
#![expect(clippy::unwrap_used, reason = "a development tool that fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "reads the clock to measure")]
#![expect(clippy::print_stdout, reason = "prints the measurements")]

use std::{
    env,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime},
};

use model::{Change, Ledger, Seconds, TenantId, Timestamp, UsedValue, UsedValueKind};
use store::SqliteStore;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

/// The number of requests at a time.
const WRITERS: u64 = 64;
/// The life of a one-time value. Real ones live for minutes; the load must outlast it.
const LIFE: Seconds = Seconds::new(20);
/// As in the task of the service.
const ROWS_MAX: u32 = 10_000;

type Latencies = Arc<Mutex<Vec<Duration>>>;

fn main() {
    let argument = |position| env::args().nth(position);
    let rate: u64 = argument(1).map_or(5_000, |rate| rate.parse().unwrap());
    let seconds: u64 = argument(2).map_or(60, |seconds| seconds.parse().unwrap());
    let parent = argument(3).map_or_else(env::temp_dir, PathBuf::from);
    let directory = tempfile::tempdir_in(parent).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure(directory.path(), rate, seconds));
}

async fn measure(data: &Path, rate: u64, seconds: u64) {
    let store = Arc::new(SqliteStore::open(data).unwrap());
    let latencies = Latencies::default();
    for writer in 0..WRITERS {
        tokio::spawn(write(Arc::clone(&store), (writer, rate), Arc::clone(&latencies)));
    }
    tokio::spawn(sweep(Arc::clone(&store)));
    println!("seconds   marks/s      rows   expired   percent   commit p50 ms   p99 ms");
    for second in (10..=seconds).step_by(10) {
        tokio::time::sleep(Duration::from_secs(10)).await;
        let mut latencies = std::mem::take(&mut *latencies.lock().unwrap());
        latencies.sort();
        let part = |percent: usize| latencies.get(latencies.len() * percent / 100).copied();
        let ms = |percent| part(percent).unwrap_or_default().as_secs_f64() * 1_000.0;
        let (rows, expired) = count(data);
        println!(
            "{second:7} {:9} {rows:9} {expired:9} {:8.2}% {:15.1} {:8.1}",
            latencies.len() / 10,
            100.0 * f64::from(expired) / f64::from(rows - expired).max(1.0),
            ms(50),
            ms(99),
        );
    }
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

/// Deletes what has expired, each second until nothing is left.
async fn sweep(store: Arc<SqliteStore>) {
    loop {
        tokio::time::sleep(Duration::from_secs(1)).await;
        while store.sweep(now(), ROWS_MAX).await.unwrap() >= u64::from(ROWS_MAX) {}
    }
}

/// Returns the rows, and how many of them have expired.
fn count(data: &Path) -> (u32, u32) {
    let connection = rusqlite::Connection::open(data.join("ledger.db")).unwrap();
    let count = "SELECT count(*), count(CASE WHEN expires_at <= ?1 THEN 1 END) FROM used_values";
    connection
        .query_row(count, [now().microseconds()], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
}

fn now() -> Timestamp {
    let elapsed = SystemTime::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_microseconds(i64::try_from(elapsed.as_micros()).unwrap())
}
