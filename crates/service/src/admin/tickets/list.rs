//! `/admin/tickets`: the reports of the tenant's users, with a filter.

use axum::{http::StatusCode, response::Response};
use catalogue::{label, text};
use model::{Ticket, TicketQuery, TicketState};
use pages::{AdminTickets, Input, Section, TicketFilter, TicketRow};
use protocol::Error;
use uuid::Uuid;

use crate::{
    admin::{
        cursor,
        page_context::{AdminContext, get},
        requests::search::{INPUT_CHARS_MAX, parse_number},
        time_input,
    },
    http::incoming::IncomingRequest,
};

const PATH: &str = "/admin/tickets";
/// Maximum number of tickets on a page.
const PAGE_SIZE: usize = 50;
/// The part of a report's text that the list shows, in characters.
const BEGINNING_CHARS: usize = 90;

/// Shows the list.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, show).await
}

async fn show(admin: &AdminContext<'_>) -> Result<Response, Error> {
    let (filter, query) = parse_filter(admin);
    let after = cursor::from_query(admin);
    let (is_malformed, mut found) = (query.is_none(), Vec::new());
    if let Some(query) = query {
        let limit = u32::try_from(PAGE_SIZE + 1).unwrap_or(u32::MAX);
        let query = TicketQuery { after, limit, ..query };
        found = admin.incoming.service.history.tickets(query).await?;
    }
    let more = found.len() > PAGE_SIZE;
    found.truncate(PAGE_SIZE);
    let last = found.last().filter(|_| more);
    let next = last.map(|ticket: &Ticket| (ticket.opened_at, ticket.trace_id));
    let page = AdminTickets {
        layout: cursor::list_layout(admin, PATH),
        admin_layout: admin.admin_layout(Section::Tickets)?,
        filter,
        rows: found.iter().map(|ticket| row(admin, ticket)).collect(),
        newest: after.map(|_| cursor::page_path(admin, PATH, None)),
        older: next.map(|next| cursor::page_path(admin, PATH, Some(next))),
    };
    let mut response = admin.page(page.render(admin.language));
    if is_malformed {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(response)
}

/// Parses the filter form. The query is `None` if an input is malformed.
fn parse_filter(admin: &AdminContext<'_>) -> (TicketFilter, Option<TicketQuery>) {
    let (number, by_number) = field(admin, "number", "admin-problem-number", parse_number);
    let by_id = |typed: &str| Uuid::try_parse(typed).ok();
    let (trace_id, by_trace_id) = field(admin, "trace_id", "admin-problem-id", by_id);
    let zone = admin.zone();
    let by_time = |typed: &str| time_input::parse(typed, &zone);
    let (until, before) = field(admin, "until", "admin-problem-time", by_time);
    let state = admin.query.get("state").unwrap_or_default();
    let by_state = [TicketState::Open, TicketState::Answered, TicketState::Closed];
    let by_state = by_state.into_iter().find(|known| state_name(*known) == state);
    let inputs = [&number, &trace_id, &until];
    let filter = TicketFilter {
        state: by_state.map_or_else(String::new, |state| state_name(state).to_owned()),
        narrowed: by_state.is_some() || inputs.iter().any(|input| !input.value.is_empty()),
        number: number.clone(),
        trace_id: trace_id.clone(),
        until: until.clone(),
    };
    let is_malformed = inputs.iter().any(|input| input.problem.is_some());
    let query = TicketQuery {
        tenant: Some(admin.administrator.tenant()),
        state: by_state,
        number: by_number,
        trace_id: by_trace_id,
        until: before,
        after: None,
        limit: 0,
    };
    (filter, (!is_malformed).then_some(query))
}

fn field<T>(
    admin: &AdminContext<'_>,
    name: &str,
    problem: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> (Input, Option<T>) {
    let typed = admin.query.get(name).unwrap_or_default().trim();
    let value: String = typed.chars().take(INPUT_CHARS_MAX).collect();
    if value.is_empty() {
        return (Input::default(), None);
    }
    let parsed = parse(&value);
    let problem = parsed.is_none().then(|| text(admin.language, problem, &[]));
    (Input { value, problem }, parsed)
}

fn row(admin: &AdminContext<'_>, ticket: &Ticket) -> TicketRow {
    let title = catalogue::entry(ticket.number).map(|entry| entry.title(admin.language));
    let beginning = ticket.text.split_whitespace().collect::<Vec<_>>().join(" ");
    TicketRow {
        time: admin.page_time(ticket.opened_at),
        url: format!("/admin/tickets/{}", ticket.id),
        ticket: ticket.id.to_string(),
        state: state_name(ticket.state),
        label: label(ticket.number),
        title: title.unwrap_or_default(),
        beginning: beginning.chars().take(BEGINNING_CHARS).collect(),
    }
}

/// Returns the name of a state on pages and in URLs.
pub(super) const fn state_name(state: TicketState) -> &'static str {
    match state {
        TicketState::Open => "open",
        TicketState::Answered => "answered",
        TicketState::Closed => "closed",
    }
}
