//! Verifies client secrets by digest, in constant time, for both methods that send one.

use catalogue::{Comparison, Refusal, refusal};
use jose::digest;
use model::{Client, format_utc};

use super::{
    VerifiedCredential, mismatch,
    presented_secret::{PresentedSecret, secrets},
};
use crate::{Checks, context::RuleContext};

/// Verifies that the secret is one of the client's and has not expired.
pub(super) fn verify(
    presented: &PresentedSecret<'_>,
    client: Option<&Client>,
    context: &RuleContext<'_>,
    checks: &mut Checks,
) -> Result<VerifiedCredential, Refusal> {
    let sha256 = digest::sha256(presented.value.as_bytes());
    // An unknown client costs a comparison too, so that timing does not reveal that it is unknown.
    let Some(client) = client else {
        let _ = digest::constant_time_eq(&sha256, &[0; 32]);
        return Err(refusal::wrong_client_secret(""));
    };
    if secrets(client).next().is_none() && !client.public {
        let (received, expected) = ("client_secret", "private_key_jwt");
        return Err(refusal::wrong_client_authentication_method(&client.name, received, expected)
            .with(mismatch::registered(client).received("client_secret")));
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
        None => Err(wrong(presented, client, context)),
        Some(Some(end)) if end <= context.now => {
            Err(refusal::client_secret_expired(&client.name, format_utc(end))
                .with(mismatch::expired_secret(client, end, context.now)))
        }
        Some(end) => {
            checks.pass("client_secret_current");
            if let Some(end) = end {
                checks.warn_of_expiry("secret_expires", end, context.now);
            }
            Ok(VerifiedCredential { azpacr: "1", one_time_value: None })
        }
    }
}

/// Refuses a wrong secret. The response has a hint about its form. Whether the secret would be
/// right in another form is for administrators only: else a response would tell that a guess is
/// near.
fn wrong(presented: &PresentedSecret<'_>, client: &Client, context: &RuleContext<'_>) -> Refusal {
    let refusal = refusal::wrong_client_secret(&client.name)
        .with(mismatch::secret(presented, client, context.now))
        .with_hint(presented.form());
    match mismatch::right_form(presented, client) {
        Some(difference) => {
            let comparison = Comparison::new("client_secret").with_difference(difference);
            refusal.with(comparison.operator_only())
        }
        None => refusal,
    }
}
