//! Measures the cost of recording: CPU time and bytes per record, for several kinds of records and
//! batch sizes.
//!
//! `cargo run --release -p store --example history_cost -- [RECORDS] [DIRECTORY]`
#![expect(clippy::unwrap_used, reason = "a development tool that fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "reads the clock to measure")]
#![expect(clippy::print_stdout, reason = "prints the measurements")]

use std::{env, fs, path::Path, time::Instant};

use model::{
    ClientId, GrantId, RecordQuery, Records, RefusalDetails, RequestRecord, RetentionLimits,
    Seconds, StoredComparison, StoredDifference, TenantId, Timestamp, UserId,
};
use store::SqliteHistory;
use uuid::Uuid;

/// The simulated load, in requests per second.
const RATE: i64 = 15_000;

fn main() {
    let records = env::args().nth(1).map_or(400_000, |count| count.parse().unwrap());
    let directory = tempfile::tempdir_in(env::args().nth(2).unwrap_or("/tmp".to_owned())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    println!("what                  batch   CPU ns/record   bytes/record   wall ms");
    for (name, make) in [
        ("client_credentials", client_credentials as fn(u64) -> RequestRecord),
        ("code or refresh", refresh),
        ("refusal", refusal),
    ] {
        for batch in [1, 16, 256, 4_096] {
            let count = if batch == 1 { records / 40 } else { records };
            let data = directory.path().join(format!("{name}-{batch}"));
            runtime.block_on(measure_recording(&data, (name, make), batch, count));
        }
    }
    let data = directory.path().join("client_credentials-4096");
    runtime.block_on(measure_queries(&data, records));
}

async fn measure_recording(
    data: &Path,
    (name, make): (&str, fn(u64) -> RequestRecord),
    batch: u64,
    count: u64,
) {
    let history = SqliteHistory::open(data).unwrap();
    let batches: Vec<Vec<RequestRecord>> = (0..count / batch)
        .map(|first| (first * batch..(first + 1) * batch).map(make).collect())
        .collect();
    let (cpu, start) = (cpu_ns(), Instant::now());
    for batch in batches {
        history.record(batch).await.unwrap();
    }
    drop(history);
    let (cpu, elapsed) = ((cpu_ns() - cpu) / count, start.elapsed().as_millis());
    let bytes = fs::metadata(data.join("history.db")).unwrap().len() / count;
    println!("{name:20} {batch:6} {cpu:15} {bytes:14} {elapsed:9}");
}

async fn measure_queries(data: &Path, count: u64) {
    let history = SqliteHistory::open(data).unwrap();
    let all = RecordQuery { limit: 50, ..RecordQuery::default() };
    let trace_id = Some(client_credentials(0).trace_id);
    let unknown_user = Some(UserId::new(Uuid::from_u128(1)));
    for (name, query) in [
        ("newest 50", all.clone()),
        ("oldest trace id", RecordQuery { trace_id, ..all.clone() }),
        ("unknown user", RecordQuery { user: unknown_user, ..all }),
    ] {
        let (cpu, start) = (cpu_ns(), Instant::now());
        let found = history.find(query).await.unwrap().len();
        let (cpu, elapsed) = ((cpu_ns() - cpu) / 1_000, start.elapsed().as_micros());
        println!("find {name} of {count}: {found} in {cpu} us CPU, {elapsed} us");
    }
    let limits = RetentionLimits { records_max: 0, ..RetentionLimits::default() };
    let (cpu, mut deleted) = (cpu_ns(), 0);
    loop {
        match history.enforce_retention(Timestamp::default(), limits).await.unwrap() {
            0 => break,
            count => deleted += count,
        }
    }
    println!("retention: {} CPU ns/record of {deleted}", (cpu_ns() - cpu) / deleted.max(1));
}

/// Returns a pseudo-random number.
fn mixed(number: u64, kind: u64) -> u64 {
    let mixed = (number ^ kind << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

fn id(number: u64, kind: u64) -> Uuid {
    Uuid::from_u64_pair(mixed(number, kind), mixed(number, kind + 1))
}

fn client_credentials(number: u64) -> RequestRecord {
    let client = id(number % 20, 7).to_string();
    let seconds = Seconds::new(i64::try_from(number).unwrap() / RATE);
    RequestRecord {
        trace_id: id(number, 1),
        correlation_id: id(number, 3),
        at: Timestamp::from_seconds(1_795_000_000) + seconds,
        duration_us: 53 + number % 40,
        tenant: Some(TenantId::new(id(number % 3, 5))),
        method: "POST".into(),
        endpoint: "/{tenant}/oauth2/v2.0/token".into(),
        status: 200,
        outcome: "tokens".into(),
        number: None,
        attributed_client: ClientId::new(&client),
        client: Some(client),
        user: None,
        grant_type: Some("client_credentials".into()),
        flow_id: None,
        grant: None,
        remote_address: Some([192, 0, 2, 7].into()),
        warnings: Vec::new(),
        refusal_details: None,
    }
}

fn refresh(number: u64) -> RequestRecord {
    RequestRecord {
        user: Some(UserId::new(id(number % 5_000, 9))),
        grant_type: Some("refresh_token".into()),
        grant: Some(GrantId::new(id(number % 8_000, 11).into_bytes())),
        ..client_credentials(number)
    }
}

fn refusal(number: u64) -> RequestRecord {
    let texts = ["tenant", "client", "client_authentication", "grant_type", "form"];
    let comparison = StoredComparison {
        name: "redirect_uri".into(),
        expected: Some("https://app.example.com/signin-callback".to_owned()),
        received: Some("https://app.example.com/signin-callback/".to_owned()),
        difference: Some(StoredDifference {
            kind: "trailing_slash".into(),
            arguments: vec![("nearest".into(), "https://app.example.com/signin-callback".into())],
        }),
        operator_only: false,
    };
    RequestRecord {
        status: 400,
        outcome: "refusal".into(),
        number: Some(50_011 + u32::try_from(number % 12).unwrap()),
        refusal_details: Some(Box::new(RefusalDetails {
            checks_passed: texts.iter().map(|&text| text.into()).collect(),
            arguments: vec![("redirect_uri".into(), "https://app.example.com/".to_owned())],
            comparisons: vec![comparison],
            cause: None,
            typed_username: None,
        })),
        ..client_credentials(number)
    }
}

/// Returns the CPU time of all threads of this process. Threads that have ended are not counted.
fn cpu_ns() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit(')').next().unwrap();
    let ticks =
        after.split_whitespace().skip(11).take(2).map(|field| field.parse::<u64>().unwrap());
    ticks.sum::<u64>() * 10_000_000
}
