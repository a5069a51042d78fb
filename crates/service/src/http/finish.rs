//! The last steps of every endpoint for clients: annotate the request, and add CORS headers.

use axum::response::Response;
use model::ClientId;
use protocol::{RequestSummary, context::TenantContext};

use crate::http::{cors, incoming::IncomingRequest, response};

/// Annotates a request with its tenant, and with the client id that it names.
pub(crate) fn annotate(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    client: Option<&ClientId>,
) {
    incoming.context.annotate(|annotations| {
        annotations.set_tenant(tenant);
        if let Some(client) = client {
            annotations.set_claimed_client(client.as_str());
        }
    });
}

/// Annotates a request with its client, user, grant and the checks that it passed.
pub(crate) fn annotate_summary(incoming: &IncomingRequest, summary: RequestSummary) {
    incoming.context.annotate(|annotations| annotations.merge(summary));
}

/// Annotates a request with its summary, and lets the registered origins of its client read the
/// response.
pub(crate) async fn finish(
    mut response: Response,
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    summary: RequestSummary,
) -> Response {
    let client = summary.client.clone();
    annotate_summary(incoming, summary);
    match cors::allow_registered(&mut response, incoming, tenant, client.as_ref()).await {
        Ok(()) => response,
        Err(fault) => response::error(&incoming.context, &fault.into()),
    }
}
