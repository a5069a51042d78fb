//! The effect of an entry on a ticket, for every backend.

use model::{Delivery, Ticket, TicketEntry, TicketEntryKind, TicketState};

/// Appends an entry, updates the state and sets the entry index of the deliveries.
///
/// Returns `false` if the ticket has the maximum number of entries. A full ticket can still be
/// closed, or it would count as open forever.
pub(crate) fn append_entry(
    ticket: &mut Ticket,
    entry: TicketEntry,
    deliveries: &mut [Delivery],
) -> bool {
    let index = ticket.entries.len();
    let closes = entry.kind == TicketEntryKind::Close && ticket.state != TicketState::Closed;
    if index >= Ticket::ENTRIES_MAX && !closes {
        return false;
    }
    for delivery in deliveries {
        delivery.entry = u32::try_from(index).ok();
    }
    ticket.state = match entry.kind {
        TicketEntryKind::Answer => TicketState::Answered,
        TicketEntryKind::Close => TicketState::Closed,
        TicketEntryKind::Reopen => TicketState::Open,
        TicketEntryKind::Undelivered
        | TicketEntryKind::AddressAsked
        | TicketEntryKind::AddressConfirmed => ticket.state,
    };
    ticket.entries.push(entry);
    true
}
