//! A request that the history remembers: the whole record as the operator sees it, the steps of
//! its sign-in, and its neighbours; and a ticket.

use std::fmt::Write;

use catalogue::{Language, text};
use model::{Record, Search, Seconds, Ticket, TicketId};
use serde_json::json;
use service::explanation::{Explanation, Reader, Word, explanation};
use uuid::Uuid;

use super::{
    Said, Setting, Unsaid,
    known::Known,
    report::{Note, Report},
    safe,
};

/// Records of one correlation id that are shown.
const RECORDS_MAX: u32 = 20;
/// Steps of a sign-in that are shown.
const STEPS_MAX: u32 = 50;
/// Neighbouring requests that are shown, of the client and of the person.
const NEIGHBOURS_MAX: u32 = 5;
/// Requests so far apart are no neighbours.
const NEAR: Seconds = Seconds::minutes(10);

/// What is known under an id: of a request by us or by its caller, or of whoever has that id.
pub(super) async fn of_request(id: Uuid, setting: &Setting) -> Result<Vec<Said>, Unsaid> {
    let Some(known) = &setting.known else {
        return Err(Unsaid::Note(Note::plain("decode-id-needs-store")));
    };
    let by_trace_id = Search { trace_id: Some(id), limit: RECORDS_MAX, ..Search::default() };
    let mut records = find(known, by_trace_id).await?;
    if records.is_empty() {
        let search = Search { correlation_id: Some(id), limit: RECORDS_MAX, ..Search::default() };
        records = find(known, search).await?;
    }
    if records.is_empty() {
        return named(id, known, setting).await;
    }
    let whole = records.len() == 1;
    let mut said = Vec::new();
    for record in &records {
        let around = if whole { Around::of(record, known).await? } else { Around::default() };
        said.push(describe(record, &around, known, setting.language));
    }
    Ok(said)
}

/// A ticket, and the request that it is about.
pub(super) async fn of_ticket(id: TicketId, setting: &Setting) -> Result<Vec<Said>, Unsaid> {
    let Some(known) = &setting.known else {
        return Err(Unsaid::Note(Note::plain("decode-id-needs-store")));
    };
    let Some(ticket) = known.service().history.ticket(id).await? else {
        let note = Note::new("decode-ticket-unknown", [("ticket", &id.to_string())]);
        return Err(Unsaid::Note(note));
    };
    let mut said = vec![Said::of(&about(&ticket), setting)];
    if let Some(record) = &ticket.record {
        said.push(describe(record, &Around::default(), known, setting.language));
    }
    Ok(said)
}

async fn find(known: &Known, search: Search) -> Result<Vec<Record>, Unsaid> {
    let mut records = known.service().history.find(search).await?;
    records.sort_by_key(|record| record.at);
    Ok(records)
}

fn about(ticket: &Ticket) -> Report {
    let mut report = Report::new("ticket");
    report.value("ticket", &ticket.id.to_string());
    let state = serde_json::to_value(ticket.state).unwrap_or_default();
    report.value("state", state.as_str().unwrap_or_default());
    report.value("number", &ticket.number.to_string());
    report.value("opened", &safe::moment(ticket.opened_at));
    report.value("trace_id", &ticket.trace_id.to_string());
    report.value("text", &ticket.text);
    if let Some(address) = &ticket.address {
        report.value("address", address);
    }
    for entry in &ticket.entries {
        let at = safe::moment(entry.at);
        report.value(at, &format!("{}: {}", entry.by, entry.text));
    }
    report
}

/// The requests around one.
#[derive(Default)]
struct Around {
    timeline: Vec<Record>,
    neighbours: Vec<Record>,
}

impl Around {
    async fn of(record: &Record, known: &Known) -> Result<Self, Unsaid> {
        let span = || Search {
            from: Some(record.at - NEAR),
            until: Some(record.at + NEAR),
            limit: NEIGHBOURS_MAX,
            ..Search::default()
        };
        let mut around = Self::default();
        if record.flow.is_some() {
            let flow = Search { flow: record.flow, limit: STEPS_MAX, ..Search::default() };
            around.timeline.extend(find(known, flow).await?);
        }
        // The record that issues a code belongs to the sign-in and to what comes of it.
        let grant = record.grant.or_else(|| around.timeline.iter().find_map(|step| step.grant));
        if grant.is_some() {
            let search = Search { grant, limit: STEPS_MAX, ..Search::default() };
            around.timeline.extend(find(known, search).await?);
        }
        let flow = around.timeline.iter().find_map(|step| step.flow);
        if record.flow.is_none() && flow.is_some() {
            let search = Search { flow, limit: STEPS_MAX, ..Search::default() };
            around.timeline.extend(find(known, search).await?);
        }
        if record.user.is_some() {
            let search = Search { user: record.user, ..span() };
            around.neighbours.extend(find(known, search).await?);
        }
        if record.client.is_some() {
            let search = Search { tenant: record.tenant, client: record.client.clone(), ..span() };
            around.neighbours.extend(find(known, search).await?);
        }
        in_order(&mut around.timeline);
        in_order(&mut around.neighbours);
        let steps: Vec<Uuid> = around.timeline.iter().map(|step| step.trace_id).collect();
        around
            .neighbours
            .retain(|one| one.trace_id != record.trace_id && !steps.contains(&one.trace_id));
        Ok(around)
    }
}

fn in_order(records: &mut Vec<Record>) {
    records.sort_by_key(|record| (record.at, record.trace_id));
    records.dedup_by_key(|record| record.trace_id);
}

fn describe(record: &Record, around: &Around, known: &Known, language: Language) -> Said {
    let origin = &known.service().settings.origin;
    let explained = explanation(record, Reader::Operator, language).at(origin);
    let of = |records: &[Record]| -> Vec<Explanation> {
        let each = records.iter();
        each.map(|record| explanation(record, Reader::Operator, language).at(origin)).collect()
    };
    let (timeline, neighbours) = (of(&around.timeline), of(&around.neighbours));
    let mut page = page(&explained, language);
    for (id, list) in [("decode-timeline", &timeline), ("decode-neighbours", &neighbours)] {
        if list.is_empty() {
            continue;
        }
        line(&mut page, "");
        line(&mut page, &text(language, id, &[]));
        for one in list {
            let here = if one.trace_id == explained.trace_id { ">" } else { " " };
            line(&mut page, &format!("{here} {}", in_short(one)));
        }
    }
    let object = json!({
        "kind": "record",
        "record": explained,
        "timeline": timeline,
        "neighbours": neighbours,
    });
    Said { text: page, object }
}

fn in_short(one: &Explanation) -> String {
    let number = one.refusal.as_ref().map(|cause| format!(" {}", cause.label));
    format!(
        "{}  {} {}  {} {}{}  {}",
        one.time,
        one.method,
        one.endpoint,
        one.status,
        safe::shown(&one.outcome.text),
        number.unwrap_or_default(),
        one.trace_id
    )
}

fn page(one: &Explanation, language: Language) -> String {
    let mut page = String::new();
    line(&mut page, &text(language, "decode-kind-record", &[]));
    let operator = one.operator.as_ref();
    let values = [
        ("time", Some(one.time.clone())),
        ("trace_id", Some(one.trace_id.to_string())),
        ("correlation_id", Some(one.correlation_id.to_string())),
        ("tenant", one.tenant.clone()),
        ("request", Some(format!("{} {}", one.method, one.endpoint))),
        ("grant_type", one.grant_type.clone()),
        ("client", one.client.clone()),
        ("owner", operator.and_then(|it| it.owner.clone())),
        ("user", operator.and_then(|it| it.user.clone())),
        ("peer", operator.and_then(|it| it.peer.clone())),
        ("grant", operator.and_then(|it| it.grant.clone())),
        ("answer", Some(format!("{} {}", one.status, one.outcome.text))),
        ("duration", Some(format!("{} us", one.duration_us))),
    ];
    for (name, value) in values {
        if let Some(value) = value {
            line(&mut page, &format!("  {name:16}{}", safe::shown(&value)));
        }
    }
    words(&mut page, "decode-passed-checks", &one.passed, language);
    if let Some(cause) = &one.refusal {
        line(&mut page, "");
        line(&mut page, &format!("{}: {}", cause.label, cause.title));
        line(&mut page, &format!("  {}", cause.happened));
    }
    for compared in &one.comparisons {
        for (id, value) in [("expected", &compared.expected), ("received", &compared.received)] {
            if let Some(value) = value {
                let word = text(language, &format!("decode-{id}"), &[]);
                line(&mut page, &format!("  {} {word}: {}", compared.name, safe::shown(value)));
            }
        }
        if let Some(difference) = &compared.difference {
            line(&mut page, &format!("  {}: {}", compared.name, safe::shown(&difference.text)));
        }
    }
    if let Some(cause) = operator.and_then(|it| it.cause.as_ref()) {
        line(&mut page, &text(language, "decode-inner-cause", &[("cause", &safe::shown(cause))]));
    }
    words(&mut page, "decode-warnings", &one.warnings, language);
    if let Some(cause) = &one.refusal {
        line(&mut page, "");
        line(&mut page, &format!("{}:", text(language, "lookup-steps", &[]).trim_end_matches(':')));
        cause.steps.iter().for_each(|step| line(&mut page, &format!("  {step}")));
    }
    page
}

fn words(page: &mut String, id: &str, words: &[Word], language: Language) {
    if words.is_empty() {
        return;
    }
    line(page, "");
    line(page, &text(language, id, &[]));
    for word in words {
        line(page, &format!("  + {}", safe::shown(&word.text)));
    }
}

fn line(page: &mut String, text: &str) {
    // Into a String, this cannot fail.
    writeln!(page, "{text}").unwrap_or_default();
}

/// Who has an id that is no request's: a tenant, a client, a person.
async fn named(id: Uuid, known: &Known, setting: &Setting) -> Result<Vec<Said>, Unsaid> {
    let text = id.to_string();
    if let Some(tenant) = known.tenant(&text).await? {
        let mut report = Report::new("tenant_id");
        report.value("name", &tenant.name);
        report.value("suspended", &tenant.suspended.to_string());
        return Ok(vec![Said::of(&report, setting)]);
    }
    if let Some((tenant, client)) = known.client(&text, None).await? {
        let mut report = Report::new("client_id");
        report.value("name", &client.name);
        report.value("tenant", &tenant.name);
        report.value("enabled", &client.enabled.to_string());
        report.value("public", &client.public.to_string());
        report.value("grant_types", &client.grant_types.join(" "));
        for redirect_uri in &client.redirect_uris {
            report.value("redirect_uri", &redirect_uri.uri);
        }
        return Ok(vec![Said::of(&report, setting)]);
    }
    for tenant in known.tenants().await? {
        let user = known.service().store.user(tenant.id, model::UserId::new(id)).await?;
        if let Some(user) = user {
            let mut report = Report::new("user_id");
            report.value("username", &user.username);
            report.value("tenant", &tenant.name);
            report.value("enabled", &user.enabled.to_string());
            return Ok(vec![Said::of(&report, setting)]);
        }
    }
    Err(Unsaid::Note(Note::new("decode-id-unknown", [("id", &text)])))
}
