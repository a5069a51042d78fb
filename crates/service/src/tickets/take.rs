//! A report becomes a ticket.

use std::sync::PoisonError;

use catalogue::{Language, Refusal, refusal};
use model::{
    Channel, Delivery, Fault, Opening, Record, Search, Tenant, Ticket, TicketState, Timestamp,
};
use protocol::context::Entropy;

use super::{About, typed};
use crate::{Service, exchange::Exchange, render};

/// Tickets of one tenant that may be open at once.
const OPEN_MAX: u32 = 500;
/// When all of those are open, trying again sooner is of no use.
const OPEN_MINUTES: u32 = 60;

/// What somebody wrote about a request.
pub(crate) struct Draft<'a> {
    /// The request.
    pub(crate) about: &'a About,
    /// The text, as it was typed.
    pub(crate) text: &'a str,
    /// The address, as it was typed.
    pub(crate) address: &'a str,
    /// The reporter's language.
    pub(crate) language: Language,
}

/// A report that is kept.
pub(crate) struct Taken {
    /// The ticket.
    pub(crate) ticket: model::TicketId,
    /// It was there before.
    pub(crate) again: bool,
    /// Where the reporter will be answered.
    pub(crate) address: Option<String>,
}

/// Keeps a report, with the record of its request and what must be sent because of it.
///
/// # Errors
/// Something that was typed does not fit, a limit is reached, or the history cannot be written.
pub(crate) async fn take(exchange: &Exchange, draft: Draft<'_>) -> Result<Taken, Refusal> {
    let service = exchange.service();
    let (text, address) = (typed::text(draft.text)?, typed::address(draft.address)?);
    let about = draft.about;
    let not_kept = |fault: Fault| {
        // The cause is for the log; the reader learns that the report is not kept.
        render::as_refusal(exchange, &fault.into());
        refusal::report_not_kept()
    };
    // What is known already takes no room from anybody.
    if service.history.ticket(about.ticket()).await.map_err(not_kept)?.is_some() {
        return Ok(Taken { ticket: about.ticket(), again: true, address: None });
    }
    {
        let mut rate = service.reports.rate.lock().unwrap_or_else(PoisonError::into_inner);
        rate.count(exchange.peer(), about.tenant, exchange.now())?;
    }
    let ticket = Ticket {
        id: about.ticket(),
        tenant: about.tenant,
        trace_id: about.trace_id,
        number: about.number,
        opened_at: exchange.now(),
        language: draft.language.tag().to_owned(),
        text,
        address: address.clone(),
        record: None,
        state: TicketState::Open,
        entries: Vec::new(),
    };
    let opened = open(service, ticket, exchange.entropy()).await.map_err(not_kept)?;
    let taken = |again| Taken { ticket: about.ticket(), again, address };
    match opened {
        Opening::Opened => Ok(taken(false)),
        Opening::AlreadyOpen => Ok(Taken { address: None, ..taken(true) }),
        Opening::TooMany => Err(refusal::too_many_open_tickets(OPEN_MAX, OPEN_MINUTES)),
    }
}

async fn open(service: &Service, ticket: Ticket, entropy: Entropy) -> Result<Opening, Fault> {
    let record = record(service, &ticket).await?.map(Box::new);
    let ticket = Ticket { record, ..ticket };
    // Where the tenant cannot be read, the ticket is worth more than what it would send.
    let tenant = match ticket.tenant {
        Some(id) => service.store.tenant(&id.to_string()).await.ok().flatten(),
        None => None,
    };
    let mut channels = tenant.as_deref().map_or_else(Vec::new, channels);
    // A flood fills no mailbox: what has no mail of its own stands in the list all the same.
    channels.retain(|channel| match channel {
        Channel::Mail(_) => {
            let mut rate = service.reports.rate.lock().unwrap_or_else(PoisonError::into_inner);
            rate.may_mail(ticket.tenant, ticket.opened_at)
        }
        Channel::Webhook => true,
    });
    let deliveries = channels.into_iter().enumerate().map(|(place, channel)| {
        let made = (ticket.opened_at, entropy);
        delivery(&ticket, channel, made, place)
    });
    let deliveries = deliveries.collect();
    service.history.open_ticket(ticket, deliveries, OPEN_MAX).await
}

async fn record(service: &Service, ticket: &Ticket) -> Result<Option<Record>, Fault> {
    // Whoever reports at once is faster than the record.
    service.recorder.settled().await;
    let search = Search {
        tenant: ticket.tenant,
        trace_id: Some(ticket.trace_id),
        limit: 1,
        ..Search::default()
    };
    Ok(service.history.find(search).await?.pop())
}

/// Where reports about a tenant go.
fn channels(tenant: &Tenant) -> Vec<Channel> {
    let support = &tenant.support;
    let mail = support.address.clone().map(Channel::Mail);
    let webhook = support.webhook.as_ref().map(|_| Channel::Webhook);
    mail.into_iter().chain(webhook).collect()
}

/// Something that must be sent because of a ticket, with an id that no other try has.
pub(super) fn delivery(
    ticket: &Ticket,
    channel: Channel,
    (at, entropy): (Timestamp, Entropy),
    place: usize,
) -> Delivery {
    let random = entropy.draw(&format!("delivery {place}"));
    Delivery {
        id: uuid::Builder::from_random_bytes(random).into_uuid(),
        ticket: ticket.id,
        tenant: ticket.tenant,
        channel,
        // The history knows the place of an answer when it takes it in.
        entry: None,
        made_at: at,
        due_at: at,
        tries: 0,
    }
}
