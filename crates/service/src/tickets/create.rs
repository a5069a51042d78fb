//! Creates a ticket from a problem report.

use std::net::IpAddr;

use catalogue::{Language, refusal};
use model::{
    Channel, Delivery, Fault, OpenTicketOutcome, RecordQuery, RequestRecord, Tenant, TenantId,
    Ticket, TicketId, TicketState, Timestamp,
};
use protocol::{Error, context::RequestSeed};
use uuid::Uuid;

use super::{Tickets, input};

/// Maximum number of open tickets of one tenant.
const OPEN_MAX: u32 = 500;
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
    /// The remote IP address.
    pub(crate) remote_address: Option<IpAddr>,
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
    tickets.limits.reports.count(report.remote_address, report.tenant, report.at)?;
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
    let outcome = open(tickets, ticket, report.seed).await?;
    let created = |existed| CreatedTicket { ticket: report.ticket, existed, address };
    match outcome {
        OpenTicketOutcome::Opened => Ok(created(false)),
        OpenTicketOutcome::AlreadyOpen => Ok(CreatedTicket { address: None, ..created(true) }),
        OpenTicketOutcome::TooMany => {
            Err(refusal::too_many_open_tickets(OPEN_MAX, OPEN_MINUTES).into())
        }
    }
}

async fn open(
    tickets: &Tickets,
    ticket: Ticket,
    seed: RequestSeed,
) -> Result<OpenTicketOutcome, Fault> {
    let record = record(tickets, &ticket).await?.map(Box::new);
    let ticket = Ticket { record, ..ticket };
    // If the tenant cannot be read, the ticket is stored without notifications.
    let tenant = match ticket.tenant {
        Some(id) => tickets.store.tenant(&id.to_string()).await.ok().flatten(),
        None => None,
    };
    let mut channels = tenant.as_deref().map_or_else(Vec::new, channels);
    // The rate limit protects the support mailbox; a ticket without a mail is still in the list.
    channels.retain(|channel| match channel {
        Channel::Mail(_) => tickets.limits.reports.may_send_mail(ticket.tenant, ticket.opened_at),
        Channel::Webhook => true,
    });
    let deliveries = channels
        .into_iter()
        .enumerate()
        .map(|(index, channel)| new_delivery(&ticket, channel, (ticket.opened_at, seed), index));
    let deliveries = deliveries.collect();
    tickets.history.open_ticket(ticket, deliveries, OPEN_MAX).await
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

/// Creates a delivery. Its id depends on `index`, so that each delivery of a request has its own.
pub(super) fn new_delivery(
    ticket: &Ticket,
    channel: Channel,
    (at, seed): (Timestamp, RequestSeed),
    index: usize,
) -> Delivery {
    let random = seed.derive(&format!("delivery {index}"));
    Delivery {
        id: uuid::Builder::from_random_bytes(random).into_uuid(),
        ticket: ticket.id,
        tenant: ticket.tenant,
        channel,
        // The history sets it when it appends the entry.
        entry: None,
        created_at: at,
        due_at: at,
        attempts: 0,
    }
}
