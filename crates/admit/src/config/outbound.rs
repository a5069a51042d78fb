//! The options for outbound requests of the configuration file.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use outbound::fetch::Fetcher;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::mail::InvalidOption;
use super::path;
use crate::bounded_input::{InputKind, read_file};
use crate::toml_document::{Spanned, TableReader};

/// The addresses that the service may send requests (webhooks) to. Without this table it sends
/// requests to public addresses by HTTPS only, whatever a tenant declares.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outbound {
    /// Private addresses that requests may be sent to. Plain HTTP is allowed for loopback addresses
    /// only.
    ///
    /// Example: `allowed_addresses = ["10.0.0.12"]`
    pub(crate) allowed_addresses: Vec<Spanned<IpAddr>>,
    /// A file with additional CA certificates in PEM. The CA certificates of the system are trusted
    /// as well.
    ///
    /// Example: `ca_file = "/etc/admit/ca.crt"`
    pub(crate) ca_file: Option<Spanned<PathBuf>>,
}

impl Outbound {
    pub(super) fn read(reader: &mut TableReader<'_>, directory: &Path) -> Self {
        let allowed_addresses = reader.list("allowed_addresses");
        Self { allowed_addresses, ca_file: path(reader.optional("ca_file"), directory) }
    }

    /// Creates the HTTP client.
    pub(crate) fn fetcher(&self) -> Result<Fetcher, InvalidOption> {
        let allowed = self.allowed_addresses.iter().map(|address| address.value).collect();
        let Some(file) = &self.ca_file else { return Ok(Fetcher::new(allowed, Vec::new())) };
        let invalid = |reason: String| InvalidOption {
            span: file.span.clone(),
            reason: format!("{} {reason}", file.value.display()),
        };
        let pem = read_file(&file.value, InputKind::Certificates)
            .map_err(|error| invalid(error.to_string()))?;
        let authorities = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
        let authorities =
            authorities.map_err(|error| invalid(format!("cannot be used: {error}")))?;
        if authorities.is_empty() {
            return Err(invalid("cannot be used: it contains no certificate in PEM".to_owned()));
        }
        Ok(Fetcher::new(allowed, authorities))
    }
}
