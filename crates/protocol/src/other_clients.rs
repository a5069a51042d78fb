//! What a value means at another client of the same tenant, or as another value of one: for the
//! operator alone. Asked behind the backs of requests, as it looks at every client.

use catalogue::{Difference, Fact};
use model::{Client, ClientCredential, ClientId};

/// What of one client a value can be mistaken for. No secrets: not even digests.
#[derive(Clone, Debug)]
pub struct Neighbour {
    id: ClientId,
    name: String,
    credentials: Vec<String>,
    redirect_uris: Vec<String>,
}

impl Neighbour {
    /// What of a client others can be mistaken for.
    pub fn of(client: &Client) -> Self {
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

/// What an id that no client has is in place of one: the name of a client, or the id of one of its
/// secrets or keys.
pub fn of_client_id(sent: &str, neighbours: &[Neighbour]) -> Option<Fact> {
    let text = sent.trim();
    let named = neighbours.iter().find(|it| it.name.eq_ignore_ascii_case(text));
    let holds = |it: &&Neighbour| it.credentials.iter().any(|id| id == text);
    let (kind, neighbour) = if let Some(neighbour) = named {
        ("name_of_client", neighbour)
    } else {
        ("id_of_credential", neighbours.iter().find(holds)?)
    };
    let difference = Difference::of(kind).with("client", &neighbour.id);
    let fact = Fact::mismatch("client_id", &neighbour.id, sent).differing(difference);
    Some(fact.for_operators())
}

/// The other client that a redirect URI is registered for, if it is for one.
pub fn of_redirect_uri(sent: &str, asking: &str, neighbours: &[Neighbour]) -> Option<Fact> {
    let others = neighbours.iter().filter(|it| it.id.as_str() != asking);
    let other = others.clone().find(|it| it.redirect_uris.iter().any(|uri| uri == sent))?;
    let difference = Difference::of("registered_elsewhere").with("client", &other.id);
    Some(Fact::about("redirect_uri").received(sent).differing(difference).for_operators())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn neighbours() -> Vec<Neighbour> {
        [("web", "Orders", "s1"), ("spa", "Shop", "s2")]
            .map(|(id, name, credential)| Neighbour {
                id: ClientId::new(id).expect("an id"),
                name: name.to_owned(),
                credentials: vec![credential.to_owned()],
                redirect_uris: vec![format!("https://{id}.test/cb")],
            })
            .into()
    }

    #[test]
    fn what_was_sent_in_place_of_a_client_id_is_named_to_the_operator() {
        // Sends a name, the id of a secret, and what is neither.
        for (sent, kind) in
            [("orders", Some("name_of_client")), ("s2", Some("id_of_credential")), ("s3", None)]
        {
            let fact = of_client_id(sent, &neighbours());
            assert!(fact.as_ref().is_none_or(|fact| fact.operator_only));
            let difference = fact.and_then(|fact| fact.difference);
            assert_eq!(difference.map(|it| it.kind), kind, "{sent}");
        }
    }

    #[test]
    fn a_redirect_uri_of_another_client_is_named_to_the_operator() {
        // Asks for one's own, for another's, and for nobody's.
        let fact = of_redirect_uri("https://spa.test/cb", "web", &neighbours()).expect("a fact");
        assert!(fact.operator_only);
        let difference = fact.difference.expect("one");
        assert_eq!((difference.kind, &*difference.arguments[0].1), ("registered_elsewhere", "spa"));
        for own in ["https://web.test/cb", "https://else.test/cb"] {
            assert_eq!(of_redirect_uri(own, "web", &neighbours()), None);
        }
    }
}
