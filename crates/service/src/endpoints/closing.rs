//! The last steps of every endpoint that answers clients: whose request it was, and whose browser
//! may read the answer.

use axum::response::Response;
use facts::ClientId;
use protocol::context::Realm;

use crate::{call::Call, cors, exchange::Traces, render};

/// Notes for the log line whose request it was.
pub(super) fn note(response: &mut Response, realm: &Realm, client: Option<&ClientId>) {
    let traces = response.extensions_mut().get_or_insert_default::<Traces>();
    traces.tenant = Some(realm.tenant.name.clone());
    traces.client = client.map(ToString::to_string);
}

/// Notes whose request it was, and lets the client's registered origins read the answer.
pub(super) async fn close(
    mut response: Response,
    call: &Call,
    realm: &Realm,
    client: Option<&ClientId>,
) -> Response {
    note(&mut response, realm, client);
    match cors::allow_registered(&mut response, call, realm, client).await {
        Ok(()) => response,
        Err(fault) => render::failure(&call.exchange, &fault.into()),
    }
}
