//! `client_secret_post`: the secret among the parameters (RFC 6749 §2.3.1).

use catalogue::Refusal;
use model::Client;

use super::{Method, Proof, secret};
use crate::{Checks, context::Context, form::Form, request::Head};

/// A secret among the parameters.
pub(super) struct SecretPost {
    client_id: String,
    secret: String,
}

impl Method for SecretPost {
    const NAME: &'static str = "client_secret_post";

    fn find(_head: &Head<'_>, form: &Form) -> Result<Option<Self>, Refusal> {
        let Some(secret) = form.get("client_secret") else { return Ok(None) };
        // A secret beside an Authorization header belongs to that header's client: the clash of
        // the two is what has to be said then, not that a client_id is missing.
        let client_id = form.get("client_id").unwrap_or_default();
        Ok(Some(Self { client_id: client_id.to_owned(), secret: secret.to_owned() }))
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
        let sent = secret::Sent { text: &self.secret, as_it_came: None };
        secret::check(&sent, client, context, checks)
    }
}
