//! `client_id` (RFC 6749 §4.1.1): a client of this tenant that may use this endpoint.

use catalogue::{Difference, Fact, Refusal, refusal};
use model::Client;

use super::Facts;
use crate::{client_auth, context::Context, difference::list, form::Form};

/// The client. One that is unknown, switched off, or of another tenant gets the same answer:
/// strangers learn nothing about who is registered.
pub(super) fn check<'f>(
    form: &Form,
    facts: &'f Facts,
    context: &Context<'_>,
) -> Result<&'f Client, Refusal> {
    let id = form.require("client_id")?;
    match facts.client.as_deref().filter(|client| client.id.as_str() == id) {
        Some(client) if client.enabled => Ok(client),
        Some(_) => Err(client_auth::switched_off(id)),
        None => Err(client_auth::not_found(id, context)),
    }
}

/// Whether the client may ask for codes at all (RFC 6749 §4.1.2.1, `unauthorized_client`).
pub(super) fn may_ask(client: &Client) -> Result<(), Refusal> {
    if client.may_use("authorization_code") {
        Ok(())
    } else {
        let fact = Fact::mismatch("grant_type", list(&client.grant_types), "authorization_code");
        let refusal = refusal::grant_type_not_allowed(&client.name, "authorization_code");
        Err(refusal.with(fact.differing(Difference::of("not_registered_for"))))
    }
}
