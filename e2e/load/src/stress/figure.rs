//! A promise, the figure that was measured for it, and whether it is kept.

use std::time::Duration;

/// One line of the table.
pub(crate) struct Figure {
    row: String,
    promise: String,
    measured: String,
    pub(crate) is_kept: bool,
    is_of_time: bool,
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
        let (row, is_of_time, seconds) = (String::new(), false, 0.0);
        Self { row, promise, measured, is_kept, is_of_time, seconds }
    }

    /// Creates the figure of a promise that is broken.
    pub(crate) fn broken(promise: impl Into<String>, measured: impl Into<String>) -> Self {
        Self::new(promise, measured, false)
    }

    /// Creates the figure of a duration with a maximum.
    pub(crate) fn at_most(name: &str, measured: Duration, maximum: Duration) -> Self {
        let promise = format!("{name} ≤ {}", milliseconds(maximum));
        Self::new(promise, milliseconds(measured), measured <= maximum).of_time()
    }

    /// Marks the figure as one of time, which depends on what else the machine does.
    pub(crate) fn of_time(self) -> Self {
        Self { is_of_time: true, ..self }
    }

    /// Returns whether the promise is broken. The short forms run beside other work, so they do not
    /// judge times.
    pub(crate) fn is_broken(&self, is_short: bool) -> bool {
        let is_judged = !is_short || !self.is_of_time;
        is_judged && !self.is_kept
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
        let Self { row, promise, measured, is_kept, seconds, .. } = self;
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
