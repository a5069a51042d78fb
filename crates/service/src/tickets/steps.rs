//! What is done about a ticket: answered, closed, opened again.

use catalogue::refusal;
use model::{Channel, Fault, FaultKind, TenantId, Ticket, TicketEntry, TicketId, TicketStep};
use protocol::{Failure, context::Entropy};

use super::{take::delivery, typed};
use crate::Service;

/// One thing to do about a ticket.
pub struct Step<'a> {
    /// The ticket.
    pub ticket: TicketId,
    /// The tenant that the one who does it looks after; `None` for the operator, who may do it to
    /// any ticket.
    pub tenant: Option<TenantId>,
    /// Who does it.
    pub by: &'a str,
    /// What.
    pub kind: TicketStep,
    /// What is written, as it was typed.
    pub text: &'a str,
    /// The random bytes of this step.
    pub entropy: Entropy,
}

/// Does it; the ticket as it is then. An answer is sent to the reporter, if there is an address.
///
/// # Errors
/// There is no such ticket in the tenant, it is full, the text is missing or too long, or the
/// history failed.
pub async fn step(service: &Service, step: Step<'_>) -> Result<Ticket, Failure> {
    let found = service.history.ticket(step.ticket).await?;
    let ours = |ticket: &Ticket| step.tenant.is_none() || ticket.tenant == step.tenant;
    let ticket = found.filter(ours).ok_or_else(refusal::ticket_not_found)?;
    let text = typed::text(step.text)?;
    let answers = step.kind == TicketStep::Answer;
    if answers && text.is_empty() {
        return Err(refusal::ticket_text_missing().into());
    }
    let at = crate::now();
    let to = ticket.address.clone().filter(|_| answers).map(Channel::Mail);
    let deliveries =
        to.map(|to| delivery(&ticket, to, (at, step.entropy), 0)).into_iter().collect();
    let entry = TicketEntry { at, by: step.by.to_owned(), kind: step.kind, text };
    let stepped = service.history.step_ticket(ticket.id, entry, deliveries).await?;
    stepped.ok_or_else(|| refusal::ticket_full(Ticket::ENTRIES_MAX).into())
}

/// Writes down that something about a ticket could not be sent.
pub(super) async fn undelivered(
    service: &Service,
    ticket: TicketId,
    text: String,
) -> Result<(), Fault> {
    let kind = TicketStep::Undelivered;
    let entry = TicketEntry { at: crate::now(), by: "admit".to_owned(), kind, text };
    let stepped = service.history.step_ticket(ticket, entry, Vec::new()).await?;
    // A full or removed ticket has no place for it; the log has.
    if stepped.is_none() {
        let fault = Fault::because(FaultKind::Internal, "no place in the ticket");
        tracing::warn!(%ticket, cause = fault.cause(), "a delivery was given up");
    }
    Ok(())
}
