//! The outcomes of the arrivals of a load.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;

use super::mixture::{Kind, Unserved};
use crate::Result;

/// The longest latency that is counted.
const LATENCY_US_MAX: u64 = 60_000_000;

/// The outcomes of a load.
pub(super) struct Counts {
    /// The arrivals that were due.
    pub(super) arrived: u64,
    /// Those of them that were not sent, because the most were running.
    pub(super) unsent: u64,
    /// The successes before the end of the period. Those that follow only empty the queues.
    pub(super) in_time: BTreeMap<Kind, u64>,
    pub(super) succeeded: BTreeMap<Kind, Histogram<u64>>,
    /// The refusals (429 and 503), and the connections that the service closed or did not accept.
    pub(super) shed: Histogram<u64>,
    /// Those of `shed` that were later requests of a sign-in.
    pub(super) shed_later: Histogram<u64>,
    pub(super) closed: u64,
    pub(super) failed: u64,
    pub(super) last_failure: Option<String>,
}

impl Counts {
    pub(super) fn new() -> Result<Self> {
        let latencies = Histogram::new_with_bounds(1, LATENCY_US_MAX, 3)?;
        let of_kind = |kind| (kind, latencies.clone());
        Ok(Self {
            arrived: 0,
            unsent: 0,
            in_time: BTreeMap::new(),
            succeeded: Kind::ALL.map(of_kind).into(),
            shed: latencies.clone(),
            shed_later: latencies,
            closed: 0,
            failed: 0,
            last_failure: None,
        })
    }

    /// Counts an arrival that took some time.
    pub(super) fn record(&mut self, kind: Kind, outcome: Result<(), Unserved>, latency: Duration) {
        match outcome {
            Ok(()) => {
                let succeeded = self.succeeded.entry(kind);
                succeeded.and_modify(|it| it.saturating_record(microseconds(latency)));
            }
            Err(Unserved::Shed(latency)) => self.shed.saturating_record(microseconds(latency)),
            Err(Unserved::ShedLater(latency)) => {
                self.shed.saturating_record(microseconds(latency));
                self.shed_later.saturating_record(microseconds(latency));
            }
            Err(Unserved::Closed(latency)) => {
                self.closed += 1;
                self.shed.saturating_record(microseconds(latency));
            }
            Err(Unserved::Failed(failure)) => {
                self.failed += 1;
                self.last_failure = Some(format!("{}: {failure}", kind.name()));
            }
        }
    }

    /// Ends the period in which successes count.
    pub(super) fn end_period(&mut self) {
        let successes = self.succeeded.iter().map(|(kind, latencies)| (*kind, latencies.len()));
        self.in_time = successes.collect();
    }

    /// Returns the number of successes of a kind per second of the period.
    pub(super) fn rate(&self, kind: Kind, period: Duration) -> f64 {
        let succeeded = self.in_time.get(&kind).copied().unwrap_or_default();
        f64::from(u32::try_from(succeeded).unwrap_or(u32::MAX)) / period.as_secs_f64()
    }

    /// Returns the slowest of 100 latencies of a kind.
    pub(super) fn p99(&self, kind: Kind) -> Duration {
        self.succeeded.get(&kind).map(p99).unwrap_or_default()
    }
}

/// Returns the slowest of 100 latencies.
pub(super) fn p99(latencies: &Histogram<u64>) -> Duration {
    Duration::from_micros(latencies.value_at_quantile(0.99))
}

fn microseconds(latency: Duration) -> u64 {
    u64::try_from(latency.as_micros()).unwrap_or(LATENCY_US_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_of_arrivals_are_counted_by_kind() {
        // Counts a success within the period and one after it, and one of each other outcome.
        let (second, mut counts) = (Duration::from_secs(1), Counts::new().expect("counts"));
        counts.record(Kind::Token, Ok(()), second);
        counts.end_period();
        counts.record(Kind::Token, Ok(()), second * 2);
        counts.record(Kind::SignIn, Err(Unserved::Shed(second)), second * 3);
        counts.record(Kind::SignIn, Err(Unserved::ShedLater(second)), second * 3);
        counts.record(Kind::SignIn, Err(Unserved::Closed(second)), second * 3);
        counts.record(Kind::SignIn, Err(Unserved::Failed("status 500".to_owned())), second);
        assert!((counts.rate(Kind::Token, second * 2) - 0.5).abs() < 1e-9);
        assert!(counts.rate(Kind::SignIn, second).abs() < 1e-9);
        assert_eq!((counts.shed.len(), counts.shed_later.len()), (3, 1));
        assert_eq!((counts.closed, counts.failed), (1, 1));
        assert!(counts.p99(Kind::Token) >= second * 2 && p99(&counts.shed) < second * 2);
        assert_eq!(counts.last_failure.as_deref(), Some("sign-ins: status 500"));
    }
}
