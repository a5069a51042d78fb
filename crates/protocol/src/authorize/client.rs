//! `client_id` (RFC 6749 §4.1.1): a client of this tenant that may use this endpoint.

use std::sync::Arc;

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::Client;

use super::AuthorizationInputs;
use crate::{client_auth, context::RuleContext, difference::list, parameters::Parameters};

/// Returns the client. An unknown client, a disabled one, and a client of another tenant get the
/// same error, which prevents enumeration.
pub(super) fn check<'f>(
    parameters: &Parameters,
    inputs: &'f AuthorizationInputs,
    context: &RuleContext<'_>,
) -> Result<&'f Arc<Client>, Refusal> {
    let id = parameters.require("client_id")?;
    match inputs.client.as_ref().filter(|client| client.id.as_str() == id) {
        Some(client) if client.enabled => Ok(client),
        Some(_) => Err(client_auth::switched_off(id)),
        None => Err(client_auth::not_found(id, context)),
    }
}

/// Checks that the client may request codes (RFC 6749 §4.1.2.1, `unauthorized_client`).
pub(super) fn check_grant_type(client: &Client) -> Result<(), Refusal> {
    if client.may_use("authorization_code") {
        Ok(())
    } else {
        let comparison =
            Comparison::mismatch("grant_type", list(&client.grant_types), "authorization_code");
        let refusal = refusal::grant_type_not_allowed(&client.name, "authorization_code");
        Err(refusal.with(comparison.with_difference(Difference::new("not_registered_for"))))
    }
}
