//! The clients for e-mail and outbound requests.

use outbound::fetch::Fetcher;
use outbound::mail::Mailer;

/// The clients for e-mail and outbound requests.
#[derive(Clone, Default)]
pub(crate) struct OutboundClients {
    /// The SMTP client, if a server is configured.
    pub(crate) mail: Option<Mailer>,
    /// The HTTP client.
    pub(crate) fetcher: Fetcher,
}
