//! The outbound HTTP client, with protection against SSRF: it connects only to public addresses
//! and to addresses that the operator allows, and follows no redirects.

mod public_address;
mod target;

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Method, Request, StatusCode,
    header::{HOST, USER_AGENT},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, ServerName},
    version::{TLS12, TLS13},
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

pub use public_address::is_public;
pub use target::check_url;

use target::Target;

/// Timeout of a request, from the DNS look-up to the last byte of the response.
const TIMEOUT: Duration = Duration::from_secs(3);
/// Maximum size of the body of a response in bytes.
const BODY_BYTES_MAX: usize = 64 * 1024;
/// Maximum size of the head of a response in bytes, and maximum number of its headers.
const HEAD_BYTES_MAX: usize = 16 * 1024;
const HEADERS_MAX: usize = 64;
const AGENT: HeaderValue = HeaderValue::from_static(concat!("Admit/", env!("CARGO_PKG_VERSION")));

/// An HTTP client with SSRF protection. Cheap to clone.
#[derive(Clone, Default)]
pub struct Fetcher(Arc<Inner>);

#[derive(Default)]
struct Inner {
    allowed: Vec<IpAddr>,
    authorities: Vec<CertificateDer<'static>>,
    /// Created on first use: most services never send a request.
    tls: OnceLock<Result<Arc<ClientConfig>, rustls::Error>>,
}

/// The limits on a request. Those of [`Default`] suffice for messages.
#[derive(Clone, Copy, Debug)]
pub struct FetchLimits {
    /// The time from the DNS look-up to the last byte of the response.
    pub timeout: Duration,
    /// Maximum size of the body of the response in bytes.
    pub body_bytes_max: usize,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self { timeout: TIMEOUT, body_bytes_max: BODY_BYTES_MAX }
    }
}

/// The response to an outbound request.
#[derive(Debug)]
pub struct Fetched {
    /// Its status. Never a redirect.
    pub status: StatusCode,
    /// Its body.
    pub body: Bytes,
}

/// An outbound request that failed.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The URL is malformed or not allowed.
    #[error("the URL cannot be used: {0}")]
    Url(&'static str),
    /// The host name cannot be resolved.
    #[error("the host name cannot be resolved: {0}")]
    Resolve(io::Error),
    /// The host resolves to an address that is not public (SSRF protection).
    #[error("{0} is not a public address, and `outbound.allowed_addresses` does not name it")]
    Forbidden(IpAddr),
    /// The connection or the TLS handshake failed.
    #[error("connection failed: {0}")]
    Connection(io::Error),
    /// The peer closed the connection or does not speak HTTP.
    #[error("no HTTP response: {0}")]
    Response(hyper::Error),
    /// The response is a redirect, which is not followed.
    #[error("the response is a redirect ({0}), which is not followed")]
    Redirect(StatusCode),
    /// The body of the response is too long or incomplete.
    #[error("the response has more than {0} bytes or is incomplete")]
    Body(usize),
    /// The request timed out.
    #[error("no response within {} s", .0.as_secs())]
    Timeout(Duration),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0}")]
    Tls(rustls::Error),
}

impl Fetcher {
    /// Creates a client that connects to public and to `allowed` addresses, and trusts the
    /// certificate authorities of the system and `authorities`.
    pub fn new(allowed: Vec<IpAddr>, authorities: Vec<CertificateDer<'static>>) -> Self {
        let allowed = allowed.into_iter().map(|address| address.to_canonical()).collect();
        Self(Arc::new(Inner { allowed, authorities, tls: OnceLock::new() }))
    }

    /// Sends a POST request and returns the response.
    ///
    /// # Errors
    /// The URL or its address is not allowed, the request failed or timed out, or the response is
    /// a redirect.
    pub async fn post(
        &self,
        url: &str,
        headers: Vec<(HeaderName, HeaderValue)>,
        body: Bytes,
    ) -> Result<Fetched, FetchError> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        self.fetch(url, request, (headers, FetchLimits::default())).await
    }

    /// Sends a GET request and returns the response, within limits of its own.
    ///
    /// # Errors
    /// As for [`Self::post`].
    pub async fn get(
        &self,
        url: &str,
        headers: Vec<(HeaderName, HeaderValue)>,
        limits: FetchLimits,
    ) -> Result<Fetched, FetchError> {
        self.fetch(url, Request::new(Full::default()), (headers, limits)).await
    }

    /// Sends a request to a URL.
    async fn fetch(
        &self,
        url: &str,
        mut request: Request<Full<Bytes>>,
        (headers, limits): (Vec<(HeaderName, HeaderValue)>, FetchLimits),
    ) -> Result<Fetched, FetchError> {
        let target = Target::parse(url)?;
        *request.uri_mut() = target.path.clone();
        request.headers_mut().insert(HOST, target.host_header.clone());
        request.headers_mut().insert(USER_AGENT, AGENT);
        request.headers_mut().extend(headers);
        let fetched = self.send(&target, request, limits.body_bytes_max);
        let fetched = tokio::time::timeout(limits.timeout, fetched).await;
        fetched.map_err(|_| FetchError::Timeout(limits.timeout))?
    }

    async fn send(
        &self,
        target: &Target,
        request: Request<Full<Bytes>>,
        body_bytes_max: usize,
    ) -> Result<Fetched, FetchError> {
        let resolved = tokio::net::lookup_host((target.host.as_str(), target.port)).await;
        let address = self.select_address(resolved.map_err(FetchError::Resolve)?, target.plain)?;
        // Connects to the checked address itself: a second DNS look-up could return another one
        // (DNS rebinding).
        let stream = TcpStream::connect(address).await.map_err(FetchError::Connection)?;
        if target.plain {
            return send_request(stream, request, body_bytes_max).await;
        }
        let name = ServerName::try_from(target.host.clone());
        let name = name.map_err(|_| FetchError::Url("its host is malformed"))?;
        let connector = TlsConnector::from(self.tls()?);
        let stream = connector.connect(name, stream).await.map_err(FetchError::Connection)?;
        send_request(stream, request, body_bytes_max).await
    }

    /// Returns the first resolved address that a request may be sent to.
    fn select_address(
        &self,
        resolved: impl Iterator<Item = SocketAddr>,
        plain: bool,
    ) -> Result<SocketAddr, FetchError> {
        let mut forbidden = None;
        for address in resolved {
            let ip = address.ip().to_canonical();
            let is_listed = self.0.allowed.contains(&ip);
            let is_allowed =
                if plain { is_listed && ip.is_loopback() } else { is_listed || is_public(ip) };
            if is_allowed {
                return Ok(address);
            }
            forbidden = Some(ip);
        }
        Err(forbidden.map_or(FetchError::Url("its host has no address"), FetchError::Forbidden))
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, FetchError> {
        let config = self.0.tls.get_or_init(|| tls_config(&self.0.authorities).map(Arc::new));
        config.clone().map_err(FetchError::Tls)
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Fetcher({:?})", self.0.allowed)
    }
}

fn tls_config(authorities: &[CertificateDer<'static>]) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    // Certificates of the system that rustls cannot parse are ignored.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for authority in authorities {
        roots.add(authority.clone())?;
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

/// Sends one request on a new connection, which is closed after the response.
async fn send_request(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Request<Full<Bytes>>,
    body_bytes_max: usize,
) -> Result<Fetched, FetchError> {
    let mut builder = http1::Builder::new();
    builder.max_headers(HEADERS_MAX).max_buf_size(HEAD_BYTES_MAX);
    let handshake = builder.handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = handshake.map_err(FetchError::Response)?;
    let fetch = async {
        let response = sender.send_request(request).await.map_err(FetchError::Response)?;
        let status = response.status();
        if status.is_redirection() {
            return Err(FetchError::Redirect(status));
        }
        let body = Limited::new(response.into_body(), body_bytes_max).collect().await;
        Ok(Fetched { status, body: body.map_err(|_| FetchError::Body(body_bytes_max))?.to_bytes() })
    };
    let (mut connection, mut fetch) = (std::pin::pin!(connection), std::pin::pin!(fetch));
    tokio::select! {
        fetched = &mut fetch => fetched,
        // The connection ended, possibly after the whole response: `fetch` has the result.
        _ = &mut connection => fetch.await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_and_allowed_addresses_are_connected_to() {
        // SSRF: of several addresses, the first allowed one is used; plain HTTP needs loopback.
        let at = |ip: &str| SocketAddr::new(ip.parse().expect("an address"), 443);
        let default = Fetcher::default();
        let both = || [at("10.0.0.1"), at("93.184.216.34")].into_iter();
        assert_eq!(default.select_address(both(), false).ok(), Some(at("93.184.216.34")));
        assert!(default.select_address(both(), true).is_err());
        let mapped = [at("::ffff:169.254.169.254")].into_iter();
        assert!(matches!(default.select_address(mapped, false), Err(FetchError::Forbidden(_))));
        let listed = Fetcher::new(vec!["10.0.0.1".parse().expect("it")], Vec::new());
        assert_eq!(listed.select_address(both(), false).ok(), Some(at("10.0.0.1")));
        assert!(listed.select_address(both(), true).is_err(), "plain HTTP is for loopback only");
        let here = Fetcher::new(vec!["127.0.0.1".parse().expect("it")], Vec::new());
        assert!(here.select_address([at("127.0.0.1")].into_iter(), true).is_ok());
        assert!(here.select_address([at("127.0.0.2")].into_iter(), true).is_err());
    }
}
