//! A kept HTTP/1.1 connection to the service.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use hyper::http::request::Builder;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::Result;

const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// The port of the service, and the TLS configuration that verifies its certificate.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) port: u16,
    pub(crate) tls: Arc<rustls::ClientConfig>,
}

/// A response of the service.
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
    sender: SendRequest<Full<Bytes>>,
    host: String,
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
        let (sender, driver) =
            handshake(TokioIo::new(timeout(REQUEST_TIMEOUT, tls).await??)).await?;
        tokio::spawn(async move {
            // A request that waits for a response reports the end of the connection.
            let _ = driver.await;
        });
        Ok(Self { sender, host })
    }

    /// Returns the origin of the service.
    pub(crate) fn origin(&self) -> String {
        format!("https://{}", self.host)
    }

    /// Sends a GET request.
    pub(crate) async fn get(&mut self, path: &str, cookie: &str) -> Result<Response> {
        let request = Request::builder().method(Method::GET).uri(path).header(COOKIE, cookie);
        self.send(request.header(HOST, &self.host).body(Full::default())?).await
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
        let mut request = Request::builder().method(Method::POST).uri(path);
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        self.send_form(request, form).await
    }

    /// Sends a POST request with a form of a page, as a browser does.
    pub(crate) async fn submit(
        &mut self,
        path: &str,
        cookie: &str,
        form: &[(&str, &str)],
    ) -> Result<Response> {
        let request = Request::builder().method(Method::POST).uri(path);
        let request = request.header(COOKIE, cookie).header(ORIGIN, self.origin());
        self.send_form(request, form).await
    }

    async fn send_form(&mut self, request: Builder, form: &[(&str, &str)]) -> Result<Response> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = request
            .header(HOST, &self.host)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Full::from(body))?).await
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Result<Response> {
        timeout(REQUEST_TIMEOUT, self.sender.ready()).await??;
        let response = timeout(REQUEST_TIMEOUT, self.sender.send_request(request)).await??;
        let (head, body) = response.into_parts();
        let text = |value: &hyper::header::HeaderValue| value.to_str().unwrap_or("").to_owned();
        Ok(Response {
            status: head.status.as_u16(),
            location: head.headers.get(LOCATION).map(text),
            nonce: head.headers.get("dpop-nonce").map(text),
            trace_id: head.headers.get("x-ms-request-id").map(text),
            cookies: head.headers.get_all(SET_COOKIE).iter().map(text).collect(),
            body: timeout(REQUEST_TIMEOUT, body.collect()).await??.to_bytes(),
        })
    }
}
