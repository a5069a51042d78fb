//! `client_secret_post`: the secret is a parameter (RFC 6749 §2.3.1).

use catalogue::Refusal;
use model::Client;

use super::{Method, VerifiedCredential, presented_secret::PresentedSecret, secret};
use crate::{Checks, context::RuleContext, parameters::Parameters, request_head::RequestHead};

/// A client secret in the parameter `client_secret`.
pub(super) struct SecretPost {
    client_id: String,
    secret: String,
}

impl Method for SecretPost {
    const NAME: &'static str = "client_secret_post";

    fn extract(_head: &RequestHead<'_>, parameters: &Parameters) -> Result<Option<Self>, Refusal> {
        let Some(secret) = parameters.get("client_secret") else { return Ok(None) };
        // If an `Authorization` header is present too, the refusal must name that conflict, and
        // not a missing `client_id`.
        let client_id = parameters.get("client_id").unwrap_or_default();
        Ok(Some(Self { client_id: client_id.to_owned(), secret: secret.to_owned() }))
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
        let presented = PresentedSecret { value: &self.secret, raw: None };
        secret::verify(&presented, client, context, checks)
    }
}
