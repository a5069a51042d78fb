//! The counter of questions to the service of breached passwords.

use telemetry::{Metrics, metric_table as table};

use super::Labelled;

/// The outcome of a question about a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeOutcome {
    /// It is listed, and refused.
    Listed,
    /// It is not listed.
    NotListed,
    /// There was no response that could be read in time. The other rules decide.
    Failed,
    /// Too many questions waited for a response. The other rules decide.
    Busy,
}

impl RangeOutcome {
    /// Every outcome.
    pub const ALL: [Self; 4] = [Self::Listed, Self::NotListed, Self::Failed, Self::Busy];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::NotListed => "not_listed",
            Self::Failed => "failed",
            Self::Busy => "busy",
        }
    }
}

/// Counts the questions by their outcome.
pub struct RangeQuestions(Labelled<1>);

impl Default for RangeQuestions {
    /// Creates the counter with every outcome, so that the first increase is seen, too.
    fn default() -> Self {
        let questions = Self(Labelled::default());
        for outcome in RangeOutcome::ALL {
            drop(questions.0.get_or_create(&label(outcome)));
        }
        questions
    }
}

impl RangeQuestions {
    /// Exposes the counter.
    pub(super) fn register(&self, metrics: &Metrics) {
        metrics.register(&table::BREACHED_PASSWORD_CHECKS_TOTAL, self.0.clone());
    }

    /// Counts a question.
    pub(crate) fn count(&self, outcome: RangeOutcome) {
        self.0.get_or_create(&label(outcome)).inc();
    }

    /// Returns how many questions had this outcome.
    pub fn with(&self, outcome: RangeOutcome) -> u64 {
        self.0.get_or_create(&label(outcome)).get()
    }
}

const fn label(outcome: RangeOutcome) -> [(&'static str, &'static str); 1] {
    [("outcome", outcome.as_str())]
}
