//! A client's own requests, by the ids that their answers showed.

use axum::response::Response;
use catalogue::{Refusal, refusal};
use model::{Client, Search};
use protocol::{Failure, context::Realm, form::Form};
use serde::Serialize;
use uuid::Uuid;

use super::IDS;
use crate::{
    call::Call,
    explanation::{Explanation, Reader, explanation},
    render,
};

/// Requests that one answer holds.
const RECORDS_MAX: u32 = 100;

#[derive(Serialize)]
struct Found {
    records: Vec<Explanation>,
    /// Whether there are older ones, which this answer has no room for.
    more: bool,
}

/// What is kept of the client's requests under the ids, the newest first. Whether there is
/// something under them that is not the client's own, the answer does not tell.
pub(super) async fn answer(
    call: &Call,
    realm: &Realm,
    client: &Client,
    form: &Form,
) -> Result<Response, Failure> {
    let [trace_id, correlation_id] = IDS.map(|name| id(form, name));
    let (settings, now) = (&call.service.settings, call.exchange.now());
    let search = Search {
        tenant: Some(realm.tenant.id),
        trace_id: trace_id?,
        correlation_id: correlation_id?,
        owner: Some(client.id.clone()),
        from: settings.records.map(|bounds| now - bounds.age_max),
        limit: RECORDS_MAX.saturating_add(1),
        ..Search::default()
    };
    if search.trace_id.is_none() && search.correlation_id.is_none() {
        return Err(refusal::missing_parameter("trace_id").into());
    }
    let language = call.exchange.language_of(form);
    // Developers ask at once: what they ask about may not be written yet.
    call.service.recorder.settled().await;
    let records = call.service.history.find(search).await?;
    let explain = |record| explanation(record, Reader::Owner, language).at(&settings.origin);
    if records.is_empty() {
        return Err(refusal::nothing_to_explain().into());
    }
    let room = usize::try_from(RECORDS_MAX).unwrap_or(usize::MAX);
    let more = records.len() > room;
    let records: Vec<Explanation> = records.iter().take(room).map(explain).collect();
    Ok(render::json(&Found { records, more }))
}

fn id(form: &Form, name: &'static str) -> Result<Option<Uuid>, Refusal> {
    let Some(sent) = form.get(name) else { return Ok(None) };
    let id = Uuid::try_parse(sent).map_err(|_| refusal::explain_id_malformed(name, sent))?;
    Ok(Some(id))
}
