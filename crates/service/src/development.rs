//! The looser rules of a service for development, which only `admit dev` runs.

use std::sync::Arc;

use model::{Client, is_loopback_url};

/// The proof that a service is for development: its origin is on the loopback interface, so that
/// only programs of this machine reach it. The caller also checks that its data are not those of a
/// service that others use.
#[derive(Clone, Debug)]
pub struct Development(());

impl Development {
    /// Creates the proof for a service at this origin. Returns `None` if other machines could reach
    /// the origin.
    pub fn at(origin: &str) -> Option<Self> {
        is_loopback_url(origin).then_some(Self(()))
    }

    /// Lets a client take any loopback URL as redirect URI, and any loopback origin of a browser:
    /// the development server of an app chooses its port.
    #[expect(clippy::unused_self, reason = "the proof that the client is for development")]
    pub(crate) fn open_to_loopback(&self, client: &Client) -> Arc<Client> {
        Arc::new(Client { any_loopback: true, ..client.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_loopback_origin_is_for_development() {
        // Asks for the proof at loopback origins and at others.
        for origin in ["https://localhost:8443", "http://localhost:8080", "http://127.0.0.1"] {
            assert!(Development::at(origin).is_some(), "{origin}");
        }
        for origin in ["https://login.example.com", "http://localhost.example.com", ""] {
            assert!(Development::at(origin).is_none(), "{origin}");
        }
    }
}
