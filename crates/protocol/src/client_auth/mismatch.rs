//! Describes how the credential of a client differs from an accepted one.

use std::borrow::Cow;

use catalogue::{Comparison, Difference};
use jose::digest;
use model::{Client, ClientCredential, Timestamp, format_utc};

use super::presented_secret::{PresentedSecret, is_secret_of};
use crate::difference::{self, decoded, kind_of, list, unquoted, unwrapped};

/// Describes how a wrong secret differs, without revealing any part of it, and names the accepted
/// secrets by their ids.
pub(super) fn secret(
    presented: &PresentedSecret<'_>,
    client: &Client,
    now: Timestamp,
) -> Comparison {
    Comparison::new("client_secret")
        .expected(current_secrets(client, now))
        .with_difference(difference_of_secret(presented, client))
}

/// Describes how long ago a secret expired, and names the secrets that have not.
pub(super) fn expired_secret(client: &Client, end: Timestamp, now: Timestamp) -> Comparison {
    Comparison::new("client_secret")
        .expected(current_secrets(client, now))
        .with_difference(difference::expired(end, now))
}

/// Lists the credentials of a client by their ids.
pub(super) fn registered(client: &Client) -> Comparison {
    let kinds = client.credentials.iter().map(|credential| match credential {
        ClientCredential::Secret { id, .. } => format!("client_secret {id}"),
        ClientCredential::PublicKey { id, .. } => format!("private_key_jwt {id}"),
    });
    Comparison::new("client_authentication").expected(list(kinds))
}

fn difference_of_secret(presented: &PresentedSecret<'_>, client: &Client) -> Option<Difference> {
    let text = presented.value;
    let is_id = |credential: &ClientCredential| match credential {
        ClientCredential::Secret { id, .. } | ClientCredential::PublicKey { id, .. } => id == text,
    };
    if client.credentials.iter().any(is_id) {
        return Some(Difference::new("id_of_secret"));
    }
    if client.id.as_str() == text {
        return Some(Difference::new("client_id_as_secret"));
    }
    presented.form().or_else(|| kind_of(text).map(Difference::new))
}

/// Describes the form in which a wrong secret would be right. Compares each form in constant time.
pub(super) fn right_form(presented: &PresentedSecret<'_>, client: &Client) -> Option<Difference> {
    let text = presented.value;
    let forms = [
        ("right_without_white_space", Some(unwrapped(text).into())),
        ("right_without_quotes", unquoted(unwrapped(text)).map(Cow::from)),
        ("right_when_decoded", decoded(text).map(Cow::from)),
        ("right_when_encoded", presented.raw.map(|raw| unwrapped(raw).into())),
        ("right_with_plus", text.contains(' ').then(|| text.replace(' ', "+").into())),
    ];
    let is_secret = |form: &Option<Cow<'_, str>>| {
        form.as_ref().is_some_and(|it| it != text && is_secret_of(it, client))
    };
    forms.into_iter().find(|(_, form)| is_secret(form)).map(|(kind, _)| Difference::new(kind))
}

/// Lists the secrets that have not expired, by their ids.
fn current_secrets(client: &Client, now: Timestamp) -> String {
    list(client.credentials.iter().filter_map(|credential| match credential {
        ClientCredential::Secret { expires: Some(end), .. } if *end <= now => None,
        ClientCredential::Secret { id, expires: Some(end), .. } => {
            Some(format!("secret {id} (until {})", format_utc(*end)))
        }
        ClientCredential::Secret { id, expires: None, .. } => Some(format!("secret {id}")),
        ClientCredential::PublicKey { .. } => None,
    }))
}

/// Describes how the credentials of HTTP Basic are malformed.
pub(super) fn basic(credentials: &str) -> Difference {
    let Ok(decoded) = digest::base64_decode(credentials) else {
        let kind = if credentials.contains(':') { "basic_not_encoded" } else { "not_base64" };
        return Difference::new(kind);
    };
    match String::from_utf8(decoded) {
        Err(_) => Difference::new("not_utf8"),
        Ok(text) if !text.contains(':') => Difference::new("basic_without_colon"),
        Ok(_) => Difference::new("broken_escape"),
    }
}

#[cfg(test)]
mod tests {
    use model::{ClientId, TenantId};

    use super::*;

    fn client(secret: &str) -> Client {
        let credential = |id: &str, secret: &str, expires| ClientCredential::Secret {
            id: id.to_owned(),
            sha256: digest::sha256(secret.as_bytes()),
            expires,
        };
        let end = Timestamp::from_seconds(100);
        let tenant = TenantId::new(uuid::Uuid::from_u128(1));
        Client {
            credentials: vec![credential("new", secret, None), credential("old", "x", Some(end))],
            ..Client::new(tenant, ClientId::new("web").expect("an id"), "Web")
        }
    }

    #[test]
    fn wrong_secret_is_described_without_revealing_it() {
        // Sends a secret in each wrong way, and a wrong secret in the same forms. The comparison
        // shows no received value and no argument.
        let secret = "a+b%2Fc~Zx9-Q7s1f";
        let client = client(secret);
        for (text, raw, kind) in [
            ("new", None, Some("id_of_secret")),
            ("web", None, Some("client_id_as_secret")),
            ("a+b%2Fc~Zx9-Q7s1f\n", None, Some("line_break_at_end")),
            ("another\r\n", None, Some("line_break_at_end")),
            ("\u{feff}a+b%2Fc~Zx9-Q7s1f", None, Some("byte_order_mark")),
            ("a+b%2Fc~Zx9-Q7s1f ", None, Some("white_space_around")),
            (" another", None, Some("white_space_around")),
            ("\"a+b%2Fc~Zx9-Q7s1f\"", None, Some("quoted")),
            ("'another'", None, Some("quoted")),
            ("a b/c~Zx9-Q7s1f", Some(secret), Some("raw_plus")),
            ("an other", Some("an+other"), Some("raw_plus")),
            ("another/", Some("another%2F"), Some("raw_percent")),
            ("a b%2Fc~Zx9-Q7s1f", None, Some("space_inside")),
            ("6f1c2f0e-0000-4000-8000-000000000001", None, Some("id_sent")),
            ("eyJhbGciOi.e30.AA", None, Some("signed_token_sent")),
            ("another", None, None),
        ] {
            let presented = PresentedSecret { value: text, raw };
            let comparison = super::secret(&presented, &client, Timestamp::from_seconds(100));
            assert_eq!(comparison.difference.as_ref().map(|it| it.kind), kind, "{text}");
            assert_eq!(comparison.expected.as_deref(), Some("secret new"));
            assert_eq!(comparison.received, None);
            assert!(comparison.difference.is_none_or(|it| it.arguments.is_empty()));
        }
    }

    #[test]
    fn the_form_in_which_a_wrong_secret_is_right_is_found() {
        // Sends the secret in each wrong form, then another secret in the same forms.
        let secret = "a+b%2Fc~Zx9-Q7s1f";
        let client = client(secret);
        for (text, raw, kind) in [
            ("a+b%2Fc~Zx9-Q7s1f\n", None, "right_without_white_space"),
            ("\u{feff} a+b%2Fc~Zx9-Q7s1f", None, "right_without_white_space"),
            ("\"a+b%2Fc~Zx9-Q7s1f\"", None, "right_without_quotes"),
            ("a%2Bb%252Fc~Zx9-Q7s1f", None, "right_when_decoded"),
            ("a b/c~Zx9-Q7s1f", Some(secret), "right_when_encoded"),
            ("a b/c~Zx9-Q7s1f\n", Some("a+b%2Fc~Zx9-Q7s1f\n"), "right_when_encoded"),
            ("a b%2Fc~Zx9-Q7s1f", None, "right_with_plus"),
        ] {
            let found = right_form(&PresentedSecret { value: text, raw }, &client);
            assert_eq!(found.map(|it| it.kind), Some(kind), "{text}");
            let other = text.replace('Z', "Y");
            let raw = raw.map(|raw| raw.replace('Z', "Y"));
            let presented = PresentedSecret { value: &other, raw: raw.as_deref() };
            assert_eq!(right_form(&presented, &client), None, "{other}");
        }
    }

    #[test]
    fn expired_secret_is_described_with_its_age_and_the_current_secrets() {
        // Describes one of two secrets, four days after it expired.
        let now = Timestamp::from_seconds(100) + model::Seconds::days(4);
        let comparison = expired_secret(&client("y"), Timestamp::from_seconds(100), now);
        assert_eq!(comparison.expected.as_deref(), Some("secret new"));
        let difference = comparison.difference.expect("one");
        assert_eq!((difference.kind, &*difference.arguments[0].1), ("expired", "4 d"));
    }

    #[test]
    fn malformed_basic_credentials_are_described_by_their_defect() {
        // Passes credentials without encoding, without base64, without UTF-8, without a colon, and
        // with a broken escape.
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
