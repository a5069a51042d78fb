//! `/admin/requests/{trace_id}`: one request, whole.

use axum::response::Response;
use catalogue::{refusal, text};
use model::{Fault, Record, Search, Timestamp};
use pages::{
    AdminRequest, Contrast, Neighbours, RequestFact, RequestRefusal, Section, TimelineStep,
};
use protocol::Failure;
use uuid::Uuid;

use super::{
    Desk,
    rows::{self, Rows},
    search, shown,
    timeline::{self, Timeline},
};
use crate::{
    call::Call,
    explanation::{Explanation, Reader, explanation},
};

/// Of an id that is not found so much is shown again.
const SHOWN_CHARS_MAX: usize = 64;

/// The page about one request.
pub(super) async fn page(call: Call) -> Response {
    shown(call, answer).await
}

async fn answer(desk: &Desk<'_>) -> Result<Response, Failure> {
    let sent = desk.call.parts.uri.path().rsplit('/').next().unwrap_or_default();
    let book = desk.administrator.book(&desk.call.service);
    desk.call.service.recorder.settled().await;
    let found = match Uuid::try_parse(sent) {
        Ok(trace_id) => book.record(trace_id).await?,
        Err(_) => None,
    };
    let shown: String = sent.chars().take(SHOWN_CHARS_MAX).collect();
    let record = found.ok_or_else(|| refusal::request_not_remembered(shown))?;
    let explained = explanation(&record, Reader::Operator, desk.language);
    let mut rows = Rows::of(desk);
    let Timeline { records, cut } = timeline::timeline(&book, &record).await?;
    let page = AdminRequest {
        frame: desk.frame(),
        desk: desk.view(Section::Requests)?,
        tone: rows::tone(&record),
        title: title(&explained),
        refusal: refused(&explained),
        comparisons: explained.comparisons.iter().map(contrast).collect(),
        passed: explained.passed.iter().map(|word| word.text.clone()).collect(),
        warnings: explained.warnings.iter().map(|word| word.text.clone()).collect(),
        facts: facts(desk, &record, &explained, &mut rows).await?,
        timeline: steps(desk, &records, &record, &mut rows).await?,
        timeline_cut: cut,
        neighbours: neighbours(desk, &record, &mut rows).await?,
    };
    Ok(desk.page(page.render(desk.language)))
}

fn title(explained: &Explanation) -> String {
    let refusal = explained.refusal.as_ref();
    refusal.map_or_else(|| explained.outcome.text.clone(), |cause| cause.title.clone())
}

fn refused(explained: &Explanation) -> Option<RequestRefusal> {
    explained.refusal.as_ref().map(|cause| RequestRefusal {
        label: cause.label.clone(),
        happened: cause.happened.clone(),
        steps: cause.steps.clone(),
        mended_by: cause.fixed_by.text.clone(),
        url: cause.link.clone(),
    })
}

fn contrast(compared: &crate::explanation::Compared) -> Contrast {
    Contrast::new(
        compared.name.clone(),
        compared.expected.clone(),
        compared.received.clone(),
        compared.difference.as_ref().map(|word| word.text.clone()),
    )
}

/// What else is known. Of a fault, an administrator learns the number only: its cause may tell of
/// the installation, and of other tenants.
async fn facts(
    desk: &Desk<'_>,
    record: &Record,
    explained: &Explanation,
    rows: &mut Rows<'_>,
) -> Result<Vec<RequestFact>, Fault> {
    let say = |id: &str, values: &[(&str, &str)]| text(desk.language, id, values);
    let mut facts = Vec::new();
    let mut add = |id, name: &str, value: Option<String>, url: Option<String>| {
        let fact = |value| RequestFact { id, name: say(name, &[]), value, url };
        facts.extend(value.map(fact));
    };
    let trace_id = record.trace_id.to_string();
    let correlation_id = record.correlation_id.to_string();
    let milliseconds = record.duration_us.div_ceil(1_000).to_string();
    let duration = say("admin-milliseconds", &[("n", &milliseconds)]);
    add("time", "error-page-timestamp", Some(explained.time.clone()), None);
    add("trace-id", "error-page-trace-id", Some(trace_id.clone()), None);
    let same = search::path("correlation_id", &correlation_id);
    add("correlation-id", "error-page-correlation-id", Some(correlation_id), Some(same));
    add("answer", "admin-fact-answer", Some(explained.outcome.text.clone()), None);
    let endpoint = format!("{} {}", record.method, record.endpoint);
    add("endpoint", "admin-fact-endpoint", Some(endpoint), None);
    add("status", "admin-fact-status", Some(record.status.to_string()), None);
    add("duration", "admin-fact-duration", Some(duration), None);
    let claimed = record.client.clone().or_else(|| record.owner.clone().map(String::from));
    let same = claimed.as_deref().map(|client| search::path("client", client));
    let client = match (rows.client(record).await?, claimed) {
        (Some(name), Some(id)) if name != id => Some(format!("{name} ({id})")),
        (name, id) => name.or(id),
    };
    add("client", "admin-row-client", client, same);
    let other = record
        .owner
        .as_ref()
        .filter(|owner| record.client.as_deref().is_some_and(|claimed| claimed != owner.as_str()));
    if let Some(owner) = other {
        let name = format!("{} ({owner})", rows.client_named(owner).await?);
        add("owner", "admin-fact-owner", Some(name), Some(search::path("client", owner.as_str())));
    }
    if let Some(user) = record.user {
        let same = search::path("user", &user.to_string());
        add("user", "admin-row-user", Some(rows.user(user).await?), Some(same));
    }
    add("grant-type", "admin-fact-grant-type", explained.grant_type.clone(), None);
    add("grant", "admin-fact-grant", record.grant.map(|grant| grant.to_string()), None);
    add("peer", "admin-fact-peer", record.peer.map(|peer| peer.to_string()), None);
    let cause = record.reasoning.as_ref().and_then(|reasoning| reasoning.cause.as_ref());
    let cause = cause.map(|_| say("admin-cause", &[("trace_id", &trace_id)]));
    add("cause", "admin-fact-cause", cause, None);
    Ok(facts)
}

/// Records as steps, each with how long after the first it came.
async fn steps(
    desk: &Desk<'_>,
    records: &[Record],
    present: &Record,
    rows: &mut Rows<'_>,
) -> Result<Vec<TimelineStep>, Fault> {
    let first = records.iter().map(|record| record.at).min().unwrap_or(present.at);
    let mut steps = Vec::with_capacity(records.len());
    for record in records {
        steps.push(TimelineStep {
            row: rows.row(record).await?,
            offset: offset(desk, first, record.at),
            present: record.trace_id == present.trace_id,
        });
    }
    Ok(steps)
}

fn offset(desk: &Desk<'_>, first: Timestamp, at: Timestamp) -> String {
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
    text(desk.language, id, &values)
}

async fn neighbours(
    desk: &Desk<'_>,
    record: &Record,
    rows: &mut Rows<'_>,
) -> Result<Vec<Neighbours>, Fault> {
    let book = desk.administrator.book(&desk.call.service);
    let mut groups = Vec::new();
    if let Some(user) = record.user {
        let of_user = Search { user: Some(user), ..Search::default() };
        let name = rows.user(user).await?;
        let found = timeline::neighbours(&book, of_user, record).await?;
        groups.push(Neighbours {
            id: "of-user",
            heading: text(desk.language, "admin-of-user", &[("user", &name)]),
            steps: steps(desk, &found, record, rows).await?,
            all: search::path("user", &user.to_string()),
        });
    }
    let client = record.owner.clone().map(String::from).or_else(|| record.client.clone());
    if let Some(client) = client {
        let of_client = Search { client: Some(client.clone()), ..Search::default() };
        let name = match &record.owner {
            Some(owner) => rows.client_named(owner).await?,
            None => client.clone(),
        };
        let found = timeline::neighbours(&book, of_client, record).await?;
        groups.push(Neighbours {
            id: "of-client",
            heading: text(desk.language, "admin-of-client", &[("client", &name)]),
            steps: steps(desk, &found, record, rows).await?,
            all: search::path("client", &client),
        });
    }
    Ok(groups)
}
