//! The settings of the operator.

use model::{Actor, RetentionLimits};
use outbound::{fetch::Fetcher, mail::Mailer};

use crate::development::Development;

/// Settings of the service.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The origin of the service: `https://host[:port]`, without a trailing slash.
    pub origin: String,
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
}

impl Settings {
    /// Creates the default settings for an origin.
    pub fn new(origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            error_simulation_allowed: false,
            records: Some(RetentionLimits::default()),
            fetcher: Fetcher::default(),
            mail: None,
            actor: Actor::Service,
            development: None,
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
}
