//! `client_secret_basic`: HTTP Basic, both halves form-encoded first (RFC 6749 §2.3.1).

use catalogue::{Difference, Fact, Refusal, refusal};
use model::Client;

use super::{Method, Proof, nearest, secret};
use crate::{
    Checks,
    context::Context,
    difference,
    form::{self, Form},
    request::Head,
};

/// A secret in the `Authorization` header.
pub(super) struct SecretBasic {
    client_id: String,
    secret: String,
    as_it_came: String,
}

impl Method for SecretBasic {
    const NAME: &'static str = "client_secret_basic";

    fn find(head: &Head<'_>, _form: &Form) -> Result<Option<Self>, Refusal> {
        let Some(header) = head.authorization.first() else { return Ok(None) };
        let credentials = match header.split_once(' ') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Basic") => rest.trim(),
            Some((scheme, _)) => {
                let fact = Fact::mismatch("Authorization", "Basic", scheme);
                return Err(refusal::authorization_scheme_not_supported(scheme)
                    .with(fact.differing(difference::named(scheme, ["Basic"]))));
            }
            None => return Err(malformed(Difference::of("scheme_missing"))),
        };
        halves(credentials).ok_or_else(|| malformed(nearest::basic(credentials))).map(Some)
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn secret(&self) -> Option<&str> {
        Some(&self.secret)
    }

    fn check(
        &self,
        client: Option<&Client>,
        context: &Context<'_>,
        checks: &mut Checks,
    ) -> Result<Proof, Refusal> {
        let sent = secret::Sent { text: &self.secret, as_it_came: Some(&self.as_it_came) };
        secret::check(&sent, client, context, checks)
    }
}

fn malformed(difference: Difference) -> Refusal {
    let fact = Fact::about("Authorization").expected("Basic base64(client_id:client_secret)");
    refusal::authorization_header_malformed().with(fact.differing(difference))
}

fn halves(credentials: &str) -> Option<SecretBasic> {
    let decoded = String::from_utf8(jose::digest::base64_decode(credentials).ok()?).ok()?;
    let (client_id, secret) = decoded.split_once(':')?;
    let decode = |half: &str| form::decode(half.as_bytes()).ok();
    Some(SecretBasic {
        client_id: decode(client_id)?,
        secret: decode(secret)?,
        as_it_came: secret.to_owned(),
    })
}
