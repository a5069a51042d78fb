//! What went wrong on our side: never the caller's doing.

use std::{fmt, sync::Arc};

/// The service could not do its job. Carries the inner cause for the operator, never for callers.
#[derive(Clone, Debug)]
pub struct Fault {
    kind: FaultKind,
    cause: Arc<str>,
}

/// What kind of failure it was, which decides the number that the caller sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The store is away, full or locked; the same request may succeed later.
    StoreUnavailable,
    /// The store answered with something that cannot be: a damaged row, a missing table.
    StoreBroken,
    /// No key that may sign, or one that cannot be unsealed.
    KeyMissing,
    /// The same rows were changed by others again and again; the same request may succeed.
    Contended,
    /// The work took longer than allowed.
    Timeout,
    /// Anything else: a bug.
    Internal,
}

impl Fault {
    /// A fault with its cause; the chain of sources is kept as text.
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

    /// A fault that has no inner error, only a sentence.
    pub fn because(kind: FaultKind, cause: &str) -> Self {
        Self { kind, cause: cause.into() }
    }

    /// What kind of failure it was.
    pub const fn kind(&self) -> FaultKind {
        self.kind
    }

    /// The inner cause, for the operator.
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
