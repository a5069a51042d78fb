//! `/admin/tickets`: what people reported in the tenant, by filter.

use axum::{http::StatusCode, response::Response};
use catalogue::text;
use model::{Place, Ticket, TicketSearch, TicketState};
use pages::{AdminTickets, Input, Section, TicketFilter, TicketRow};
use protocol::Failure;
use uuid::Uuid;

use super::{
    Desk, moment, place,
    search::{INPUT_CHARS_MAX, numbered},
    shown,
};
use crate::{call::Call, tickets::label};

/// Tickets on one page.
const PAGE: usize = 50;
/// Of a text, the list shows so many characters.
const BEGINNING_CHARS: usize = 120;

/// The list.
pub(super) async fn page(call: Call) -> Response {
    shown(call, answer).await
}

async fn answer(desk: &Desk<'_>) -> Result<Response, Failure> {
    let (filter, search) = asked(desk);
    let after = place::asked(desk);
    let (is_wrong, mut found) = (search.is_none(), Vec::new());
    if let Some(search) = search {
        let limit = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
        let search = TicketSearch { after, limit, ..search };
        found = desk.call.service.history.tickets(search).await?;
    }
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().filter(|_| more);
    let next = last.map(|ticket: &Ticket| (ticket.opened_at, ticket.trace_id));
    let page = AdminTickets {
        frame: desk.frame(),
        desk: desk.view(Section::Tickets)?,
        filter,
        rows: found.iter().map(|ticket| row(desk, ticket)).collect(),
        newest: after.map(|_| again(desk, None)),
        older: next.map(|next| again(desk, Some(next))),
    };
    let mut response = desk.page(page.render(desk.language));
    if is_wrong {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(response)
}

/// What was filled in, and what it asks for if nothing is wrong with it.
fn asked(desk: &Desk<'_>) -> (TicketFilter, Option<TicketSearch>) {
    let (number, by_number) = field(desk, "number", "admin-problem-number", numbered);
    let by_id = |typed: &str| Uuid::try_parse(typed).ok();
    let (trace_id, by_trace_id) = field(desk, "trace_id", "admin-problem-id", by_id);
    let (until, before) = field(desk, "until", "admin-problem-time", moment::read);
    let state = desk.query.get("state").unwrap_or_default();
    let by_state = [TicketState::Open, TicketState::Answered, TicketState::Closed];
    let by_state = by_state.into_iter().find(|known| word(*known) == state);
    let inputs = [&number, &trace_id, &until];
    let filter = TicketFilter {
        state: by_state.map_or_else(String::new, |state| word(state).to_owned()),
        narrowed: by_state.is_some() || inputs.iter().any(|input| !input.value.is_empty()),
        number: number.clone(),
        trace_id: trace_id.clone(),
        until: until.clone(),
    };
    let is_wrong = inputs.iter().any(|input| input.problem.is_some());
    let search = TicketSearch {
        tenant: Some(desk.administrator.tenant()),
        state: by_state,
        number: by_number,
        trace_id: by_trace_id,
        until: before,
        after: None,
        limit: 0,
    };
    (filter, (!is_wrong).then_some(search))
}

fn field<T>(
    desk: &Desk<'_>,
    name: &str,
    problem: &str,
    read: impl Fn(&str) -> Option<T>,
) -> (Input, Option<T>) {
    let typed = desk.query.get(name).unwrap_or_default().trim();
    let value: String = typed.chars().take(INPUT_CHARS_MAX).collect();
    if value.is_empty() {
        return (Input::default(), None);
    }
    let meant = read(&value);
    let problem = meant.is_none().then(|| text(desk.language, problem, &[]));
    (Input { value, problem }, meant)
}

fn row(desk: &Desk<'_>, ticket: &Ticket) -> TicketRow {
    let title = catalogue::entry(ticket.number).map(|entry| entry.title(desk.language));
    let beginning = ticket.text.split_whitespace().collect::<Vec<_>>().join(" ");
    TicketRow {
        time: moment::to_the_second(ticket.opened_at),
        url: format!("/admin/tickets/{}", ticket.id),
        ticket: ticket.id.to_string(),
        state: word(ticket.state),
        label: label(ticket.number),
        title: title.unwrap_or_default(),
        beginning: beginning.chars().take(BEGINNING_CHARS).collect(),
    }
}

/// A state as pages and addresses name it.
pub(super) const fn word(state: TicketState) -> &'static str {
    match state {
        TicketState::Open => "open",
        TicketState::Answered => "answered",
        TicketState::Closed => "closed",
    }
}

/// The path of the same filter, from another place on.
fn again(desk: &Desk<'_>, after: Option<Place>) -> String {
    let query = desk.call.parts.uri.query().unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes());
    let kept = pairs.filter(|(name, value)| {
        !value.is_empty() && !matches!(&**name, "before" | "ui_locales" | "tenant")
    });
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept);
    if let Some(after) = after {
        query.append_pair("before", &place::written(after));
    }
    format!("/admin/tickets?{}", query.finish())
}
