//! `/admin/tickets/{ticket}`: one report, answered and closed by an administrator of its tenant.

use axum::{http::Method, response::Response};
use catalogue::{Language, Refusal, refusal, text};
use model::{Record, Ticket, TicketEntry, TicketId, TicketStep};
use pages::{AdminTicket, ReportedProblem, ReportedRequest, Section, TicketLine};
use protocol::Failure;

use super::{Desk, moment, posted, shown, tickets::word};
use crate::{
    call::Call,
    endpoints::authorize::{answer::redirect, fields::Fields},
    explanation::{Compared, Reader, explanation},
    render,
    tickets::{Step, label, step},
};

/// The page, and what its form does.
pub(super) async fn page(call: Call) -> Response {
    if call.parts.method == Method::POST {
        return posted(call, take).await;
    }
    shown(call, show).await
}

async fn show(desk: &Desk<'_>) -> Result<Response, Failure> {
    let ticket = found(desk).await?;
    Ok(desk.page(view(desk, &ticket)?.render(desk.language)))
}

async fn take(desk: &Desk<'_>, fields: Fields) -> Result<Response, Failure> {
    let ticket = found(desk).await?;
    let kind = match fields.value("action") {
        "answer" => TicketStep::Answer,
        "close" => TicketStep::Close,
        "reopen" => TicketStep::Reopen,
        _ => return show(desk).await,
    };
    let text = fields.value("text");
    let taken = Step {
        ticket: ticket.id,
        tenant: Some(desk.administrator.tenant()),
        by: &desk.administrator.user().username,
        kind,
        text,
        entropy: desk.call.exchange.entropy(),
    };
    match step(&desk.call.service, taken).await {
        Ok(ticket) => Ok(redirect(&format!("/admin/tickets/{}", ticket.id))?),
        Err(Failure::Refused(refusal)) => again(desk, &ticket, text, refusal),
        Err(fault) => Err(fault),
    }
}

/// The page with what was typed, and why it was not done.
fn again(
    desk: &Desk<'_>,
    ticket: &Ticket,
    typed: &str,
    refusal: Refusal,
) -> Result<Response, Failure> {
    let page = AdminTicket {
        draft: typed.to_owned(),
        problem: Some(refusal.clone()),
        ..view(desk, ticket)?
    };
    let mut response = desk.page(page.render(desk.language));
    render::finish(&mut response, &refusal);
    desk.call.exchange.note(|traces| traces.refusal = Some(refusal));
    Ok(response)
}

/// The ticket that the path names, if it is of the administrator's tenant.
async fn found(desk: &Desk<'_>) -> Result<Ticket, Failure> {
    let named = desk.call.parts.uri.path().rsplit('/').next().unwrap_or_default();
    let id: TicketId = named.parse().map_err(|_| refusal::ticket_not_found())?;
    let ticket = desk.call.service.history.ticket(id).await?;
    let ours = |ticket: &Ticket| ticket.tenant == Some(desk.administrator.tenant());
    Ok(ticket.filter(ours).ok_or_else(refusal::ticket_not_found)?)
}

fn view(desk: &Desk<'_>, ticket: &Ticket) -> Result<AdminTicket, Failure> {
    let entry = catalogue::entry(ticket.number);
    let written = Language::all().find(|language| language.tag() == ticket.language);
    let written = written.map(|language| text(language, "page-language-name", &[]));
    Ok(AdminTicket {
        frame: desk.frame(),
        desk: desk.view(Section::Tickets)?,
        reported: ReportedProblem {
            ticket: ticket.id.to_string(),
            state: word(ticket.state),
            time: moment::to_the_second(ticket.opened_at),
            label: label(ticket.number),
            title: entry.map_or_else(String::new, |entry| entry.title(desk.language)),
            trace_id: ticket.trace_id.to_string(),
            language: written.unwrap_or_else(|| ticket.language.clone()),
            address: ticket.address.clone(),
            text: ticket.text.clone(),
        },
        request: ticket.record.as_ref().map(|record| request(record, desk.language)),
        request_url: format!("/admin/requests/{}", ticket.trace_id),
        entries: ticket.entries.iter().map(line).collect(),
        draft: String::new(),
        text_max: Ticket::TEXT_MAX,
        problem: None,
    })
}

/// The request in words. The cause of a fault is for the operator, whom `admit ticket show` tells.
fn request(record: &Record, language: Language) -> ReportedRequest {
    let explained = explanation(record, Reader::Operator, language);
    let fact = |id: &str, value: String| (text(language, id, &[]), value);
    let client = explained.client.map(|client| fact("admin-row-client", client));
    let facts = [
        Some(fact("admin-row-time", moment::to_the_second(record.at))),
        client,
        Some(fact("admin-fact-endpoint", format!("{} {}", record.method, record.endpoint))),
        Some(fact("admin-fact-status", record.status.to_string())),
    ];
    let (happened, steps) =
        explained.refusal.map_or_else(Default::default, |cause| (cause.happened, cause.steps));
    ReportedRequest {
        happened,
        steps,
        facts: facts.into_iter().flatten().collect(),
        comparisons: explained.comparisons.into_iter().map(|it| compared(it, language)).collect(),
    }
}

fn compared(it: Compared, language: Language) -> (String, String) {
    let said = |id: &str, value: String| format!("{}: {value}", text(language, id, &[]));
    let parts = [
        it.difference.map(|difference| difference.text),
        it.expected.map(|expected| said("admin-expected", expected)),
        it.received.map(|received| said("admin-received", received)),
    ];
    (it.name, parts.into_iter().flatten().collect::<Vec<_>>().join(" \u{b7} "))
}

fn line(entry: &TicketEntry) -> TicketLine {
    TicketLine {
        time: moment::to_the_second(entry.at),
        by: entry.by.clone(),
        kind: match entry.kind {
            TicketStep::Answer => "answer",
            TicketStep::Close => "close",
            TicketStep::Reopen => "reopen",
            TicketStep::Undelivered => "undelivered",
        },
        text: entry.text.clone(),
    }
}
