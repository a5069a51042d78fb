//! Row `nodes`: three nodes on one PostgreSQL pair, behind a balancer.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use super::Run;
use super::disabled_client::{self, Seen};
use super::figure::Figure;
use super::node_faults::{self, Fault, Outcome};
use super::node_races::{Answer, Contested, Load, Races, race};
use crate::Result;
use crate::client::App;
use crate::cluster::{Cluster, NODES};
use crate::http::Connection;
use crate::random::Random;
use crate::user_agent::UserAgent;

/// The time that a decision of the database has, and what the rest of a request may take.
const SLOWEST_MAX: Duration = Duration::from_millis(2_500);
/// The longest time from the end of a promotion to the first success.
const RESUMED_MAX: Duration = Duration::from_secs(1);
/// The longest time until every node has seen a change of the directory.
const SEEN_MAX: Duration = Duration::from_secs(1);
/// The part of the connections that each node must have, or there is no contest between nodes.
const SHARE_MIN_PERCENT: usize = 20;

/// The sizes that are the same for all faults.
struct Faults {
    grants: u32,
    pause: Duration,
    cut: Duration,
}

/// Races on two clusters, because a primary is lost only once.
pub(crate) async fn measure(run: &Run) -> Result<Vec<Figure>> {
    let mut random = run.random("nodes");
    let faults = Faults {
        grants: run.size(100, 20),
        pause: Duration::from_millis(u64::from(run.size(100, 200))),
        cut: Duration::from_secs(u64::from(run.size(10, 4))),
    };
    let cluster = Cluster::start(run.data("nodes")?, "nodes").await?;
    let mut figures = or_broken("contest", contest(&cluster, run, &mut random).await);
    let seen = disabled_client::measure(&cluster, run.size(20, 4)).await;
    figures.extend(or_broken("disabled client", seen.map(|seen| seen_figures(&seen))));
    let cut = Fault::NetworkCut { length: faults.cut };
    for fault in [Fault::NodeKilled, cut, Fault::PrimaryKilled] {
        let measured = faults.measure(&cluster, fault, &mut random).await;
        figures.extend(or_broken(fault.name(), measured));
    }
    drop(cluster);
    let cluster = Cluster::start(run.data("nodes-frozen")?, "nodes-frozen").await?;
    let measured = faults.measure(&cluster, Fault::PrimaryFrozen, &mut random).await;
    figures.extend(or_broken(Fault::PrimaryFrozen.name(), measured));
    Ok(figures)
}

/// Makes an error a broken promise, so that the figures before it are shown.
fn or_broken(name: &str, measured: Result<Vec<Figure>>) -> Vec<Figure> {
    measured.unwrap_or_else(|error| vec![Figure::broken(name, error.to_string())])
}

impl Faults {
    async fn measure(
        &self,
        cluster: &Cluster,
        fault: Fault,
        random: &mut Random,
    ) -> Result<Vec<Figure>> {
        let grants = grants(cluster, self.grants).await?;
        let outcome = node_faults::measure(cluster, fault, (grants, self.pause), random).await?;
        Ok(outcome_figures(&outcome))
    }
}

/// Races without a fault: each id must be accepted exactly once.
async fn contest(cluster: &Cluster, run: &Run, random: &mut Random) -> Result<Vec<Figure>> {
    let grants = grants(cluster, run.size(400, 60)).await?;
    let left = Arc::new(AtomicI64::new(i64::from(run.size(100_000, 1_500))));
    let load = Load { grants, pause: Duration::ZERO, left };
    let racing = race(&cluster.service, load, random);
    // The connections are opened at the beginning.
    let counting = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        cluster.connections()
    };
    let (races, connections) = tokio::try_join!(racing, counting)?;
    Ok(contest_figures(&races, &connections))
}

fn contest_figures(races: &Races, connections: &[usize]) -> Vec<Figure> {
    let (all, once) = (races.all.len(), races.with(1));
    let measured = format!(
        "{all} ids: {once} accepted once, {} double, {} by nobody; {}",
        races.double(),
        races.with(0),
        others(races),
    );
    let is_kept = all > 0 && once == all && races.unexpected().is_empty();
    let sum: usize = connections.iter().sum();
    let is_shared = connections.len() == NODES
        && connections.iter().all(|count| count * 100 >= sum * SHARE_MIN_PERCENT && *count > 0);
    vec![
        Figure::new("none is accepted twice or lost", measured, is_kept),
        Figure::new("all nodes take part", format!("connections: {connections:?}"), is_shared),
    ]
}

fn seen_figures(seen: &Seen) -> Vec<Figure> {
    vec![
        Figure::at_most("a disabled client refused by every node", seen.disabled, SEEN_MAX),
        Figure::at_most("an enabled client accepted by every node", seen.enabled, SEEN_MAX),
    ]
}

fn outcome_figures(outcome: &Outcome) -> Vec<Figure> {
    let Outcome { fault, races, checked, broken, .. } = outcome;
    let (unavailable, unanswered) =
        (races.answers(&Answer::Unavailable), races.answers(&Answer::Unanswered));
    let is_killed = *fault == Fault::NodeKilled;
    let (double, lost) = (races.double(), races.lost());
    let measured = format!(
        "{} ids: {} accepted once, {} by nobody, {double} double, {lost} lost",
        races.all.len(),
        races.with(1),
        races.with(0),
    );
    let is_single = double + lost == 0 && races.with(1) > 0;
    let unexpected = races.unexpected();
    let is_expected = unexpected.is_empty() && (is_killed || unanswered == 0);
    let is_met = if is_killed { unanswered > 0 } else { unavailable > 0 };
    let mut used = format!("{checked} sent again");
    for problem in broken.iter().take(3) {
        used = format!("{used}; {problem}");
    }
    let is_used = broken.is_empty() && *checked > 0;
    let mut figures = vec![
        Figure::new("none is accepted twice or lost", measured, is_single),
        Figure::new("what was acknowledged stays used", used, is_used),
        Figure::new("no answers but 503", others(races), is_expected),
        Figure::new(
            "the load meets the fault",
            format!("{unavailable} answers 503, {unanswered} without an answer"),
            is_met,
        ),
        Figure::at_most("slowest answer", races.slowest(), SLOWEST_MAX),
    ];
    if matches!(fault, Fault::PrimaryKilled | Fault::PrimaryFrozen) {
        let promise = "first success after the promotion";
        figures.push(outcome.resumed.map_or_else(
            || Figure::broken(promise, "none"),
            |resumed| Figure::at_most(promise, resumed, RESUMED_MAX),
        ));
    }
    figures.into_iter().map(|figure| figure.during(fault.name())).collect()
}

/// Describes the answers that are neither a success nor a replay.
fn others(races: &Races) -> String {
    let counts = format!(
        "503: {}, none: {}",
        races.answers(&Answer::Unavailable),
        races.answers(&Answer::Unanswered)
    );
    let unexpected: Vec<String> = races.unexpected().into_iter().take(3).collect();
    match unexpected.as_slice() {
        [] => counts,
        some => format!("{counts}, others: {}", some.join("; ")),
    }
}

/// Obtains codes, and redeems every other one for a refresh token.
async fn grants(cluster: &Cluster, count: u32) -> Result<Vec<Contested>> {
    let service = &cluster.service;
    let (web, native) = (App::find(&service.tenant, "web")?, App::find(&service.tenant, "native")?);
    let user = service.tenant.users.first().ok_or("no user")?;
    let mut connection = Connection::open(&service.target).await?;
    let mut user_agent = UserAgent::default();
    let mut grants = Vec::new();
    for number in 0..count {
        let app = if number % 2 == 0 { &web } else { &native };
        let code = user_agent.code(&mut connection, user, app).await?;
        if number % 2 == 0 {
            grants.push(Contested::Code(app.clone(), code));
            continue;
        }
        let tokens = app.redeem(&mut connection, &code).await?;
        let tokens = tokens.map_err(|error| format!("a fresh code: {error:?}"))?;
        grants.push(Contested::RefreshToken(app.clone(), tokens.refresh_token));
    }
    Ok(grants)
}

#[cfg(test)]
mod tests {
    use super::super::node_races::Race;
    use super::*;

    fn kept(figures: &[Figure]) -> Vec<bool> {
        figures.iter().map(|figure| figure.is_kept).collect()
    }

    fn accepted() -> Answer {
        Answer::Accepted("token".to_owned())
    }

    fn races<const N: usize>(last: [Answer; N]) -> Races {
        Races { all: vec![Race::of_code([accepted(), Answer::Used]), Race::of_code(last)] }
    }

    #[test]
    fn each_broken_figure_of_a_contest_breaks_its_promise() {
        // Judges contests of two codes, the second of which has these answers, and contests with
        // nodes that have no part.
        let nodes = [10, 11, 11];
        let judge = |last: [Answer; 2]| kept(&contest_figures(&races(last), &nodes));
        assert_eq!(judge([accepted(), Answer::Used]), [true, true]);
        for last in [
            [accepted(), accepted()],
            [Answer::Used, Answer::Used],
            [Answer::Used, Answer::Unavailable],
            [accepted(), Answer::Unexpected("500".to_owned())],
        ] {
            assert_eq!(judge(last), [false, true]);
        }
        let shared = |connections: &[usize]| {
            kept(&contest_figures(&races([accepted(), Answer::Used]), connections))
        };
        assert_eq!(shared(&[1, 16, 15]), [true, false]);
        assert_eq!(shared(&[16, 16]), [true, false]);
        assert_eq!(shared(&[0, 0, 0]), [true, false]);
        assert_eq!(kept(&contest_figures(&Races::default(), &nodes)), [false, true]);
    }

    #[test]
    fn each_broken_figure_of_a_fault_breaks_its_promise() {
        // Judges faults that keep all promises, and some that break one each.
        let outcome = |last: [Answer; 3]| Outcome {
            fault: Fault::PrimaryKilled,
            races: races(last),
            resumed: Some(RESUMED_MAX),
            checked: 2,
            broken: Vec::new(),
        };
        let good = || outcome([accepted(), Answer::Used, Answer::Unavailable]);
        let judge = |outcome: Outcome| kept(&outcome_figures(&outcome));
        assert_eq!(judge(good()), [true; 6]);
        let (used, away) = (Answer::Used, Answer::Unavailable);
        let double = outcome([accepted(), accepted(), away.clone()]);
        assert_eq!(judge(double), [false, true, true, true, true, true]);
        let unknown = outcome([used.clone(), used.clone(), away.clone()]);
        assert_eq!(judge(unknown), [true; 6], "one may have been accepted");
        let again = vec!["accepted again".to_owned()];
        assert_eq!(
            judge(Outcome { broken: again, ..good() }),
            [true, false, true, true, true, true]
        );
        assert_eq!(judge(Outcome { checked: 0, ..good() }), [true, false, true, true, true, true]);
        for other in [Answer::Unexpected("500".to_owned()), Answer::Unanswered] {
            let outcome = outcome([accepted(), other, away.clone()]);
            assert_eq!(judge(outcome), [true, true, false, true, true, true]);
        }
        let unmet = outcome([accepted(), used.clone(), used.clone()]);
        assert_eq!(judge(unmet), [true, true, true, false, true, true]);
        let mut slow = good();
        for race in &mut slow.races.all {
            race.slowest = SLOWEST_MAX + Duration::from_millis(1);
        }
        assert_eq!(judge(slow), [true, true, true, true, false, true]);
        let late = Some(RESUMED_MAX + Duration::from_millis(1));
        for resumed in [late, None] {
            assert_eq!(judge(Outcome { resumed, ..good() }), [true, true, true, true, true, false]);
        }
    }
}
