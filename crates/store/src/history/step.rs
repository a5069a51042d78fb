//! What a step does to a ticket.

use model::{Delivery, Ticket, TicketEntry, TicketState, TicketStep};

/// Adds the step, moves the state and lets the deliveries tell of this step; `false` if the
/// ticket has as many steps as it may have. A full one is still closed, or it would count as
/// open for ever.
pub(super) fn step(ticket: &mut Ticket, entry: TicketEntry, deliveries: &mut [Delivery]) -> bool {
    let place = ticket.entries.len();
    let closes = entry.kind == TicketStep::Close && ticket.state != TicketState::Closed;
    if place >= Ticket::ENTRIES_MAX && !closes {
        return false;
    }
    for delivery in deliveries {
        delivery.entry = u32::try_from(place).ok();
    }
    ticket.state = match entry.kind {
        TicketStep::Answer => TicketState::Answered,
        TicketStep::Close => TicketState::Closed,
        TicketStep::Reopen => TicketState::Open,
        TicketStep::Undelivered => ticket.state,
    };
    ticket.entries.push(entry);
    true
}
