//! Recognizes values of other clients of the tenant, or of another field of the same client. For
//! operators only. Runs outside of requests, because it reads every client.

use catalogue::{Comparison, Difference};
use model::{Client, ClientCredential, ClientId};

/// The values of one client that are compared. Contains no secrets, not even digests.
#[derive(Clone, Debug)]
pub struct OtherClient {
    id: ClientId,
    name: String,
    credentials: Vec<String>,
    redirect_uris: Vec<String>,
}

impl OtherClient {
    /// Copies the values of a client.
    pub fn from_client(client: &Client) -> Self {
        let id = |credential: &ClientCredential| match credential {
            ClientCredential::Secret { id, .. } | ClientCredential::PublicKey { id, .. } => {
                id.clone()
            }
        };
        Self {
            id: client.id.clone(),
            name: client.name.clone(),
            credentials: client.credentials.iter().map(id).collect(),
            redirect_uris: client.redirect_uris.iter().map(|it| it.uri.clone()).collect(),
        }
    }
}

/// Recognizes an unknown client id as the name of a client, or as the id of a secret or key.
pub fn of_client_id(sent: &str, clients: &[OtherClient]) -> Option<Comparison> {
    let text = sent.trim();
    let by_name = clients.iter().find(|it| it.name.eq_ignore_ascii_case(text));
    let holds = |it: &&OtherClient| it.credentials.iter().any(|id| id == text);
    let (kind, client) = if let Some(client) = by_name {
        ("name_of_client", client)
    } else {
        ("id_of_credential", clients.iter().find(holds)?)
    };
    let difference = Difference::new(kind).with("client", &client.id);
    let comparison =
        Comparison::mismatch("client_id", &client.id, sent).with_difference(difference);
    Some(comparison.operator_only())
}

/// Finds another client for which a redirect URI is registered.
pub fn of_redirect_uri(sent: &str, client: &str, clients: &[OtherClient]) -> Option<Comparison> {
    let others = clients.iter().filter(|it| it.id.as_str() != client);
    let other = others.clone().find(|it| it.redirect_uris.iter().any(|uri| uri == sent))?;
    let difference = Difference::new("registered_elsewhere").with("client", &other.id);
    Some(Comparison::new("redirect_uri").received(sent).with_difference(difference).operator_only())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clients() -> Vec<OtherClient> {
        [("web", "Orders", "s1"), ("spa", "Shop", "s2")]
            .map(|(id, name, credential)| OtherClient {
                id: ClientId::new(id).expect("an id"),
                name: name.to_owned(),
                credentials: vec![credential.to_owned()],
                redirect_uris: vec![format!("https://{id}.test/cb")],
            })
            .into()
    }

    #[test]
    fn client_name_or_credential_id_sent_as_client_id_is_recognized() {
        // Sends a client's name, the id of a secret, and a text that is neither.
        for (sent, kind) in
            [("orders", Some("name_of_client")), ("s2", Some("id_of_credential")), ("s3", None)]
        {
            let comparison = of_client_id(sent, &clients());
            assert!(comparison.as_ref().is_none_or(|comparison| comparison.operator_only));
            let difference = comparison.and_then(|comparison| comparison.difference);
            assert_eq!(difference.map(|it| it.kind), kind, "{sent}");
        }
    }

    #[test]
    fn redirect_uri_of_another_client_is_shown_to_operators_only() {
        // Passes a redirect URI of the client itself, of another client, and of no client.
        let comparison =
            of_redirect_uri("https://spa.test/cb", "web", &clients()).expect("a comparison");
        assert!(comparison.operator_only);
        let difference = comparison.difference.expect("one");
        assert_eq!((difference.kind, &*difference.arguments[0].1), ("registered_elsewhere", "spa"));
        for own in ["https://web.test/cb", "https://else.test/cb"] {
            assert_eq!(of_redirect_uri(own, "web", &clients()), None);
        }
    }
}
