//! A kept HTTP/1.1 connection to the service. It costs little, because the processor time that it
//! takes could be missing to the service.

use std::fmt::Write;
use std::io::{Error, ErrorKind};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::Result;

const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";

/// The port of the service, and the TLS configuration that verifies its certificate.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) port: u16,
    pub(crate) tls: Arc<rustls::ClientConfig>,
}

/// A response of the service.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) cookies: Vec<String>,
    /// The nonce for the next DPoP proof.
    pub(crate) nonce: Option<String>,
    /// The id of the request in the records of the service.
    pub(crate) trace_id: Option<String>,
    pub(crate) body: Bytes,
}

/// A connection that is kept between requests.
pub(crate) struct Connection {
    stream: TlsStream<TcpStream>,
    host: String,
    received: Vec<u8>,
}

/// Connects to the service from one of the loopback addresses.
pub(crate) async fn connect_from(target: &Target, source: Ipv4Addr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((source, 0)))?;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, target.port));
    Ok(timeout(REQUEST_TIMEOUT, socket.connect(address)).await??)
}

impl Connection {
    /// Connects and performs the TLS handshake.
    pub(crate) async fn open(target: &Target) -> Result<Self> {
        Self::open_from(target, Ipv4Addr::LOCALHOST).await
    }

    /// Connects from one of the loopback addresses, and performs the TLS handshake.
    pub(crate) async fn open_from(target: &Target, source: Ipv4Addr) -> Result<Self> {
        let host = format!("localhost:{}", target.port);
        let tcp = connect_from(target, source).await?;
        tcp.set_nodelay(true)?;
        let name = ServerName::try_from("localhost")?;
        let tls = TlsConnector::from(target.tls.clone()).connect(name, tcp);
        let stream = timeout(REQUEST_TIMEOUT, tls).await??;
        Ok(Self { stream, host, received: Vec::new() })
    }

    /// Names the host of another port in each request: that of the balancer before this node.
    pub(crate) fn behind(self, balancer: u16) -> Self {
        Self { host: format!("localhost:{balancer}"), ..self }
    }

    /// Returns the origin of the service.
    pub(crate) fn origin(&self) -> String {
        format!("https://{}", self.host)
    }

    /// Sends a GET request.
    pub(crate) async fn get(&mut self, path: &str, cookie: &str) -> Result<Response> {
        self.send(&format!("GET {path}"), &format!("cookie: {cookie}\r\n"), "").await
    }

    /// Sends a POST request with a form, as a client does.
    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Result<Response> {
        self.post_with(path, form, None).await
    }

    /// Sends a POST request with a form, and a DPoP proof if there is one.
    pub(crate) async fn post_with(
        &mut self,
        path: &str,
        form: &[(&str, &str)],
        proof: Option<&str>,
    ) -> Result<Response> {
        let proof = proof.map(|proof| format!("dpop: {proof}\r\n")).unwrap_or_default();
        self.send(&format!("POST {path}"), &format!("{proof}{FORM}"), &encoded(form)).await
    }

    /// Sends a POST request with a form of a page, as a browser does.
    pub(crate) async fn submit(
        &mut self,
        path: &str,
        cookie: &str,
        form: &[(&str, &str)],
    ) -> Result<Response> {
        let headers = format!("cookie: {cookie}\r\norigin: {}\r\n{FORM}", self.origin());
        self.send(&format!("POST {path}"), &headers, &encoded(form)).await
    }

    /// Sends a request and waits for its response. Each of the headers ends with a line break.
    async fn send(&mut self, line: &str, headers: &str, body: &str) -> Result<Response> {
        let mut request = format!("{line} HTTP/1.1\r\nhost: {}\r\n{headers}", self.host);
        if line.starts_with("POST") {
            write!(request, "content-length: {}\r\n", body.len())?;
        }
        request.push_str("\r\n");
        request.push_str(body);
        timeout(REQUEST_TIMEOUT, self.send_and_receive(request.as_bytes())).await?
    }

    async fn send_and_receive(&mut self, request: &[u8]) -> Result<Response> {
        self.received.clear();
        self.stream.write_all(request).await?;
        self.stream.flush().await?;
        loop {
            if let Some(response) = parse(&self.received)? {
                return Ok(response);
            }
            if self.stream.read_buf(&mut self.received).await? == 0 {
                return Err(Error::from(ErrorKind::UnexpectedEof).into());
            }
        }
    }
}

fn encoded(form: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

/// Parses a complete response. Returns `None` as long as bytes are missing.
fn parse(bytes: &[u8]) -> Result<Option<Response>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(bytes.get(..end).unwrap_or_default())?;
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3));
    let status: u16 = status.ok_or("not an HTTP/1.1 response")?.parse()?;
    // Neither has a body (RFC 9110 §15.3.5 and §15.4.5).
    let length = match status {
        204 | 304 => 0,
        _ => header(head, "content-length").ok_or("a response without content-length")?.parse()?,
    };
    let body: Option<&[u8]> = bytes.get(end + 4..).and_then(|rest| rest.get(..length));
    let text = |name| header(head, name).map(str::to_owned);
    Ok(body.map(|body| Response {
        status,
        location: text("location"),
        nonce: text("dpop-nonce"),
        trace_id: text("x-ms-request-id"),
        cookies: headers(head, "set-cookie").map(str::to_owned).collect(),
        body: Bytes::copy_from_slice(body),
    }))
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    headers(head, name).next()
}

/// Returns the values of a header.
fn headers<'a>(head: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    head.split("\r\n").skip(1).filter_map(move |line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn response_is_complete_with_its_last_byte() {
        // Parses every prefix of a response: only all of it is complete.
        let response = b"HTTP/1.1 303 See Other\r\nContent-Length: 2\r\nLocation: /a\r\n\
            set-cookie: a=b; Path=/\r\nset-cookie: c=d\r\n\r\n{}";
        for length in 0..response.len() {
            assert!(parse(&response[..length]).expect("no error").is_none(), "{length}");
        }
        let complete = parse(response).expect("no error").expect("a response");
        assert_eq!((complete.status, complete.location.as_deref()), (303, Some("/a")));
        assert_eq!(complete.cookies, ["a=b; Path=/", "c=d"]);
        assert_eq!(complete.body.as_ref(), b"{}");
    }

    #[test]
    fn response_of_unknown_length_is_an_error() {
        // Parses a response without a length, one that has no body, and another protocol.
        assert!(parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(parse(b"HTTP/1.1 204 No Content\r\n\r\n").is_ok_and(|it| it.is_some()));
        assert!(parse(b"SSH-2.0\r\n\r\n").is_err());
    }
}
