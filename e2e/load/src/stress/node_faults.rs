//! The faults of row `nodes`: a node, its network or the primary fails while others race.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use postgres_server::NetworkState;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::node_races::{Answer, Contested, Load, Race, Races, race};
use crate::cluster::Cluster;
use crate::http::{Connection, Target};
use crate::one_time::OneTimeClient;
use crate::random::Random;
use crate::{Result, clock};

/// The time before and after a fault.
const QUIET: Duration = Duration::from_secs(1);
const AFTER: Duration = Duration::from_secs(3);
/// The time until the standby is promoted, in milliseconds.
const PROMOTED_AFTER: Range<u64> = 500..1_500;
/// The time until the former primary goes on.
const FROZEN: Duration = Duration::from_secs(3);
/// The number of connections that check what was used, and the attempts of each check.
const CHECKERS: usize = 8;
const ATTEMPTS_MAX: u32 = 30;
const ATTEMPT_PAUSE: Duration = Duration::from_millis(100);

/// A fault.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    NodeKilled,
    NetworkCut { length: Duration },
    PrimaryKilled,
    PrimaryFrozen,
}

/// The races during a fault, and the checks after it.
pub(super) struct Outcome {
    pub(super) fault: Fault,
    pub(super) races: Races,
    /// The time from the end of the promotion to the next success.
    pub(super) resumed: Option<Duration>,
    pub(super) checked: usize,
    pub(super) broken: Vec<String>,
}

/// When the standby was told to lead, and when it did.
struct Promotion {
    begun: Instant,
    ended: Instant,
}

impl Fault {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::NodeKilled => "a node killed",
            Self::NetworkCut { .. } => "the network of a node cut",
            Self::PrimaryKilled => "the primary killed",
            Self::PrimaryFrozen => "the primary frozen",
        }
    }

    /// Makes the fault and ends it.
    async fn happen(self, cluster: &Cluster, random: &mut Random) -> Result<Option<Promotion>> {
        sleep(QUIET).await;
        match self {
            Self::NodeKilled => {
                cluster.kill_node().await?;
                sleep(QUIET).await;
                cluster.start_node().await?;
            }
            Self::NetworkCut { length } => {
                cluster.set_network(NetworkState::Cut);
                sleep(length).await;
                cluster.set_network(NetworkState::Whole);
            }
            Self::PrimaryKilled => {
                cluster.pair.kill_primary()?;
                let promotion = promote(cluster, random).await?;
                sleep(AFTER).await;
                return Ok(Some(promotion));
            }
            Self::PrimaryFrozen => {
                cluster.pair.freeze_primary()?;
                let promotion = promote(cluster, random).await?;
                sleep(FROZEN).await;
                cluster.pair.thaw_primary()?;
                sleep(AFTER).await;
                return Ok(Some(promotion));
            }
        }
        sleep(AFTER).await;
        Ok(None)
    }
}

async fn promote(cluster: &Cluster, random: &mut Random) -> Result<Promotion> {
    let Range { start, end } = PROMOTED_AFTER;
    sleep(Duration::from_millis(start + random.below(end - start))).await;
    let begun = clock::now();
    cluster.pair.promote_standby().await?;
    Ok(Promotion { begun, ended: clock::now() })
}

/// Races while the fault happens, and then checks that what was used stays used.
pub(super) async fn measure(
    cluster: &Cluster,
    fault: Fault,
    (grants, pause): (Vec<Contested>, Duration),
    random: &mut Random,
) -> Result<Outcome> {
    let left = Arc::new(AtomicI64::new(i64::MAX));
    let load = Load { grants, pause, left: Arc::clone(&left) };
    let mut racing = random.clone();
    let happening = async {
        let promotion = fault.happen(cluster, random).await;
        left.store(0, Ordering::Relaxed);
        promotion
    };
    let (races, promotion) =
        tokio::try_join!(race(&cluster.service, load, &mut racing), happening)?;
    let resumed = promotion.and_then(|promotion| resumed(&races, &promotion));
    let (checked, mut broken) = check_all(&cluster.service.target, &races).await?;
    broken.extend(check_nodes(cluster, random).await?);
    Ok(Outcome { fault, races, resumed, checked, broken })
}

/// Returns the time from the end of the promotion to the first success since its beginning.
fn resumed(races: &Races, promotion: &Promotion) -> Option<Duration> {
    let successes = races.all.iter().filter_map(|race| race.accepted_at);
    let first = successes.filter(|at| *at > promotion.begun).min()?;
    Some(first.saturating_duration_since(promotion.ended))
}

/// Sends again what was accepted, and twice what may have been. Returns the number of them, and
/// what was wrong.
async fn check_all(target: &Target, races: &Races) -> Result<(usize, Vec<String>)> {
    let is_checked = |race: &&Race| !race.accepted.is_empty() || race.is_uncertain;
    let all: Vec<&Race> = races.all.iter().filter(is_checked).collect();
    let mut tasks = JoinSet::new();
    for part in all.chunks(all.len().div_ceil(CHECKERS).max(1)) {
        let part: Vec<(Contested, Vec<String>)> =
            part.iter().map(|race| (race.request.clone(), race.accepted.clone())).collect();
        let mut connection = Connection::open(target).await?;
        tasks.spawn(async move {
            let mut broken = Vec::new();
            for (request, accepted) in part {
                broken.extend(check(&mut connection, request, &accepted).await?);
            }
            Ok::<_, crate::Error>(broken)
        });
    }
    let mut broken = Vec::new();
    while let Some(part) = tasks.join_next().await {
        broken.extend(part??);
    }
    Ok((all.len(), broken))
}

/// Checks one request, and returns what is wrong.
async fn check(
    connection: &mut Connection,
    request: Contested,
    accepted: &[String],
) -> Result<Option<String>> {
    if let (Contested::RefreshToken(app, _), Some(successor)) = (&request, accepted.first()) {
        let successor = Contested::RefreshToken(app.clone(), successor.clone());
        return Ok(match definite(connection, &successor).await? {
            Answer::Accepted(_) => None,
            _ => Some("an acknowledged successor is not accepted".to_owned()),
        });
    }
    let is_uncertain = accepted.is_empty();
    let first = if is_uncertain { definite(connection, &request).await? } else { Answer::Used };
    let second = definite(connection, &request).await?;
    Ok(match (first, second) {
        (_, Answer::Unexpected(text)) | (Answer::Unexpected(text), _) => Some(text),
        (Answer::Accepted(one), Answer::Accepted(other))
            if one == other && matches!(request, Contested::RefreshToken(..)) =>
        {
            None
        }
        (_, Answer::Accepted(_)) if is_uncertain => Some("accepted twice afterwards".to_owned()),
        (_, Answer::Accepted(_)) => Some("an acknowledged request was accepted again".to_owned()),
        (_, Answer::Used) => None,
        _ => Some("no definite answer afterwards".to_owned()),
    })
}

/// Sends a request until the answer is definite. While the database is away, it is not.
async fn definite(connection: &mut Connection, request: &Contested) -> Result<Answer> {
    for _ in 0..ATTEMPTS_MAX {
        match request.answer(&request.send(connection).await?) {
            Answer::Unavailable => sleep(ATTEMPT_PAUSE).await,
            answer => return Ok(answer),
        }
    }
    Ok(Answer::Unavailable)
}

/// Checks that each node accepts a request again.
async fn check_nodes(cluster: &Cluster, random: &mut Random) -> Result<Vec<String>> {
    let client = OneTimeClient::with_assertions(&cluster.service)?;
    let mut broken = Vec::new();
    for (number, mut connection) in cluster.connect_to_nodes().await?.into_iter().enumerate() {
        let request = Contested::OneTime(client.request(random)?);
        match definite(&mut connection, &request).await? {
            Answer::Accepted(_) => {}
            Answer::Unexpected(text) => broken.push(format!("node {} answers {text}", number + 1)),
            _ => broken.push(format!("node {} does not work again", number + 1)),
        }
    }
    Ok(broken)
}
