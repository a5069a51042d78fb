//! Creates the deliveries of a ticket.

use model::{Channel, Delivery, Ticket, Timestamp};
use protocol::context::RequestSeed;

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
        ticket: Some(ticket.id),
        notice: None,
        tenant: ticket.tenant,
        channel,
        // The history sets it when it appends the entry.
        entry: None,
        created_at: at,
        due_at: at,
        attempts: 0,
    }
}
