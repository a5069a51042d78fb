//! Failures of the service itself, as opposed to refused requests.

use std::{fmt, sync::Arc};

/// A failure of the service. It carries the internal cause for the operator; clients and users
/// never see that cause.
#[derive(Clone, Debug)]
pub struct Fault {
    kind: FaultKind,
    cause: Arc<str>,
}

/// The kinds of faults. The kind decides which error number the client receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The store is unreachable, full or locked. The same request may succeed later.
    StoreUnavailable,
    /// The store has not answered for a while, and was not asked. The same request may succeed
    /// later.
    StoreNotAsked,
    /// The store returned an impossible result: a damaged row, a missing table.
    StoreBroken,
    /// No key may sign now, or the key cannot be unsealed.
    KeyMissing,
    /// Other writers changed the same rows on every attempt. The same request may succeed later.
    Conflict,
    /// The work exceeded its time limit.
    Timeout,
    /// A bug.
    Internal,
}

impl Fault {
    /// Creates a fault from an error. Keeps the error and its chain of sources as text.
    pub fn new(kind: FaultKind, cause: &(dyn std::error::Error + 'static)) -> Self {
        let mut text = cause.to_string();
        let mut inner = cause.source();
        while let Some(source) = inner {
            text.push_str(": ");
            text.push_str(&source.to_string());
            inner = source.source();
        }
        Self { kind, cause: text.into() }
    }

    /// Creates a fault from a message, where there is no underlying error.
    pub fn from_message(kind: FaultKind, message: &str) -> Self {
        Self { kind, cause: message.into() }
    }

    /// Returns the kind of the fault.
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }

    /// Returns the internal cause, for the operator only.
    pub fn cause(&self) -> &str {
        &self.cause
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {}", self.kind, self.cause)
    }
}

impl std::error::Error for Fault {}
