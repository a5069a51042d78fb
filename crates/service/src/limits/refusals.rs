//! Counts what each limit refuses.

use prometheus_client::metrics::{counter::Counter, family::Family};
use telemetry::{Metrics, metric_table};

/// A limit that refuses requests or holds back mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Limit {
    FailedSignIns,
    PasswordQueue,
    PushedRequests,
    DryRuns,
    LookUps,
    PasswordChanges,
    Reports,
    OpenReports,
    Mails,
    Deliveries,
}

/// The number of refusals of each limit.
#[derive(Default)]
pub(crate) struct Refusals(Family<[(&'static str, &'static str); 1], Counter>);

impl Limit {
    pub(crate) const ALL: [Self; 10] = [
        Self::FailedSignIns,
        Self::PasswordQueue,
        Self::PushedRequests,
        Self::DryRuns,
        Self::LookUps,
        Self::PasswordChanges,
        Self::Reports,
        Self::OpenReports,
        Self::Mails,
        Self::Deliveries,
    ];

    /// Returns the name in the metrics, and in the table of all limits.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::FailedSignIns => "failed_sign_ins",
            Self::PasswordQueue => "password_queue",
            Self::PushedRequests => "pushed_requests",
            Self::DryRuns => "dry_runs",
            Self::LookUps => "look_ups",
            Self::PasswordChanges => "password_changes",
            Self::Reports => "reports",
            Self::OpenReports => "open_reports",
            Self::Mails => "mails",
            Self::Deliveries => "deliveries",
        }
    }
}

impl Refusals {
    /// Exposes the counters, so that the first increase of each is seen, too.
    pub(crate) fn register(&self, metrics: &Metrics) {
        for limit in Limit::ALL {
            drop(self.0.get_or_create(&[("limit", limit.name())]));
        }
        metrics.register(&metric_table::LIMIT_REFUSALS_TOTAL, self.0.clone());
    }

    /// Counts a refusal.
    pub(crate) fn count(&self, limit: Limit) {
        self.0.get_or_create(&[("limit", limit.name())]).inc();
    }

    /// Counts the refusal, if the result is one.
    pub(crate) fn counted<T, E>(&self, limit: Limit, result: Result<T, E>) -> Result<T, E> {
        result.inspect_err(|_| self.count(limit))
    }

    /// Returns how often a limit has refused.
    #[cfg(test)]
    fn of(&self, limit: Limit) -> u64 {
        self.0.get_or_create(&[("limit", limit.name())]).get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_of_each_limit_are_counted_alone() {
        // Counts a refusal of one limit, and a request that another one accepts.
        let refusals = Refusals::default();
        assert_eq!(refusals.counted(Limit::DryRuns, Err::<(), ()>(())), Err(()));
        assert_eq!(refusals.counted(Limit::Reports, Ok::<(), ()>(())), Ok(()));
        assert_eq!([Limit::DryRuns, Limit::Reports].map(|limit| refusals.of(limit)), [1, 0]);
    }
}
