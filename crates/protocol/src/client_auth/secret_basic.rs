//! `client_secret_basic`: HTTP Basic, with client id and secret form-encoded (RFC 6749 §2.3.1).

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::Client;

use super::{Method, VerifiedCredential, mismatch, presented_secret::PresentedSecret, secret};
use crate::{
    Checks, context::RuleContext, difference, parameters::Parameters, percent,
    request_head::RequestHead,
};

/// A client secret in the header `Authorization`.
pub(super) struct SecretBasic {
    client_id: String,
    secret: String,
    raw_secret: String,
}

impl Method for SecretBasic {
    const NAME: &'static str = "client_secret_basic";

    fn extract(head: &RequestHead<'_>, _parameters: &Parameters) -> Result<Option<Self>, Refusal> {
        let Some(header) = head.authorization.first() else { return Ok(None) };
        let credentials = match header.split_once(' ') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Basic") => rest.trim(),
            Some((scheme, _)) => {
                let comparison = Comparison::mismatch("Authorization", "Basic", scheme);
                return Err(refusal::authorization_scheme_not_supported(scheme)
                    .with(comparison.with_difference(difference::suggest(scheme, ["Basic"]))));
            }
            None => return Err(malformed(Difference::new("scheme_missing"))),
        };
        parse(credentials).ok_or_else(|| malformed(mismatch::basic(credentials))).map(Some)
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn secret(&self) -> Option<&str> {
        Some(&self.secret)
    }

    fn verify(
        &self,
        client: Option<&Client>,
        context: &RuleContext<'_>,
        checks: &mut Checks,
    ) -> Result<VerifiedCredential, Refusal> {
        let presented = PresentedSecret { value: &self.secret, raw: Some(&self.raw_secret) };
        secret::verify(&presented, client, context, checks)
    }
}

fn malformed(difference: Difference) -> Refusal {
    let comparison =
        Comparison::new("Authorization").expected("Basic base64(client_id:client_secret)");
    refusal::authorization_header_malformed()
        .with(comparison.with_difference(difference.clone()))
        .with_hint(difference)
}

fn parse(credentials: &str) -> Option<SecretBasic> {
    let decoded = String::from_utf8(jose::digest::base64_decode(credentials).ok()?).ok()?;
    let (client_id, secret) = decoded.split_once(':')?;
    Some(SecretBasic {
        client_id: percent::decode(client_id.as_bytes()).ok()?.into_owned(),
        secret: percent::decode(secret.as_bytes()).ok()?.into_owned(),
        raw_secret: secret.to_owned(),
    })
}
