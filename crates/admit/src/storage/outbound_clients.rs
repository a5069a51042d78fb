//! The clients for e-mail and outbound requests.

use outbound::fetch::Fetcher;
use outbound::mail::Mailer;

use crate::config::Config;

/// The clients for e-mail and outbound requests.
#[derive(Clone, Default)]
pub(crate) struct OutboundClients {
    /// The SMTP client, if a server is configured.
    pub(crate) mail: Option<Mailer>,
    /// The HTTP client.
    pub(crate) fetcher: Fetcher,
    /// The address of the service of breached passwords, if there is one.
    pub(crate) breached_range_url: Option<String>,
}

impl OutboundClients {
    /// Creates the clients of commands, which send no mail. A file of certificates that cannot be
    /// read fails where it is needed.
    pub(crate) fn of_commands(config: &Config) -> Self {
        Self {
            mail: None,
            fetcher: config.outbound.fetcher().unwrap_or_default(),
            breached_range_url: config.passwords.breached_range_url.clone(),
        }
    }
}
