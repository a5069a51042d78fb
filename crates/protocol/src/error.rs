//! The error type of this crate: a refusal or a fault.

use catalogue::Refusal;
use model::Fault;

/// The reason why a request failed. A refusal names who can fix it; the operator fixes a
/// fault.
#[derive(Clone, Debug)]
pub enum Error {
    /// A rule refused the request.
    Refused(Refusal),
    /// The service itself failed.
    Fault(Fault),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
