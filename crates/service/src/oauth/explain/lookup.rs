//! Looks up a client's own recorded requests by trace id or correlation id.

use axum::response::Response;
use catalogue::{Refusal, refusal};
use model::{Client, RecordQuery};
use protocol::{Error, context::TenantContext, parameters::Parameters};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    http::{incoming::IncomingRequest, response},
    limits::Limit,
    oauth::explain::IDS,
};
use diagnostics::explanation::{Explanation, Viewer};

/// Maximum number of requests in one response.
const RECORDS_MAX: u32 = 100;

#[derive(Serialize)]
struct Found {
    records: Vec<Explanation>,
    /// True if there are older matching requests.
    more: bool,
}

/// Returns the query for the client's requests with the ids.
///
/// # Errors
/// An id is malformed, or there is none.
pub(super) fn query(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    client: &Client,
    parameters: &Parameters,
) -> Result<RecordQuery, Refusal> {
    let [trace_id, correlation_id] = IDS.map(|name| id(parameters, name));
    let (settings, now) = (&incoming.service.settings, incoming.context.now());
    let query = RecordQuery {
        tenant: Some(tenant.id()),
        trace_id: trace_id?,
        correlation_id: correlation_id?,
        attributed_client: Some(client.id.clone()),
        from: settings.records.map(|limits| now - limits.age_max),
        limit: RECORDS_MAX.saturating_add(1),
        ..RecordQuery::default()
    };
    if query.trace_id.is_none() && query.correlation_id.is_none() {
        return Err(refusal::missing_parameter("trace_id"));
    }
    Ok(query)
}

/// Returns the client's requests, newest first. The response does not reveal whether other clients
/// have requests with these ids.
pub(super) async fn respond(
    incoming: &IncomingRequest,
    (tenant, client): (&TenantContext, &Client),
    parameters: &Parameters,
    query: RecordQuery,
) -> Result<Response, Error> {
    let (settings, now) = (&incoming.service.settings, incoming.context.now());
    let limits = &incoming.service.limits;
    let counted = limits.look_ups.count_of_client(tenant.id(), &client.id, now);
    limits.refusals.counted(Limit::LookUps, counted)?;
    let language = incoming.context.language_for(parameters);
    // The record of a request that just failed may still be in the queue.
    incoming.service.recorder.flush().await;
    let records = incoming.service.history.find(query).await?;
    let explain = |record| {
        Explanation::new(record, Viewer::ClientDeveloper, language).with_origin(&settings.origin)
    };
    if records.is_empty() {
        return Err(refusal::explanation_not_found().into());
    }
    let limit = usize::try_from(RECORDS_MAX).unwrap_or(usize::MAX);
    let more = records.len() > limit;
    let records: Vec<Explanation> = records.iter().take(limit).map(explain).collect();
    Ok(response::json(&Found { records, more }))
}

fn id(parameters: &Parameters, name: &'static str) -> Result<Option<Uuid>, Refusal> {
    let Some(sent) = parameters.get(name) else { return Ok(None) };
    let id = Uuid::try_parse(sent).map_err(|_| refusal::explain_id_malformed(name, sent))?;
    Ok(Some(id))
}
