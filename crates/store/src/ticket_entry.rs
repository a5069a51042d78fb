//! The effect of an entry on a ticket, for every backend.

use model::{Delivery, Ticket, TicketEntry, TicketEntryKind, TicketState};

/// The result of appending an entry.
pub(crate) enum AppendOutcome {
    /// The entry was appended.
    Appended,
    /// The address was confirmed before: nothing is changed, and nothing is to be delivered.
    Repeated,
    /// The ticket has the maximum number of entries.
    Full,
}

/// Appends an entry, updates the state and sets the entry index of the deliveries.
///
/// A full ticket can still be closed, or it would count as open forever.
pub(crate) fn append_entry(
    ticket: &mut Ticket,
    entry: TicketEntry,
    deliveries: &mut [Delivery],
) -> AppendOutcome {
    if entry.kind == TicketEntryKind::AddressConfirmed && ticket.is_address_confirmed() {
        return AppendOutcome::Repeated;
    }
    let index = ticket.entries.len();
    let closes = entry.kind == TicketEntryKind::Close && ticket.state != TicketState::Closed;
    if index >= Ticket::ENTRIES_MAX && !closes {
        return AppendOutcome::Full;
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
    AppendOutcome::Appended
}
