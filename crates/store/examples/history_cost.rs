//! What recording costs: CPU and bytes per record, printed for some kinds and sizes of batches.
//!
//! `cargo run --release -p store --example history_cost -- [RECORDS] [DIRECTORY]`
#![expect(clippy::unwrap_used, reason = "a tool of ours that fails by panicking")]
#![expect(clippy::disallowed_methods, reason = "measures, and so reads the clock")]
#![expect(clippy::print_stdout, reason = "prints what it measured")]

use std::{env, fs, path::Path, time::Instant};

use model::{
    Bounds, ClientId, Comparison, Difference, GrantId, Reasoning, Record, Records, Search, Seconds,
    TenantId, Timestamp, UserId,
};
use store::SqliteHistory;
use uuid::Uuid;

/// Requests per second of the load that is imitated.
const RATE: i64 = 15_000;

fn main() {
    let records = env::args().nth(1).map_or(400_000, |count| count.parse().unwrap());
    let directory = tempfile::tempdir_in(env::args().nth(2).unwrap_or("/tmp".to_owned())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    println!("what                  batch   CPU ns/record   bytes/record   wall ms");
    for (name, make) in [
        ("client_credentials", client_credentials as fn(u64) -> Record),
        ("code or refresh", refresh),
        ("refusal", refusal),
    ] {
        for batch in [1, 16, 256, 4_096] {
            let count = if batch == 1 { records / 40 } else { records };
            let place = directory.path().join(format!("{name}-{batch}"));
            runtime.block_on(record(&place, (name, make), batch, count));
        }
    }
    let place = directory.path().join("client_credentials-4096");
    runtime.block_on(search(&place, records));
}

async fn record(place: &Path, (name, make): (&str, fn(u64) -> Record), batch: u64, count: u64) {
    let history = SqliteHistory::open(place).unwrap();
    let batches: Vec<Vec<Record>> = (0..count / batch)
        .map(|first| (first * batch..(first + 1) * batch).map(make).collect())
        .collect();
    let (cpu, wall) = (cpu_ns(), Instant::now());
    for batch in batches {
        history.record(batch).await.unwrap();
    }
    drop(history);
    let (cpu, wall) = ((cpu_ns() - cpu) / count, wall.elapsed().as_millis());
    let bytes = fs::metadata(place.join("history.db")).unwrap().len() / count;
    println!("{name:20} {batch:6} {cpu:15} {bytes:14} {wall:9}");
}

async fn search(place: &Path, count: u64) {
    let history = SqliteHistory::open(place).unwrap();
    let all = Search { limit: 50, ..Search::default() };
    let trace_id = Some(client_credentials(0).trace_id);
    let nobody = Some(UserId::new(Uuid::from_u128(1)));
    for (name, search) in [
        ("newest 50", all.clone()),
        ("oldest trace id", Search { trace_id, ..all.clone() }),
        ("nobody", Search { user: nobody, ..all }),
    ] {
        let (cpu, wall) = (cpu_ns(), Instant::now());
        let found = history.find(search).await.unwrap().len();
        let (cpu, wall) = ((cpu_ns() - cpu) / 1_000, wall.elapsed().as_micros());
        println!("find {name} of {count}: {found} in {cpu} us CPU, {wall} us");
    }
    let bounds = Bounds { records_max: 0, ..Bounds::default() };
    let (cpu, mut removed) = (cpu_ns(), 0);
    loop {
        match history.trim(Timestamp::default(), bounds).await.unwrap() {
            0 => break,
            some => removed += some,
        }
    }
    println!("trim: {} CPU ns/record of {removed}", (cpu_ns() - cpu) / removed.max(1));
}

/// A number that looks drawn.
fn mixed(number: u64, kind: u64) -> u64 {
    let mixed = (number ^ kind << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}

fn id(number: u64, kind: u64) -> Uuid {
    Uuid::from_u64_pair(mixed(number, kind), mixed(number, kind + 1))
}

fn client_credentials(number: u64) -> Record {
    let client = id(number % 20, 7).to_string();
    let seconds = Seconds::new(i64::try_from(number).unwrap() / RATE);
    Record {
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
        owner: ClientId::new(&client),
        client: Some(client),
        user: None,
        grant_type: Some("client_credentials".into()),
        flow: None,
        grant: None,
        peer: Some([192, 0, 2, 7].into()),
        warnings: Vec::new(),
        reasoning: None,
    }
}

fn refresh(number: u64) -> Record {
    Record {
        user: Some(UserId::new(id(number % 5_000, 9))),
        grant_type: Some("refresh_token".into()),
        grant: Some(GrantId::new(id(number % 8_000, 11).into_bytes())),
        ..client_credentials(number)
    }
}

fn refusal(number: u64) -> Record {
    let texts = ["tenant", "client", "client_authentication", "grant_type", "form"];
    let comparison = Comparison {
        name: "redirect_uri".into(),
        expected: Some("https://app.example.com/signin-callback".to_owned()),
        received: Some("https://app.example.com/signin-callback/".to_owned()),
        difference: Some(Difference {
            kind: "trailing_slash".into(),
            arguments: vec![("nearest".into(), "https://app.example.com/signin-callback".into())],
        }),
        operator_only: false,
    };
    Record {
        status: 400,
        outcome: "refusal".into(),
        number: Some(50_011 + u32::try_from(number % 12).unwrap()),
        reasoning: Some(Box::new(Reasoning {
            passed: texts.iter().map(|&text| text.into()).collect(),
            arguments: vec![("redirect_uri".into(), "https://app.example.com/".to_owned())],
            comparisons: vec![comparison],
            cause: None,
        })),
        ..client_credentials(number)
    }
}

/// The time that all threads of this process, which all still live, spent computing.
fn cpu_ns() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let after = stat.rsplit(')').next().unwrap();
    let ticks = after.split_whitespace().skip(11).take(2).map(|it| it.parse::<u64>().unwrap());
    ticks.sum::<u64>() * 10_000_000
}
