//! `/admin/requests/{trace_id}`: one request with its timeline, but without the cause of a fault.

use axum::response::Response;
use catalogue::{refusal, text};
use model::{ClientId, Fault, RecordQuery, RequestRecord, Timestamp};
use pages::{
    AdjacentRequests, AdminRequest, HighlightedComparison, RequestProperty, RequestRefusal,
    Section, TimelineStep,
};
use protocol::Error;
use uuid::Uuid;

use crate::{
    admin::{
        page_context::{AdminContext, get},
        requests::{
            rows::{self, RowBuilder},
            search,
            timeline::{self, Timeline},
        },
    },
    http::incoming::IncomingRequest,
};
use diagnostics::explanation::{ComparisonView, Explanation, Viewer};

/// The part of an unknown id that the error page shows again, in characters.
const SHOWN_CHARS_MAX: usize = 64;

/// Shows the page about one request.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, show).await
}

async fn show(admin: &AdminContext<'_>) -> Result<Response, Error> {
    let sent = admin.incoming.parts().uri.path().rsplit('/').next().unwrap_or_default();
    admin.count_look_up()?;
    let history = admin.administrator.history(&admin.incoming.service);
    admin.incoming.service.recorder.flush().await;
    let record = match Uuid::try_parse(sent) {
        Ok(trace_id) => history.record(trace_id).await?,
        Err(_) => None,
    };
    let shown_id: String = sent.chars().take(SHOWN_CHARS_MAX).collect();
    let record = record.ok_or_else(|| refusal::request_not_found(shown_id))?;
    let explanation = Explanation::new(&record, Viewer::Operator, admin.language);
    let mut rows = RowBuilder::new(admin);
    let Timeline { records, is_truncated } = timeline::timeline(&history, &record).await?;
    let page = AdminRequest {
        layout: admin.layout(),
        admin_layout: admin.admin_layout(Section::Requests)?,
        status: rows::status(&record),
        title: title(&explanation),
        refusal: refused(&explanation),
        comparisons: explanation.comparisons.iter().map(highlighted).collect(),
        checks_passed: explanation.checks_passed.iter().map(|word| word.text.clone()).collect(),
        warnings: explanation.warnings.iter().map(|word| word.text.clone()).collect(),
        time: admin.page_time(record.at),
        properties: properties(admin, &record, &explanation, &mut rows).await?,
        timeline: steps(admin, &records, &record, &mut rows).await?,
        timeline_truncated: is_truncated,
        adjacent: adjacent(admin, &record, &mut rows).await?,
    };
    Ok(admin.page(page.render(admin.language)))
}

fn title(explanation: &Explanation) -> String {
    let refusal = explanation.refusal.as_ref();
    refusal.map_or_else(|| explanation.outcome.text.clone(), |cause| cause.title.clone())
}

fn refused(explanation: &Explanation) -> Option<RequestRefusal> {
    explanation.refusal.as_ref().map(|cause| RequestRefusal {
        label: cause.label.clone(),
        description: cause.description.clone(),
        steps: cause.steps.clone(),
        fixed_by: cause.fixed_by.text.clone(),
        url: cause.link.clone(),
    })
}

fn highlighted(comparison: &ComparisonView) -> HighlightedComparison {
    HighlightedComparison::new(
        comparison.name.clone(),
        comparison.expected.clone(),
        comparison.received.clone(),
        comparison.difference.as_ref().map(|word| word.text.clone()),
    )
}

/// Returns the further properties of the request. The cause of a fault is left out: it may reveal
/// data of the installation and of other tenants.
async fn properties(
    admin: &AdminContext<'_>,
    record: &RequestRecord,
    explanation: &Explanation,
    rows: &mut RowBuilder<'_>,
) -> Result<Vec<RequestProperty>, Fault> {
    let label = |id: &str, values: &[(&str, &str)]| text(admin.language, id, values);
    let mut properties = Vec::new();
    let mut add = |id, name: &str, value: Option<String>, url: Option<String>| {
        let property = |value| RequestProperty { id, name: label(name, &[]), value, url };
        properties.extend(value.map(property));
    };
    let trace_id = record.trace_id.to_string();
    let correlation_id = record.correlation_id.to_string();
    let milliseconds = record.duration_us.div_ceil(1_000).to_string();
    let duration = label("admin-milliseconds", &[("n", &milliseconds)]);
    add("trace-id", "error-page-trace-id", Some(trace_id.clone()), None);
    let same = search::path("correlation_id", &correlation_id);
    add("correlation-id", "error-page-correlation-id", Some(correlation_id), Some(same));
    add("response", "admin-property-response", Some(explanation.outcome.text.clone()), None);
    let endpoint = format!("{} {}", record.method, record.endpoint);
    add("endpoint", "admin-property-endpoint", Some(endpoint), None);
    add("status", "admin-property-status", Some(record.status.to_string()), None);
    add("duration", "admin-property-duration", Some(duration), None);
    let named =
        record.client.clone().or_else(|| record.attributed_client.clone().map(String::from));
    let same = named.as_deref().map(|client| search::path("client", client));
    let client = match (rows.client(record).await?, named) {
        (Some(name), Some(id)) if name != id => Some(format!("{name} ({id})")),
        (name, id) => name.or(id),
    };
    add("client", "admin-row-client", client, same);
    if let Some(id) = other_attributed_client(record) {
        let name = format!("{} ({id})", rows.client_named(id).await?);
        let same = search::path("client", id.as_str());
        add("attributed-client", "admin-property-attributed-client", Some(name), Some(same));
    }
    if let Some(user) = record.user {
        let same = search::path("user", &user.to_string());
        add("user", "admin-row-user", Some(rows.user(user).await?), Some(same));
    }
    let operator = explanation.operator.as_ref();
    if let Some(typed) = operator.and_then(|operator| operator.typed_username.as_ref()) {
        let same = typed.text.as_deref().map(|text| search::path("user", text));
        let value = typed.describe(admin.language);
        add("typed-username", "admin-property-typed-username", Some(value), same);
    }
    add("grant-type", "admin-property-grant-type", explanation.grant_type.clone(), None);
    add("grant", "admin-property-grant", record.grant.map(|grant| grant.to_string()), None);
    let remote_address = record.remote_address.map(|address| address.to_string());
    add("remote-address", "admin-property-remote-address", remote_address, None);
    let cause = record.refusal_details.as_ref().and_then(|details| details.cause.as_ref());
    let cause = cause.map(|_| label("admin-cause", &[("trace_id", &trace_id)]));
    add("cause", "admin-property-cause", cause, None);
    Ok(properties)
}

/// Returns the client to which the request is attributed, if the request named another one.
fn other_attributed_client(record: &RequestRecord) -> Option<&ClientId> {
    let attributed = record.attributed_client.as_ref();
    attributed.filter(|id| record.client.as_deref().is_some_and(|named| named != id.as_str()))
}

/// Builds timeline steps, each with its time after the first one.
async fn steps(
    admin: &AdminContext<'_>,
    records: &[RequestRecord],
    current: &RequestRecord,
    rows: &mut RowBuilder<'_>,
) -> Result<Vec<TimelineStep>, Fault> {
    let first = records.iter().map(|record| record.at).min().unwrap_or(current.at);
    let mut steps = Vec::with_capacity(records.len());
    for record in records {
        steps.push(TimelineStep {
            row: rows.row(record).await?,
            offset: offset(admin, first, record.at),
            current: record.trace_id == current.trace_id,
        });
    }
    Ok(steps)
}

fn offset(admin: &AdminContext<'_>, first: Timestamp, at: Timestamp) -> String {
    let milliseconds = at.microseconds().saturating_sub(first.microseconds()) / 1_000;
    let units = timeline::units(at - first);
    let id = match units {
        [0, 0, 0, 0] if milliseconds > 0 => "admin-offset-milliseconds",
        [0, 0, 0, _] => "admin-offset-seconds",
        [0, 0, ..] => "admin-offset-minutes",
        [0, ..] => "admin-offset-hours",
        _ => "admin-offset-days",
    };
    let [days, hours, minutes, seconds] = units.map(|unit| unit.to_string());
    let milliseconds = milliseconds.to_string();
    let values = [
        ("days", &*days),
        ("hours", &*hours),
        ("minutes", &*minutes),
        ("seconds", &*seconds),
        ("milliseconds", &*milliseconds),
    ];
    text(admin.language, id, &values)
}

async fn adjacent(
    admin: &AdminContext<'_>,
    record: &RequestRecord,
    rows: &mut RowBuilder<'_>,
) -> Result<Vec<AdjacentRequests>, Fault> {
    let history = admin.administrator.history(&admin.incoming.service);
    let mut groups = Vec::new();
    if let Some(user) = record.user {
        let of_user = RecordQuery { user: Some(user), ..RecordQuery::default() };
        let name = rows.user(user).await?;
        let found = timeline::adjacent(&history, of_user, record).await?;
        groups.push(AdjacentRequests {
            id: "of-user",
            heading: text(admin.language, "admin-of-user", &[("user", &name)]),
            steps: steps(admin, &found, record, rows).await?,
            all: search::path("user", &user.to_string()),
        });
    }
    let client =
        record.attributed_client.clone().map(String::from).or_else(|| record.client.clone());
    if let Some(client) = client {
        let of_client = RecordQuery { client: Some(client.clone()), ..RecordQuery::default() };
        let name = match &record.attributed_client {
            Some(id) => rows.client_named(id).await?,
            None => client.clone(),
        };
        let found = timeline::adjacent(&history, of_client, record).await?;
        groups.push(AdjacentRequests {
            id: "of-client",
            heading: text(admin.language, "admin-of-client", &[("client", &name)]),
            steps: steps(admin, &found, record, rows).await?,
            all: search::path("client", &client),
        });
    }
    Ok(groups)
}
