//! Checks how the requests of an HTTP/1.1 connection are delimited, before hyper reads them.
//!
//! hyper accepts some ambiguous heads, and hides the ambiguity from handlers: of two equal
//! `Content-Length` lines one is left, and one beside `Transfer-Encoding` is dropped. A proxy that
//! reads them differently would see other requests on the connection than the service (request
//! smuggling, RFC 9112 §11.2). So only one spelling of each is accepted.
//!
//! A wrong line gets a NUL in place of its line feed. hyper then refuses the head with 400 and
//! closes the connection.

use memchr::memchr;

use super::HEAD_LENGTH_MAX;

/// The position in the requests of a connection.
#[derive(Debug)]
pub(crate) enum Framing {
    /// In the head of a request.
    Head(Head),
    /// In a body of which this many bytes are missing.
    Body(u64),
    /// In a chunked body, or after a wrong line: the connection ends with this request.
    Last,
}

/// The head of a request as far as it was received.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// The start of a line that was received in part.
    line: Vec<u8>,
    has_request_line: bool,
    content_length: Option<u64>,
    is_chunked: bool,
}

/// A line that hyper must not see.
struct WrongLine;

impl Framing {
    /// Starts before the first request of a connection.
    pub(crate) fn new() -> Self {
        Self::Head(Head::default())
    }

    /// Checks received bytes, and invalidates the first wrong line.
    pub(crate) fn check(&mut self, received: &mut [u8]) {
        let mut rest = received;
        while !rest.is_empty() {
            let read = match self {
                Self::Last => return,
                Self::Body(missing) => {
                    let read = usize::try_from(*missing).unwrap_or(usize::MAX).min(rest.len());
                    *missing -= read as u64;
                    if *missing == 0 {
                        *self = Self::new();
                    }
                    read
                }
                Self::Head(head) => {
                    let Some(end) = memchr(b'\n', rest) else {
                        if !head.keep(rest) {
                            *self = Self::Last;
                        }
                        return;
                    };
                    let line = rest.get(..=end).unwrap_or_default();
                    match head.read_line(line) {
                        Ok(None) => {}
                        Ok(Some(next)) => *self = next,
                        Err(WrongLine) => {
                            rest.get_mut(end).into_iter().for_each(|byte| *byte = 0);
                            *self = Self::Last;
                            return;
                        }
                    }
                    end + 1
                }
            };
            rest = rest.get_mut(read..).unwrap_or_default();
        }
    }
}

impl Head {
    /// Keeps the start of a line. Returns whether it fits in a head that hyper accepts.
    fn keep(&mut self, start: &[u8]) -> bool {
        self.line.extend_from_slice(start);
        self.line.len() <= HEAD_LENGTH_MAX as usize
    }

    /// Reads the rest of a line with its end. Returns what follows after the last line.
    fn read_line(&mut self, end: &[u8]) -> Result<Option<Framing>, WrongLine> {
        if self.line.is_empty() {
            return self.read_whole_line(end);
        }
        let mut line = std::mem::take(&mut self.line);
        line.extend_from_slice(end);
        self.read_whole_line(&line)
    }

    fn read_whole_line(&mut self, line: &[u8]) -> Result<Option<Framing>, WrongLine> {
        // A line feed alone ends a line for some recipients only (RFC 9112 §2.2).
        let line = line.strip_suffix(b"\r\n").ok_or(WrongLine)?;
        match (line, self.has_request_line) {
            // Empty lines before a request are ignored (RFC 9112 §2.2).
            ([], false) => Ok(None),
            ([], true) => Ok(Some(self.body())),
            (_, false) => {
                self.has_request_line = true;
                Ok(None)
            }
            (field, true) => self.read_field(field).map(|()| None),
        }
    }

    fn body(&self) -> Framing {
        match self.content_length {
            _ if self.is_chunked => Framing::Last,
            None | Some(0) => Framing::new(),
            Some(length) => Framing::Body(length),
        }
    }

    fn read_field(&mut self, field: &[u8]) -> Result<(), WrongLine> {
        let value_of = |name: &str| {
            let (sent, value) = field.split_at_checked(name.len())?;
            let value = value.strip_prefix(b":")?;
            sent.eq_ignore_ascii_case(name.as_bytes()).then(|| value.trim_ascii())
        };
        // Most fields are neither; their first letter shows that.
        let is_length = matches!(field.first(), Some(b'c' | b'C'));
        if is_length && let Some(length) = value_of("content-length") {
            let length = decimal(length).ok_or(WrongLine)?;
            let is_first = self.content_length.replace(length).is_none();
            return if is_first && !self.is_chunked { Ok(()) } else { Err(WrongLine) };
        }
        let is_coding = matches!(field.first(), Some(b't' | b'T'));
        if is_coding && let Some(codings) = value_of("transfer-encoding") {
            let is_first = !std::mem::replace(&mut self.is_chunked, true);
            let is_alone = is_first && self.content_length.is_none();
            let is_known = codings.eq_ignore_ascii_case(b"chunked");
            return if is_alone && is_known { Ok(()) } else { Err(WrongLine) };
        }
        Ok(())
    }
}

/// Reads `1*DIGIT`, without a sign.
fn decimal(digits: &[u8]) -> Option<u64> {
    let is_decimal = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let digits = is_decimal.then(|| std::str::from_utf8(digits).ok()).flatten()?;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GET: &str = "GET / HTTP/1.1\r\nhost: a\r\n";
    const POST: &str = "POST / HTTP/1.1\r\nhost: a\r\n";

    /// Returns whether all bytes pass, received in parts of this length.
    fn passes(text: &str, part: usize) -> bool {
        let (mut framing, mut bytes) = (Framing::new(), text.as_bytes().to_vec());
        for part in bytes.chunks_mut(part) {
            framing.check(part);
        }
        bytes == text.as_bytes()
    }

    #[test]
    fn every_head_has_one_spelling_of_its_length_however_it_is_cut() {
        // ED4: sends heads whole, cut in parts of 1, 2 and 7 bytes, and after another request.
        let good = [
            format!("{GET}\r\n"),
            format!("\r\n{GET}\r\n"),
            format!("{POST}Content-Length: 3\r\n\r\na\nb"),
            format!("{POST}content-length:0\r\n\r\n"),
            format!("{POST}Transfer-Encoding: Chunked\r\n\r\n0\n\n"),
            format!("{GET}cache-control: x\r\nte: gzip, chunked\r\ncontent-type: y\r\n\r\n"),
        ];
        let wrong = [
            "transfer-encoding: x, chunked\r\n",
            "transfer-encoding: gzip, chunked\r\n",
            "transfer-encoding: identity, chunked\r\n",
            "transfer-encoding: chunked, chunked\r\n",
            "transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: chunked, identity\r\n",
            "transfer-encoding: gzip\r\n",
            "transfer-encoding:\r\n",
            "content-length: 3\r\ntransfer-encoding: chunked\r\n",
            "transfer-encoding: chunked\r\ncontent-length: 3\r\n",
            "content-length: 3\r\ncontent-length: 3\r\n",
            "content-length: 3, 3\r\n",
            "content-length: +3\r\n",
            "content-length: 0x3\r\n",
            "content-length:\r\n",
            "content-length: 18446744073709551616\r\n",
            "x: y\n",
        ];
        for part in [1, 2, 7, 4_096] {
            for before in ["", &good[2]] {
                for text in &good {
                    assert!(passes(&format!("{before}{text}"), part), "{text:?} {part}");
                }
                for lines in wrong {
                    let text = format!("{before}{POST}{lines}\r\nabc");
                    assert!(!passes(&text, part), "{text:?} {part}");
                }
            }
            for text in ["GET / HTTP/1.1\nhost: a\r\n\r\n", "\nGET / HTTP/1.1\r\n"] {
                assert!(!passes(text, part), "{text:?}");
            }
            assert!(!passes(&format!("{GET}\n"), part));
        }
    }

    #[test]
    fn the_start_of_a_line_is_kept_up_to_the_size_of_a_head() {
        // Sends a line without an end in parts: nothing more than a head is kept.
        let mut framing = Framing::new();
        for _ in 0..64 {
            framing.check(&mut [b'a'; 1_024]);
        }
        assert!(matches!(framing, Framing::Last));
    }
}
