//! `bench recording`: measures the cost of request records. Measures the service with and without
//! them in turns, so that other load on the machine affects both alike.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::dataset::Dataset;
use crate::load::generate_load;
use crate::measurements::real;
use crate::prepared_data::{FOLDER, PreparedData};
use crate::run::{Schedule, dataset, describe, prepare_data, selected_scenarios, start_service};
use crate::scenario::Scenario;
use crate::server_process::ServerProcess;
use crate::target::{Target, TokenSealing};
use crate::{Result, Settings, binary, print_line};

/// The number of measurements of each service.
const ROUNDS: u32 = 10;
const ROUNDS_QUICK: u32 = 2;
/// The budget of recording, in percent of the CPU time of a token request.
const ALLOWED_PERCENT: f64 = 5.0;

/// A service under measurement.
struct MeasuredService {
    server: ServerProcess,
    target: Target,
    next: Arc<AtomicU64>,
    /// CPU time per request in microseconds, for each round.
    rounds: Vec<f64>,
}

/// Runs `bench recording`.
pub(crate) fn run(settings: &Settings) -> Result<()> {
    let binary = binary::path(settings)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            result = measure(settings, &binary) => result,
            _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
        }
    })
}

async fn measure(settings: &Settings, binary: &Path) -> Result<()> {
    let dataset = dataset(settings);
    describe(settings, dataset);
    let directories = [tempfile::tempdir()?, tempfile::tempdir()?];
    let data = prepare_data(settings, dataset, &directories[0]).await?;
    data.copy_to(directories[1].path().join(FOLDER))?;
    print_line("");
    print_line(&format!(
        "{:<26}{:>12}{:>12}{:>12}{:>10}   each: the median of {} rounds (minimum, maximum)",
        "CPU µs/req",
        "without",
        "with",
        "difference",
        "percent",
        rounds(settings)
    ));
    for scenario in scenarios(settings) {
        let mut without = start(binary, directories[0].path(), (dataset, scenario), false).await?;
        let mut with = start(binary, directories[1].path(), (dataset, scenario), true).await?;
        for _ in 0..rounds(settings) {
            for service in [&mut without, &mut with] {
                let plan = Schedule::new(settings).measuring_plan();
                let result = generate_load(&service.target, &service.next, plan).await?;
                let cpu_us = result.cpu_time.as_secs_f64() * 1e6;
                service.rounds.push(cpu_us / real(result.requests.max(1)));
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
    directory: &Path,
    (dataset, scenario): (Dataset, Scenario),
    recording: bool,
) -> Result<MeasuredService> {
    let (server, port, _) = start_service(binary, directory, recording).await?;
    let data = PreparedData::new(directory.join(FOLDER));
    let tenant = data.tenant_context(&format!("http://127.0.0.1:{port}"))?;
    let sealing = TokenSealing::Service(Arc::new(tenant));
    let target = Target { port, pid: server.pid(), dataset, scenario, sealing };
    Ok(MeasuredService { server, target, next: Arc::default(), rounds: Vec::new() })
}

/// Returns the selected scenarios, or one that writes nothing but request records.
fn scenarios(settings: &Settings) -> Vec<Scenario> {
    if settings.scenario.is_empty() {
        vec![Scenario::ClientCredentialsEs256]
    } else {
        selected_scenarios(settings)
    }
}

const fn rounds(settings: &Settings) -> u32 {
    if settings.quick { ROUNDS_QUICK } else { ROUNDS }
}

fn report(scenario: Scenario, without: &[f64], with: &[f64]) {
    let (base, recording) = (median(without), median(with));
    // Compares round by round, because other load on the machine changes over time.
    let differences: Vec<f64> = without.iter().zip(with).map(|(one, other)| other - one).collect();
    let difference = median(&differences);
    let percent = difference / base * 100.0;
    let verdict = if percent <= ALLOWED_PERCENT { "kept" } else { "MISSED" };
    print_line(&format!(
        "{:<26}{base:>12.2}{recording:>12.2}{difference:>12.2}{percent:>9.1}%   {}; {}; \
         {ALLOWED_PERCENT:.0}% allowed: {verdict}",
        scenario.to_string(),
        range(without),
        range(with),
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

fn range(rounds: &[f64]) -> String {
    let minimum = rounds.iter().copied().fold(f64::INFINITY, f64::min);
    let maximum = rounds.iter().copied().fold(0.0, f64::max);
    format!("({minimum:.2}, {maximum:.2})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_a_single_outlier() {
        // Takes an odd and an even number of rounds, one of them far off, and no rounds.
        let close = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(close(median(&[50.0, 900.0, 51.0]), 51.0));
        assert!(close(median(&[52.0, 50.0, 900.0, 51.0]), 51.5));
        assert!(close(median(&[]), 0.0));
    }
}
