//! The last steps of every endpoint that answers clients: whose request it was, and whose browser
//! may read the answer.

use axum::response::Response;
use model::ClientId;
use protocol::{context::Realm, token::Account};

use crate::{call::Call, cors, render};

/// Notes for the line and the record that are left of a request whose it was.
pub(crate) fn note(call: &Call, realm: &Realm, client: Option<&ClientId>) {
    call.exchange.note(|traces| {
        traces.in_tenant(realm);
        if let Some(client) = client {
            traces.claimed(client.as_str());
        }
    });
}

/// Notes for the line and the record that are left of a request how far it came, and who it was
/// from.
pub(crate) fn account(call: &Call, account: Account) {
    call.exchange.note(|traces| traces.take(account));
}

/// Notes how far a request came, and lets the client's registered origins read the answer.
pub(super) async fn close(
    mut response: Response,
    call: &Call,
    realm: &Realm,
    told: Account,
) -> Response {
    let client = told.client.clone();
    account(call, told);
    match cors::allow_registered(&mut response, call, realm, client.as_ref()).await {
        Ok(()) => response,
        Err(fault) => render::failure(&call.exchange, &fault.into()),
    }
}
