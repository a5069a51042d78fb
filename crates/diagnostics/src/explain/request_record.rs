//! Explanation of a request that the history holds, of a ticket, and of any other id.
//!
//! The operator sees the whole record, the steps of its sign-in flow and the adjacent requests.

mod related;

use std::fmt::Write;

use catalogue::{Language, text};
use model::{RecordQuery, RequestRecord, Ticket, TicketId};
use serde_json::json;
use uuid::Uuid;

use related::RelatedRequests;

use super::{
    ExplainContext, ExplainError, Rendered,
    report::{Message, Report},
    sanitize,
    store_lookup::StoreLookup,
};
use crate::explanation::{Explanation, Label, Viewer};

/// The maximum number of records with one correlation id that are shown.
const RECORDS_MAX: u32 = 20;

/// Explains an id: the trace id or correlation id of requests, or the id of a tenant, client or
/// user.
pub(super) async fn explain_id(
    id: Uuid,
    context: &ExplainContext,
) -> Result<Vec<Rendered>, ExplainError> {
    let Some(lookup) = &context.store_lookup else {
        return Err(ExplainError::Message(Message::new("decode-id-needs-data")));
    };
    let by_trace_id =
        RecordQuery { trace_id: Some(id), limit: RECORDS_MAX, ..RecordQuery::default() };
    let mut records = find(lookup, by_trace_id).await?;
    if records.is_empty() {
        let by_correlation_id =
            RecordQuery { correlation_id: Some(id), limit: RECORDS_MAX, ..RecordQuery::default() };
        records = find(lookup, by_correlation_id).await?;
    }
    if records.is_empty() {
        return explain_directory_id(id, lookup, context).await;
    }
    let is_single = records.len() == 1;
    let mut rendered = Vec::new();
    for record in &records {
        let related = if is_single {
            RelatedRequests::load(record, lookup).await?
        } else {
            RelatedRequests::default()
        };
        rendered.push(render(record, &related, lookup, context.language));
    }
    Ok(rendered)
}

/// Explains a ticket and the request that it is about.
pub(super) async fn explain_ticket(
    id: TicketId,
    context: &ExplainContext,
) -> Result<Vec<Rendered>, ExplainError> {
    let Some(lookup) = &context.store_lookup else {
        return Err(ExplainError::Message(Message::new("decode-id-needs-data")));
    };
    let Some(ticket) = lookup.history().ticket(id).await? else {
        let message = Message::with("decode-ticket-unknown", [("ticket", &id.to_string())]);
        return Err(ExplainError::Message(message));
    };
    let mut rendered = vec![Rendered::from_report(&ticket_report(&ticket), context)];
    if let Some(record) = &ticket.record {
        rendered.push(render(record, &RelatedRequests::default(), lookup, context.language));
    }
    Ok(rendered)
}

/// Returns the matching records, the oldest first.
async fn find(
    lookup: &StoreLookup,
    query: RecordQuery,
) -> Result<Vec<RequestRecord>, ExplainError> {
    let mut records = lookup.history().find(query).await?;
    records.sort_by_key(|record| record.at);
    Ok(records)
}

fn ticket_report(ticket: &Ticket) -> Report {
    let mut report = Report::new("ticket");
    report.add_value("ticket", &ticket.id.to_string());
    let state = serde_json::to_value(ticket.state).unwrap_or_default();
    report.add_value("state", state.as_str().unwrap_or_default());
    report.add_value("number", &ticket.number.to_string());
    report.add_value("opened", &model::format_utc(ticket.opened_at));
    report.add_value("trace_id", &ticket.trace_id.to_string());
    report.add_value("text", &ticket.text);
    if let Some(address) = &ticket.address {
        report.add_value("address", address);
    }
    for entry in &ticket.entries {
        let at = model::format_utc(entry.at);
        report.add_value(at, &format!("{}: {}", entry.by, entry.text));
    }
    report
}

fn render(
    record: &RequestRecord,
    related: &RelatedRequests,
    lookup: &StoreLookup,
    language: Language,
) -> Rendered {
    let origin = lookup.installation().origin();
    let explain = |record: &RequestRecord| {
        Explanation::new(record, Viewer::Operator, language).with_origin(origin)
    };
    let explanation = explain(record);
    let timeline: Vec<Explanation> = related.timeline.iter().map(explain).collect();
    let adjacent: Vec<Explanation> = related.adjacent.iter().map(explain).collect();
    let mut page = page(&explanation, language);
    for (id, list) in [("decode-timeline", &timeline), ("decode-adjacent", &adjacent)] {
        if list.is_empty() {
            continue;
        }
        line(&mut page, "");
        line(&mut page, &text(language, id, &[]));
        for entry in list {
            let mark = if entry.trace_id == explanation.trace_id { ">" } else { " " };
            line(&mut page, &format!("{mark} {}", summary(entry)));
        }
    }
    let json = json!({
        "kind": "record",
        "record": explanation,
        "timeline": timeline,
        "adjacent": adjacent,
    });
    Rendered { text: page, json }
}

/// Returns one line about a request.
fn summary(explanation: &Explanation) -> String {
    let number = explanation.refusal.as_ref().map(|refusal| format!(" {}", refusal.label));
    format!(
        "{}  {} {}  {} {}{}  {}",
        explanation.time,
        explanation.method,
        explanation.endpoint,
        explanation.status,
        sanitize(&explanation.outcome.text),
        number.unwrap_or_default(),
        explanation.trace_id
    )
}

fn page(explanation: &Explanation, language: Language) -> String {
    let mut page = String::new();
    line(&mut page, &text(language, "decode-kind-record", &[]));
    write_values(&mut page, explanation, language);
    write_labels(&mut page, "decode-passed-checks", &explanation.checks_passed, language);
    if let Some(refusal) = &explanation.refusal {
        line(&mut page, "");
        line(&mut page, &format!("{}: {}", refusal.label, refusal.title));
        line(&mut page, &format!("  {}", refusal.description));
    }
    for comparison in &explanation.comparisons {
        let values = [("expected", &comparison.expected), ("received", &comparison.received)];
        for (id, value) in values {
            if let Some(value) = value {
                let label = text(language, &format!("decode-{id}"), &[]);
                line(&mut page, &format!("  {} {label}: {}", comparison.name, sanitize(value)));
            }
        }
        if let Some(difference) = &comparison.difference {
            line(&mut page, &format!("  {}: {}", comparison.name, sanitize(&difference.text)));
        }
    }
    if let Some(cause) = explanation.operator.as_ref().and_then(|it| it.cause.as_ref()) {
        line(&mut page, &text(language, "decode-inner-cause", &[("cause", &sanitize(cause))]));
    }
    write_labels(&mut page, "decode-warnings", &explanation.warnings, language);
    if let Some(refusal) = &explanation.refusal {
        line(&mut page, "");
        line(
            &mut page,
            &format!("{}:", text(language, "error-detail-steps", &[]).trim_end_matches(':')),
        );
        refusal.steps.iter().for_each(|step| line(&mut page, &format!("  {step}")));
    }
    page
}

fn write_values(page: &mut String, explanation: &Explanation, language: Language) {
    let operator = explanation.operator.as_ref();
    let typed_username = operator.and_then(|it| it.typed_username.as_ref());
    let response = format!("{} {}", explanation.status, explanation.outcome.text);
    let values = [
        ("time", Some(explanation.time.clone())),
        ("trace_id", Some(explanation.trace_id.to_string())),
        ("correlation_id", Some(explanation.correlation_id.to_string())),
        ("tenant", explanation.tenant.clone()),
        ("request", Some(format!("{} {}", explanation.method, explanation.endpoint))),
        ("grant_type", explanation.grant_type.clone()),
        ("client", explanation.client.clone()),
        ("attributed_client", operator.and_then(|it| it.attributed_client.clone())),
        ("user", operator.and_then(|it| it.user.clone())),
        ("typed_username", typed_username.map(|typed| typed.describe(language))),
        ("remote_address", operator.and_then(|it| it.remote_address.clone())),
        ("grant", operator.and_then(|it| it.grant.clone())),
        ("response", Some(response)),
        ("duration", Some(format!("{} us", explanation.duration_us))),
    ];
    for (name, value) in values {
        if let Some(value) = value {
            line(page, &format!("  {name:18}{}", sanitize(&value)));
        }
    }
}

fn write_labels(page: &mut String, id: &str, labels: &[Label], language: Language) {
    if labels.is_empty() {
        return;
    }
    line(page, "");
    line(page, &text(language, id, &[]));
    for label in labels {
        line(page, &format!("  + {}", sanitize(&label.text)));
    }
}

fn line(page: &mut String, text: &str) {
    // Writing to a String cannot fail.
    writeln!(page, "{text}").unwrap_or_default();
}

/// Explains the id of a tenant, a client or a user.
async fn explain_directory_id(
    id: Uuid,
    lookup: &StoreLookup,
    context: &ExplainContext,
) -> Result<Vec<Rendered>, ExplainError> {
    let text = id.to_string();
    if let Some(tenant) = lookup.tenant(&text).await? {
        let mut report = Report::new("tenant_id");
        report.add_value("name", &tenant.name);
        report.add_value("suspended", &tenant.suspended.to_string());
        return Ok(vec![Rendered::from_report(&report, context)]);
    }
    if let Some((tenant, client)) = lookup.client(&text, None).await? {
        let mut report = Report::new("client_id");
        report.add_value("name", &client.name);
        report.add_value("tenant", &tenant.name);
        report.add_value("enabled", &client.enabled.to_string());
        report.add_value("public", &client.public.to_string());
        report.add_value("grant_types", &client.grant_types.join(" "));
        for redirect_uri in &client.redirect_uris {
            report.add_value("redirect_uri", &redirect_uri.uri);
        }
        return Ok(vec![Rendered::from_report(&report, context)]);
    }
    for tenant in lookup.tenants().await? {
        let user = lookup.store().user(tenant.id, model::UserId::new(id)).await?;
        if let Some(user) = user {
            let mut report = Report::new("user_id");
            report.add_value("username", &user.username);
            report.add_value("tenant", &tenant.name);
            report.add_value("enabled", &user.enabled.to_string());
            if let Some(expires) = user.expires {
                report.add_value("expires", &model::format_utc(expires));
            }
            return Ok(vec![Rendered::from_report(&report, context)]);
        }
    }
    Err(ExplainError::Message(Message::with("decode-id-unknown", [("id", &text)])))
}
