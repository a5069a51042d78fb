//! `bench latency`: the latencies at a quarter, half and three quarters of the peak.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::load::{LoadPlan, generate_load, send_one_by_one};
use crate::machine::MachineTime;
use crate::measurements::{per, real};
use crate::open_loop::{Rate, send_at_rate};
use crate::report::{Report, text};
use crate::rounds::{ATTEMPTS, DISTURBED, Spread};
use crate::run::{dataset, describe, interruptible, prepare_data, selected_scenarios};
use crate::running_service::RunningService;
use crate::scenario::Scenario;
use crate::server_process::ServiceCommand;
use crate::target::Target;
use crate::{Result, Settings, binary, cores, document};

/// The parts of the peak. The promise is about the second one.
const PARTS: [f64; 3] = [0.25, 0.5, 0.75];
/// The permitted p99 in milliseconds of a durable request, and of others.
const DURABLE_MS_MAX: f64 = 10.0;
const OTHER_MS_MAX: f64 = 2.0;
/// The scenarios without `--scenario`.
const SCENARIOS: [Scenario; 6] = [
    Scenario::ClientCredentialsEs256,
    Scenario::PrivateKeyJwt,
    Scenario::Code,
    Scenario::Refresh,
    Scenario::Introspection,
    Scenario::Jwks,
];

/// The rounds at a part of the peak.
#[derive(Default)]
struct AtRate {
    /// The p50 and the p99 of each round, in milliseconds.
    p50: Vec<f64>,
    p99: Vec<f64>,
    disturbed: u32,
}

/// The times of a measurement, and the number of rounds.
#[derive(Clone, Copy)]
struct Schedule {
    peak: LoadPlan,
    at_rate: Duration,
    rounds: u32,
}

/// Runs `bench latency`.
pub(crate) fn run(settings: &Settings) -> Result<()> {
    let binary = binary::path(settings.binary.as_deref())?;
    interruptible(measure(settings, &ServiceCommand::new(&binary)))
}

async fn measure(settings: &Settings, command: &ServiceCommand) -> Result<()> {
    let dataset = dataset(settings);
    let directory = tempfile::Builder::new().prefix("admit-bench-").tempdir()?;
    prepare_data(settings, dataset, &directory).await?;
    cores::use_last(settings.one_core)?;
    let service = RunningService::start(command, (directory.path(), dataset), true).await?;
    cores::use_first(settings.one_core)?;

    let mut report = Report::default();
    report.lines(&describe(settings, dataset));
    report.line("");
    report.line(&format!(
        "{:<26}{:>6}{:>8}{:>22}{:>22}",
        "open loop", "load", "req/s", "p50 ms", "p99 ms"
    ));
    let mut at_half = Vec::new();
    for scenario in scenarios(settings) {
        let target = Target::new(&service.server, scenario).await?;
        let half = measure_scenario(&mut report, &target, Schedule::new(settings)).await?;
        at_half.push((scenario, half));
    }
    report.head_of_verdicts();
    let rounds = Schedule::new(settings).rounds;
    for (scenario, half) in at_half {
        half.verdict(&mut report, scenario, rounds);
    }
    report.end();
    service.end().await?;
    document::replace(settings.write.as_deref(), "latency", report.text())
}

fn scenarios(settings: &Settings) -> Vec<Scenario> {
    if settings.scenario.is_empty() { SCENARIOS.to_vec() } else { selected_scenarios(settings) }
}

/// Measures the peak, and then the parts of it in turns. Returns the rounds at half of the peak.
async fn measure_scenario(
    report: &mut Report,
    target: &Target,
    schedule: Schedule,
) -> Result<AtRate> {
    send_one_by_one(target, 1).await?;
    let Some(peak) = peak(target, schedule.peak).await? else {
        report.line(&format!("{:<26}peak disturbed", target.scenario.to_string()));
        return Ok(AtRate::default());
    };
    let mut parts = [AtRate::default(), AtRate::default(), AtRate::default()];
    for _ in 0..schedule.rounds * ATTEMPTS {
        for (part, rounds) in PARTS.iter().zip(&mut parts) {
            let rate = Rate {
                per_second: peak * part,
                duration: schedule.at_rate,
                connections: schedule.peak.connections,
            };
            if !rounds.is_conclusive(schedule.rounds) {
                rounds.add(target, rate).await?;
            }
        }
    }
    for (part, rounds) in PARTS.iter().zip(&parts) {
        let name = target.scenario.to_string();
        let disturbed = rounds.disturbed;
        report.line(&format!(
            "{name:<26}{:>4.0} %{:>8.0}{:>22}{:>22}   {disturbed} disturbed",
            part * 100.0,
            peak * part,
            text(Spread::of(&rounds.p50)),
            text(Spread::of(&rounds.p99)),
        ));
    }
    let [_, half, _] = parts;
    Ok(half)
}

/// Returns the requests per second that the server answers at most, or `None` if each attempt to
/// measure them was disturbed.
async fn peak(target: &Target, plan: LoadPlan) -> Result<Option<f64>> {
    for _ in 0..ATTEMPTS {
        let before = MachineTime::read([&target.server])?;
        let load = generate_load(target, plan).await?;
        let disturbed = MachineTime::read([&target.server])?.is_disturbed_since(&before);
        if !disturbed && load.requests > 0 && load.overloaded == 0 && !load.exhausted {
            return Ok(Some(real(load.requests) / load.duration.as_secs_f64()));
        }
    }
    Ok(None)
}

impl AtRate {
    /// Measures a round. Leaves it out if it is disturbed.
    async fn add(&mut self, target: &Target, rate: Rate) -> Result<()> {
        let before = MachineTime::read([&target.server])?;
        let result = send_at_rate(target, rate).await?;
        let disturbed = MachineTime::read([&target.server])?.is_disturbed_since(&before);
        if disturbed || result.incomplete || result.latencies.is_empty() {
            self.disturbed += 1;
            return Ok(());
        }
        self.p50.push(milliseconds(&result.latencies, 0.5));
        self.p99.push(milliseconds(&result.latencies, 0.99));
        Ok(())
    }

    fn is_conclusive(&self, wanted: u32) -> bool {
        u32::try_from(self.p99.len()).is_ok_and(|rounds| rounds >= wanted)
    }

    fn verdict(&self, report: &mut Report, scenario: Scenario, wanted: u32) {
        let allowed = if scenario.is_durable() { DURABLE_MS_MAX } else { OTHER_MS_MAX };
        let p99 = Spread::of(&self.p99).map(|spread| spread.median);
        let measured = p99.map_or_else(|| "-".to_owned(), |p99| format!("{p99:.1} ms"));
        let kept = match p99 {
            Some(p99) if self.is_conclusive(wanted) => Ok(p99 <= allowed),
            _ => Err(DISTURBED),
        };
        let name = format!("{scenario}: p99 at 50 %");
        report.verdict_without_failure(&name, [format!("{allowed:.1} ms"), measured], kept);
    }
}

impl Schedule {
    fn new(settings: &Settings) -> Self {
        let milliseconds =
            |slow, fast| Duration::from_millis(if settings.quick { fast } else { slow });
        Self {
            peak: LoadPlan {
                connections: settings.connections,
                warm_up: milliseconds(300, 20),
                measuring: milliseconds(2_000, 100),
                beside_others: false,
            },
            at_rate: milliseconds(4_000, 100),
            rounds: settings.rounds.unwrap_or(if settings.quick { 1 } else { 3 }),
        }
    }
}

fn milliseconds(latencies: &Histogram<u64>, quantile: f64) -> f64 {
    per(real(latencies.value_at_quantile(quantile)), 1_000)
}
