//! The mails about a ticket, in the reporter's language.

use catalogue::{Language, label, text as message};
use model::{Delivery, Ticket, TicketEntryKind, Timestamp, format_utc};

use outbound::mail::Email;

/// Composes the mail of a delivery. Returns `None` if the ticket no longer has the answer.
pub(super) fn compose(
    (ticket, delivery): (&Ticket, &Delivery),
    to: &str,
    (sender, link): (&str, &str),
    now: Timestamp,
) -> Option<Email> {
    let language = language(ticket);
    let (id, label) = (ticket.id.to_string(), label(ticket.number));
    let (subject, text) = match delivery.entry {
        None => {
            let arguments = [("ticket", id.as_str()), ("label", label.as_str())];
            let subject = message(language, "mail-subject-opened", &arguments);
            (subject, new_ticket_text(ticket, sender, link))
        }
        Some(index) => {
            let index = usize::try_from(index).ok()?;
            let entry = ticket.entries.get(index)?;
            let subject = |name| message(language, name, &[("ticket", &id)]);
            match entry.kind {
                TicketEntryKind::AddressAsked => {
                    (subject("mail-subject-confirm"), confirmation_text(language, sender, link))
                }
                TicketEntryKind::Answer => {
                    (subject("mail-subject-answer"), answer_text(ticket, sender, &entry.text))
                }
                // The answers from before the address was confirmed.
                TicketEntryKind::AddressConfirmed => {
                    let earlier = ticket.entries.iter().take(index);
                    let answers = earlier.filter(|it| it.kind == TicketEntryKind::Answer);
                    let answers: Vec<_> = answers.map(|it| it.text.as_str()).collect();
                    let answers = answers.join("\n\n");
                    (subject("mail-subject-answer"), answer_text(ticket, sender, &answers))
                }
                // The reporter gets no other entry.
                _ => return None,
            }
        }
    };
    let (sender, to) = (sender.to_owned(), to.to_owned());
    Some(Email { id: delivery.id, at: now, sender, to, subject, text, html: None })
}

/// Returns the language of the report, or English if it is unknown.
pub(super) fn language(ticket: &Ticket) -> Language {
    let known = Language::all().find(|language| language.tag() == ticket.language);
    known.unwrap_or(Language::ENGLISH)
}

/// Returns the text of the mail to the tenant's support about a new ticket.
fn new_ticket_text(ticket: &Ticket, tenant: &str, link: &str) -> String {
    let language = language(ticket);
    let title = catalogue::entry(ticket.number).map(|entry| entry.title(language));
    let (label, title) = (label(ticket.number), title.unwrap_or_default());
    let (trace, at) = (ticket.trace_id.to_string(), format_utc(ticket.opened_at));
    let app = ticket.record.as_ref().and_then(|record| record.client.clone());
    let mut lines = vec![
        message(language, "mail-opened", &[("tenant", &without_controls(tenant))]),
        String::new(),
        message(language, "mail-what", &[("label", &label), ("title", &title)]),
    ];
    lines.extend(app.map(|app| message(language, "mail-app", &[("app", &without_controls(&app))])));
    lines.push(message(language, "mail-trace-id", &[("trace", &trace)]));
    lines.push(message(language, "mail-at", &[("at", &at)]));
    lines.push(match &ticket.address {
        Some(address) => message(language, "mail-address", &[("address", address)]),
        None => message(language, "mail-no-address", &[]),
    });
    lines.push(String::new());
    if ticket.text.is_empty() {
        lines.push(message(language, "mail-no-text", &[]));
    } else {
        lines.push(message(language, "mail-text", &[]));
        lines.push(String::new());
        // Quoted, so that the report cannot pose as text of this service (phishing).
        lines.extend(ticket.text.lines().map(|line| format!("> {line}")));
    }
    lines.push(String::new());
    lines.push(message(language, "mail-link", &[("link", link)]));
    let all = link.rsplit_once('/').map_or(link, |(all, _)| all);
    lines.push(message(language, "mail-all", &[("link", all)]));
    lines.join("\n") + "\n"
}

/// Returns the text of the mail that asks to confirm the address. It has no text of the reporter or
/// of an administrator.
fn confirmation_text(language: Language, tenant: &str, link: &str) -> String {
    let lines = [
        message(language, "mail-confirm", &[("tenant", &without_controls(tenant))]),
        String::new(),
        message(language, "mail-confirm-link", &[("link", link)]),
        String::new(),
        message(language, "mail-confirm-ignore", &[]),
        String::new(),
        "-- ".to_owned(),
        message(language, "mail-automatic", &[]),
    ];
    lines.join("\n") + "\n"
}

/// Returns the text of the mail with an answer. It does not repeat the report, because the address
/// may belong to another user.
fn answer_text(ticket: &Ticket, tenant: &str, answer: &str) -> String {
    let language = language(ticket);
    let (id, label) = (ticket.id.to_string(), label(ticket.number));
    let (trace, at) = (ticket.trace_id.to_string(), format_utc(ticket.opened_at));
    let arguments = [("label", label.as_str()), ("at", &at), ("trace", &trace)];
    let lines = [
        message(language, "mail-answer", &[("tenant", &without_controls(tenant)), ("ticket", &id)]),
        String::new(),
        answer.to_owned(),
        String::new(),
        "-- ".to_owned(),
        message(language, "mail-reported", &arguments),
        message(language, "mail-automatic", &[]),
    ];
    lines.join("\n") + "\n"
}

fn without_controls(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
