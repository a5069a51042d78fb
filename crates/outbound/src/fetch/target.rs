//! The URL of an outbound request.

use http::{HeaderValue, Uri};

use super::FetchError;

/// Maximum length of a URL in bytes.
const URL_BYTES_MAX: usize = 2_048;

/// Checks the form of a URL as [`Fetcher::post`](super::Fetcher::post) does, without resolving its
/// host.
///
/// # Errors
/// The URL is malformed or not allowed.
pub fn check_url(url: &str) -> Result<(), FetchError> {
    Target::parse(url).map(drop)
}

/// The parsed URL of a request.
pub(super) struct Target {
    /// Whether it is `http`. Only allowed for loopback addresses that the operator lists.
    pub(super) plain: bool,
    /// The host, without the brackets of an IPv6 address.
    pub(super) host: String,
    /// The port.
    pub(super) port: u16,
    /// The header `Host`.
    pub(super) host_header: HeaderValue,
    /// The path and the query.
    pub(super) path: Uri,
}

impl Target {
    /// Parses a URL.
    pub(super) fn parse(url: &str) -> Result<Self, FetchError> {
        if url.len() > URL_BYTES_MAX {
            return Err(FetchError::Url("it is too long"));
        }
        let uri: Uri = url.parse().map_err(|_| FetchError::Url("it is not a URL"))?;
        let plain = match uri.scheme_str() {
            Some("https") => false,
            Some("http") => true,
            _ => return Err(FetchError::Url("its scheme is not https")),
        };
        let authority = uri.authority().ok_or(FetchError::Url("it has no host"))?;
        if authority.as_str().contains('@') {
            return Err(FetchError::Url("it contains a user name"));
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return Err(FetchError::Url("it has no host"));
        }
        let host_header = HeaderValue::from_str(authority.as_str());
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self {
            plain,
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(if plain { 80 } else { 443 }),
            host_header: host_header.map_err(|_| FetchError::Url("its host is malformed"))?,
            path: path.parse().map_err(|_| FetchError::Url("its path is malformed"))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_https_url_with_a_host_and_no_user_is_accepted() {
        // Each rejected URL differs from an accepted one in one thing.
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
}
