//! Builds a log line in JSON or in text.

use std::cell::Cell;
use std::fmt::Display;
use std::io::Write;
use std::net::IpAddr;

use uuid::Uuid;

use super::escape::{write_quoted, write_unquoted};

/// The length of a time up to its second: `2026-11-22T16:00:00`.
const SECOND_LENGTH: usize = 19;
/// The length of the microseconds of a time with their point: `.000042`.
const FRACTION_LENGTH: usize = 7;
/// The capacity of a new line in bytes. Most lines fit.
const LINE_CAPACITY: usize = 512;
/// The largest capacity in bytes that a thread keeps for its next line.
const KEPT_CAPACITY_MAX: usize = 4_096;

thread_local! {
    /// The memory of the line before.
    static MEMORY: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object per line.
    Json,
    /// `name=value` pairs.
    Text,
}

/// The name of a field that every line of its kind has, as it precedes the value in each format.
#[derive(Clone, Copy)]
pub(crate) struct FieldName {
    pub(crate) json: &'static str,
    pub(crate) text: &'static str,
}

/// Creates a [`FieldName`] of a literal without characters that need an escape.
macro_rules! field_name {
    ($name:literal) => {
        $crate::log_line::FieldName {
            json: concat!(",\"", $name, "\":"),
            text: concat!(" ", $name, "="),
        }
    };
}
pub(crate) use field_name;

/// A log line that is built field by field: a name, then its value.
pub(crate) struct LogLine {
    format: Format,
    bytes: Vec<u8>,
}

impl LogLine {
    /// Creates a line with the time and the level.
    pub(crate) fn new(format: Format, microseconds: i64, level: &'static str) -> Self {
        let mut line = Self { format, bytes: MEMORY.take() };
        line.bytes.reserve(LINE_CAPACITY);
        match format {
            Format::Json => {
                line.bytes.extend_from_slice(b"{\"time\":\"");
                write_time(&mut line.bytes, microseconds);
                line.bytes.push(b'"');
                line.name(field_name!("level")).names(&[level]);
            }
            Format::Text => {
                write_time(&mut line.bytes, microseconds);
                line.write(format_args!(" {level:5}"));
            }
        }
        line
    }

    /// Begins a field.
    pub(crate) fn name(&mut self, name: FieldName) -> &mut Self {
        let name = match self.format {
            Format::Json => name.json,
            Format::Text => name.text,
        };
        self.bytes.extend_from_slice(name.as_bytes());
        self
    }

    /// Begins a field whose name is not known to this crate.
    pub(crate) fn other_name(&mut self, name: &str) -> &mut Self {
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
        self
    }

    /// Adds a text.
    pub(crate) fn text(&mut self, value: &str) {
        match self.format {
            Format::Json => write_quoted(&mut self.bytes, value),
            Format::Text => write_unquoted(&mut self.bytes, value),
        }
    }

    /// Adds a number.
    pub(crate) fn number(&mut self, value: u64) {
        let mut digits = [0; 20];
        let mut rest = value;
        let mut length = 0;
        for digit in digits.iter_mut().rev() {
            *digit = ascii_digit(rest % 10);
            (rest, length) = (rest / 10, length + 1);
            if rest == 0 {
                break;
            }
        }
        self.bytes.extend_from_slice(digits.get(digits.len() - length..).unwrap_or_default());
    }

    /// Adds an id.
    pub(crate) fn id(&mut self, id: Uuid) {
        let mut buffer = Uuid::encode_buffer();
        let id: &str = id.as_hyphenated().encode_lower(&mut buffer);
        self.quote();
        self.bytes.extend_from_slice(id.as_bytes());
        self.quote();
    }

    /// Adds an IP address.
    pub(crate) fn address(&mut self, address: IpAddr) {
        let IpAddr::V4(address) = address else { return self.harmless(address) };
        self.quote();
        for (index, part) in address.octets().into_iter().enumerate() {
            self.bytes.extend((index > 0).then_some(b'.'));
            self.number(part.into());
        }
        self.quote();
    }

    /// Adds a value whose text has letters, digits and `-`, `.`, `:` only, such as an IP address.
    pub(crate) fn harmless(&mut self, value: impl Display) {
        self.quote();
        self.write(format_args!("{value}"));
        self.quote();
    }

    /// Adds a number with a sign, or a boolean.
    pub(crate) fn bare(&mut self, value: impl Display) {
        self.write(format_args!("{value}"));
    }

    /// Adds names without characters that need an escape or are white space, with commas.
    pub(crate) fn names(&mut self, names: &[&'static str]) {
        // In text, a comma needs quotes.
        let quote = (self.format == Format::Json || names.len() > 1).then_some(b'"');
        self.bytes.extend(quote);
        for (index, name) in names.iter().enumerate() {
            self.bytes.extend((index > 0).then_some(b','));
            self.bytes.extend_from_slice(name.as_bytes());
        }
        self.bytes.extend(quote);
    }

    /// Returns the line, including the line break.
    pub(crate) fn finish(mut self) -> Vec<u8> {
        if self.format == Format::Json {
            self.bytes.push(b'}');
        }
        self.bytes.push(b'\n');
        self.bytes
    }

    /// Writes the quotation mark of a text, which has none in the text format.
    fn quote(&mut self) {
        if self.format == Format::Json {
            self.bytes.push(b'"');
        }
    }

    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing into memory does not fail.
        let _ = self.bytes.write_fmt(text);
    }
}

/// Keeps the memory of a line for the next line of this thread.
pub(crate) fn reuse(mut line: Vec<u8>) {
    if line.capacity() <= KEPT_CAPACITY_MAX {
        line.clear();
        MEMORY.set(line);
    }
}

/// Returns the last decimal digit of a number below 10.
fn ascii_digit(digit: u64) -> u8 {
    b'0' + u8::try_from(digit).unwrap_or_default()
}

/// Appends a time with microseconds. Formats a second once: the lines of a thread mostly have the
/// same as the line before.
fn write_time(bytes: &mut Vec<u8>, microseconds: i64) {
    thread_local! {
        static SECOND: Cell<Option<(i64, [u8; SECOND_LENGTH])>> = const { Cell::new(None) };
    }
    let (second, rest) = (microseconds.div_euclid(1_000_000), microseconds.rem_euclid(1_000_000));
    let mut fraction = *b".000000Z";
    let mut digits = rest.unsigned_abs();
    for digit in fraction.iter_mut().take(FRACTION_LENGTH).skip(1).rev() {
        *digit = ascii_digit(digits % 10);
        digits /= 10;
    }
    let known = SECOND.get().filter(|(known, _)| *known == second);
    let text = known.map(|(_, text)| text).or_else(|| {
        let text = jiff::Timestamp::from_second(second).unwrap_or_default().to_string();
        let text = text.as_bytes().first_chunk().copied()?;
        SECOND.set(Some((second, text)));
        Some(text)
    });
    bytes.extend_from_slice(&text.unwrap_or(*b"0000-00-00T00:00:00"));
    bytes.extend_from_slice(&fraction);
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
            line.name(field_name!("message")).text("two words\n");
            line.other_name("status").number(400);
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

    #[test]
    fn line_in_the_memory_of_another_has_nothing_of_it() {
        // Writes a long line, then a short one in its memory. That of a longer one is not kept.
        let mut line = LogLine::new(Format::Json, 0, "INFO");
        line.name(field_name!("message")).text(&"x".repeat(900));
        let long = line.finish();
        let capacity = long.capacity();
        reuse(long);
        let line = LogLine::new(Format::Text, 0, "INFO").finish();
        assert_eq!(line, b"1970-01-01T00:00:00.000000Z INFO \n");
        assert_eq!(line.capacity(), capacity);
        reuse(Vec::with_capacity(KEPT_CAPACITY_MAX + 1));
        assert!(MEMORY.take().is_empty());
    }

    #[test]
    fn values_without_escapes_have_quotes_where_their_format_has_them() {
        // Writes a value of each kind that is copied without a look at its characters.
        let line = |format| {
            let mut line = LogLine::new(format, 0, "INFO");
            line.bytes.clear();
            line.name(field_name!("a")).id(Uuid::from_u128(1));
            line.name(field_name!("b")).address(std::net::Ipv6Addr::LOCALHOST.into());
            line.name(field_name!("c")).names(&["x"]);
            line.name(field_name!("d")).names(&["x", "y"]);
            line.name(field_name!("e")).number(0);
            line.name(field_name!("f")).number(u64::MAX);
            line.name(field_name!("g")).bare(-1);
            line.name(field_name!("h")).address([192, 0, 2, 255].into());
            String::from_utf8(line.bytes).expect("UTF-8")
        };
        let id = "00000000-0000-0000-0000-000000000001";
        assert_eq!(
            line(Format::Json),
            format!(
                ",\"a\":\"{id}\",\"b\":\"::1\",\"c\":\"x\",\"d\":\"x,y\",\"e\":0,\"f\":{},\"g\":-1,\
                 \"h\":\"192.0.2.255\"",
                u64::MAX
            )
        );
        assert_eq!(
            line(Format::Text),
            format!(" a={id} b=::1 c=x d=\"x,y\" e=0 f={} g=-1 h=192.0.2.255", u64::MAX)
        );
    }
}
