//! How the log is written.

use crate::document::{Choice, Reader};

/// How the log is written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Log {
    /// `json`: one object a line, for machines; `text`: for people.
    ///
    /// Default: `"json"`
    pub(crate) format: LogFormat,
    /// The least level that is written: `error`, `warn`, `info`, `debug`. The line that every
    /// request leaves has the level `info`.
    ///
    /// Default: `"info"`
    pub(crate) level: LogLevel,
}

/// How lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// One object a line.
    Json,
    /// For people.
    Text,
}

/// The least level that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogLevel {
    /// What we failed at.
    Error,
    /// What an operator should look at.
    Warn,
    /// What happened.
    Info,
    /// How it happened.
    Debug,
}

impl Choice for LogFormat {
    const WORDS: &'static [(&'static str, Self)] = &[("json", Self::Json), ("text", Self::Text)];
}

impl Choice for LogLevel {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("error", Self::Error),
        ("warn", Self::Warn),
        ("info", Self::Info),
        ("debug", Self::Debug),
    ];
}

impl LogLevel {
    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(_, level)| *level == self).map_or("info", |(word, _)| word)
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Json, level: LogLevel::Info }
    }
}

impl Log {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let default = Self::default();
        let format = reader.optional("format").map_or(default.format, |format| format.value);
        let level = reader.optional("level").map_or(default.level, |level| level.value);
        Self { format, level }
    }
}
