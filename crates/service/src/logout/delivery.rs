//! Sends logout tokens, each at least once, with retries for a day.

use std::sync::Arc;

use futures_util::future::join_all;
use http::{HeaderValue, header::CONTENT_TYPE};
use model::{
    ChangeEvent, Channel, Client, Delivery, Fault, FaultKind, LogoutNotice, Seconds, TenantId,
    Timestamp,
};
use protocol::{context::TenantContext, logout_token};
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    limits::{Limit, LogoutSlot},
    metrics::DeliveryFailure,
    state::Service,
};

/// The duration of a lease on a delivery; longer than any attempt takes.
const LEASE: Seconds = Seconds::minutes(2);
/// Maximum number of deliveries that one call leases.
const LEASED_MAX: usize = 200;
/// The time until a delivery is due again for whose client there is no slot.
const POSTPONED_FOR: Seconds = Seconds::new(30);
/// The backoff after the first attempt. It doubles with each further attempt.
const BACKOFF_MIN: Seconds = Seconds::new(10);
/// The maximum backoff.
const BACKOFF_MAX: Seconds = Seconds::hours(1);
/// The age at which a delivery is abandoned.
const ABANDONED_AFTER: Seconds = Seconds::days(1);
/// The channel in metrics.
const CHANNEL: &str = "logout";

/// A logout token to send.
struct Logout {
    tenant: TenantId,
    notice: LogoutNotice,
    delivery: Delivery,
}

/// Sends every due logout token, and completes or reschedules its delivery. Does not wait for
/// attempts of an earlier call.
///
/// # Errors
/// The history failed. Leased deliveries are due again when their lease expires.
pub async fn deliver(service: &Arc<Service>, now: Timestamp) -> Result<(), Fault> {
    let mut attempts = Vec::new();
    let mut result = Ok(());
    for _ in 0..LEASED_MAX {
        // The slot is acquired before the lease, so that no lease runs out while it waits for one.
        let Some(slot) = service.limits.logouts.try_acquire() else { break };
        match lease(service, now).await {
            Ok(Some(logout)) => {
                if let Err(fault) = begin(service, logout, (now, slot), &mut attempts).await {
                    result = Err(fault);
                    break;
                }
            }
            Ok(None) => break,
            Err(fault) => {
                result = Err(fault);
                break;
            }
        }
    }
    for attempt in join_all(attempts).await {
        let unfinished =
            |_| Fault::from_message(FaultKind::Internal, "a logout token was not sent");
        result = result.and(attempt.map_err(unfinished).flatten());
    }
    result
}

async fn lease(service: &Service, now: Timestamp) -> Result<Option<Logout>, Fault> {
    let mut leased = service.history.lease_logouts(now, now + LEASE, 1).await?;
    let Some(delivery) = leased.pop() else { return Ok(None) };
    if let (Some(tenant), Channel::Logout(notice)) = (delivery.tenant, &delivery.channel) {
        return Ok(Some(Logout { tenant, notice: notice.clone(), delivery }));
    }
    let message = "a delivery of another kind is among the logout tokens";
    Err(Fault::from_message(FaultKind::Internal, message))
}

/// Begins an attempt, or postpones the delivery if its client or tenant uses all of its slots.
async fn begin(
    service: &Arc<Service>,
    logout: Logout,
    (now, slot): (Timestamp, OwnedSemaphorePermit),
    attempts: &mut Vec<tokio::task::JoinHandle<Result<(), Fault>>>,
) -> Result<(), Fault> {
    let of_client = service.limits.logouts.acquire(logout.tenant, &logout.notice.client);
    let Some(of_client) = of_client else {
        service.limits.refusals.count(Limit::Deliveries);
        let Delivery { id, attempts, .. } = logout.delivery;
        // The lease has counted an attempt that is not made.
        let attempts = attempts.saturating_sub(1);
        return service.history.reschedule(id, now + POSTPONED_FOR, attempts).await;
    };
    let service = Arc::clone(service);
    attempts.push(tokio::spawn(async move {
        let _slots: (OwnedSemaphorePermit, LogoutSlot) = (slot, of_client);
        attempt(&service, &logout, now).await
    }));
    Ok(())
}

async fn attempt(service: &Service, logout: &Logout, now: Timestamp) -> Result<(), Fault> {
    let Logout { tenant, notice, delivery } = logout;
    let store = service.store_of_id(*tenant);
    let client = store.client(&notice.client).await?.filter(|client| client.enabled);
    let (Some(client), Some(row)) = (client, store.row().await?) else {
        return service.history.complete(delivery.id).await;
    };
    let Some(uri) = client.backchannel_logout_uri.as_deref() else {
        return service.history.complete(delivery.id).await;
    };
    let context = service.tenant_contexts.for_tenant(row)?;
    let token = sign(service, logout, (&client, &context), now).await?;
    let answer = send(service, uri, token).await;
    let (kind, answer, failure) = match answer {
        Ok(answer) => ("logout_delivered", answer, None),
        Err(answer) if now - delivery.created_at >= ABANDONED_AFTER => {
            ("logout_abandoned", answer, Some(DeliveryFailure::Abandoned))
        }
        Err(answer) => ("logout_failed", answer, Some(DeliveryFailure::Temporary)),
    };
    let (id, attempts, app) = (delivery.id, delivery.attempts, &client.id);
    tracing::info!(%tenant, %app, delivery = %id, attempts, answer, kind, "logout token");
    record(service, *tenant, (kind, &client, &answer), now).await;
    match failure {
        None => service.metrics.delivered(CHANNEL),
        Some(failure) => service.metrics.not_delivered(CHANNEL, failure),
    }
    if failure == Some(DeliveryFailure::Temporary) {
        return service.history.reschedule(id, now + backoff(attempts), attempts).await;
    }
    service.history.complete(id).await
}

/// Signs a token for one attempt: it expires soon, and its `jti` is not repeated.
async fn sign(
    service: &Service,
    logout: &Logout,
    (client, tenant): (&Client, &TenantContext),
    now: Timestamp,
) -> Result<String, Fault> {
    let keys = service.keys(tenant).await?;
    let jti = format!("{}.{}", logout.delivery.id, logout.delivery.attempts);
    logout_token::sign((&logout.notice, &jti), client, tenant, &keys, now)
}

/// Posts a token (Back-Channel Logout §2.5). Returns the answer of the app, as `Err` if the app did
/// not take it.
async fn send(service: &Service, uri: &str, token: String) -> Result<String, String> {
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    // A token has no character that needs an escape.
    let body = format!("logout_token={token}").into();
    match service.settings.fetcher.post(uri, vec![(CONTENT_TYPE, form)], body).await {
        Ok(response) if response.status.is_success() => Ok(response.status.to_string()),
        Ok(response) => Err(response.status.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

/// Records what an app answered, for the administration. Equal answers add up within an hour.
async fn record(
    service: &Service,
    tenant: TenantId,
    (kind, client, answer): (&'static str, &Client, &str),
    now: Timestamp,
) {
    let subject = format!("{} ({}): {answer}", client.name, client.id);
    let event = ChangeEvent::new(now, Some(tenant), (kind, &subject, "1"));
    service.record_events(vec![event]).await;
}

/// Returns the time until the next attempt, after this number of attempts.
fn backoff(attempts: u32) -> Seconds {
    let doubled = BACKOFF_MIN.get().checked_shl(attempts.saturating_sub(1).min(30));
    Seconds::new(doubled.unwrap_or(i64::MAX).min(BACKOFF_MAX.get()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logout_backoff_doubles_from_ten_seconds_to_an_hour() {
        // Computes the backoff after each of eleven attempts, in seconds.
        let seconds: Vec<i64> = (1..12).map(|attempts| backoff(attempts).get()).collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]);
        assert_eq!(backoff(u32::MAX), BACKOFF_MAX);
    }
}
