//! The last steps of every endpoint that answers clients: whose request it was, and whose browser
//! may read the answer.

use axum::response::Response;
use facts::ClientId;
use protocol::{context::Realm, token::Account};

use crate::{call::Call, cors, exchange::Traces, render};

/// Notes for the log line whose request it was.
pub(crate) fn note(response: &mut Response, realm: &Realm, client: Option<&ClientId>) {
    let traces = response.extensions_mut().get_or_insert_default::<Traces>();
    traces.tenant = Some(realm.tenant.name.clone());
    traces.client = client.map(ToString::to_string);
}

/// Notes how far a request came, and who it was from.
pub(crate) fn account(response: &mut Response, realm: &Realm, account: &Account) {
    note(response, realm, account.client.as_ref());
    let traces = response.extensions_mut().get_or_insert_default::<Traces>();
    traces.details.grant_type = account.grant_type;
    traces.details.user = account.user;
    traces.details.passed = account.checks.names().to_vec();
}

/// Notes how far a request came, and lets the client's registered origins read the answer.
pub(super) async fn close(
    mut response: Response,
    call: &Call,
    realm: &Realm,
    told: &Account,
) -> Response {
    account(&mut response, realm, told);
    match cors::allow_registered(&mut response, call, realm, told.client.as_ref()).await {
        Ok(()) => response,
        Err(fault) => render::failure(&call.exchange, &fault.into()),
    }
}
