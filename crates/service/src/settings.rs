//! The settings of the operator.

use model::RetentionLimits;
use outbound::{fetch::Fetcher, mail::Mailer};

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
        }
    }

    /// Returns `host[:port]` of the origin.
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or(self.origin.as_str(), |(_, host)| host)
    }
}
