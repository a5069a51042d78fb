//! `admit ticket`: what people reported, for whoever runs the service.

use std::collections::HashMap;
use std::fmt::Write;

use catalogue::{Language, text};
use model::{
    TenantId, Ticket, TicketEntry, TicketId, TicketSearch, TicketState, TicketStep, Timestamp,
};
use protocol::context::Entropy;
use serde_json::{Value, json};
use service::Service;
use service::explanation::{Explanation, Reader, explanation};
use service::tickets::{Step, label, step};

use super::explain::{input, language};
use super::print;
use crate::chance;
use crate::cli::{TicketArguments, TicketCommand, TicketListArguments, TicketStepArguments};
use crate::explain::safe::shown;
use crate::failure::Failure;
use crate::serving;
use crate::storage::Location;

const STATES: [(&str, TicketState); 3] = [
    ("open", TicketState::Open),
    ("answered", TicketState::Answered),
    ("closed", TicketState::Closed),
];
const STEPS: [(&str, TicketStep); 4] = [
    ("answer", TicketStep::Answer),
    ("close", TicketStep::Close),
    ("reopen", TicketStep::Reopen),
    ("undelivered", TicketStep::Undelivered),
];

/// Lists, shows, or takes a step.
pub(super) fn run(command: &TicketCommand) -> Result<(), Failure> {
    match command {
        TicketCommand::List(arguments) => list(arguments),
        TicketCommand::Show(arguments) => show(arguments),
        TicketCommand::Answer(arguments) => take(arguments, TicketStep::Answer),
        TicketCommand::Close(arguments) => take(arguments, TicketStep::Close),
        TicketCommand::Reopen(arguments) => take(arguments, TicketStep::Reopen),
    }
}

fn list(arguments: &TicketListArguments) -> Result<(), Failure> {
    let service = Location::of(&arguments.store)?.open_history_read_only()?;
    serving::runtime()?.block_on(async {
        let tenants = Tenants::read(&service).await?;
        let search = TicketSearch {
            tenant: arguments.tenant.as_deref().map(|name| tenants.id(name)).transpose()?,
            state: arguments.state.as_deref().map(state).transpose()?,
            number: arguments.number.as_deref().map(number).transpose()?,
            limit: arguments.limit,
            ..TicketSearch::default()
        };
        let found = service.history.tickets(search).await?;
        if arguments.json {
            let lines = found.iter().map(|ticket| format!("{}\n", summary(ticket, &tenants)));
            return print(&lines.collect::<String>());
        }
        if found.is_empty() {
            return print("there is no ticket that fits\n");
        }
        print(&found.iter().map(|ticket| line(ticket, &tenants)).collect::<String>())
    })
}

fn show(arguments: &TicketArguments) -> Result<(), Failure> {
    let (id, language) = (id(&arguments.ticket)?, language(&arguments.language)?);
    let service = Location::of(&arguments.store)?.open_history_read_only()?;
    serving::runtime()?.block_on(async {
        let ticket = service.history.ticket(id).await?;
        let ticket = ticket.ok_or_else(|| missing(id))?;
        tell(&service, &ticket, (language, arguments.json)).await
    })
}

fn take(arguments: &TicketStepArguments, kind: TicketStep) -> Result<(), Failure> {
    let which = &arguments.which;
    let (id, language) = (id(&which.ticket)?, language(&which.language)?);
    let text = input(&arguments.text)?;
    let service = Location::of(&which.store)?.find()?;
    serving::runtime()?.block_on(async {
        let entropy = Entropy::new(chance::bytes()?);
        let taken = Step { ticket: id, tenant: None, by: "operator", kind, text: &text, entropy };
        let ticket = step(&service, taken).await.map_err(|failure| match failure {
            protocol::Failure::Refused(refusal) => Failure::said(format!(
                "{}: {}",
                refusal.entry().label(),
                refusal.happened(language)
            )),
            protocol::Failure::Fault(fault) => fault.into(),
        })?;
        tell(&service, &ticket, (language, which.json)).await
    })
}

async fn tell(
    service: &Service,
    ticket: &Ticket,
    (language, as_json): (Language, bool),
) -> Result<(), Failure> {
    let tenants = Tenants::read(service).await?;
    let record = ticket.record.as_deref();
    let request = record.map(|record| explanation(record, Reader::Operator, language));
    if as_json {
        let mut whole = summary(ticket, &tenants);
        if let Some(members) = whole.as_object_mut() {
            let request = serde_json::to_value(&request).unwrap_or_default();
            members.insert("language".to_owned(), ticket.language.clone().into());
            members.insert("entries".to_owned(), ticket.entries.iter().map(entry).collect());
            members.insert("request".to_owned(), request);
        }
        return print(&format!("{whole}\n"));
    }
    print(&whole(ticket, request.as_ref(), &tenants, language))
}

/// The names of tenants.
struct Tenants(HashMap<TenantId, String>);

impl Tenants {
    async fn read(service: &Service) -> Result<Self, Failure> {
        let tenants = service.store.tenants().await?;
        Ok(Self(tenants.into_iter().map(|tenant| (tenant.id, tenant.name)).collect()))
    }

    fn id(&self, name: &str) -> Result<TenantId, Failure> {
        let found = self.0.iter().find(|(id, known)| *known == name || id.to_string() == name);
        let found = found.map(|(id, _)| *id);
        found.ok_or_else(|| Failure::said(format!("there is no tenant `{}`", shown(name))))
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
        "state": word(&STATES, ticket.state),
        "tenant": tenants.name(ticket),
        "opened_at": time(ticket.opened_at),
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
        "at": time(entry.at),
        "by": entry.by,
        "step": word(&STEPS, entry.kind),
        "text": entry.text,
    })
}

fn line(ticket: &Ticket, tenants: &Tenants) -> String {
    let beginning: String = ticket.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let beginning: String = shown(&beginning).chars().take(60).collect();
    format!(
        "{}  {:8}  {}  {}  {}  {beginning}\n",
        ticket.id,
        word(&STATES, ticket.state),
        time(ticket.opened_at),
        label(ticket.number),
        tenants.name(ticket).unwrap_or_else(|| "-".to_owned()),
    )
}

/// A ticket as people read it.
fn whole(
    ticket: &Ticket,
    request: Option<&Explanation>,
    tenants: &Tenants,
    language: Language,
) -> String {
    let said = |id: &str| text(language, id, &[]);
    let state = said(&format!("ticket-state-{}", word(&STATES, ticket.state)));
    let title = catalogue::entry(ticket.number).map(|entry| entry.title(language));
    let mut page = format!("{} \u{b7} {state}\n", ticket.id);
    let mut put = |name: &str, value: &str| {
        // Into a String, this cannot fail.
        writeln!(page, "  {name}: {}", shown(value)).unwrap_or_default();
    };
    put(&said("report-what"), &format!("{} {}", label(ticket.number), title.unwrap_or_default()));
    put(&said("admin-ticket-reported"), &time(ticket.opened_at));
    put(&said("admin-tenant"), &tenants.name(ticket).unwrap_or_else(|| "-".to_owned()));
    put(&said("error-page-trace-id"), &ticket.trace_id.to_string());
    let address = ticket.address.clone();
    put(&said("admin-ticket-address"), &address.unwrap_or_else(|| said("admin-ticket-no-address")));
    page.push_str(&quoted(&said("admin-ticket-text"), &ticket.text));
    page.extend(["  ", &said("admin-ticket-request"), ":\n"]);
    match request {
        Some(request) => page.push_str(&explained(request)),
        None => page.extend(["    ", &said("admin-ticket-no-record"), "\n"]),
    }
    for entry in &ticket.entries {
        let step = said(&format!("ticket-step-{}", word(&STEPS, entry.kind)));
        let by = text(language, "admin-ticket-entry-by", &[("by", &shown(&entry.by))]);
        page.push_str(&quoted(&format!("{} {step} {by}", time(entry.at)), &entry.text));
    }
    page
}

fn explained(request: &Explanation) -> String {
    let mut lines = vec![format!("{} {} {}", request.method, request.endpoint, request.status)];
    lines.extend(request.client.clone());
    if let Some(refusal) = &request.refusal {
        lines.push(refusal.happened.clone());
        lines.extend(refusal.steps.clone());
    }
    for compared in &request.comparisons {
        let mut line = compared.name.clone();
        line.extend(compared.expected.iter().map(|expected| format!(" = {expected}")));
        line.extend(compared.received.iter().map(|received| format!(" <- {received}")));
        line.extend(compared.difference.iter().map(|word| format!(" ({})", word.text)));
        lines.push(line);
    }
    lines.extend(request.operator.as_ref().and_then(|operator| operator.cause.clone()));
    let lines: Vec<String> = lines.iter().map(|line| format!("    {}", shown(line))).collect();
    lines.join("\n") + "\n"
}

/// A text of somebody's, marked line by line as such.
fn quoted(heading: &str, text: &str) -> String {
    let mut quoted = format!("  {heading}:\n");
    for line in text.lines() {
        quoted.extend(["    > ", &shown(line), "\n"]);
    }
    quoted
}

fn id(written: &str) -> Result<TicketId, Failure> {
    written.parse().map_err(|why| Failure::said(format!("`{}`: {why}", shown(written))))
}

fn missing(id: TicketId) -> Failure {
    Failure::said(format!("there is no ticket {id}"))
}

fn state(written: &str) -> Result<TicketState, Failure> {
    let found = STATES.iter().find(|(word, _)| *word == written);
    found.map(|(_, state)| *state).ok_or_else(|| {
        let found = shown(written);
        Failure::said(format!("`{found}` is no state; there is: open, answered, closed"))
    })
}

fn number(written: &str) -> Result<u32, Failure> {
    let digits = written.trim_start_matches(|one: char| one.is_ascii_alphabetic());
    let wrong = || Failure::said(format!("`{}` is not an error number", shown(written)));
    digits.parse().map_err(|_| wrong())
}

fn word<T: PartialEq + Copy>(words: &[(&'static str, T)], wanted: T) -> &'static str {
    words.iter().find(|(_, one)| *one == wanted).map_or("", |(word, _)| word)
}

fn time(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_second(at.seconds()).unwrap_or_default();
    at.strftime("%F %TZ").to_string()
}
