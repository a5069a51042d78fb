//! What a step does to a ticket.

use facts::{Ticket, TicketEntry, TicketState, TicketStep};

/// Adds the step and moves the state; `false` if the ticket has as many steps as it may have.
pub(super) fn step(ticket: &mut Ticket, entry: TicketEntry) -> bool {
    if ticket.entries.len() >= Ticket::ENTRIES_MAX {
        return false;
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
