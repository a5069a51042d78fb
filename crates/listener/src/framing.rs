//! Checks how the requests of an HTTP/1.1 connection are delimited, before hyper reads them.
//!
//! hyper accepts some ambiguous heads, and hides the ambiguity from handlers: of two equal
//! `Content-Length` lines one is left, and one beside `Transfer-Encoding` is dropped. A proxy that
//! reads them differently would see other requests on the connection than the service (request
//! smuggling, RFC 9112 §11.2). So only one spelling of each is accepted.
//!
//! hyper gets [`REFUSED`] in place of a wrong line and of all that follows. It refuses that head
//! with 400 and closes the connection.

use memchr::memchr;

/// The bytes that hyper gets in place of a wrong line: NUL, which no line of a head may contain
/// (RFC 9112 §2.2 and §5), and the end of the head. hyper reads no head without its end.
pub(crate) const REFUSED: &[u8] = b"\0\r\n\r\n";
/// Maximum length of a line with `Content-Length` or `Transfer-Encoding`, in bytes without its end.
/// Of a line that arrives in parts, no more is kept.
const LENGTH_LINE_MAX: usize = 64;
/// The number of bytes of a line that are kept: enough to know whether it is too long.
const KEPT_MAX: usize = LENGTH_LINE_MAX + b"\r\n".len() + 1;

/// The position in the requests of a connection.
#[derive(Debug)]
pub(crate) enum Framing {
    /// In the head of a request.
    Head(Head),
    /// In a body of which this many bytes are missing.
    Body(u64),
    /// In a chunked body: the connection ends with this request.
    Last,
}

/// The head of a request as far as it was received.
#[derive(Debug, Default)]
pub(crate) struct Head {
    line: LineStart,
    has_request_line: bool,
    content_length: Option<u64>,
    is_chunked: bool,
}

/// The start of a line that was received in part.
#[derive(Debug, Default)]
struct LineStart {
    /// Its first bytes.
    kept: Vec<u8>,
    last: Option<u8>,
}

/// A line that was read.
enum Line {
    Right,
    /// The empty line, and what follows after it.
    EndOfHead(Framing),
    Wrong,
}

/// A line that hyper must not see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WrongLine {
    /// The position of its start in the received bytes; zero if it began before them.
    pub(crate) at: usize,
}

impl Framing {
    /// Starts before the first request of a connection.
    pub(crate) fn new() -> Self {
        Self::Head(Head::default())
    }

    /// Checks received bytes.
    ///
    /// # Errors
    /// The first wrong line. Nothing that follows it may be passed on.
    pub(crate) fn check(&mut self, received: &[u8]) -> Result<(), WrongLine> {
        let mut rest = received;
        while !rest.is_empty() {
            let read = match self {
                Self::Last => return Ok(()),
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
                        head.line.keep(rest);
                        return Ok(());
                    };
                    let line = rest.get(..=end).unwrap_or_default();
                    let at = received.len() - rest.len();
                    match head.read_line(line) {
                        Line::Right => {}
                        Line::EndOfHead(next) => *self = next,
                        Line::Wrong => return Err(WrongLine { at }),
                    }
                    end + 1
                }
            };
            rest = rest.get(read..).unwrap_or_default();
        }
        Ok(())
    }
}

impl LineStart {
    /// Keeps the first bytes of the line, and the last one.
    fn keep(&mut self, part: &[u8]) {
        let missing = KEPT_MAX.saturating_sub(self.kept.len()).min(part.len());
        self.kept.extend_from_slice(part.get(..missing).unwrap_or_default());
        self.last = part.last().copied().or(self.last);
    }
}

impl Head {
    /// Reads the rest of a line with its line feed.
    fn read_line(&mut self, end: &[u8]) -> Line {
        if self.line.last.is_none() {
            // A line feed alone ends a line for some recipients only (RFC 9112 §2.2).
            let line = end.strip_suffix(b"\r\n");
            return line.map_or(Line::Wrong, |line| self.read_content(line));
        }
        let mut line = std::mem::take(&mut self.line);
        let before = end.len().checked_sub(2).and_then(|at| end.get(at).copied()).or(line.last);
        if before != Some(b'\r') {
            return Line::Wrong;
        }
        line.keep(end);
        // What is left of a longer line is too long for a line whose content matters.
        self.read_content(line.kept.strip_suffix(b"\r\n").unwrap_or(&line.kept))
    }

    fn read_content(&mut self, line: &[u8]) -> Line {
        match (line, self.has_request_line) {
            // Empty lines before a request are ignored (RFC 9112 §2.2).
            ([], false) => Line::Right,
            ([], true) => Line::EndOfHead(self.body()),
            (_, false) => {
                self.has_request_line = true;
                Line::Right
            }
            (field, true) if self.is_right(field) => Line::Right,
            _ => Line::Wrong,
        }
    }

    fn body(&self) -> Framing {
        match self.content_length {
            _ if self.is_chunked => Framing::Last,
            None | Some(0) => Framing::new(),
            Some(length) => Framing::Body(length),
        }
    }

    /// Returns whether a field leaves the length of the body unambiguous.
    fn is_right(&mut self, field: &[u8]) -> bool {
        let value_of = |name: &str| {
            let (sent, value) = field.split_at_checked(name.len())?;
            let value = value.strip_prefix(b":")?;
            sent.eq_ignore_ascii_case(name.as_bytes()).then(|| value.trim_ascii())
        };
        let is_short = field.len() <= LENGTH_LINE_MAX;
        // Most fields are neither; their first letter shows that.
        match field.first() {
            Some(b'c' | b'C') => value_of("content-length").is_none_or(|length| {
                let length = decimal(length).filter(|_| is_short && !self.is_chunked);
                length.is_some_and(|length| self.content_length.replace(length).is_none())
            }),
            Some(b't' | b'T') => value_of("transfer-encoding").is_none_or(|codings| {
                let is_first = !std::mem::replace(&mut self.is_chunked, true);
                let is_alone = is_first && self.content_length.is_none();
                is_alone && is_short && codings.eq_ignore_ascii_case(b"chunked")
            }),
            _ => true,
        }
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
        let mut framing = Framing::new();
        text.as_bytes().chunks(part).all(|part| framing.check(part).is_ok())
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
            format!("{GET}cookie: {}\r\ntrack: {0}\r\n\r\n", "x".repeat(500)),
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
            "content-length:                                                   3\r\n",
            "transfer-encoding:                                                chunked\r\n",
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
    fn the_start_of_a_line_is_kept_up_to_the_length_that_matters() {
        // ED14: sends a line without an end in parts, then its end and the rest of the head: 67
        // bytes are kept, and the head passes, with a length in it that counts.
        let mut framing = Framing::new();
        framing.check(POST.as_bytes()).expect("a right head");
        for _ in 0..64 {
            framing.check(&[b'c'; 1_024]).expect("a right start");
        }
        let Framing::Head(head) = &framing else { panic!("in the head") };
        assert_eq!((head.line.kept.len(), KEPT_MAX), (67, 67));
        assert!(head.line.kept.capacity() < 256);
        framing.check(b": x\r\ncontent-length: 3\r\n\r\na").expect("a right head");
        assert!(matches!(framing, Framing::Body(2)));
    }

    #[test]
    fn a_wrong_line_begins_where_its_first_byte_was_received() {
        // ED14: sends a wrong line whole after other lines, and its end alone.
        let text = format!("{GET}x: y\n");
        let wrong = Framing::new().check(text.as_bytes());
        assert_eq!(wrong, Err(WrongLine { at: GET.len() }));
        let mut framing = Framing::new();
        let (start, end) = text.as_bytes().split_at(text.len() - 1);
        assert_eq!(framing.check(start), Ok(()));
        assert_eq!(framing.check(end), Err(WrongLine { at: 0 }));
    }
}
