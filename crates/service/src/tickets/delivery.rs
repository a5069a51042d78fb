//! Sends the notifications of tickets, each at least once, with retries for three days.

use std::sync::Arc;

use futures_util::future::join_all;
use model::{Channel, Delivery, Fault, FaultKind, Seconds, Tenant, TenantStore, Ticket, Timestamp};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    limits::{DeliverySlot, Limit},
    metrics::DeliveryFailure,
    user_mail,
};

use super::{Tickets, WebhookSecret, actions::record_undelivered, confirmation, email, webhook};

/// The duration of a lease on a delivery; longer than any attempt takes.
const LEASE: Seconds = Seconds::minutes(2);
/// The time until a delivery is due again for which its tenant has no slot.
const POSTPONED_FOR: Seconds = Seconds::new(15);
/// The backoff after the first attempt. It doubles with each further attempt.
const BACKOFF_MIN: Seconds = Seconds::minutes(1);
/// The maximum backoff.
const BACKOFF_MAX: Seconds = Seconds::hours(6);
/// The age at which a delivery is abandoned.
const ABANDONED_AFTER: Seconds = Seconds::days(3);

/// A failed attempt. A permanent failure is not retried.
struct DeliveryError {
    permanent: bool,
    cause: String,
}

/// Sends every due delivery, and completes or reschedules it. Does not wait for attempts of an
/// earlier call.
///
/// # Errors
/// The history failed. Leased deliveries are due again when their lease expires.
pub async fn deliver(tickets: &Arc<Tickets>, now: Timestamp) -> Result<(), Fault> {
    let mut attempts = Vec::new();
    let mut last_fault = None;
    // The slot is acquired before the lease, so that no lease runs out while it waits for a slot.
    while let Ok(slot) = Arc::clone(&tickets.delivery_slots).try_acquire_owned() {
        match tickets.history.lease_due(now, now + LEASE, 1).await.map(|mut leased| leased.pop()) {
            Ok(Some(delivery)) => {
                if let Some(of_tenant) = tickets.limits.deliveries.acquire(delivery.tenant) {
                    let slots = (slot, of_tenant);
                    attempts.push(tokio::spawn(attempt(tickets, delivery, now, slots)));
                } else if let Err(fault) = postpone(tickets, &delivery, now).await {
                    last_fault = Some(fault);
                    break;
                }
            }
            Ok(None) => break,
            Err(fault) => {
                last_fault = Some(fault);
                break;
            }
        }
    }
    for result in join_all(attempts).await {
        let unfinished =
            |_| Fault::from_message(FaultKind::Internal, "a delivery was not finished");
        if let Err(fault) = result.map_err(unfinished).flatten() {
            // The caller gets the last fault; the earlier ones are logged here.
            if let Some(earlier) = last_fault.replace(fault) {
                let cause = earlier.cause();
                tracing::error!(kind = ?earlier.kind(), cause, "a delivery failed");
            }
        }
    }
    last_fault.map_or(Ok(()), Err)
}

/// Makes a delivery due again soon, because those of its tenant use all of their slots.
async fn postpone(tickets: &Tickets, delivery: &Delivery, now: Timestamp) -> Result<(), Fault> {
    tickets.limits.refusals.count(Limit::Deliveries);
    // The lease has counted an attempt that is not made.
    let attempts = delivery.attempts.saturating_sub(1);
    tickets.history.reschedule(delivery.id, now + POSTPONED_FOR, attempts).await
}

/// Attempts a delivery. The slots are released at the end of the attempt.
fn attempt(
    tickets: &Arc<Tickets>,
    delivery: Delivery,
    now: Timestamp,
    slots: (OwnedSemaphorePermit, DeliverySlot),
) -> impl Future<Output = Result<(), Fault>> + use<> {
    let tickets = Arc::clone(tickets);
    async move {
        let _slots = slots;
        attempt_once(&tickets, &delivery, now).await
    }
}

async fn attempt_once(tickets: &Tickets, delivery: &Delivery, now: Timestamp) -> Result<(), Fault> {
    if delivery.notice.is_some() {
        return attempt_notice(tickets, delivery, now).await;
    }
    let ticket = match delivery.ticket {
        Some(id) => tickets.history.ticket(id).await?,
        None => None,
    };
    let Some(ticket) = ticket else { return tickets.history.complete(delivery.id).await };
    let tenant = match delivery.tenant {
        Some(id) => TenantStore::new(&*tickets.store, id).row().await?,
        None => None,
    };
    let result = send(tickets, (&ticket, delivery), tenant.as_deref(), now).await;
    let (channel, attempts, id) = (channel_name(delivery), delivery.attempts, delivery.id);
    let metric_channel = metric_channel(&delivery.channel);
    let Err(DeliveryError { permanent, cause }) = result else {
        tickets.metrics.delivered(metric_channel);
        tracing::info!(ticket = %ticket.id, delivery = %id, channel, attempts, "delivered");
        return tickets.history.complete(id).await;
    };
    let ticket_id = ticket.id;
    tracing::warn!(ticket = %ticket_id, delivery = %id, channel, attempts, cause, "not delivered");
    let failure = failure(permanent, delivery, now);
    tickets.metrics.not_delivered(metric_channel, failure);
    if failure != DeliveryFailure::Temporary {
        record_undelivered(tickets, ticket.id, (now, format!("{channel}: {cause}"))).await?;
        return tickets.history.complete(id).await;
    }
    tickets.history.reschedule(id, now + backoff(attempts), attempts).await
}

/// Attempts the delivery of a notice to a user.
async fn attempt_notice(
    tickets: &Tickets,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<(), Fault> {
    let (id, attempts) = (delivery.id, delivery.attempts);
    if tickets.settings.mail.is_none() {
        // A command stored it, which does not know whether the service sends mails.
        return tickets.history.complete(id).await;
    }
    let Some(tenant) = delivery.tenant else { return tickets.history.complete(id).await };
    let store = TenantStore::new(&*tickets.store, tenant);
    let Some(row) = store.row().await? else { return tickets.history.complete(id).await };
    let sent = user_mail::send_notice(&tickets.settings, (store, &*row), delivery, now).await?;
    let channel = metric_channel(&delivery.channel);
    let Err(error) = sent else {
        tickets.metrics.delivered(channel);
        tracing::info!(%tenant, delivery = %id, attempts, "notice to a user delivered");
        return tickets.history.complete(id).await;
    };
    let cause = error.cause;
    tracing::warn!(%tenant, delivery = %id, attempts, cause, "notice to a user not delivered");
    let failure = failure(error.permanent, delivery, now);
    tickets.metrics.not_delivered(channel, failure);
    if failure != DeliveryFailure::Temporary {
        return tickets.history.complete(id).await;
    }
    tickets.history.reschedule(id, now + backoff(attempts), attempts).await
}

/// Returns the kind of a failed attempt.
fn failure(permanent: bool, delivery: &Delivery, now: Timestamp) -> DeliveryFailure {
    match permanent {
        true => DeliveryFailure::Permanent,
        false if now - delivery.created_at >= ABANDONED_AFTER => DeliveryFailure::Abandoned,
        false => DeliveryFailure::Temporary,
    }
}

/// Returns the time until the next attempt, after this number of attempts.
fn backoff(attempts: u32) -> Seconds {
    let doubled = BACKOFF_MIN.get().checked_shl(attempts.saturating_sub(1).min(30));
    Seconds::new(doubled.unwrap_or(i64::MAX).min(BACKOFF_MAX.get()))
}

async fn send(
    tickets: &Tickets,
    (ticket, delivery): (&Ticket, &Delivery),
    tenant: Option<&Tenant>,
    now: Timestamp,
) -> Result<(), DeliveryError> {
    let origin = &tickets.settings.origin;
    match &delivery.channel {
        Channel::Mail(to) => {
            let mailer = tickets.settings.mail.as_ref();
            let mailer =
                mailer.ok_or_else(|| DeliveryError::permanent("no [mail] is configured"))?;
            let sender = tenant.map_or("Admit", |tenant| tenant.display_name.as_str());
            let link = match delivery.entry {
                None => Ok(format!("{origin}/admin/tickets/{}", ticket.id)),
                Some(_) => confirmation::link(tickets, ticket, delivery.created_at),
            };
            let link = link.map_err(|fault| DeliveryError::retryable(fault.cause()))?;
            let email = email::compose((ticket, delivery), to, (sender, &link), now);
            let email =
                email.ok_or_else(|| DeliveryError::permanent("the ticket has no such answer"))?;
            let result = mailer.send(email).await;
            result.map_err(|error| DeliveryError { permanent: error.permanent, cause: error.cause })
        }
        Channel::Webhook => {
            let tenant = tenant.filter(|tenant| tenant.support.webhook.is_some());
            let tenant =
                tenant.ok_or_else(|| DeliveryError::permanent("the tenant has no webhook"))?;
            post_webhook(tickets, (ticket, delivery), tenant, now).await
        }
        Channel::Logout(_) => Err(DeliveryError::permanent("a ticket has no logout token")),
    }
}

async fn post_webhook(
    tickets: &Tickets,
    (ticket, delivery): (&Ticket, &Delivery),
    tenant: &Tenant,
    now: Timestamp,
) -> Result<(), DeliveryError> {
    let Some(hook) = &tenant.support.webhook else { return Ok(()) };
    let tenant = tickets
        .tenant_contexts
        .for_tenant(Arc::new(tenant.clone()))
        .map_err(|fault| DeliveryError::retryable(fault.cause()))?;
    let secret = tenant.sealers.webhook_secret.open_bytes(&hook.sealed_secret);
    let secret = secret.map_err(|error| DeliveryError::retryable(&error.to_string()))?;
    let secret = WebhookSecret::from_bytes(&secret);
    let body = webhook::body(ticket, &tickets.settings.origin);
    let body = body.map_err(|error| DeliveryError::permanent(&error.to_string()))?;
    let headers = webhook::headers(&secret, delivery, now, &body);
    let response = tickets.settings.fetcher.post(&hook.url, headers, body.into()).await;
    let response = response.map_err(|error| DeliveryError::retryable(&error.to_string()))?;
    match response.status {
        status if status.is_success() => Ok(()),
        // 410 Gone: the receiver wants no more deliveries (RFC 9110 §15.5.11).
        http::StatusCode::GONE => {
            Err(DeliveryError::permanent("the receiver responded with 410 Gone"))
        }
        status => Err(DeliveryError::retryable(&format!("the receiver responded with {status}"))),
    }
}

impl DeliveryError {
    fn retryable(cause: &str) -> Self {
        Self { permanent: false, cause: cause.to_owned() }
    }

    fn permanent(cause: &str) -> Self {
        Self { permanent: true, cause: cause.to_owned() }
    }
}

fn metric_channel(channel: &Channel) -> &'static str {
    match channel {
        Channel::Mail(_) => "mail",
        Channel::Webhook => "webhook",
        Channel::Logout(_) => "logout",
    }
}

fn channel_name(delivery: &Delivery) -> &'static str {
    match (&delivery.channel, delivery.entry) {
        (Channel::Webhook, _) => "webhook",
        (Channel::Logout(_), _) => "logout token",
        (Channel::Mail(_), None) => "mail to the support address",
        (Channel::Mail(_), Some(_)) => "mail to the reporter",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delivery_backoff_doubles_from_one_minute_to_six_hours() {
        // Computes the backoff after each of eleven attempts, in minutes.
        let minutes: Vec<i64> = (1..12).map(|attempts| backoff(attempts).get() / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]);
        assert_eq!(backoff(u32::MAX), BACKOFF_MAX);
    }
}
