//! The looser rules of a service for development, which only `admit dev` runs.

use std::{fmt, sync::Arc};

use model::{Client, is_loopback_url};

/// The proof that a service is for development: its origin is on the loopback interface, so that
/// only programs of this machine reach it. The caller also checks that its data are not those of a
/// service that others use.
#[derive(Clone)]
pub struct Development(Arc<DevelopmentSite>);

/// The contents of the start page that are not in the store.
#[derive(Clone, Default)]
pub struct DevelopmentSite {
    /// The data directory.
    pub data: String,
    /// The name of the tenant with the generated secrets and passwords.
    pub tenant: String,
    /// The generated secrets by the names of their clients.
    pub client_secrets: Vec<(String, String)>,
    /// The generated passwords by the names of their users.
    pub passwords: Vec<(String, String)>,
    /// The certificate file that clients must trust. `None` at an `http` origin.
    pub ca_file: Option<String>,
    /// The commands that make clients trust it, after the kinds of clients.
    pub trust: Vec<(String, String)>,
}

impl Development {
    /// Creates the proof for a service at this origin. Returns `None` if other machines could reach
    /// the origin.
    pub fn at(origin: &str, site: DevelopmentSite) -> Option<Self> {
        is_loopback_url(origin).then(|| Self(Arc::new(site)))
    }

    /// Lets a client take any loopback URL as redirect URI, and any loopback origin of a browser:
    /// the development server of an app chooses its port.
    #[expect(clippy::unused_self, reason = "the proof that the client is for development")]
    pub(crate) fn open_to_loopback(&self, client: &Client) -> Arc<Client> {
        Arc::new(Client { any_loopback: true, ..client.clone() })
    }

    /// Returns the contents of the start page.
    pub fn site(&self) -> &DevelopmentSite {
        &self.0
    }
}

impl DevelopmentSite {
    /// Returns the generated secret of a client.
    pub(crate) fn client_secret(&self, tenant: &str, client: &str) -> Option<&str> {
        find(&self.client_secrets, client).filter(|_| tenant == self.tenant)
    }

    /// Returns the generated password of a user.
    pub(crate) fn password(&self, tenant: &str, username: &str) -> Option<&str> {
        find(&self.passwords, username).filter(|_| tenant == self.tenant)
    }
}

impl fmt::Debug for Development {
    /// Omits the secrets.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Development")
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_loopback_origin_is_for_development() {
        // Asks for the proof at loopback origins and at others.
        let at = |origin| Development::at(origin, DevelopmentSite::default());
        for origin in ["https://localhost:8443", "http://localhost:8080", "http://127.0.0.1"] {
            assert!(at(origin).is_some(), "{origin}");
        }
        for origin in ["https://login.example.com", "http://localhost.example.com", ""] {
            assert!(at(origin).is_none(), "{origin}");
        }
    }
}
