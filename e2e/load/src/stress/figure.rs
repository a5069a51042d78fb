//! A promise, the figure that was measured for it, and whether it is kept.

use std::time::Duration;

/// One line of the table.
pub(crate) struct Figure {
    row: String,
    promise: String,
    measured: String,
    pub(crate) is_kept: bool,
    seconds: f64,
}

impl Figure {
    /// Creates the figure of a promise that is kept or broken.
    pub(crate) fn new(
        promise: impl Into<String>,
        measured: impl Into<String>,
        is_kept: bool,
    ) -> Self {
        let (promise, measured) = (promise.into(), measured.into());
        Self { row: String::new(), promise, measured, is_kept, seconds: 0.0 }
    }

    /// Creates the figure of a promise that is kept.
    pub(crate) fn kept(promise: impl Into<String>, measured: impl Into<String>) -> Self {
        Self::new(promise, measured, true)
    }

    /// Creates the figure of a promise that is broken.
    pub(crate) fn broken(promise: impl Into<String>, measured: impl Into<String>) -> Self {
        Self::new(promise, measured, false)
    }

    /// Creates the figure of a duration with a maximum.
    pub(crate) fn at_most(name: &str, measured: Duration, maximum: Duration) -> Self {
        let promise = format!("{name} ≤ {}", milliseconds(maximum));
        Self::new(promise, milliseconds(measured), measured <= maximum)
    }

    /// Names the flood during which it was measured.
    pub(crate) fn during(self, flood: &str) -> Self {
        Self { promise: format!("{flood}: {}", self.promise), ..self }
    }

    /// Sets the row and its duration.
    pub(crate) fn of_row(self, row: &str, seconds: f64) -> Self {
        Self { row: row.to_owned(), seconds, ..self }
    }

    /// Returns the line of the table.
    pub(crate) fn line(&self) -> String {
        let Self { row, promise, measured, is_kept, seconds } = self;
        let result = if *is_kept { "kept" } else { "NOT MET" };
        format!("| {row} | {promise} | {measured} | {result} | {seconds:.0} s |")
    }
}

/// Returns the heading of the table.
pub(crate) fn heading() -> String {
    "| row | promise | measured | result | row took |\n|---|---|---|---|---|".to_owned()
}

/// Formats a duration.
pub(crate) fn milliseconds(duration: Duration) -> String {
    match duration.as_micros() {
        micros @ 0..100_000 => format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100),
        micros => format!("{} ms", micros / 1_000),
    }
}
