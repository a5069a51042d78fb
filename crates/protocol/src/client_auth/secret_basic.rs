//! `client_secret_basic`: HTTP Basic, both halves form-encoded first (RFC 6749 §2.3.1).

use catalogue::{Refusal, refusal};
use facts::Client;

use super::{Method, Proof, secret};
use crate::{
    Checks,
    context::Context,
    form::{self, Form},
    request::Head,
};

/// A secret in the `Authorization` header.
pub(super) struct SecretBasic {
    client_id: String,
    secret: String,
}

impl Method for SecretBasic {
    const NAME: &'static str = "client_secret_basic";

    fn find(head: &Head<'_>, _form: &Form) -> Result<Option<Self>, Refusal> {
        let Some(header) = head.authorization.first() else { return Ok(None) };
        let credentials = match header.split_once(' ') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("Basic") => rest.trim(),
            Some((scheme, _)) => return Err(refusal::authorization_scheme_not_supported(scheme)),
            None => return Err(refusal::authorization_header_malformed()),
        };
        let (client_id, secret) =
            halves(credentials).ok_or_else(refusal::authorization_header_malformed)?;
        Ok(Some(Self { client_id, secret }))
    }

    fn client_id(&self) -> &str {
        &self.client_id
    }

    fn check(
        &self,
        client: Option<&Client>,
        context: &Context<'_>,
        checks: &mut Checks,
    ) -> Result<Proof, Refusal> {
        secret::check(&self.secret, client, context, checks)
    }
}

fn halves(credentials: &str) -> Option<(String, String)> {
    let decoded = String::from_utf8(jose::digest::base64_decode(credentials).ok()?).ok()?;
    let (client_id, secret) = decoded.split_once(':')?;
    let decode = |half: &str| form::decode(half.as_bytes()).ok();
    Some((decode(client_id)?, decode(secret)?))
}
