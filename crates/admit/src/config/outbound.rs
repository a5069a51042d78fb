//! Where the service itself may send requests to.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use service::fetch::Fetcher;

use super::mail::Unusable;
use super::path;
use crate::document::{At, Reader};

/// Where the service itself may send requests to: webhooks. Without this table they go to public
/// addresses only, by HTTPS, whatever a tenant configures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbound {
    /// Addresses in networks of your own that requests may go to. Plain HTTP is taken for those on
    /// loopback only.
    ///
    /// Example: `allow = ["10.0.0.12"]`
    pub(crate) allow: Vec<At<IpAddr>>,
    /// A file with further authorities, in PEM, that servers' certificates may be from; those of
    /// the system are trusted anyway.
    ///
    /// Example: `ca_file = "/etc/admit/ca.crt"`
    pub(crate) ca_file: Option<At<PathBuf>>,
}

impl Outbound {
    pub(super) fn read(reader: &mut Reader<'_>, directory: &Path) -> Self {
        let allow = reader.list("allow");
        Self { allow, ca_file: path(reader.optional("ca_file"), directory) }
    }

    /// What makes outbound requests.
    pub(crate) fn fetcher(&self) -> Result<Fetcher, Unusable> {
        let allowed = self.allow.iter().map(|address| address.value).collect();
        let Some(file) = &self.ca_file else { return Ok(Fetcher::new(allowed, Vec::new())) };
        let unusable = |reason: String| Unusable {
            span: file.span.clone(),
            reason: format!("{} cannot be used: {reason}", file.value.display()),
        };
        let authorities = CertificateDer::pem_file_iter(&file.value)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|error| unusable(error.to_string()))?;
        if authorities.is_empty() {
            return Err(unusable("it holds no certificate in PEM".to_owned()));
        }
        Ok(Fetcher::new(allowed, authorities))
    }
}
