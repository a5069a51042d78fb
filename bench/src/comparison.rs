//! Compares two services: `bench recording` with and without request records, and
//! `bench token --baseline` two builds.

use std::path::Path;

use tempfile::TempDir;

use crate::prepared_data::FOLDER;
use crate::report::Report;
use crate::rounds::{Rounds, Spread};
use crate::run::{Schedule, dataset, describe, interruptible, prepare_data, selected_scenarios};
use crate::running_service::RunningService;
use crate::scenario::Scenario;
use crate::server_process::ServiceCommand;
use crate::target::Target;
use crate::{Result, Settings, binary, cores, print_line};

/// The budget of recording, in percent of the CPU time of a token request.
const RECORDING_PERCENT_MAX: f64 = 5.0;

/// Runs `bench recording`.
pub(crate) fn recording(settings: &Settings) -> Result<()> {
    refuse_write(settings)?;
    let binary = binary::path(settings.binary.as_deref())?;
    interruptible(compare_recording(settings, &binary))
}

/// Runs `bench token --baseline`.
pub(crate) fn builds(settings: &Settings) -> Result<()> {
    refuse_write(settings)?;
    let binary = binary::path(settings.binary.as_deref())?;
    let baseline = settings.baseline.as_deref().ok_or("no baseline")?;
    interruptible(compare_builds(settings, [&binary, baseline]))
}

fn refuse_write(settings: &Settings) -> Result<()> {
    match settings.write {
        None => Ok(()),
        Some(_) => Err("a comparison of two services cannot be written: omit --write".into()),
    }
}

async fn compare_recording(settings: &Settings, binary: &Path) -> Result<()> {
    let scenarios = if settings.scenario.is_empty() {
        // It writes nothing but request records, so they are the largest part of its cost.
        vec![Scenario::ClientCredentialsEs256]
    } else {
        selected_scenarios(settings)
    };
    let directories = directories(settings, 2).await?;
    let [with, without] = &directories[..] else { return Err("not two directories".into()) };
    let (command, dataset) = (ServiceCommand::new(binary), dataset(settings));
    cores::use_last(settings.one_core)?;
    let with = RunningService::start(&command, (with.path(), dataset), true).await?;
    let without = RunningService::start(&command, (without.path(), dataset), false).await?;
    cores::use_first(settings.one_core)?;
    head(["with", "without"]);
    for scenario in scenarios {
        let with = Target::new(&with.server, scenario).await?;
        let without = Target::new(&without.server, scenario).await?;
        let rounds = measure(settings, [&with, &without]).await?;
        let verdict = match percent(&rounds) {
            _ if !rounds.is_conclusive() => rounds.no_verdict().unwrap_or_default().to_owned(),
            Some(percent) if percent <= RECORDING_PERCENT_MAX => kept("kept"),
            _ => kept("MISSED"),
        };
        line(&scenario.to_string(), &rounds, &verdict);
    }
    with.end().await?;
    without.end().await
}

fn kept(verdict: &str) -> String {
    format!("{RECORDING_PERCENT_MAX:.0} % allowed: {verdict}")
}

/// Compares a build first with itself, which shows the noise, and then with the baseline.
async fn compare_builds(settings: &Settings, [build, baseline]: [&Path; 2]) -> Result<()> {
    let directories = directories(settings, 3).await?;
    let [first, same, other] = &directories[..] else {
        return Err("not three directories".into());
    };
    let [build, baseline] = [build, baseline].map(ServiceCommand::new);
    let dataset = dataset(settings);
    cores::use_last(settings.one_core)?;
    let first = RunningService::start(&build, (first.path(), dataset), true).await?;
    let same = RunningService::start(&build, (same.path(), dataset), true).await?;
    let other = RunningService::start(&baseline, (other.path(), dataset), true).await?;
    cores::use_first(settings.one_core)?;
    head(["build", "baseline"]);
    for scenario in selected_scenarios(settings) {
        // One target for each service: it numbers its requests, so that none is sent twice.
        let first = Target::new(&first.server, scenario).await?;
        let same = Target::new(&same.server, scenario).await?;
        let other = Target::new(&other.server, scenario).await?;
        let noise = measure(settings, [&first, &same]).await?;
        line(&scenario.to_string(), &noise, noise.no_verdict().unwrap_or("the build with itself"));
        let rounds = measure(settings, [&first, &other]).await?;
        line("", &rounds, rounds.no_verdict().unwrap_or_default());
    }
    first.end().await?;
    same.end().await?;
    other.end().await
}

/// Creates directories of runs, each with a copy of the same data.
async fn directories(settings: &Settings, count: usize) -> Result<Vec<TempDir>> {
    let dataset = dataset(settings);
    Report::default().lines(&describe(settings, dataset));
    let first = tempfile::tempdir()?;
    let data = prepare_data(settings, dataset, &first).await?;
    let mut directories = vec![first];
    for _ in 1..count {
        let directory = tempfile::tempdir()?;
        data.copy_to(directory.path().join(FOLDER))?;
        directories.push(directory);
    }
    Ok(directories)
}

async fn measure(settings: &Settings, targets: [&Target; 2]) -> Result<Rounds> {
    let schedule = Schedule::new(settings);
    Rounds::measure(targets, schedule.plan, schedule.rounds).await
}

fn head([first, second]: [&str; 2]) {
    print_line("");
    print_line(&format!(
        "{:<24}{first:>24}{second:>24}{:>24}{:>9}   each: median (least–greatest) of the rounds",
        "CPU µs/req", "difference", "percent",
    ));
}

fn line(scenario: &str, rounds: &Rounds, verdict: &str) {
    let text = |spread: Option<Spread>| spread.map_or_else(|| "-".to_owned(), |it| it.to_string());
    print_line(&format!(
        "{scenario:<24}{:>24}{:>24}{:>24}{:>9}   {verdict}",
        text(rounds.first.cpu()),
        text(rounds.second.cpu()),
        text(rounds.difference()),
        percent(rounds).map_or_else(|| "-".to_owned(), |percent| format!("{percent:.1} %")),
    ));
}

/// Returns the difference in percent of the second server's CPU time.
fn percent(rounds: &Rounds) -> Option<f64> {
    let (difference, base) = rounds.difference().zip(rounds.second.cpu())?;
    Some(difference.median / base.median * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StoreKind;

    #[test]
    fn comparisons_refuse_a_document_to_write() {
        // Demands a report of both comparisons. They refuse that before they build anything.
        let settings = Settings {
            quick: true,
            scenario: Vec::new(),
            rounds: None,
            connections: 1,
            clients: None,
            grants: None,
            binary: None,
            baseline: Some("admit".into()),
            store: StoreKind::Sqlite,
            beside_others: false,
            one_core: false,
            write: Some("report.md".into()),
            data: None,
        };
        for result in [recording(&settings), builds(&settings)] {
            assert!(result.unwrap_err().to_string().ends_with("omit --write"));
        }
    }
}
