//! What recording costs: the same service with and without it, in turn, so that whatever else runs
//! on the machine meets both alike.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::child::Server;
use crate::driver::drive;
use crate::figures::real;
use crate::run::{Pace, chosen, describe, start_service, store, world};
use crate::scenario::Scenario;
use crate::target::{Handles, Target};
use crate::world::World;
use crate::{Outcome, Settings, binary, say};

/// How often each of the two is measured.
const ROUNDS: u32 = 10;
const ROUNDS_QUICK: u32 = 2;
/// What recording may cost of a request for a token, in percent.
const ALLOWED_PERCENT: f64 = 5.0;

/// One of the two services.
struct Measured {
    server: Server,
    target: Target,
    next: Arc<AtomicU64>,
    /// Processor time per request, in microseconds, round by round.
    rounds: Vec<f64>,
}

/// Runs `bench recording`.
pub(crate) fn recording(settings: &Settings) -> Outcome<()> {
    let binary = binary::of(settings)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            done = measure(settings, &binary) => done,
            _ = tokio::signal::ctrl_c() => Err("stopped".into()),
        }
    })
}

async fn measure(settings: &Settings, binary: &Path) -> Outcome<()> {
    let world = world(settings);
    describe(settings, world);
    let places = [tempfile::tempdir()?, tempfile::tempdir()?];
    let made = store(settings, world, &places[0]).await?;
    made.copy_to(places[1].path().join(crate::seed::BOOKS))?;
    say("");
    say(&format!(
        "{:<26}{:>12}{:>12}{:>12}{:>10}   each: the median of {} rounds (least, most)",
        "CPU µs/req",
        "without",
        "with",
        "difference",
        "percent",
        rounds(settings)
    ));
    for scenario in scenarios(settings) {
        let mut without = start(binary, places[0].path(), (world, scenario), false).await?;
        let mut with = start(binary, places[1].path(), (world, scenario), true).await?;
        for _ in 0..rounds(settings) {
            for one in [&mut without, &mut with] {
                let plan = Pace::of(settings).whole();
                let measured = drive(&one.target, &one.next, plan).await?;
                let each = measured.processor.as_secs_f64() * 1e6 / real(measured.requests.max(1));
                one.rounds.push(each);
            }
        }
        without.server.end().await?;
        with.server.end().await?;
        report(scenario, &without.rounds, &with.rounds);
    }
    Ok(())
}

async fn start(
    binary: &Path,
    place: &Path,
    (world, scenario): (World, Scenario),
    recording: bool,
) -> Outcome<Measured> {
    let (server, port, _) = start_service(binary, place, recording).await?;
    let store = crate::seed::Store::at(place.join(crate::seed::BOOKS));
    let realm = store.realm(&format!("http://127.0.0.1:{port}"))?;
    let handles = Handles::Service(Arc::new(realm));
    let target = Target { port, pid: server.pid(), world, scenario, handles };
    Ok(Measured { server, target, next: Arc::default(), rounds: Vec::new() })
}

/// Requests for tokens that write nothing else, unless others are named.
fn scenarios(settings: &Settings) -> Vec<Scenario> {
    if settings.scenario.is_empty() {
        vec![Scenario::ClientCredentialsEs256]
    } else {
        chosen(settings)
    }
}

const fn rounds(settings: &Settings) -> u32 {
    if settings.quick { ROUNDS_QUICK } else { ROUNDS }
}

fn report(scenario: Scenario, without: &[f64], with: &[f64]) {
    let (least, most) = (median(without), median(with));
    // Round by round: what else ran on the machine meanwhile ran beside both.
    let differences: Vec<f64> = without.iter().zip(with).map(|(one, other)| other - one).collect();
    let difference = median(&differences);
    let percent = difference / least * 100.0;
    let word = if percent <= ALLOWED_PERCENT { "kept" } else { "MISSED" };
    say(&format!(
        "{:<26}{least:>12.2}{most:>12.2}{difference:>12.2}{percent:>9.1}%   {}; {}; \
         {ALLOWED_PERCENT:.0}% allowed: {word}",
        scenario.to_string(),
        span(without),
        span(with),
    ));
}

fn median(rounds: &[f64]) -> f64 {
    let mut sorted = rounds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    let upper = sorted.get(middle).copied().unwrap_or_default();
    if sorted.len() % 2 == 1 {
        return upper;
    }
    let lower = sorted.get(middle.saturating_sub(1)).copied().unwrap_or_default();
    f64::midpoint(lower, upper)
}

fn span(rounds: &[f64]) -> String {
    let least = rounds.iter().copied().fold(f64::INFINITY, f64::min);
    let most = rounds.iter().copied().fold(0.0, f64::max);
    format!("({least:.2}, {most:.2})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle_whatever_one_round_met() {
        // An odd and an even number of rounds, one of them far off.
        let close = |left: f64, right: f64| (left - right).abs() < 1e-9;
        assert!(close(median(&[50.0, 900.0, 51.0]), 51.0));
        assert!(close(median(&[52.0, 50.0, 900.0, 51.0]), 51.5));
        assert!(close(median(&[]), 0.0));
    }
}
