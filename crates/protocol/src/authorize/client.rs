//! `client_id` (RFC 6749 §4.1.1): a client of this tenant that may use this endpoint.

use catalogue::{Refusal, refusal};
use facts::Client;

use super::Facts;
use crate::form::Form;

/// The client. One that is unknown, switched off, or of another tenant gets the same answer:
/// strangers learn nothing about who is registered.
pub(super) fn check<'f>(form: &Form, facts: &'f Facts) -> Result<&'f Client, Refusal> {
    let id = form.require("client_id")?;
    facts
        .client
        .as_deref()
        .filter(|client| client.id.as_str() == id && client.enabled)
        .ok_or_else(|| refusal::client_not_found(id))
}

/// Whether the client may ask for codes at all (RFC 6749 §4.1.2.1, `unauthorized_client`).
pub(super) fn may_ask(client: &Client) -> Result<(), Refusal> {
    if client.may_use("authorization_code") {
        Ok(())
    } else {
        Err(refusal::grant_type_not_allowed(&client.name, "authorization_code"))
    }
}
