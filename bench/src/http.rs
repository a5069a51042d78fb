//! A minimal HTTP/1.1 client on one kept connection. Its own cost must not distort the measurement.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Result;

/// The maximum length of a response.
const RESPONSE_BYTES_MAX: usize = 256 * 1024;

/// A connection that is kept between requests.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

/// A response of a server.
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
}

/// The positions of the parts of a response in the received bytes.
#[derive(Debug, PartialEq, Eq)]
struct Parts {
    status: u16,
    body: usize,
    end: usize,
}

impl Connection {
    pub(crate) async fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, received: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a request and waits for the complete response.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Response<'_>> {
        self.received.clear();
        self.stream.write_all(request).await?;
        let parts = loop {
            if let Some(parts) = parse(&self.received)? {
                break parts;
            }
            if self.received.len() > RESPONSE_BYTES_MAX {
                return Err("the response is too long".into());
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err("the server closed the connection".into());
            }
        };
        let body = self.received.get(parts.body..parts.end).unwrap_or_default();
        Ok(Response { status: parts.status, body })
    }
}

/// Returns a POST request with a form.
pub(crate) fn post(host: &str, path: &str, form: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{form}",
        form.len()
    )
    .into_bytes()
}

/// Returns a GET request.
pub(crate) fn get(host: &str, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n\r\n").into_bytes()
}

/// Parses a complete response. Returns `None` as long as bytes are missing.
fn parse(bytes: &[u8]) -> Result<Option<Parts>> {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(bytes.get(..head).unwrap_or_default())?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 ")?.get(..3));
    let status = status.ok_or("not an HTTP/1.1 response")?.parse()?;
    let length = lines.find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim())
    });
    let length: usize = length.ok_or("a response without content-length")?.parse()?;
    let body = head + 4;
    let end = body + length;
    Ok((bytes.len() >= end).then_some(Parts { status, body, end }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_is_complete_with_its_last_byte() {
        // Parses every prefix of a response: only all of it is complete.
        let response = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nx: y\r\n\r\n{}";
        for length in 0..response.len() {
            assert_eq!(parse(&response[..length]).unwrap(), None, "{length}");
        }
        let complete = parse(response).unwrap();
        assert_eq!(
            complete,
            Some(Parts { status: 200, body: response.len() - 2, end: response.len() })
        );
    }

    #[test]
    fn a_response_without_content_length_is_an_error() {
        // Parses a response without a length, and a greeting of another protocol.
        assert!(parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(parse(b"SSH-2.0\r\n\r\n").is_err());
    }

    #[test]
    fn a_post_has_the_content_length_of_its_form() {
        // Compares the beginning, and the length and the form at the end.
        let request = String::from_utf8(post("h:1", "/p", "a=b")).unwrap();
        assert!(request.starts_with("POST /p HTTP/1.1\r\nhost: h:1\r\n"));
        assert!(request.ends_with("content-length: 3\r\n\r\na=b"));
    }
}
