//! Client secrets, however they were sent: compared by digest, in constant time.

use catalogue::{Difference, Fact, Refusal, refusal};
use facts::{Client, ClientCredential, Digest};
use jose::digest;

use super::Proof;
use crate::{Checks, context::Context, moment};

/// Whether the secret is one of the client's and not past its end.
pub(super) fn check(
    secret: &str,
    client: Option<&Client>,
    context: &Context<'_>,
    checks: &mut Checks,
) -> Result<Proof, Refusal> {
    let sent = digest::sha256(secret.as_bytes());
    // An unknown client costs a comparison as well, so that time does not tell it from a known one.
    let Some(client) = client else {
        let _ = digest::constant_time_eq(&sent, &[0; 32]);
        return Err(refusal::wrong_client_secret(""));
    };
    if secrets(client).next().is_none() && !client.public {
        let (received, expected) = ("client_secret", "private_key_jwt");
        return Err(refusal::wrong_client_authentication_method(&client.name, received, expected));
    }
    let mut matching = None;
    for (sha256, expires) in secrets(client) {
        if digest::constant_time_eq(&sent, sha256) {
            matching = Some(expires);
        }
    }
    if matching.is_some() {
        checks.pass("client_secret");
    }
    match matching {
        None => Err(wrong(secret, client)),
        Some(Some(end)) if end <= context.now => {
            Err(refusal::client_secret_expired(&client.name, moment::shown(end)))
        }
        Some(_) => {
            checks.pass("client_secret_current");
            Ok(Proof { strength: "1", once: None })
        }
    }
}

fn secrets(client: &Client) -> impl Iterator<Item = (&Digest, Option<facts::Timestamp>)> {
    client.credentials.iter().filter_map(|credential| match credential {
        ClientCredential::Secret { sha256, expires, .. } => Some((sha256, *expires)),
        ClientCredential::PublicKey { .. } => None,
    })
}

/// Says how the secret differs, where that can be said without saying anything of the secret.
fn wrong(secret: &str, client: &Client) -> Refusal {
    let is_id = client.credentials.iter().any(
        |credential| matches!(credential, ClientCredential::Secret { id, .. } if id == secret),
    );
    let difference = if is_id {
        Some("id_of_secret")
    } else if secret.trim() != secret {
        Some("white_space_around")
    } else {
        None
    };
    let refusal = refusal::wrong_client_secret(&client.name);
    match difference {
        None => refusal,
        Some(difference) => {
            refusal.with(Fact::about("client_secret").differing(Difference::of(difference)))
        }
    }
}
