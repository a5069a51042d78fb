//! The dry run of a client's request, for that client.

use axum::response::Response;
use catalogue::{Comparison, Refusal, refusal};
use model::Client;
use protocol::{
    Error, client_auth::ClientAuthentication, context::TenantContext, parameters::Parameters,
    request_head::RequestHead,
};

use crate::http::{incoming::IncomingRequest, response};
use diagnostics::{
    dry_run::{DryRun, DryRunRequest, dry_run},
    explanation::Viewer,
};

/// Dry-runs the request in the body as the calling client.
pub(super) async fn respond(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    caller: &Client,
    (parameters, body): (&Parameters, &[u8]),
) -> Result<Response, Error> {
    let language = incoming.context.language_for(parameters);
    if let Err(refusal) = check_own_request(caller, parameters) {
        let refusal = incoming.context.redact(refusal);
        return Ok(response::json(&DryRun::refused(
            &refusal,
            &*incoming.service,
            Viewer::ClientDeveloper,
            language,
        )));
    }
    let request = DryRunRequest {
        head: head(incoming, parameters),
        parameters,
        encoded: body,
        keys: incoming.service.keys(tenant).await?,
        context: incoming.rule_context(tenant)?,
    };
    Ok(response::json(
        &dry_run(request, &*incoming.service, Viewer::ClientDeveloper, language).await?,
    ))
}

/// Returns the request head as the token endpoint would see it. The `Authorization` header is
/// part of the dry run unless the body has credentials of its own.
fn head<'a>(incoming: &'a IncomingRequest, parameters: &Parameters) -> RequestHead<'a> {
    let mut head = incoming.head();
    if let Some(endpoints) = head.url.strip_suffix("/explain") {
        head.url = format!("{endpoints}/token");
    }
    let credentials = ["client_secret", "client_assertion", "client_assertion_type"];
    if credentials.iter().any(|name| parameters.get(name).is_some()) {
        head.authorization.clear();
    }
    head
}

/// Refuses a request that names another client, so that a client learns nothing about others.
fn check_own_request(caller: &Client, parameters: &Parameters) -> Result<(), Refusal> {
    let credentials = ClientAuthentication::extract(&RequestHead::default(), parameters);
    let named = match &credentials {
        Ok(credentials) => Some(credentials.client_id().as_str()),
        Err(_) => parameters.get("client_id"),
    };
    match named.filter(|named| *named != caller.id.as_str()) {
        Some(named) => Err(refusal::client_id_mismatch(named, &caller.id)
            .with(Comparison::mismatch("client_id", &caller.id, named))),
        None => Ok(()),
    }
}
