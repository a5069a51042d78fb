//! Recognizes values of other clients of the tenant, or of another field of the same client. For
//! operators only. Runs outside of requests, because it reads every client.

use std::collections::HashMap;

use catalogue::{Comparison, Difference};
use model::{Client, ClientCredential, ClientId};

/// The values of the clients of a tenant, by which they are found. Contains no secrets, not even
/// digests.
#[derive(Clone, Debug, Default)]
pub struct OtherClients {
    /// By the name in lower case. Of several clients with a name, the first one.
    names: HashMap<String, ClientId>,
    credentials: HashMap<String, ClientId>,
    redirect_uris: HashMap<String, Vec<ClientId>>,
}

impl OtherClients {
    /// Copies the values of clients.
    pub fn new(clients: &[Client]) -> Self {
        let mut others = Self::default();
        for client in clients {
            let name = client.name.to_ascii_lowercase();
            others.names.entry(name).or_insert_with(|| client.id.clone());
            for credential in &client.credentials {
                let (ClientCredential::Secret { id, .. } | ClientCredential::PublicKey { id, .. }) =
                    credential;
                let holder = others.credentials.entry(id.clone());
                holder.or_insert_with(|| client.id.clone());
            }
            for redirect_uri in &client.redirect_uris {
                let holders = others.redirect_uris.entry(redirect_uri.uri.clone());
                holders.or_default().push(client.id.clone());
            }
        }
        others
    }

    /// Recognizes an unknown client id as the name of a client, or as the id of a secret or key.
    pub fn of_client_id(&self, sent: &str) -> Option<Comparison> {
        let text = sent.trim();
        let (kind, client) = match self.names.get(&text.to_ascii_lowercase()) {
            Some(client) => ("name_of_client", client),
            None => ("id_of_credential", self.credentials.get(text)?),
        };
        let difference = Difference::new(kind).with("client", client);
        let comparison =
            Comparison::mismatch("client_id", client, sent).with_difference(difference);
        Some(comparison.operator_only())
    }

    /// Finds another client for which a redirect URI is registered.
    pub fn of_redirect_uri(&self, sent: &str, client: &str) -> Option<Comparison> {
        let holders = self.redirect_uris.get(sent)?;
        let other = holders.iter().find(|holder| holder.as_str() != client)?;
        let difference = Difference::new("registered_elsewhere").with("client", other);
        let comparison = Comparison::new("redirect_uri").received(sent);
        Some(comparison.with_difference(difference).operator_only())
    }
}

#[cfg(test)]
mod tests {
    use model::{Platform, RedirectUri, TenantId};

    use super::*;

    /// Three clients. Two have the same name and credential id, and all have one redirect URI.
    fn clients() -> OtherClients {
        let values = [("web", "Orders", "s1"), ("spa", "Shop", "s2"), ("old", "SHOP", "s2")];
        let clients = values.map(|(id, name, credential)| {
            let secret = ClientCredential::Secret {
                id: credential.to_owned(),
                sha256: [0; 32],
                expires: None,
            };
            let redirect_uris = [id, "shared"].map(|host| RedirectUri {
                uri: format!("https://{host}.test/cb"),
                platform: Platform::Web,
            });
            let (tenant, id) = (TenantId::from_bytes([1; 16]), ClientId::new(id).expect("an id"));
            Client {
                credentials: vec![secret],
                redirect_uris: redirect_uris.into(),
                ..Client::new(tenant, id, name)
            }
        });
        OtherClients::new(&clients)
    }

    #[test]
    fn client_name_or_credential_id_sent_as_client_id_is_recognized() {
        // Sends a client's name, the id of a secret, both also of two clients, and a text that is
        // neither.
        for (sent, found) in [
            ("orders", Some(("name_of_client", "web"))),
            (" sHOP", Some(("name_of_client", "spa"))),
            ("s1", Some(("id_of_credential", "web"))),
            ("s2", Some(("id_of_credential", "spa"))),
            ("s3", None),
        ] {
            let comparison = clients().of_client_id(sent);
            assert!(comparison.as_ref().is_none_or(|comparison| comparison.operator_only));
            let difference = comparison.and_then(|comparison| comparison.difference);
            let difference = difference.as_ref().map(|it| (it.kind, &*it.arguments[0].1));
            assert_eq!(difference, found, "{sent}");
        }
    }

    #[test]
    fn redirect_uri_of_another_client_is_shown_to_operators_only() {
        // Passes a redirect URI of the client itself, of another client, and of no client.
        let comparison =
            clients().of_redirect_uri("https://spa.test/cb", "web").expect("a comparison");
        assert!(comparison.operator_only);
        let difference = comparison.difference.expect("one");
        assert_eq!((difference.kind, &*difference.arguments[0].1), ("registered_elsewhere", "spa"));
        for (client, other) in [("web", "spa"), ("spa", "web")] {
            let shared = clients().of_redirect_uri("https://shared.test/cb", client);
            let difference = shared.and_then(|comparison| comparison.difference).expect("one");
            assert_eq!(&*difference.arguments[0].1, other);
        }
        for own in ["https://web.test/cb", "https://else.test/cb"] {
            assert_eq!(clients().of_redirect_uri(own, "web"), None);
        }
    }
}
