//! The one place that makes outbound requests: to addresses that were looked at, and no further.

mod address;

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use http::{
    HeaderName, HeaderValue, Method, Request, StatusCode, Uri,
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

pub use address::is_public;

/// From the look-up of the name to the last byte of the answer.
const TIME_MAX: Duration = Duration::from_secs(3);
/// The most bytes of an answer.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// The most bytes of an answer's head, and the most headers in it.
const HEAD_BYTES_MAX: usize = 16 * 1024;
const HEADERS_MAX: usize = 64;
/// The longest URL, in bytes.
const URL_BYTES_MAX: usize = 2_048;
const AGENT: HeaderValue = HeaderValue::from_static(concat!("Admit/", env!("CARGO_PKG_VERSION")));

/// Makes outbound requests. Cheap to clone.
#[derive(Clone, Default)]
pub struct Fetcher(Arc<Inner>);

#[derive(Default)]
struct Inner {
    allowed: Vec<IpAddr>,
    authorities: Vec<CertificateDer<'static>>,
    /// Made when it is first needed: most services never send anything.
    tls: OnceLock<Result<Arc<ClientConfig>, rustls::Error>>,
}

/// An answer from outside.
#[derive(Debug)]
pub struct Fetched {
    /// Its status: never a redirect.
    pub status: StatusCode,
    /// Its body.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not a URL that a request may be sent to.
    #[error("the URL cannot be used: {0}")]
    Url(&'static str),
    /// The name has no address.
    #[error("the name has no address: {0}")]
    Name(io::Error),
    /// The name leads into a network of our own.
    #[error("{0} is not a public address, and `outbound.allow` does not name it")]
    Forbidden(IpAddr),
    /// Nobody answers there.
    #[error("no connection: {0}")]
    Connection(io::Error),
    /// What answers there is no HTTP server, or went away.
    #[error("no answer: {0}")]
    Answer(hyper::Error),
    /// The answer leads elsewhere.
    #[error("the answer is a redirect ({0}), which is not followed")]
    Redirect(StatusCode),
    /// The answer is too long, or broke off.
    #[error("the answer has more than {ANSWER_BYTES_MAX} bytes, or broke off")]
    Body,
    /// All of it took too long.
    #[error("no answer within {} s", TIME_MAX.as_secs())]
    Slow,
    /// TLS could not be set up here.
    #[error("TLS cannot be used: {0}")]
    Tls(rustls::Error),
}

impl Fetcher {
    /// Sends to public addresses, and to these; trusts the system's authorities, and these.
    pub fn new(allowed: Vec<IpAddr>, authorities: Vec<CertificateDer<'static>>) -> Self {
        let allowed = allowed.into_iter().map(|address| address.to_canonical()).collect();
        Self(Arc::new(Inner { allowed, authorities, tls: OnceLock::new() }))
    }

    /// Posts a body and reads the answer, which is not a redirect.
    ///
    /// # Errors
    /// The URL, its address or the answer is not one to go on with.
    pub async fn post(
        &self,
        url: &str,
        headers: Vec<(HeaderName, HeaderValue)>,
        body: Bytes,
    ) -> Result<Fetched, FetchError> {
        let target = Target::parse(url)?;
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = target.path.clone();
        request.headers_mut().insert(HOST, target.header.clone());
        request.headers_mut().insert(USER_AGENT, AGENT);
        request.headers_mut().extend(headers);
        let answered = tokio::time::timeout(TIME_MAX, self.send(&target, request)).await;
        answered.map_err(|_| FetchError::Slow)?
    }

    async fn send(
        &self,
        target: &Target,
        request: Request<Full<Bytes>>,
    ) -> Result<Fetched, FetchError> {
        let found = tokio::net::lookup_host((target.host.as_str(), target.port)).await;
        let address = self.choose(found.map_err(FetchError::Name)?, target.plain)?;
        // The very address that was looked at: a second look-up could give another.
        let stream = TcpStream::connect(address).await.map_err(FetchError::Connection)?;
        if target.plain {
            return converse(stream, request).await;
        }
        let name = ServerName::try_from(target.host.clone());
        let name = name.map_err(|_| FetchError::Url("its host is not a name"))?;
        let connector = TlsConnector::from(self.tls()?);
        let stream = connector.connect(name, stream).await.map_err(FetchError::Connection)?;
        converse(stream, request).await
    }

    /// The first address that a request may go to.
    fn choose(
        &self,
        found: impl Iterator<Item = SocketAddr>,
        plain: bool,
    ) -> Result<SocketAddr, FetchError> {
        let mut forbidden = None;
        for address in found {
            let ip = address.ip().to_canonical();
            let listed = self.0.allowed.contains(&ip);
            let fits = if plain { listed && ip.is_loopback() } else { listed || is_public(ip) };
            if fits {
                return Ok(address);
            }
            forbidden = Some(ip);
        }
        Err(forbidden.map_or(FetchError::Url("its host has no address"), FetchError::Forbidden))
    }

    fn tls(&self) -> Result<Arc<ClientConfig>, FetchError> {
        let made = self.0.tls.get_or_init(|| trusting(&self.0.authorities).map(Arc::new));
        made.clone().map_err(FetchError::Tls)
    }
}

impl fmt::Debug for Fetcher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Fetcher({:?})", self.0.allowed)
    }
}

/// Whether a URL is one that [`Fetcher::post`] would try, whatever its name leads to.
///
/// # Errors
/// What is wrong with it.
pub fn check_url(url: &str) -> Result<(), FetchError> {
    Target::parse(url).map(drop)
}

/// The parts of a URL.
struct Target {
    plain: bool,
    host: String,
    port: u16,
    header: HeaderValue,
    path: Uri,
}

impl Target {
    fn parse(url: &str) -> Result<Self, FetchError> {
        if url.len() > URL_BYTES_MAX {
            return Err(FetchError::Url("it is too long"));
        }
        let uri: Uri = url.parse().map_err(|_| FetchError::Url("it is not a URL"))?;
        let plain = match uri.scheme_str() {
            Some("https") => false,
            Some("http") => true,
            _ => return Err(FetchError::Url("it is not https")),
        };
        let authority = uri.authority().ok_or(FetchError::Url("it has no host"))?;
        if authority.as_str().contains('@') {
            return Err(FetchError::Url("it holds a user name"));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(FetchError::Url("it has no host"));
        }
        let header = HeaderValue::from_str(authority.as_str());
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self {
            plain,
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(if plain { 80 } else { 443 }),
            header: header.map_err(|_| FetchError::Url("its host is not a name"))?,
            path: path.parse().map_err(|_| FetchError::Url("its path is not one"))?,
        })
    }
}

fn trusting(authorities: &[CertificateDer<'static>]) -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    // What the system has and rustls cannot read is passed over, as by every other program.
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

/// One request and its answer on a connection that ends with them.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Request<Full<Bytes>>,
) -> Result<Fetched, FetchError> {
    let mut builder = http1::Builder::new();
    builder.max_headers(HEADERS_MAX).max_buf_size(HEAD_BYTES_MAX);
    let opened = builder.handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = opened.map_err(FetchError::Answer)?;
    let exchange = async {
        let answer = sender.send_request(request).await.map_err(FetchError::Answer)?;
        let status = answer.status();
        if status.is_redirection() {
            return Err(FetchError::Redirect(status));
        }
        let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
        Ok(Fetched { status, body: body.map_err(|_| FetchError::Body)?.to_bytes() })
    };
    let (mut connection, mut exchange) = (std::pin::pin!(connection), std::pin::pin!(exchange));
    tokio::select! {
        answered = &mut exchange => answered,
        // Whatever ended it, the exchange knows what it has of the answer.
        _ = &mut connection => exchange.await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_https_with_a_host_and_nobody_in_it() {
        // Each wrong one differs from the right one in one thing.
        for url in ["https://hooks.test/x?y=1", "https://hooks.test:8443", "https://[::1]/"] {
            assert!(check_url(url).is_ok(), "{url}");
        }
        let long = format!("https://hooks.test/{}", "x".repeat(URL_BYTES_MAX));
        let wrong = [
            "ftp://hooks.test/",
            "file:///etc/passwd",
            "//hooks.test/",
            "/x",
            "",
            "https://",
            "https://me:secret@hooks.test/",
            "https://hooks.test/\r\nx: y",
            &long,
        ];
        for url in wrong {
            assert!(check_url(url).is_err(), "{url:?}");
        }
    }

    #[test]
    fn only_public_addresses_and_those_that_are_listed_are_connected_to() {
        // A name that leads to several: the first that may be used is, and it alone.
        let at = |ip: &str| SocketAddr::new(ip.parse().expect("an address"), 443);
        let open = Fetcher::default();
        let both = || [at("10.0.0.1"), at("93.184.216.34")].into_iter();
        assert_eq!(open.choose(both(), false).ok(), Some(at("93.184.216.34")));
        assert!(open.choose(both(), true).is_err());
        let mapped = [at("::ffff:169.254.169.254")].into_iter();
        assert!(matches!(open.choose(mapped, false), Err(FetchError::Forbidden(_))));
        let listed = Fetcher::new(vec!["10.0.0.1".parse().expect("it")], Vec::new());
        assert_eq!(listed.choose(both(), false).ok(), Some(at("10.0.0.1")));
        assert!(listed.choose(both(), true).is_err(), "plain HTTP stays on this machine");
        let here = Fetcher::new(vec!["127.0.0.1".parse().expect("it")], Vec::new());
        assert!(here.choose([at("127.0.0.1")].into_iter(), true).is_ok());
        assert!(here.choose([at("127.0.0.2")].into_iter(), true).is_err());
    }
}
