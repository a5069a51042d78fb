//! The confirmation of a reporter's mail address. Before it, the address gets no text of a reporter
//! or an administrator: it may belong to another person.

use catalogue::{Refusal, refusal};
use jose::seal::{Purpose, Sealer};
use model::{
    Channel, Delivery, Fault, FaultKind, Seconds, Ticket, TicketEntry, TicketEntryKind, TicketId,
    Timestamp,
};
use protocol::{Error, context::RequestSeed};

use super::{Tickets, new_delivery::new_delivery};

/// Lifetime of the link in the mail.
const LIFETIME: Seconds = Seconds::days(7);
/// Maximum length of a sealed confirmation.
const SEALED_LENGTH_MAX: usize = 256;
/// The index of the delivery among those of its request, apart from all others.
const DELIVERY: usize = 64;

/// Asks the reporter to confirm their address, if there is one that is not confirmed, and the
/// limits of mails allow it. Returns the entry to append with its delivery.
pub(super) fn ask(
    tickets: &Tickets,
    ticket: &Ticket,
    (at, seed): (Timestamp, RequestSeed),
) -> Option<(TicketEntry, Delivery)> {
    let address = ticket.address.as_ref().filter(|_| !ticket.is_address_confirmed())?;
    if !tickets.may_mail(|mails| mails.may_confirm(ticket.tenant, address, at)) {
        return None;
    }
    let delivery = new_delivery(ticket, Channel::Mail(address.clone()), (at, seed), DELIVERY);
    Some((entry(at, "admit", TicketEntryKind::AddressAsked), delivery))
}

/// Returns the link by which the reporter confirms their address.
///
/// # Errors
/// The ticket could not be sealed.
pub(super) fn link(tickets: &Tickets, ticket: &Ticket, at: Timestamp) -> Result<String, Fault> {
    let payload = [&ticket.id.into_bytes()[..], &at.microseconds().to_be_bytes()].concat();
    let sealed = sealer(tickets)?.seal(&payload);
    let sealed = sealed.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    let origin = &tickets.settings.origin;
    Ok(format!("{origin}/report?confirm={sealed}&ui_locales={}", ticket.language))
}

/// Returns the ticket whose address a link confirms.
///
/// # Errors
/// The link was not created by this service, has expired, or its ticket was deleted.
pub(crate) async fn ticket_to_confirm(
    tickets: &Tickets,
    sealed: &str,
    now: Timestamp,
) -> Result<Ticket, Error> {
    let sealer = sealer(tickets)?;
    let (id, at) = parse(sealed, &sealer).ok_or_else(refusal::report_link_invalid)?;
    check_age(at, now)?;
    let ticket = tickets.history.ticket(id).await?;
    Ok(ticket.ok_or_else(refusal::report_link_invalid)?)
}

/// Confirms the address of a ticket, and sends the answers that waited for it.
///
/// # Errors
/// See [`ticket_to_confirm`]. The history failed, or the ticket is full.
pub(crate) async fn confirm_address(
    tickets: &Tickets,
    sealed: &str,
    (at, seed): (Timestamp, RequestSeed),
) -> Result<(), Error> {
    let ticket = ticket_to_confirm(tickets, sealed, at).await?;
    let Some(address) = ticket.address.clone().filter(|_| !ticket.is_address_confirmed()) else {
        return Ok(());
    };
    let has_answer = ticket.entries.iter().any(|entry| entry.kind == TicketEntryKind::Answer);
    let to = has_answer.then_some(Channel::Mail(address));
    let deliveries =
        to.map(|to| new_delivery(&ticket, to, (at, seed), DELIVERY)).into_iter().collect();
    let confirmed = entry(at, "reporter", TicketEntryKind::AddressConfirmed);
    let changed = tickets.history.append_entry(ticket.id, confirmed, deliveries).await?;
    match changed {
        Some(_) => Ok(()),
        None => Err(refusal::ticket_full(Ticket::ENTRIES_MAX).into()),
    }
}

fn check_age(at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    // Sealed while the clock was ahead: it would live longer than its lifetime.
    if at.is_future(now) {
        return Err(refusal::report_link_invalid());
    }
    if now - at > LIFETIME {
        return Err(refusal::report_link_expired(LIFETIME.get() / 3_600));
    }
    Ok(())
}

fn entry(at: Timestamp, by: &str, kind: TicketEntryKind) -> TicketEntry {
    TicketEntry { at, by: by.to_owned(), kind, text: String::new() }
}

fn parse(sealed: &str, sealer: &Sealer) -> Option<(TicketId, Timestamp)> {
    let sealed = (sealed.len() <= SEALED_LENGTH_MAX).then_some(sealed)?;
    let payload: [u8; 18] = sealer.open(sealed).ok()?.try_into().ok()?;
    let (id, rest) = payload.split_first_chunk::<10>()?;
    let (at, _) = rest.split_first_chunk::<8>()?;
    Some((TicketId::new(*id), Timestamp::from_microseconds(i64::from_be_bytes(*at))))
}

fn sealer(tickets: &Tickets) -> Result<Sealer, Fault> {
    tickets.tenant_contexts.sealer(Purpose::AddressToConfirm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_of_the_future_is_refused() {
        // ED15: checks links that were sealed a minute ahead, just now, seven days ago and before.
        let now = Timestamp::from_seconds(1_795_363_200);
        let number = |at| check_age(at, now).err().map(|refusal| refusal.number());
        assert_eq!(number(now + Seconds::hours(1)), Some(88_000_240));
        assert_eq!(number(now), None);
        assert_eq!(number(now - Seconds::days(7)), None);
        assert_eq!(number(now - Seconds::days(7) - Seconds::new(1)), Some(88_000_241));
    }
}
