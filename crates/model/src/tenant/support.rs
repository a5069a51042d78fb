//! The recipients of the reports of users.

use serde::{Deserialize, Serialize};

/// The recipients of reports about a tenant, besides its list of tickets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Support {
    /// The e-mail address that receives each report.
    pub address: Option<String>,
    /// The webhook that receives each report.
    pub webhook: Option<Webhook>,
    /// The address that pages show to users who cannot sign in: an e-mail address or an `https`
    /// URL.
    #[serde(default)]
    pub contact: Option<String>,
}

/// A webhook: a program that receives reports in signed requests.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// The HTTPS URL.
    pub url: String,
    /// The sealed secret that signs the requests.
    pub sealed_secret: Vec<u8>,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Webhook({})", self.url)
    }
}
