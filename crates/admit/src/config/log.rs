//! The log options of the configuration file.

use crate::toml_document::{EnumOption, TableReader};

/// The log.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Log {
    /// The format: `json`, one object per line, or `text`, one readable line per entry.
    ///
    /// Default: `"json"`
    pub(crate) format: LogFormat,
    /// The lowest level that is written: `error`, `warn`, `info`, `debug`. The access log entry of
    /// a request has the level `info`.
    ///
    /// Default: `"info"`
    pub(crate) level: LogLevel,
}

/// The format of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// One JSON object per line.
    Json,
    /// One readable line per entry.
    Text,
}

/// The lowest level that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogLevel {
    /// Faults of the service.
    Error,
    /// Conditions that the operator should check.
    Warn,
    /// Normal events.
    Info,
    /// Details of normal events.
    Debug,
}

impl EnumOption for LogFormat {
    const NAMES: &'static [(&'static str, Self)] = &[("json", Self::Json), ("text", Self::Text)];
}

impl EnumOption for LogLevel {
    const NAMES: &'static [(&'static str, Self)] = &[
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("info", Self::Info),
        ("debug", Self::Debug),
    ];
}

impl LogLevel {
    /// Returns the name of the level.
    pub(crate) fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, level)| *level == self).map_or("info", |(name, _)| name)
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Json, level: LogLevel::Info }
    }
}

impl Log {
    pub(super) fn read(reader: &mut TableReader<'_>) -> Self {
        let default = Self::default();
        let format = reader.optional("format").map_or(default.format, |format| format.value);
        let level = reader.optional("level").map_or(default.level, |level| level.value);
        Self { format, level }
    }
}
