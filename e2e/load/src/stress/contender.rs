//! One of two processes that race for the same ids on one file.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use model::{
    Change, ClientId, CommitOutcome, Grant, GrantDetails, GrantId, Ledger, Seconds, SessionId,
    TenantId, Timestamp, UsedValue, UsedValueKind, UserId,
};
use store::SqliteStore;
use tokio::task::JoinSet;
use uuid::Builder;

use crate::random::Random;
use crate::{Result, clock};

/// The arguments of the process.
#[derive(Args)]
pub(crate) struct Arguments {
    /// The data directory
    data: PathBuf,
    /// The seed of the ids and of the numbers of racers
    seed: u64,
    /// Whether this is the first (0) or the second (1) process
    side: u64,
}

/// An id, its change, and the number of racers in both processes.
struct Contest {
    /// Opens the grant whose rotation is raced for. One of the two processes succeeds.
    before: Option<Change>,
    change: Change,
    racers: [u64; 2],
}

/// The kinds of guarded changes that are raced for.
const KINDS: u64 = 4;

/// Reads ranges of numbers (`FIRST COUNT`) from standard input. Commits the change of each number
/// as often as this side has racers, all at once, and prints how often each was committed.
pub(crate) async fn run(arguments: &Arguments) -> Result<bool> {
    let store = Arc::new(SqliteStore::open(&arguments.data)?);
    let mut out = std::io::stdout();
    writeln!(out, "ready")?;
    out.flush()?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let (first, count) = line.split_once(' ').ok_or("no range")?;
        let (first, count): (u64, u64) = (first.parse()?, count.parse()?);
        let committed = race(&store, arguments, first..first + count).await?;
        writeln!(out, "{committed}")?;
        out.flush()?;
    }
    Ok(true)
}

async fn race(
    store: &Arc<SqliteStore>,
    arguments: &Arguments,
    numbers: std::ops::Range<u64>,
) -> Result<String> {
    let mut racers: JoinSet<Result<(u64, bool)>> = JoinSet::new();
    let (first, count) = (numbers.start, numbers.end - numbers.start);
    let side = usize::try_from(arguments.side)?;
    for number in numbers {
        let contest = contest(arguments.seed, number)?;
        if let Some(before) = contest.before {
            commit(store, before).await?;
        }
        for _ in 0..contest.racers.get(side).copied().unwrap_or_default() {
            let (store, change) = (Arc::clone(store), contest.change.clone());
            racers.spawn(async move { Ok((number, commit(&store, change).await?)) });
        }
    }
    let mut committed = vec![0_u32; usize::try_from(count)?];
    while let Some(result) = racers.join_next().await {
        let (number, is_committed) = result??;
        let index = usize::try_from(number - first)?;
        *committed.get_mut(index).ok_or("no such number")? += u32::from(is_committed);
    }
    let committed: Vec<String> = committed.iter().map(u32::to_string).collect();
    Ok(committed.join(" "))
}

async fn commit(store: &SqliteStore, change: Change) -> Result<bool> {
    let outcome = store.commit(vec![change]).await;
    let outcome = outcome.map_err(|fault| fault.cause().to_string())?;
    Ok(outcome == CommitOutcome::Committed)
}

/// Returns the contest of a number: two to eight racers, at least one in each process.
fn contest(seed: u64, number: u64) -> Result<Contest> {
    let mut random = Random::new(seed ^ number.wrapping_mul(0x9e37_79b9), "contested");
    let racers = [1 + random.below(4), 1 + random.below(4)];
    let tenant = TenantId::new(Builder::from_random_bytes([7; 16]).into_uuid());
    let now = Timestamp::from_seconds(i64::try_from(clock::unix_seconds())?);
    let id = random.bytes();
    let open = Change::OpenGrant(grant(tenant, id, now)?);
    let mut before = None;
    let change = match number % KINDS {
        0 => open,
        1 => {
            before = Some(open);
            Change::RotateGrant { tenant, grant: GrantId::new(id), generation: 0, at: now }
        }
        kind => Change::MarkUsed(UsedValue {
            tenant,
            kind: if kind == 2 { UsedValueKind::ClientAssertion } else { UsedValueKind::DpopProof },
            digest: jose::digest::sha256(&id),
            // Part of the key in a store that is partitioned by it, so the same on both sides.
            expires_at: Timestamp::from_seconds(4_000_000_000),
        }),
    };
    Ok(Contest { before, change, racers })
}

fn grant(tenant: TenantId, id: [u8; 16], now: Timestamp) -> Result<Grant> {
    Ok(Grant {
        tenant,
        id: GrantId::new(id),
        client: ClientId::new("contested").ok_or("no client id")?,
        user: UserId::new(Builder::from_random_bytes([8; 16]).into_uuid()),
        session: SessionId::new([9; 16]),
        resource: String::new(),
        scopes: Vec::new(),
        openid_scopes: Vec::new(),
        auth_time: now,
        amr: Vec::new(),
        confirmation: None,
        single_page: false,
        opened_at: now,
        expires_at: now + Seconds::days(1),
        generation: 0,
        rotated_at: now,
        revoked: None,
        details: GrantDetails::default(),
    })
}
