//! How a request can fail: by a rule, or because we could not do our job.

use catalogue::Refusal;
use model::Fault;

/// A request that got nothing. The two are never confused: a refusal is the caller's to mend, a
/// fault is ours.
#[derive(Clone, Debug)]
pub enum Failure {
    /// A rule turned the request down.
    Refused(Refusal),
    /// The service could not do its job.
    Fault(Fault),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
