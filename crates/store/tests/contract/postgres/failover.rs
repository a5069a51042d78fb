//! The ledger while its primary fails and the standby is promoted.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use model::{Change, CommitOutcome, Grant, GrantId, Ledger, Seconds, Timestamp};
use parking_lot::Mutex;
use postgres_server::{Durability, Pair};
use store::{Access, DatabaseSettings, LedgerSettings, PostgresStore};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep, timeout},
};

use crate::rows::grant;

/// The time in which each decision must have a result. A decision that hangs has none.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Results of the racers.
#[derive(Default)]
struct Results {
    /// The grants that one racer has opened.
    opened: Mutex<Vec<Grant>>,
    violations: AtomicU32,
    is_done: AtomicBool,
}

async fn node(pair: &Pair, database: &str) -> Arc<PostgresStore> {
    let mut settings = DatabaseSettings::parse(&pair.url(database)).unwrap();
    settings.connections_max = 6;
    let ledger = [LedgerSettings::only(settings.clone())];
    Arc::new(PostgresStore::connect(&settings, &ledger, Access::Migrate).await.unwrap())
}

/// Opens each of a row of grants through both nodes at once, until the end.
async fn race(nodes: [Arc<PostgresStore>; 2], worker: u32, results: Arc<Results>) {
    for number in 0_u32.. {
        if results.is_done.load(Ordering::Relaxed) {
            return;
        }
        let mut random = [0; 16];
        random[4..8].copy_from_slice(&(worker * 1_000_000 + number).to_be_bytes());
        let end = Timestamp::from_seconds(4_000_000_000) + Seconds::days(1);
        let row = Grant { id: GrantId::with_end(random, end, 0), expires_at: end, ..grant(1, 0) };
        let open = |node: Arc<PostgresStore>| {
            let change = Change::OpenGrant(row.clone());
            async move { timeout(ANSWER_MAX, node.commit(vec![change])).await.unwrap() }
        };
        let [one, other] = nodes.clone();
        let answers: [_; 2] = tokio::join!(open(one), open(other)).into();
        let count =
            |outcome| answers.iter().filter(|it| it.as_ref().ok() == Some(&outcome)).count();
        match (count(CommitOutcome::Committed), count(CommitOutcome::Conflict)) {
            (1, _) => results.opened.lock().push(row),
            // The winner has no answer.
            (0, 0 | 1) => {}
            _ => {
                results.violations.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Runs racers while the primary fails. Checks that nothing is opened twice, and that everything
/// that was acknowledged is stored.
async fn fail_over(fail: fn(&Pair), recover: fn(&Pair)) {
    let pair = Pair::start(Durability::Synced).await.unwrap();
    let database = pair.primary().create_named_database().await.unwrap();
    let nodes = [node(&pair, &database).await, node(&pair, &database).await];
    let results = Arc::<Results>::default();
    let mut racers = JoinSet::new();
    for worker in 0..6 {
        racers.spawn(race(nodes.clone(), worker, Arc::clone(&results)));
    }
    while results.opened.lock().len() < 20 {
        sleep(Duration::from_millis(5)).await;
    }
    fail(&pair);
    pair.promote_standby().await.unwrap();
    let promoted_at = Instant::now();
    let at_promotion = results.opened.lock().len();
    while results.opened.lock().len() <= at_promotion + 6 {
        assert!(promoted_at.elapsed() < Duration::from_secs(60), "nothing is stored any more");
        sleep(Duration::from_millis(5)).await;
    }
    sleep(Duration::from_secs(1)).await;
    recover(&pair);
    while results.opened.lock().len() <= at_promotion + 50 {
        assert!(promoted_at.elapsed() < Duration::from_secs(60), "too little is stored");
        sleep(Duration::from_millis(5)).await;
    }
    sleep(Duration::from_secs(1)).await;
    results.is_done.store(true, Ordering::Relaxed);
    while let Some(racer) = racers.join_next().await {
        racer.unwrap();
    }
    assert_eq!(results.violations.load(Ordering::Relaxed), 0);
    let opened = std::mem::take(&mut *results.opened.lock());
    for row in opened {
        let stored = nodes[0].grant(row.tenant, row.id).await.unwrap();
        assert_eq!(stored.map(|stored| stored.id), Some(row.id));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn acknowledged_grants_survive_the_death_of_the_primary() {
    // Kills the primary and promotes the standby, while six racers open grants through two nodes.
    fail_over(|pair| pair.kill_primary().unwrap(), |_| {}).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn former_primary_that_comes_back_is_not_used_again() {
    // Freezes the primary and promotes the standby. The former primary goes on after two seconds,
    // and believes that it still leads.
    fail_over(|pair| pair.freeze_primary().unwrap(), |pair| pair.thaw_primary().unwrap()).await;
}
