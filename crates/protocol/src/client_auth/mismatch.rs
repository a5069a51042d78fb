//! How a proof of a client that was not good differs from one that would have been.

use catalogue::{Difference, Fact};
use jose::digest;
use model::{Client, ClientCredential, Timestamp};

use super::secret::{Sent, is_secret_of};
use crate::{
    difference::{self, decoded, kind_of, list, unquoted, wrapping},
    moment,
};

/// How a wrong secret differs, as far as that can be said without saying anything of the secret,
/// and which ones would have been taken, by their ids.
pub(super) fn secret(sent: &Sent<'_>, client: &Client, now: Timestamp) -> Fact {
    Fact::about("client_secret")
        .expected(current_secrets(client, now))
        .differing(difference_of_secret(sent, client))
}

/// How long ago a secret ended, and which ones are still taken.
pub(super) fn expired_secret(client: &Client, end: Timestamp, now: Timestamp) -> Fact {
    Fact::about("client_secret")
        .expected(current_secrets(client, now))
        .differing(difference::expired(end, now))
}

/// What a client has to prove itself with.
pub(super) fn registered(client: &Client) -> Fact {
    let kinds = client.credentials.iter().map(|credential| match credential {
        ClientCredential::Secret { id, .. } => format!("client_secret {id}"),
        ClientCredential::PublicKey { id, .. } => format!("private_key_jwt {id}"),
    });
    Fact::about("client_authentication").expected(list(kinds))
}

fn difference_of_secret(sent: &Sent<'_>, client: &Client) -> Option<Difference> {
    let text = sent.text;
    let is_id = |credential: &ClientCredential| match credential {
        ClientCredential::Secret { id, .. } | ClientCredential::PublicKey { id, .. } => id == text,
    };
    if client.credentials.iter().any(is_id) {
        return Some(Difference::of("id_of_secret"));
    }
    if client.id.as_str() == text {
        return Some(Difference::of("client_id_as_secret"));
    }
    // The same secret in another wrapping: each is held against the digests in constant time.
    let right = [
        ("right_without_white_space", Some(text.trim().to_owned())),
        ("right_without_quotes", unquoted(text.trim()).map(str::to_owned)),
        ("right_when_decoded", decoded(text)),
        ("right_when_encoded", sent.as_it_came.map(str::to_owned)),
        ("right_with_plus", text.contains(' ').then(|| text.replace(' ', "+"))),
    ];
    let is_right = |other: &Option<String>| {
        other.as_ref().is_some_and(|other| other != text && is_secret_of(other, client))
    };
    if let Some((kind, _)) = right.into_iter().find(|(_, other)| is_right(other)) {
        return Some(Difference::of(kind));
    }
    wrapping(text).or_else(|| kind_of(text).map(Difference::of))
}

/// The secrets that are still taken, by their ids.
fn current_secrets(client: &Client, now: Timestamp) -> String {
    list(client.credentials.iter().filter_map(|credential| match credential {
        ClientCredential::Secret { expires: Some(end), .. } if *end <= now => None,
        ClientCredential::Secret { id, expires: Some(end), .. } => {
            Some(format!("secret {id} (until {})", moment::shown(*end)))
        }
        ClientCredential::Secret { id, expires: None, .. } => Some(format!("secret {id}")),
        ClientCredential::PublicKey { .. } => None,
    }))
}

/// How an `Authorization` header that names no client is malformed.
pub(super) fn basic(credentials: &str) -> Difference {
    let Ok(decoded) = digest::base64_decode(credentials) else {
        let kind = if credentials.contains(':') { "basic_not_encoded" } else { "not_base64" };
        return Difference::of(kind);
    };
    match String::from_utf8(decoded) {
        Err(_) => Difference::of("not_utf8"),
        Ok(text) if !text.contains(':') => Difference::of("basic_without_colon"),
        Ok(_) => Difference::of("broken_escape"),
    }
}

#[cfg(test)]
mod tests {
    use model::{ClientId, SubjectType, TenantId};

    use super::*;

    fn client(secret: &str) -> Client {
        let credential = |id: &str, secret: &str, expires| ClientCredential::Secret {
            id: id.to_owned(),
            sha256: digest::sha256(secret.as_bytes()),
            expires,
        };
        let end = Timestamp::from_seconds(100);
        Client {
            tenant: TenantId::new(uuid::Uuid::from_u128(1)),
            id: ClientId::new("web").expect("an id"),
            name: "Web".to_owned(),
            enabled: true,
            public: false,
            redirect_uris: Vec::new(),
            credentials: vec![credential("new", secret, None), credential("old", "x", Some(end))],
            grant_types: Vec::new(),
            permissions: Vec::new(),
            consent_granted: false,
            subject_type: SubjectType::Pairwise,
            id_token_alg: "RS256".to_owned(),
            refresh_token_rotation: None,
            dpop_required: false,
            rehearsal: false,
        }
    }

    #[test]
    fn a_wrong_secret_says_how_it_is_wrong_and_nothing_of_itself() {
        // Sends a secret in each wrong way, and looks for any of it in what is said.
        let secret = "a+b%2Fc~Zx9-Q7s1f";
        let client = client(secret);
        for (text, as_it_came, kind) in [
            ("new", None, Some("id_of_secret")),
            ("web", None, Some("client_id_as_secret")),
            ("a+b%2Fc~Zx9-Q7s1f\n", None, Some("right_without_white_space")),
            ("\"a+b%2Fc~Zx9-Q7s1f\"", None, Some("right_without_quotes")),
            ("a%2Bb%252Fc~Zx9-Q7s1f", None, Some("right_when_decoded")),
            ("a b/c~Zx9-Q7s1f", Some(secret), Some("right_when_encoded")),
            ("a b%2Fc~Zx9-Q7s1f", None, Some("right_with_plus")),
            (" another", None, Some("white_space_around")),
            ("'another'", None, Some("quoted")),
            ("6f1c2f0e-0000-4000-8000-000000000001", None, Some("id_sent")),
            ("eyJhbGciOi.e30.AA", None, Some("signed_token_sent")),
            ("another", None, None),
        ] {
            let sent = Sent { text, as_it_came };
            let fact = super::secret(&sent, &client, Timestamp::from_seconds(100));
            assert_eq!(fact.difference.as_ref().map(|it| it.kind), kind, "{text}");
            assert_eq!(fact.expected.as_deref(), Some("secret new"));
            assert_eq!(fact.received, None);
            assert!(fact.difference.is_none_or(|it| it.arguments.is_empty()));
        }
    }

    #[test]
    fn an_expired_secret_says_since_when_and_which_are_good() {
        // Looks two days after the end of one of two.
        let now = Timestamp::from_seconds(100) + model::Seconds::days(4);
        let fact = expired_secret(&client("y"), Timestamp::from_seconds(100), now);
        assert_eq!(fact.expected.as_deref(), Some("secret new"));
        let difference = fact.difference.expect("one");
        assert_eq!((difference.kind, &*difference.arguments[0].1), ("expired", "4 d"));
    }

    #[test]
    fn a_malformed_header_says_what_of_it_cannot_be_read() {
        // Breaks HTTP Basic in each way: `a:b` in the clear, no base64, no UTF-8, no colon, a
        // broken escape.
        for (credentials, kind) in [
            ("a:b", "basic_not_encoded"),
            ("???", "not_base64"),
            ("//8=", "not_utf8"),
            ("YWI=", "basic_without_colon"),
            ("YTolJQ==", "broken_escape"),
        ] {
            assert_eq!(basic(credentials).kind, kind, "{credentials}");
        }
    }
}
