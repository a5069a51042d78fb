//! Builds a log line in JSON or in text.

use super::escape::{write_quoted, write_unquoted};

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
        let time = jiff::Timestamp::from_microsecond(microseconds).unwrap_or_default();
        let mut line = Self { format, bytes: Vec::with_capacity(512) };
        match format {
            Format::Json => {
                line.bytes.extend_from_slice(b"{\"time\":\"");
                line.bytes.extend_from_slice(format!("{time:.6}").as_bytes());
                line.bytes.push(b'"');
                line.text("level", level);
            }
            Format::Text => {
                line.bytes.extend_from_slice(format!("{time:.6} {level:5}").as_bytes());
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
        self.bytes.extend_from_slice(value.to_string().as_bytes());
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

#[cfg(test)]
mod tests {
    use super::*;

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
