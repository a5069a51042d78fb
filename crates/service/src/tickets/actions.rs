//! Actions on a ticket: answer, close and reopen.

use catalogue::refusal;
use model::{
    Channel, Fault, FaultKind, TenantId, Ticket, TicketEntry, TicketEntryKind, TicketId, Timestamp,
};
use protocol::{Error, context::RequestSeed};

use super::{Tickets, create::new_delivery, input};

/// An action of an administrator or operator on a ticket.
pub struct TicketAction<'a> {
    /// The ticket.
    pub ticket: TicketId,
    /// The administrator's tenant, or `None` for the operator, who may act on any ticket.
    pub tenant: Option<TenantId>,
    /// The name of the administrator or operator.
    pub by: &'a str,
    /// The kind of action.
    pub kind: TicketEntryKind,
    /// The text, as it was typed.
    pub text: &'a str,
    /// The time of this action.
    pub at: Timestamp,
    /// The randomness of this action.
    pub seed: RequestSeed,
}

/// Applies an action and returns the changed ticket. An answer is mailed to the reporter if the
/// report has an address.
///
/// # Errors
/// The tenant has no such ticket, the ticket is full, the text is missing or too long, or the
/// history failed.
pub async fn apply(tickets: &Tickets, action: TicketAction<'_>) -> Result<Ticket, Error> {
    let ticket = tickets.history.ticket(action.ticket).await?;
    let may_act = |ticket: &Ticket| action.tenant.is_none() || ticket.tenant == action.tenant;
    let ticket = ticket.filter(may_act).ok_or_else(refusal::ticket_not_found)?;
    let text = input::text(action.text)?;
    let is_answer = action.kind == TicketEntryKind::Answer;
    if is_answer && text.is_empty() {
        return Err(refusal::ticket_text_missing().into());
    }
    let at = action.at;
    let to = ticket.address.clone().filter(|_| is_answer).map(Channel::Mail);
    let deliveries =
        to.map(|to| new_delivery(&ticket, to, (at, action.seed), 0)).into_iter().collect();
    let entry = TicketEntry { at, by: action.by.to_owned(), kind: action.kind, text };
    let changed = tickets.history.append_entry(ticket.id, entry, deliveries).await?;
    changed.ok_or_else(|| refusal::ticket_full(Ticket::ENTRIES_MAX).into())
}

/// Records in the ticket that a delivery was abandoned.
pub(super) async fn record_undelivered(
    tickets: &Tickets,
    ticket: TicketId,
    (at, text): (Timestamp, String),
) -> Result<(), Fault> {
    let kind = TicketEntryKind::Undelivered;
    let entry = TicketEntry { at, by: "admit".to_owned(), kind, text };
    let changed = tickets.history.append_entry(ticket, entry, Vec::new()).await?;
    // A full or deleted ticket takes no entry, so the log gets the message.
    if changed.is_none() {
        let fault = Fault::from_message(FaultKind::Internal, "the ticket takes no more entries");
        tracing::warn!(%ticket, cause = fault.cause(), "delivery abandoned");
    }
    Ok(())
}
