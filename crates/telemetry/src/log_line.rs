//! Builds a log line in JSON or in text.

use std::cell::Cell;
use std::io::Write;

use super::escape::{write_quoted, write_unquoted};

/// The length of a time up to its second: `2026-11-22T16:00:00`.
const SECOND_LENGTH: usize = 19;

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object per line.
    Json,
    /// `name=value` pairs.
    Text,
}

/// A log line that is built field by field.
pub(crate) struct LogLine {
    format: Format,
    bytes: Vec<u8>,
}

impl LogLine {
    /// Creates a line with the time and the level.
    pub(crate) fn new(format: Format, microseconds: i64, level: &str) -> Self {
        let mut line = Self { format, bytes: Vec::with_capacity(512) };
        match format {
            Format::Json => {
                line.bytes.extend_from_slice(b"{\"time\":\"");
                write_time(&mut line.bytes, microseconds);
                line.bytes.push(b'"');
                line.text("level", level);
            }
            Format::Text => {
                write_time(&mut line.bytes, microseconds);
                write(&mut line.bytes, format_args!(" {level:5}"));
            }
        }
        line
    }

    /// Adds a text field.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        match self.format {
            Format::Json => write_quoted(&mut self.bytes, value),
            Format::Text => write_unquoted(&mut self.bytes, value),
        }
    }

    /// Adds a number or boolean field.
    pub(crate) fn number(&mut self, name: &str, value: impl std::fmt::Display) {
        self.name(name);
        write(&mut self.bytes, format_args!("{value}"));
    }

    /// Returns the line, including the line break.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if self.format == Format::Json {
            self.bytes.push(b'}');
        }
        self.bytes.push(b'\n');
        self.bytes
    }

    fn name(&mut self, name: &str) {
        match self.format {
            Format::Json => {
                self.bytes.push(b',');
                write_quoted(&mut self.bytes, name);
                self.bytes.push(b':');
            }
            Format::Text => {
                self.bytes.push(b' ');
                self.bytes.extend_from_slice(name.as_bytes());
                self.bytes.push(b'=');
            }
        }
    }
}

fn write(bytes: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing into memory does not fail.
    let _ = bytes.write_fmt(text);
}

/// Appends a time with microseconds. Formats a second once: the lines of a thread mostly have the
/// same as the line before.
fn write_time(bytes: &mut Vec<u8>, microseconds: i64) {
    thread_local! {
        static SECOND: Cell<Option<(i64, [u8; SECOND_LENGTH])>> = const { Cell::new(None) };
    }
    let (second, rest) = (microseconds.div_euclid(1_000_000), microseconds.rem_euclid(1_000_000));
    let known = SECOND.get().filter(|(known, _)| *known == second);
    let text = known.map(|(_, text)| text).or_else(|| {
        let text = jiff::Timestamp::from_second(second).unwrap_or_default().to_string();
        let text = text.as_bytes().first_chunk().copied()?;
        SECOND.set(Some((second, text)));
        Some(text)
    });
    bytes.extend_from_slice(&text.unwrap_or(*b"0000-00-00T00:00:00"));
    write(bytes, format_args!(".{rest:06}Z"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_that_of_its_line_after_other_seconds() {
        // Writes two times of one second, one of another, and one before 1970.
        let written = |microseconds| {
            let mut bytes = Vec::new();
            write_time(&mut bytes, microseconds);
            String::from_utf8(bytes).expect("UTF-8")
        };
        assert_eq!(written(1_795_363_200_000_000), "2026-11-22T16:00:00.000000Z");
        assert_eq!(written(1_795_363_200_000_042), "2026-11-22T16:00:00.000042Z");
        assert_eq!(written(1_795_363_261_900_000), "2026-11-22T16:01:01.900000Z");
        assert_eq!(written(-1), "1969-12-31T23:59:59.999999Z");
    }

    #[test]
    fn a_log_line_is_one_json_object_or_one_line_of_text() {
        // Writes the same fields in both formats.
        let line = |format| {
            let mut line = LogLine::new(format, 1_795_363_200_000_000, "INFO");
            line.text("message", "two words\n");
            line.number("status", 400);
            String::from_utf8(line.finish()).expect("UTF-8")
        };
        assert_eq!(
            line(Format::Json),
            "{\"time\":\"2026-11-22T16:00:00.000000Z\",\"level\":\"INFO\",\
             \"message\":\"two words\\n\",\"status\":400}\n"
        );
        assert_eq!(
            line(Format::Text),
            "2026-11-22T16:00:00.000000Z INFO  message=\"two words\\n\" status=400\n"
        );
    }
}
