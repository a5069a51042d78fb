//! One kept connection to the service: a request in, an answer out.

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
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::Outcome;

const PATIENCE: Duration = Duration::from_secs(20);

/// Where the service listens and whom it must prove to be.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) port: u16,
    pub(crate) tls: Arc<rustls::ClientConfig>,
}

/// What the service answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) cookies: Vec<String>,
    pub(crate) body: Bytes,
}

/// A connection that is kept between requests.
pub(crate) struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
}

impl Connection {
    /// Connects and shakes hands.
    pub(crate) async fn open(target: &Target) -> Outcome<Self> {
        let host = format!("localhost:{}", target.port);
        let tcp = timeout(PATIENCE, TcpStream::connect(&host)).await??;
        tcp.set_nodelay(true)?;
        let name = ServerName::try_from("localhost")?;
        let tls = TlsConnector::from(target.tls.clone()).connect(name, tcp);
        let (sender, driver) = handshake(TokioIo::new(timeout(PATIENCE, tls).await??)).await?;
        tokio::spawn(async move {
            // How the connection ends is seen by the one who waits for an answer.
            let _ = driver.await;
        });
        Ok(Self { sender, host })
    }

    /// The origin of the service.
    pub(crate) fn origin(&self) -> String {
        format!("https://{}", self.host)
    }

    /// A GET of a path of the service.
    pub(crate) async fn read(&mut self, path: &str, cookie: &str) -> Outcome<Answer> {
        let request = Request::builder().method(Method::GET).uri(path).header(COOKIE, cookie);
        self.send(request.header(HOST, &self.host).body(Full::default())?).await
    }

    /// A POST of a form by a program.
    pub(crate) async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Outcome<Answer> {
        let request = Request::builder().method(Method::POST).uri(path);
        self.send_form(request, form).await
    }

    /// A POST of a form of one of the pages, as a browser sends it.
    pub(crate) async fn submit(
        &mut self,
        path: &str,
        cookie: &str,
        form: &[(&str, &str)],
    ) -> Outcome<Answer> {
        let request = Request::builder().method(Method::POST).uri(path);
        let request = request.header(COOKIE, cookie).header(ORIGIN, self.origin());
        self.send_form(request, form).await
    }

    async fn send_form(&mut self, request: Builder, form: &[(&str, &str)]) -> Outcome<Answer> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = request
            .header(HOST, &self.host)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Full::from(body))?).await
    }

    async fn send(&mut self, request: Request<Full<Bytes>>) -> Outcome<Answer> {
        timeout(PATIENCE, self.sender.ready()).await??;
        let response = timeout(PATIENCE, self.sender.send_request(request)).await??;
        let (head, body) = response.into_parts();
        let text = |value: &hyper::header::HeaderValue| value.to_str().unwrap_or("").to_owned();
        Ok(Answer {
            status: head.status.as_u16(),
            location: head.headers.get(LOCATION).map(text),
            cookies: head.headers.get_all(SET_COOKIE).iter().map(text).collect(),
            body: timeout(PATIENCE, body.collect()).await??.to_bytes(),
        })
    }
}
