//! What mails about a ticket say, in the reporter's language.

use catalogue::{Language, text as say};
use model::{Delivery, Ticket, TicketStep, Timestamp};

use super::label;
use crate::{clock::shown, mail::Letter};

/// The mail of a delivery; nothing if what it was to tell is no longer there.
pub(super) fn letter(
    (ticket, delivery): (&Ticket, &Delivery),
    to: &str,
    (sender, link): (&str, &str),
    now: Timestamp,
) -> Option<Letter> {
    let language = language(ticket);
    let (id, label) = (ticket.id.to_string(), label(ticket.number));
    let (subject, text) = match delivery.entry {
        None => {
            let named = [("ticket", id.as_str()), ("label", label.as_str())];
            let subject = say(language, "mail-subject-opened", &named);
            (subject, opened(ticket, sender, link))
        }
        Some(place) => {
            let entry = ticket.entries.get(usize::try_from(place).ok()?);
            // Whatever else stands in a ticket is not meant for the reporter.
            let entry = entry.filter(|entry| entry.kind == TicketStep::Answer)?;
            let subject = say(language, "mail-subject-answer", &[("ticket", &id)]);
            (subject, answered(ticket, sender, &entry.text))
        }
    };
    let (sender, to) = (sender.to_owned(), to.to_owned());
    Some(Letter { id: delivery.id, at: now, sender, to, subject, text })
}

/// The language in which a ticket was written.
pub(super) fn language(ticket: &Ticket) -> Language {
    let known = Language::all().find(|language| language.tag() == ticket.language);
    known.unwrap_or(Language::ENGLISH)
}

/// What the tenant's support is told: enough to know whether to look, and where.
fn opened(ticket: &Ticket, tenant: &str, link: &str) -> String {
    let language = language(ticket);
    let title = catalogue::entry(ticket.number).map(|entry| entry.title(language));
    let (label, title) = (label(ticket.number), title.unwrap_or_default());
    let (trace, at) = (ticket.trace_id.to_string(), shown(ticket.opened_at));
    let app = ticket.record.as_ref().and_then(|record| record.client.clone());
    let mut lines = vec![
        say(language, "mail-opened", &[("tenant", &plain(tenant))]),
        String::new(),
        say(language, "mail-what", &[("label", &label), ("title", &title)]),
    ];
    lines.extend(app.map(|app| say(language, "mail-app", &[("app", &plain(&app))])));
    lines.push(say(language, "mail-trace-id", &[("trace", &trace)]));
    lines.push(say(language, "mail-at", &[("at", &at)]));
    lines.push(match &ticket.address {
        Some(address) => say(language, "mail-address", &[("address", address)]),
        None => say(language, "mail-no-address", &[]),
    });
    lines.push(String::new());
    if ticket.text.is_empty() {
        lines.push(say(language, "mail-no-text", &[]));
    } else {
        lines.push(say(language, "mail-text", &[]));
        lines.push(String::new());
        // Quoted, so that nobody takes what a stranger wrote for what we say.
        lines.extend(ticket.text.lines().map(|line| format!("> {line}")));
    }
    lines.push(String::new());
    lines.push(say(language, "mail-link", &[("link", link)]));
    let all = link.rsplit_once('/').map_or(link, |(all, _)| all);
    lines.push(say(language, "mail-all", &[("link", all)]));
    lines.join("\n") + "\n"
}

/// What the reporter is told. What was reported is not repeated: the address may be a stranger's.
fn answered(ticket: &Ticket, tenant: &str, answer: &str) -> String {
    let language = language(ticket);
    let (id, label) = (ticket.id.to_string(), label(ticket.number));
    let (trace, at) = (ticket.trace_id.to_string(), shown(ticket.opened_at));
    let named = [("label", label.as_str()), ("at", &at), ("trace", &trace)];
    let lines = [
        say(language, "mail-answer", &[("tenant", &plain(tenant)), ("ticket", &id)]),
        String::new(),
        answer.to_owned(),
        String::new(),
        "-- ".to_owned(),
        say(language, "mail-reported", &named),
        say(language, "mail-automatic", &[]),
    ];
    lines.join("\n") + "\n"
}

fn plain(text: &str) -> String {
    text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect()
}
