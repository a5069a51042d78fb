//! Measures two servers in turns, so that whatever else happens on the machine affects both alike.

use std::time::Duration;

use hdrhistogram::Histogram;

use crate::Result;
use crate::load::{LoadPlan, generate_load};
use crate::machine::MachineTime;
use crate::measurements::{per, real};
use crate::target::Target;

/// The number of attempts at a round that is not disturbed.
const ATTEMPTS: u32 = 3;

/// The rounds of two servers. A round measures first the one and then the other.
pub(crate) struct Rounds {
    pub(crate) first: Side,
    pub(crate) second: Side,
    /// The number of rounds that were left out because others used the CPU.
    pub(crate) disturbed: u32,
    /// The number of rounds that were wanted.
    wanted: u32,
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
}

/// A median with the least and the greatest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) greatest: f64,
}

impl Rounds {
    /// Measures two targets in `wanted` rounds, and leaves out disturbed ones.
    pub(crate) async fn measure(
        targets: [&Target; 2],
        plan: LoadPlan,
        wanted: u32,
    ) -> Result<Self> {
        let mut rounds = Self { first: Side::new()?, second: Side::new()?, disturbed: 0, wanted };
        let pids = targets.map(|target| target.server.pid);
        while rounds.undisturbed() < wanted && rounds.disturbed < wanted * (ATTEMPTS - 1) {
            let before = MachineTime::read(&pids)?;
            let first = generate_load(targets[0], plan).await?;
            let second = generate_load(targets[1], plan).await?;
            if MachineTime::read(&pids)?.is_disturbed_since(&before) {
                rounds.disturbed += 1;
                continue;
            }
            rounds.first.add(&first)?;
            rounds.second.add(&second)?;
        }
        Ok(rounds)
    }

    fn undisturbed(&self) -> u32 {
        u32::try_from(self.first.cpu_us.len()).unwrap_or(u32::MAX)
    }

    /// Returns whether enough rounds were undisturbed for a verdict.
    pub(crate) fn is_conclusive(&self) -> bool {
        self.undisturbed() >= self.wanted
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
        })
    }

    fn add(&mut self, result: &crate::load::LoadResult) -> Result<()> {
        if result.requests == 0 {
            return Err("a round without a response: there are no further requests".into());
        }
        self.requests += result.requests;
        self.duration += result.duration;
        self.latencies.add(&result.latencies)?;
        self.cpu_us.push(per(result.cpu_time.as_secs_f64() * 1e6, result.requests));
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
    fn of(values: &[f64]) -> Option<Self> {
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
        let rounds = Rounds {
            first: side(&[20.0, 60.0, 22.0]),
            second: side(&[10.0, 30.0, 11.0]),
            disturbed: 0,
            wanted: 3,
        };
        let two = Spread { median: 2.0, least: 2.0, greatest: 2.0 };
        assert_eq!(rounds.ratio(), Some(two));
        assert_eq!(rounds.difference().map(|spread| spread.greatest), Some(30.0));
        assert!(rounds.is_conclusive());
    }

    #[test]
    fn too_few_undisturbed_rounds_are_inconclusive() {
        // Has one round of the three that were wanted.
        let (first, second) = (side(&[20.0]), side(&[10.0]));
        assert!(!Rounds { first, second, disturbed: 6, wanted: 3 }.is_conclusive());
    }
}
