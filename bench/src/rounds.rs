//! Measures two servers in turns, so that whatever else happens on the machine affects both alike.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::Result;
use crate::database_servers::DatabaseWork;
use crate::load::{LoadPlan, LoadResult, generate_load, send_one_by_one};
use crate::machine::MachineTime;
use crate::measurements::{per, real};
use crate::target::Target;

/// The number of attempts at a round that is not disturbed.
pub(crate) const ATTEMPTS: u32 = 3;

/// The verdict on too few undisturbed rounds.
pub(crate) const DISTURBED: &str = "disturbed: no verdict";

/// The rounds of two servers. A round measures first the one and then the other.
pub(crate) struct Rounds {
    pub(crate) first: Side,
    pub(crate) second: Side,
    /// The number of rounds that were left out: others used the CPU, or a server was so slow that
    /// it answered nothing or refused requests.
    pub(crate) disturbed: u32,
    /// The number of rounds that were wanted.
    wanted: u32,
    /// The rounds that count although others used the CPU.
    beside_others: u32,
    /// Whether a target had no further requests.
    exhausted: bool,
}

/// The requests of one server in all rounds.
#[derive(Debug)]
pub(crate) struct Side {
    pub(crate) requests: u64,
    pub(crate) duration: Duration,
    /// In microseconds.
    pub(crate) latencies: Histogram<u64>,
    /// CPU time per request in microseconds, for each round.
    pub(crate) cpu_us: Vec<f64>,
    /// The work of the database per request, for each round. Empty without a database.
    pub(crate) database: Vec<DatabaseWork>,
}

/// A median with the least and the greatest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) greatest: f64,
}

impl Rounds {
    /// Measures two targets in `wanted` rounds, and leaves out disturbed ones. Before them, each
    /// target must answer one request within a minute.
    ///
    /// # Errors
    /// A response was wrong, or a server hangs.
    pub(crate) async fn measure(
        targets: [&Target; 2],
        plan: LoadPlan,
        wanted: u32,
    ) -> Result<Self> {
        let mut rounds = Self::new(wanted)?;
        for target in targets {
            send_one_by_one(target, 1).await?;
        }
        let servers = targets.map(|target| &target.server);
        while rounds.needs_another() {
            let before = MachineTime::read(servers)?;
            let first = generate_load(targets[0], plan).await?;
            let second = generate_load(targets[1], plan).await?;
            let others = MachineTime::read(servers)?.is_disturbed_since(&before);
            rounds.beside_others += u32::from(others && plan.beside_others);
            rounds.add([&first, &second], others && !plan.beside_others)?;
        }
        Ok(rounds)
    }

    fn new(wanted: u32) -> Result<Self> {
        let (first, second) = (Side::new()?, Side::new()?);
        Ok(Self { first, second, disturbed: 0, wanted, beside_others: 0, exhausted: false })
    }

    fn needs_another(&self) -> bool {
        let attempts_left = self.disturbed < self.wanted * (ATTEMPTS - 1);
        !self.is_complete() && attempts_left && !self.exhausted
    }

    /// Adds a round, or counts it as disturbed. `others` is whether others used the CPU.
    fn add(&mut self, results: [&LoadResult; 2], others: bool) -> Result<()> {
        self.exhausted |= results.iter().any(|result| result.exhausted);
        let is_slow = |result: &&LoadResult| result.requests == 0 || result.overloaded > 0;
        if others || self.exhausted || results.iter().any(is_slow) {
            self.disturbed += 1;
            return Ok(());
        }
        self.first.add(results[0])?;
        self.second.add(results[1])
    }

    fn undisturbed(&self) -> u32 {
        u32::try_from(self.first.cpu_us.len()).unwrap_or(u32::MAX)
    }

    fn is_complete(&self) -> bool {
        self.undisturbed() >= self.wanted
    }

    /// Returns whether enough rounds were undisturbed for a verdict.
    pub(crate) fn is_conclusive(&self) -> bool {
        self.is_complete() && self.beside_others == 0
    }

    /// Returns the reason for which there is no verdict, if there is none.
    pub(crate) fn no_verdict(&self) -> Option<&'static str> {
        if self.is_conclusive() {
            None
        } else if self.exhausted {
            Some("no further requests: no verdict")
        } else {
            Some(DISTURBED)
        }
    }

    /// Returns the ratio of the first to the second server's CPU time, round by round.
    pub(crate) fn ratio(&self) -> Option<Spread> {
        self.compared(|first, second| first / second)
    }

    /// Returns the difference of the first to the second server's CPU time, round by round.
    pub(crate) fn difference(&self) -> Option<Spread> {
        self.compared(|first, second| first - second)
    }

    fn compared(&self, compare: impl Fn(f64, f64) -> f64) -> Option<Spread> {
        let pairs = self.first.cpu_us.iter().zip(&self.second.cpu_us);
        Spread::of(&pairs.map(|(first, second)| compare(*first, *second)).collect::<Vec<_>>())
    }
}

impl Side {
    fn new() -> Result<Self> {
        Ok(Self {
            requests: 0,
            duration: Duration::ZERO,
            latencies: crate::load::histogram()?,
            cpu_us: Vec::new(),
            database: Vec::new(),
        })
    }

    fn add(&mut self, result: &LoadResult) -> Result<()> {
        self.requests += result.requests;
        self.duration += result.duration;
        self.latencies.add(&result.latencies)?;
        self.cpu_us.push(per(result.cpu_time.as_secs_f64() * 1e6, result.requests));
        self.database.extend(result.database.map(|work| work.per(result.requests)));
        Ok(())
    }

    /// Returns the CPU time per request in microseconds.
    pub(crate) fn cpu(&self) -> Option<Spread> {
        Spread::of(&self.cpu_us)
    }

    pub(crate) fn requests_per_second(&self) -> f64 {
        real(self.requests) / self.duration.as_secs_f64().max(f64::EPSILON)
    }
}

impl Spread {
    /// Returns the spread of some values, or none of no values.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        let upper = *sorted.get(middle)?;
        let is_odd = !sorted.len().is_multiple_of(2);
        let lower = if is_odd { upper } else { *sorted.get(middle.checked_sub(1)?)? };
        Some(Self {
            median: f64::midpoint(lower, upper),
            least: *sorted.first()?,
            greatest: *sorted.last()?,
        })
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { median, least, greatest } = self;
        formatter.pad(&format!("{median:.2} ({least:.2}–{greatest:.2})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(cpu_us: &[f64]) -> Side {
        Side { cpu_us: cpu_us.to_vec(), ..Side::new().unwrap() }
    }

    fn result(requests: u64, overloaded: u64, exhausted: bool) -> LoadResult {
        LoadResult {
            requests,
            duration: Duration::from_millis(50),
            latencies: crate::load::histogram().unwrap(),
            cpu_time: Duration::from_millis(1),
            overloaded,
            exhausted,
            database: None,
        }
    }

    #[test]
    fn the_median_ignores_a_single_outlier() {
        // Takes an odd and an even number of values, one of them far off, and no values.
        let median = |values| Spread::of(values).map(|spread| spread.median);
        assert_eq!(median(&[50.0, 900.0, 51.0]), Some(51.0));
        assert_eq!(median(&[52.0, 50.0, 900.0, 51.0]), Some(51.5));
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn servers_are_compared_round_by_round() {
        // Both become slower in the second round; the first stays twice as slow.
        let (first, second) = (side(&[20.0, 60.0, 22.0]), side(&[10.0, 30.0, 11.0]));
        let rounds = Rounds { first, second, ..Rounds::new(3).unwrap() };
        let two = Spread { median: 2.0, least: 2.0, greatest: 2.0 };
        assert_eq!(rounds.ratio(), Some(two));
        assert_eq!(rounds.difference().map(|spread| spread.greatest), Some(30.0));
        assert!(rounds.is_conclusive());
    }

    #[test]
    fn too_few_undisturbed_rounds_are_inconclusive() {
        // Has one round of the three that were wanted.
        let (first, second) = (side(&[20.0]), side(&[10.0]));
        let rounds = Rounds { first, second, disturbed: 6, ..Rounds::new(3).unwrap() };
        assert!(!rounds.needs_another());
        assert_eq!(rounds.no_verdict(), Some(DISTURBED));
    }

    #[test]
    fn a_round_without_a_response_is_disturbed_and_no_failure() {
        // Adds a round in which one server answered nothing, one with a refusal for overload, and
        // one beside work of others. None of them counts; a round without all of that does.
        let mut rounds = Rounds::new(1).unwrap();
        let (answered, slow) = (result(7, 0, false), result(0, 0, false));
        rounds.add([&answered, &slow], false).unwrap();
        rounds.add([&result(7, 1, false), &answered], false).unwrap();
        assert_eq!((rounds.disturbed, rounds.undisturbed()), (2, 0));
        assert!(!rounds.needs_another(), "two disturbed rounds for one that is wanted");
        let mut rounds = Rounds::new(1).unwrap();
        rounds.add([&answered, &answered], true).unwrap();
        assert!(rounds.needs_another());
        rounds.add([&answered, &answered], false).unwrap();
        assert_eq!((rounds.disturbed, rounds.no_verdict()), (1, None));
    }

    #[test]
    fn rounds_end_without_a_verdict_if_requests_run_out() {
        // Adds a round in which one target had no further request.
        let mut rounds = Rounds::new(3).unwrap();
        rounds.add([&result(7, 0, true), &result(7, 0, false)], false).unwrap();
        assert!(!rounds.needs_another());
        assert_eq!(rounds.no_verdict(), Some("no further requests: no verdict"));
    }
}
