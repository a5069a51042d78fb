//! `admit ticket`: reports of users, for the operator.

use std::collections::HashMap;
use std::fmt::Write;

use catalogue::{Language, label, text};
use diagnostics::{
    explain::sanitize,
    explanation::{Explanation, Viewer},
};
use model::{
    TenantId, Ticket, TicketEntry, TicketEntryKind, TicketId, TicketQuery, TicketState,
    format_rfc3339_seconds, format_utc,
};
use protocol::context::RequestSeed;
use serde_json::{Value, json};
use service::Service;
use service::tickets::{TicketAction, apply};

use super::explain::{parse_language, read_input};
use super::print;
use crate::cli::{TicketArguments, TicketCommand, TicketEntryArguments, TicketListArguments};
use crate::error::CommandError;
use crate::random;
use crate::server;
use crate::storage::StoreLocation;

const STATES: [(&str, TicketState); 3] = [
    ("open", TicketState::Open),
    ("answered", TicketState::Answered),
    ("closed", TicketState::Closed),
];
const ENTRY_KINDS: [(&str, TicketEntryKind); 6] = [
    ("answer", TicketEntryKind::Answer),
    ("close", TicketEntryKind::Close),
    ("reopen", TicketEntryKind::Reopen),
    ("undelivered", TicketEntryKind::Undelivered),
    ("address_asked", TicketEntryKind::AddressAsked),
    ("address_confirmed", TicketEntryKind::AddressConfirmed),
];

/// Runs a subcommand.
pub(super) fn run(command: &TicketCommand) -> Result<(), CommandError> {
    match command {
        TicketCommand::List(arguments) => list(arguments),
        TicketCommand::Show(arguments) => show(arguments),
        TicketCommand::Answer(arguments) => append_entry(arguments, TicketEntryKind::Answer),
        TicketCommand::Close(arguments) => append_entry(arguments, TicketEntryKind::Close),
        TicketCommand::Reopen(arguments) => append_entry(arguments, TicketEntryKind::Reopen),
    }
}

fn list(arguments: &TicketListArguments) -> Result<(), CommandError> {
    let location = StoreLocation::from_arguments(&arguments.store)?;
    server::runtime()?.block_on(async {
        let service = location.open_history_read_only().await?;
        let tenants = Tenants::load(&service).await?;
        let query = TicketQuery {
            tenant: arguments.tenant.as_deref().map(|name| tenants.id(name)).transpose()?,
            state: arguments.state.as_deref().map(parse_state).transpose()?,
            number: arguments.number.as_deref().map(parse_number).transpose()?,
            limit: arguments.limit,
            ..TicketQuery::default()
        };
        let found = service.history.tickets(query).await?;
        if arguments.json {
            let lines = found.iter().map(|ticket| format!("{}\n", summary(ticket, &tenants)));
            return print(&lines.collect::<String>());
        }
        if found.is_empty() {
            return print("no matching tickets\n");
        }
        print(&found.iter().map(|ticket| line(ticket, &tenants)).collect::<String>())
    })
}

fn show(arguments: &TicketArguments) -> Result<(), CommandError> {
    let (id, language) = (parse_id(&arguments.ticket)?, parse_language(&arguments.language)?);
    let location = StoreLocation::from_arguments(&arguments.store)?;
    server::runtime()?.block_on(async {
        let service = location.open_history_read_only().await?;
        let ticket = service.history.ticket(id).await?;
        let ticket = ticket.ok_or_else(|| missing(id))?;
        print_ticket(&service, &ticket, (language, arguments.json)).await
    })
}

fn append_entry(
    arguments: &TicketEntryArguments,
    kind: TicketEntryKind,
) -> Result<(), CommandError> {
    let options = &arguments.ticket;
    let (id, language) = (parse_id(&options.ticket)?, parse_language(&options.language)?);
    let text = read_input(&arguments.text)?;
    let location = StoreLocation::from_arguments(&options.store)?;
    server::runtime()?.block_on(async {
        let service = location.open_existing().await?;
        let seed = RequestSeed::new(random::bytes()?);
        let (tenant, by, at) = (None, "operator", service.now());
        let action = TicketAction { ticket: id, tenant, by, kind, text: &text, at, seed };
        let ticket = apply(&service.tickets, action).await.map_err(|error| match error {
            protocol::Error::Refused(refusal) => CommandError::message(format!(
                "{}: {}",
                refusal.entry().label(),
                refusal.description(language)
            )),
            protocol::Error::Fault(fault) => fault.into(),
        })?;
        print_ticket(&service, &ticket, (language, options.json)).await
    })
}

async fn print_ticket(
    service: &Service,
    ticket: &Ticket,
    (language, as_json): (Language, bool),
) -> Result<(), CommandError> {
    let tenants = Tenants::load(service).await?;
    let record = ticket.record.as_deref();
    let request = record.map(|record| Explanation::new(record, Viewer::Operator, language));
    if as_json {
        let mut json = summary(ticket, &tenants);
        if let Some(members) = json.as_object_mut() {
            let request = serde_json::to_value(&request).unwrap_or_default();
            members.insert("language".to_owned(), ticket.language.clone().into());
            members.insert("entries".to_owned(), ticket.entries.iter().map(entry).collect());
            members.insert("request".to_owned(), request);
        }
        return print(&format!("{json}\n"));
    }
    print(&page(ticket, request.as_ref(), &tenants, language))
}

/// The names of all tenants by id.
struct Tenants(HashMap<TenantId, String>);

impl Tenants {
    async fn load(service: &Service) -> Result<Self, CommandError> {
        let tenants = service.store.tenants().await?;
        Ok(Self(tenants.into_iter().map(|tenant| (tenant.id, tenant.name)).collect()))
    }

    fn id(&self, name: &str) -> Result<TenantId, CommandError> {
        let found = self.0.iter().find(|(id, known)| *known == name || id.to_string() == name);
        let found = found.map(|(id, _)| *id);
        found.ok_or_else(|| {
            CommandError::message(format!("there is no tenant `{}`", sanitize(name)))
        })
    }

    fn name(&self, ticket: &Ticket) -> Option<String> {
        let id = ticket.tenant?;
        Some(self.0.get(&id).cloned().unwrap_or_else(|| id.to_string()))
    }
}

fn summary(ticket: &Ticket, tenants: &Tenants) -> Value {
    let entry = catalogue::entry(ticket.number);
    json!({
        "ticket": ticket.id.to_string(),
        "state": name_of(&STATES, ticket.state),
        "tenant": tenants.name(ticket),
        "opened_at": format_rfc3339_seconds(ticket.opened_at),
        "trace_id": ticket.trace_id,
        "number": ticket.number,
        "label": label(ticket.number),
        "title": entry.map(|entry| entry.title(Language::ENGLISH)),
        "text": ticket.text,
        "address": ticket.address,
    })
}

fn entry(entry: &TicketEntry) -> Value {
    json!({
        "at": format_rfc3339_seconds(entry.at),
        "by": entry.by,
        "kind": name_of(&ENTRY_KINDS, entry.kind),
        "text": entry.text,
    })
}

fn line(ticket: &Ticket, tenants: &Tenants) -> String {
    let beginning: String = ticket.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let beginning: String = sanitize(&beginning).chars().take(60).collect();
    format!(
        "{}  {:8}  {}  {}  {}  {beginning}\n",
        ticket.id,
        name_of(&STATES, ticket.state),
        format_utc(ticket.opened_at),
        label(ticket.number),
        tenants.name(ticket).unwrap_or_else(|| "-".to_owned()),
    )
}

/// Renders a ticket as text.
fn page(
    ticket: &Ticket,
    request: Option<&Explanation>,
    tenants: &Tenants,
    language: Language,
) -> String {
    let message = |id: &str| text(language, id, &[]);
    let state = message(&format!("ticket-state-{}", name_of(&STATES, ticket.state)));
    let title = catalogue::entry(ticket.number).map(|entry| entry.title(language));
    let mut page = format!("{} \u{b7} {state}\n", ticket.id);
    let mut add = |name: &str, value: &str| {
        // Writing to a String cannot fail.
        writeln!(page, "  {name}: {}", sanitize(value)).unwrap_or_default();
    };
    add(
        &message("report-what"),
        &format!("{} {}", label(ticket.number), title.unwrap_or_default()),
    );
    add(&message("admin-ticket-reported"), &format_utc(ticket.opened_at));
    add(&message("ticket-tenant"), &tenants.name(ticket).unwrap_or_else(|| "-".to_owned()));
    add(&message("error-page-trace-id"), &ticket.trace_id.to_string());
    let address = ticket.address.clone();
    add(
        &message("admin-ticket-address"),
        &address.unwrap_or_else(|| message("admin-ticket-no-address")),
    );
    page.push_str(&quoted(&message("admin-ticket-text"), &ticket.text));
    page.extend(["  ", &message("admin-ticket-request"), ":\n"]);
    match request {
        Some(request) => page.push_str(&explained(request)),
        None => page.extend(["    ", &message("admin-ticket-no-record"), "\n"]),
    }
    for entry in &ticket.entries {
        let kind = message(&format!("ticket-entry-{}", name_of(&ENTRY_KINDS, entry.kind)));
        let by = text(language, "admin-ticket-entry-by", &[("by", &sanitize(&entry.by))]);
        page.push_str(&quoted(&format!("{} {kind} {by}", format_utc(entry.at)), &entry.text));
    }
    page
}

fn explained(request: &Explanation) -> String {
    let mut lines = vec![format!("{} {} {}", request.method, request.endpoint, request.status)];
    lines.extend(request.client.clone());
    if let Some(refusal) = &request.refusal {
        lines.push(refusal.description.clone());
        lines.extend(refusal.steps.clone());
    }
    for comparison in &request.comparisons {
        let mut line = comparison.name.clone();
        line.extend(comparison.expected.iter().map(|expected| format!(" = {expected}")));
        line.extend(comparison.received.iter().map(|received| format!(" <- {received}")));
        line.extend(comparison.difference.iter().map(|label| format!(" ({})", label.text)));
        lines.push(line);
    }
    lines.extend(request.operator.as_ref().and_then(|operator| operator.cause.clone()));
    let lines: Vec<String> = lines.iter().map(|line| format!("    {}", sanitize(line))).collect();
    lines.join("\n") + "\n"
}

/// Quotes a text that a user wrote, line by line.
fn quoted(heading: &str, text: &str) -> String {
    let mut quoted = format!("  {heading}:\n");
    for line in text.lines() {
        quoted.extend(["    > ", &sanitize(line), "\n"]);
    }
    quoted
}

fn parse_id(argument: &str) -> Result<TicketId, CommandError> {
    argument
        .parse()
        .map_err(|error| CommandError::message(format!("`{}`: {error}", sanitize(argument))))
}

fn missing(id: TicketId) -> CommandError {
    CommandError::message(format!("there is no ticket {id}"))
}

fn parse_state(argument: &str) -> Result<TicketState, CommandError> {
    let found = STATES.iter().find(|(name, _)| *name == argument);
    found.map(|(_, state)| *state).ok_or_else(|| {
        let found = sanitize(argument);
        CommandError::message(format!("unknown state `{found}`; available: open, answered, closed"))
    })
}

fn parse_number(argument: &str) -> Result<u32, CommandError> {
    let digits = argument.trim_start_matches(|one: char| one.is_ascii_alphabetic());
    let invalid =
        || CommandError::message(format!("`{}` is not an error number", sanitize(argument)));
    digits.parse().map_err(|_| invalid())
}

fn name_of<T: PartialEq + Copy>(names: &[(&'static str, T)], wanted: T) -> &'static str {
    names.iter().find(|(_, value)| *value == wanted).map_or("", |(name, _)| name)
}
