//! A minimal HTTP/1.1 client on one kept connection. Its own cost must not distort the measurement.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use crate::Result;
use crate::tls::TlsClient;

/// The maximum length of a response.
const RESPONSE_BYTES_MAX: usize = 256 * 1024;

/// A connection that is kept between requests.
pub(crate) struct Connection {
    stream: Stream,
    received: Vec<u8>,
}

enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// A response of a server.
pub(crate) struct Response<'a> {
    pub(crate) status: u16,
    head: &'a str,
    pub(crate) body: &'a [u8],
}

impl Response<'_> {
    /// Returns the value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).next()
    }

    /// Returns the values of all headers of a name.
    pub(crate) fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        headers(self.head, name)
    }
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
        Ok(Self::new(Stream::Plain(connect(port).await?)))
    }

    /// Connects and makes a TLS handshake. Returns `None` if the server closed the connection
    /// instead, as an overloaded one does.
    pub(crate) async fn open_tls(port: u16, tls: &TlsClient) -> Result<Option<Self>> {
        let stream = tls.connect(connect(port).await?).await?;
        Ok(stream.map(|stream| Self::new(Stream::Tls(Box::new(stream)))))
    }

    fn new(stream: Stream) -> Self {
        Self { stream, received: Vec::with_capacity(8 * 1024) }
    }

    /// Sends a request and waits for the complete response.
    pub(crate) async fn send(&mut self, request: &[u8]) -> Result<Response<'_>> {
        self.received.clear();
        match &mut self.stream {
            Stream::Plain(stream) => stream.write_all(request).await?,
            Stream::Tls(stream) => stream.write_all(request).await?,
        }
        let parts = loop {
            if let Some(parts) = parse(&self.received)? {
                break parts;
            }
            if self.received.len() > RESPONSE_BYTES_MAX {
                return Err("the response is too long".into());
            }
            let read = match &mut self.stream {
                Stream::Plain(stream) => stream.read_buf(&mut self.received).await?,
                Stream::Tls(stream) => stream.read_buf(&mut self.received).await?,
            };
            if read == 0 {
                return Err("the server closed the connection".into());
            }
        };
        let head = self.received.get(..parts.body).unwrap_or_default();
        let head = std::str::from_utf8(head)?;
        let body = self.received.get(parts.body..parts.end).unwrap_or_default();
        Ok(Response { status: parts.status, head, body })
    }
}

async fn connect(port: u16) -> Result<TcpStream> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Returns a POST request with a form. Each header ends with a line break.
pub(crate) fn post(host: &str, path: &str, headers: &str, form: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n\
         {headers}content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n\
         {form}",
        form.len()
    )
    .into_bytes()
}

/// Returns a GET request. Each header ends with a line break.
pub(crate) fn get(host: &str, path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\naccept: application/json\r\n{headers}\r\n")
        .into_bytes()
}

/// Returns the values of a header of a response head.
fn headers<'a>(head: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    head.split("\r\n").skip(1).filter_map(move |line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

/// Parses a complete response. Returns `None` as long as bytes are missing.
fn parse(bytes: &[u8]) -> Result<Option<Parts>> {
    let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let text = std::str::from_utf8(bytes.get(..head).unwrap_or_default())?;
    let status = text.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
    let status = status.ok_or("not an HTTP/1.1 response")?.parse()?;
    let length =
        headers(text, "content-length").next().ok_or("a response without content-length")?;
    let length: usize = length.parse()?;
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
        let request = String::from_utf8(post("h:1", "/p", "x: y\r\n", "a=b")).unwrap();
        assert!(request.starts_with("POST /p HTTP/1.1\r\nhost: h:1\r\n"));
        assert!(request.ends_with("content-length: 3\r\n\r\na=b"));
    }
}
