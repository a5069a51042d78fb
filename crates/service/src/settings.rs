//! The settings of the operator.

use std::net::Ipv4Addr;

use axum::http::HeaderValue;
use model::{Actor, RetentionLimits};
use outbound::{fetch::Fetcher, mail::Mailer};
use signin::factor::password::HashCost;

use crate::{development::Development, nodes::ThisNode};

/// Settings of the service.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The origin of the service: `https://host[:port]`, without a trailing slash.
    pub origin: String,
    /// Whether browsers use HTTPS for the subdomains of the host, too (RFC 6797 §6.1.2).
    pub hsts_include_subdomains: bool,
    /// Whether clients that have error simulation enabled may request errors.
    pub error_simulation_allowed: bool,
    /// The retention limits of request records, or `None` to record nothing.
    pub records: Option<RetentionLimits>,
    /// The client for outbound HTTP requests.
    pub fetcher: Fetcher,
    /// The SMTP client, or `None` if no SMTP server is configured.
    pub mail: Option<Mailer>,
    /// The actor of the changes of this process: the running service, or a command.
    pub actor: Actor,
    /// The looser rules for development, or `None` for a service that others use.
    pub development: Option<Development>,
    /// The cost of new password hashes.
    pub password_cost: HashCost,
    /// The address of the service of breached passwords, to which five digits are appended. `None`
    /// to ask none.
    pub breached_range_url: Option<String>,
    /// This process among the nodes that share the store.
    pub node: ThisNode,
}

impl Settings {
    /// Creates the default settings for an origin.
    pub fn new(origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            hsts_include_subdomains: false,
            error_simulation_allowed: false,
            records: Some(RetentionLimits::default()),
            fetcher: Fetcher::default(),
            mail: None,
            actor: Actor::Service,
            development: None,
            password_cost: HashCost::default(),
            breached_range_url: None,
            node: ThisNode::single(),
        }
    }

    /// Returns whether the service is reached by plain HTTP, which only a loopback origin may be.
    pub fn is_plain_http(&self) -> bool {
        self.origin.starts_with("http://")
    }

    /// Returns `host[:port]` of the origin.
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or(self.origin.as_str(), |(_, host)| host)
    }

    /// Returns the header `Strict-Transport-Security`. A loopback host has none: it would force
    /// HTTPS on every other program that a developer runs on this host, on any port.
    pub fn hsts(&self) -> Option<HeaderValue> {
        const HOST: HeaderValue = HeaderValue::from_static("max-age=31536000");
        const SUBDOMAINS: HeaderValue =
            HeaderValue::from_static("max-age=31536000; includeSubDomains");
        let value = if self.hsts_include_subdomains { SUBDOMAINS } else { HOST };
        (!is_of_own_machine(self.host())).then_some(value)
    }
}

/// Returns whether `host[:port]` is any name or address of the own machine (RFC 6761 §6.3), also
/// those that are no loopback host of [`model::is_loopback_host`]. A browser applies HSTS to them.
fn is_of_own_machine(host: &str) -> bool {
    if let Some((address, _)) = host.strip_prefix('[').and_then(|host| host.split_once(']')) {
        return address == "::1";
    }
    let name = host.split(':').next().unwrap_or_default();
    let is_loopback_address = name.parse().is_ok_and(|address: Ipv4Addr| address.is_loopback());
    name == "localhost" || name.ends_with(".localhost") || is_loopback_address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hsts_is_never_sent_for_a_loopback_host() {
        // Computes the header of loopback hosts and of similar names, with and without subdomains.
        for host in ["localhost:8443", "localhost", "app.localhost", "127.0.0.1:1", "[::1]:8443"] {
            let settings = Settings::new(format!("https://{host}"));
            let settings = Settings { hsts_include_subdomains: true, ..settings };
            assert_eq!(settings.hsts(), None, "{host}");
        }
        for host in ["login.example.com", "localhost.example.com", "128.0.0.1", "[2001:db8::1]:1"] {
            let settings = Settings::new(format!("https://{host}"));
            assert_eq!(settings.hsts().expect("a header"), "max-age=31536000", "{host}");
            let settings = Settings { hsts_include_subdomains: true, ..settings };
            assert_eq!(settings.hsts().expect("a header"), "max-age=31536000; includeSubDomains");
        }
    }
}
