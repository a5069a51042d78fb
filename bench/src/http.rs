//! A client lean enough that the server is what is measured: one kept connection, HTTP/1.1.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;

/// An answer longer than this is none that we asked for.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// One kept connection.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// What a server answered.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

/// Where an answer's parts are in the bytes that came.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    status: u16,
    body: usize,
    end: usize,
}

impl Connection {
    pub(crate) async fn open(port: u16) -> Outcome<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a whole request and waits for its whole answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Outcome<Answer<'_>> {
        self.received.clear();
        self.stream.write_all(request).await?;
        let parts = loop {
            if let Some(parts) = parse(&self.received)? {
                break parts;
            }
            if self.received.len() > ANSWER_BYTES_MAX {
                return Err("an answer without end".into());
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err("the server closed the connection".into());
            }
        };
        let body = self.received.get(parts.body..parts.end).unwrap_or_default();
        Ok(Answer { status: parts.status, body })
    }
}

/// A POST of a form.
pub(crate) fn post(host: &str, path: &str, form: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// A GET.
pub(crate) fn get(host: &str, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n\r\n").into_bytes()
}

/// The parts of a whole answer; none as long as more is to come.
fn parse(bytes: &[u8]) -> Outcome<Option<Parts>> {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(bytes.get(..head).unwrap_or_default())?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3));
    let status = status.ok_or("not an HTTP/1.1 answer")?.parse()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim())
    });
    let length: usize = length.ok_or("an answer without content-length")?.parse()?;
    let body = head + 4;
    let end = body + length;
    Ok((bytes.len() >= end).then_some(Parts { status, body, end }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_whole_with_its_last_byte() {
        // Parses every beginning of an answer: only the whole one is one.
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx: y\r\n\r\n{}";
        for length in 0..answer.len() {
            assert_eq!(parse(&answer[..length]).unwrap(), None, "{length}");
        }
        let whole = parse(answer).unwrap();
        assert_eq!(whole, Some(Parts { status: 200, body: answer.len() - 2, end: answer.len() }));
    }

    #[test]
    fn an_answer_without_a_length_is_an_error() {
        // The length is what tells one answer on a kept connection from the next.
        assert!(parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(parse(b"SSH-2.0\r\n\r\n").is_err());
    }

    #[test]
    fn a_post_says_how_long_its_form_is() {
        // Looks for the length and the form at the end.
        let request = String::from_utf8(post("h:1", "/p", "a=b")).unwrap();
        assert!(request.starts_with("POST /p HTTP/1.1\r\nhost: h:1\r\n"));
        assert!(request.ends_with("content-length: 3\r\n\r\na=b"));
    }
}
