//! Creates a ticket from a problem report.

use catalogue::{Language, refusal};
use model::{
    Channel, Delivery, Fault, OpenTicketOutcome, RecordQuery, RequestRecord, Tenant, TenantId,
    TenantStore, Ticket, TicketId, TicketState, Timestamp,
};
use protocol::{Error, context::RequestSeed};
use uuid::Uuid;

use super::{Tickets, confirmation, input, new_delivery::new_delivery};
use crate::limits::{Limit, Reporter};

/// Maximum number of open tickets of one tenant.
const OPEN_MAX: u32 = 500;
/// The part of it that reports of unknown browsers may use.
const OPEN_OF_UNKNOWN_MAX: u32 = 400;
/// The waiting time that the refusal of a further ticket names.
const OPEN_MINUTES: u32 = 60;

/// A report of a user about a request that failed.
pub(crate) struct NewReport<'a> {
    /// The id of the new ticket.
    pub(crate) ticket: TicketId,
    /// The tenant of the request, or `None` if the request names no existing one.
    pub(crate) tenant: Option<TenantId>,
    /// The trace id of the request.
    pub(crate) trace_id: Uuid,
    /// The error number of the refusal or fault.
    pub(crate) number: u32,
    /// The text, as it was typed.
    pub(crate) text: &'a str,
    /// The mail address, as it was typed; may be empty.
    pub(crate) address: &'a str,
    /// The reporter's language.
    pub(crate) language: Language,
    /// The sender, whose reports are limited.
    pub(crate) reporter: Reporter,
    /// The time of the report.
    pub(crate) at: Timestamp,
    /// The randomness of the request.
    pub(crate) seed: RequestSeed,
}

/// The ticket of a stored report.
pub(crate) struct CreatedTicket {
    /// The ticket.
    pub(crate) ticket: TicketId,
    /// True if the ticket existed before.
    pub(crate) existed: bool,
    /// The mail address to which an answer will go.
    pub(crate) address: Option<String>,
}

/// Stores a report with the record of its request, and enqueues its notifications.
///
/// # Errors
/// The text or the address is malformed, a rate limit is reached, or the history failed.
pub(crate) async fn create_ticket(
    tickets: &Tickets,
    report: NewReport<'_>,
) -> Result<CreatedTicket, Error> {
    let (text, address) = (input::text(report.text)?, input::address(report.address)?);
    // A report that is sent twice does not count against the rate limits.
    if tickets.history.ticket(report.ticket).await?.is_some() {
        return Ok(CreatedTicket { ticket: report.ticket, existed: true, address: None });
    }
    let counted = tickets.limits.reports.count(report.reporter, report.tenant, report.at);
    tickets.limits.refusals.counted(Limit::Reports, counted)?;
    let ticket = Ticket {
        id: report.ticket,
        tenant: report.tenant,
        trace_id: report.trace_id,
        number: report.number,
        opened_at: report.at,
        language: report.language.tag().to_owned(),
        text,
        address: address.clone(),
        record: None,
        state: TicketState::Open,
        entries: Vec::new(),
    };
    let is_known = report.reporter.known_browser.is_some();
    let open_max = if is_known { OPEN_MAX } else { OPEN_OF_UNKNOWN_MAX };
    let outcome = open(tickets, ticket, (report.seed, is_known, open_max)).await?;
    let created = |existed| CreatedTicket { ticket: report.ticket, existed, address };
    match outcome {
        OpenTicketOutcome::Opened => Ok(created(false)),
        OpenTicketOutcome::AlreadyOpen => {
            // Sent twice at the same time, and counted before the other one was stored.
            tickets.limits.reports.give_back(report.reporter, report.tenant);
            Ok(CreatedTicket { address: None, ..created(true) })
        }
        OpenTicketOutcome::TooMany => {
            tickets.limits.refusals.count(Limit::OpenReports);
            Err(refusal::too_many_open_tickets(open_max, OPEN_MINUTES).into())
        }
    }
}

async fn open(
    tickets: &Tickets,
    mut ticket: Ticket,
    (seed, is_known, open_max): (RequestSeed, bool, u32),
) -> Result<OpenTicketOutcome, Fault> {
    ticket.record = record(tickets, &ticket).await?.map(Box::new);
    // If the tenant cannot be read, the ticket is stored without notifications.
    let tenant = match ticket.tenant {
        Some(id) => TenantStore::new(&*tickets.store, id).row().await.ok().flatten(),
        None => None,
    };
    let mut channels = tenant.as_deref().map_or_else(Vec::new, channels);
    // The rate limit protects the support mailbox; a ticket without a mail is still in the list.
    channels.retain(|channel| match channel {
        Channel::Mail(_) => {
            tickets.may_mail(|mails| mails.may_notify(ticket.tenant, is_known, ticket.opened_at))
        }
        Channel::Webhook | Channel::Logout(_) => true,
    });
    let at = ticket.opened_at;
    let deliveries = channels
        .into_iter()
        .enumerate()
        .map(|(index, channel)| new_delivery(&ticket, channel, (at, seed), index));
    let mut deliveries: Vec<_> = deliveries.collect();
    // Without a mail server, the first answer says that it is missing.
    let has_mailer = tickets.settings.mail.is_some();
    let asked = has_mailer.then(|| confirmation::ask(tickets, &ticket, (at, seed))).flatten();
    if let Some((entry, delivery)) = asked {
        ticket.entries.push(entry);
        deliveries.push(Delivery { entry: Some(0), ..delivery });
    }
    let (tenant, address) = (ticket.tenant, ticket.address.clone());
    let mails: Vec<bool> = deliveries.iter().filter_map(is_to_support).collect();
    let outcome = tickets.history.open_ticket(ticket, deliveries, open_max).await;
    if !matches!(outcome, Ok(OpenTicketOutcome::Opened)) {
        for is_to_support in mails {
            match (is_to_support, &address) {
                (true, _) => tickets.limits.mails.give_back_notification(tenant),
                (false, Some(to)) => tickets.limits.mails.give_back_confirmation(tenant, to),
                (false, None) => {}
            }
        }
    }
    outcome
}

/// Returns whether a mail goes to the support, or else to the reporter. `None` for a webhook.
fn is_to_support(delivery: &Delivery) -> Option<bool> {
    matches!(delivery.channel, Channel::Mail(_)).then_some(delivery.entry.is_none())
}

async fn record(tickets: &Tickets, ticket: &Ticket) -> Result<Option<RequestRecord>, Fault> {
    // The record of a request that is reported at once may still be in the queue.
    tickets.recorder.flush().await;
    let query = RecordQuery {
        tenant: ticket.tenant,
        trace_id: Some(ticket.trace_id),
        limit: 1,
        ..RecordQuery::default()
    };
    Ok(tickets.history.find(query).await?.pop())
}

/// Returns the notification channels of the tenant's support.
fn channels(tenant: &Tenant) -> Vec<Channel> {
    let support = &tenant.support;
    let mail = support.address.clone().map(Channel::Mail);
    let webhook = support.webhook.as_ref().map(|_| Channel::Webhook);
    mail.into_iter().chain(webhook).collect()
}
