//! Client secrets, however they were sent: compared by digest, in constant time.

use catalogue::{Refusal, refusal};
use jose::digest;
use model::{Client, ClientCredential, Digest};

use super::{Proof, nearest};
use crate::{Checks, context::Context, moment};

/// A secret as a request carries it.
pub(super) struct Sent<'a> {
    /// Its value.
    pub(super) text: &'a str,
    /// In HTTP Basic, the value before its form encoding was undone.
    pub(super) as_it_came: Option<&'a str>,
}

/// Whether the secret is one of the client's and not past its end.
pub(super) fn check(
    sent: &Sent<'_>,
    client: Option<&Client>,
    context: &Context<'_>,
    checks: &mut Checks,
) -> Result<Proof, Refusal> {
    let sha256 = digest::sha256(sent.text.as_bytes());
    // An unknown client costs a comparison as well, so that time does not tell it from a known one.
    let Some(client) = client else {
        let _ = digest::constant_time_eq(&sha256, &[0; 32]);
        return Err(refusal::wrong_client_secret(""));
    };
    if secrets(client).next().is_none() && !client.public {
        let (received, expected) = ("client_secret", "private_key_jwt");
        return Err(refusal::wrong_client_authentication_method(&client.name, received, expected)
            .with(nearest::registered(client).received("client_secret")));
    }
    let mut matching = None;
    for (known, expires) in secrets(client) {
        if digest::constant_time_eq(&sha256, known) {
            matching = Some(expires);
        }
    }
    if matching.is_some() {
        checks.pass("client_secret");
    }
    match matching {
        None => Err(refusal::wrong_client_secret(&client.name).with(nearest::secret(
            sent,
            client,
            context.now,
        ))),
        Some(Some(end)) if end <= context.now => {
            Err(refusal::client_secret_expired(&client.name, moment::shown(end))
                .with(nearest::expired_secret(client, end, context.now)))
        }
        Some(end) => {
            checks.pass("client_secret_current");
            if let Some(end) = end {
                checks.warn_of_end("secret_expires", end, context.now);
            }
            Ok(Proof { strength: "1", once: None })
        }
    }
}

/// Whether a text is one of the client's secrets, over or not.
pub(super) fn is_secret_of(text: &str, client: &Client) -> bool {
    let sha256 = digest::sha256(text.as_bytes());
    let right = secrets(client).map(|(known, _)| digest::constant_time_eq(&sha256, known));
    right.fold(false, |any, one| any | one)
}

fn secrets(client: &Client) -> impl Iterator<Item = (&Digest, Option<model::Timestamp>)> {
    client.credentials.iter().filter_map(|credential| match credential {
        ClientCredential::Secret { sha256, expires, .. } => Some((sha256, *expires)),
        ClientCredential::PublicKey { .. } => None,
    })
}
