//! Actions on a ticket: answer, close and reopen.

use catalogue::refusal;
use model::{
    Channel, Fault, FaultKind, TenantId, Ticket, TicketEntry, TicketEntryKind, TicketId, Timestamp,
};
use protocol::{Error, context::RequestSeed};

use super::{Tickets, confirmation, input, new_delivery::new_delivery};
use crate::limits::Limit;

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
/// report has an address, and the reporter has confirmed it.
///
/// # Errors
/// The tenant has no such ticket, the ticket is full, the text is missing or too long, a limit of
/// mails is reached, or the history failed.
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
    let mut deliveries = Vec::new();
    let confirmed = ticket.address.as_ref().filter(|_| ticket.is_address_confirmed());
    if let Some(to) = confirmed.filter(|_| is_answer) {
        let counted = tickets.limits.mails.count_answer(ticket.tenant, to, at);
        tickets.limits.refusals.counted(Limit::Mails, counted)?;
        deliveries.push(new_delivery(&ticket, Channel::Mail(to.clone()), (at, action.seed), 0));
    }
    let entry = TicketEntry { at, by: action.by.to_owned(), kind: action.kind, text };
    let changed = tickets.history.append_entry(ticket.id, entry, deliveries).await?;
    let changed = changed.ok_or_else(|| refusal::ticket_full(Ticket::ENTRIES_MAX))?;
    // The answer waits for a confirmation: the first mail may have been lost.
    let asked = is_answer.then(|| confirmation::ask(tickets, &changed, (at, action.seed)));
    let Some((entry, delivery)) = asked.flatten() else { return Ok(changed) };
    let asked = tickets.history.append_entry(changed.id, entry, vec![delivery]).await?;
    Ok(asked.unwrap_or(changed))
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
