//! Sends what tickets must send: at least once, each by itself, for three days.

use std::sync::Arc;

use futures_util::future::join_all;
use model::{Channel, Delivery, Fault, FaultKind, Seconds, Tenant, Ticket, Timestamp};
use tokio::sync::OwnedSemaphorePermit;

use super::{WebhookSecret, letter::letter, steps::undelivered, webhook};
use crate::Service;

/// So long nobody else tries what was claimed; longer than any try takes.
const CLAIMED: Seconds = Seconds::minutes(2);
/// The pause after the first try; each further one is twice as long.
const PAUSE_MIN: Seconds = Seconds::minutes(1);
const PAUSE_MAX: Seconds = Seconds::hours(6);
/// Afterwards it is given up.
const GIVEN_UP_AFTER: Seconds = Seconds::days(3);

/// Why something did not arrive.
struct Failed {
    permanent: bool,
    cause: String,
}

/// Sends everything that is due, and settles or puts off each. What is already on its way is not
/// waited for.
///
/// # Errors
/// The history failed; what was claimed is due again a little later.
pub async fn deliver(service: &Arc<Service>, now: Timestamp) -> Result<(), Fault> {
    let mut tries = Vec::new();
    let mut failed = None;
    // What is claimed has its place already: the time that it is claimed for is not spent waiting.
    while let Ok(place) = Arc::clone(&service.reports.places).try_acquire_owned() {
        match service.history.claim(now, now + CLAIMED, 1).await.map(|mut claimed| claimed.pop()) {
            Ok(Some(delivery)) => tries.push(tokio::spawn(tried(service, delivery, now, place))),
            Ok(None) => break,
            Err(fault) => {
                failed = Some(fault);
                break;
            }
        }
    }
    for tried in join_all(tries).await {
        let unfinished = |_| Fault::because(FaultKind::Internal, "a delivery was not finished");
        if let Err(fault) = tried.map_err(unfinished).flatten() {
            // The last is for whoever called.
            if let Some(earlier) = failed.replace(fault) {
                let cause = earlier.cause();
                tracing::error!(kind = ?earlier.kind(), cause, "a delivery failed");
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

/// One try, in the place that it has.
fn tried(
    service: &Arc<Service>,
    delivery: Delivery,
    now: Timestamp,
    place: OwnedSemaphorePermit,
) -> impl Future<Output = Result<(), Fault>> + use<> {
    let service = Arc::clone(service);
    async move {
        let _place = place;
        try_once(&service, &delivery, now).await
    }
}

async fn try_once(service: &Service, delivery: &Delivery, now: Timestamp) -> Result<(), Fault> {
    let Some(ticket) = service.history.ticket(delivery.ticket).await? else {
        return service.history.settle(delivery.id).await;
    };
    let tenant = match delivery.tenant {
        Some(id) => service.store.tenant(&id.to_string()).await?,
        None => None,
    };
    let sent = send(service, (&ticket, delivery), tenant.as_deref(), now).await;
    let (channel, tries, id) = (named(delivery), delivery.tries, delivery.id);
    let Err(Failed { permanent, cause }) = sent else {
        tracing::info!(ticket = %ticket.id, delivery = %id, channel, tries, "delivered");
        return service.history.settle(id).await;
    };
    tracing::warn!(ticket = %ticket.id, delivery = %id, channel, tries, cause, "not delivered");
    if permanent || now - delivery.made_at >= GIVEN_UP_AFTER {
        undelivered(service, ticket.id, format!("{channel}: {cause}")).await?;
        return service.history.settle(id).await;
    }
    service.history.postpone(id, now + pause(tries)).await
}

/// After so many tries, the time to the next one.
fn pause(tries: u32) -> Seconds {
    let doubled = PAUSE_MIN.get().checked_shl(tries.saturating_sub(1).min(30));
    Seconds::new(doubled.unwrap_or(i64::MAX).min(PAUSE_MAX.get()))
}

async fn send(
    service: &Service,
    (ticket, delivery): (&Ticket, &Delivery),
    tenant: Option<&Tenant>,
    now: Timestamp,
) -> Result<(), Failed> {
    let origin = &service.settings.origin;
    match &delivery.channel {
        Channel::Mail(to) => {
            let mailer = service.settings.mail.as_ref();
            let mailer = mailer.ok_or_else(|| Failed::for_good("no [mail] is configured"))?;
            let sender = tenant.map_or("Admit", |tenant| tenant.display_name.as_str());
            let link = format!("{origin}/admin/tickets/{}", ticket.id);
            let letter = letter((ticket, delivery), to, (sender, &link), now);
            let letter = letter.ok_or_else(|| Failed::for_good("the answer is gone"))?;
            let sent = mailer.send(letter).await;
            sent.map_err(|unsent| Failed { permanent: unsent.permanent, cause: unsent.cause })
        }
        Channel::Webhook => {
            let tenant = tenant.filter(|tenant| tenant.support.webhook.is_some());
            let tenant = tenant.ok_or_else(|| Failed::for_good("there is no webhook any more"))?;
            call(service, (ticket, delivery), tenant, now).await
        }
    }
}

async fn call(
    service: &Service,
    (ticket, delivery): (&Ticket, &Delivery),
    tenant: &Tenant,
    now: Timestamp,
) -> Result<(), Failed> {
    let Some(hook) = &tenant.support.webhook else { return Ok(()) };
    let realm = service.realm_of(tenant.clone()).map_err(|fault| Failed::once(fault.cause()))?;
    let secret = realm.seals.webhook_secret.open_bytes(&hook.sealed_secret);
    let secret = secret.map_err(|error| Failed::once(&error.to_string()))?;
    let secret = WebhookSecret::from_bytes(&secret);
    let body = webhook::body(ticket, &service.settings.origin);
    let body = body.map_err(|error| Failed::for_good(&error.to_string()))?;
    let headers = webhook::headers(&secret, delivery, now, &body);
    let answered = service.settings.fetcher.post(&hook.url, headers, body.into()).await;
    let answered = answered.map_err(|error| Failed::once(&error.to_string()))?;
    match answered.status {
        status if status.is_success() => Ok(()),
        // Who answers so wants no more of it.
        http::StatusCode::GONE => Err(Failed::for_good("the receiver answered 410 Gone")),
        status => Err(Failed::once(&format!("the receiver answered {status}"))),
    }
}

impl Failed {
    fn once(cause: &str) -> Self {
        Self { permanent: false, cause: cause.to_owned() }
    }

    fn for_good(cause: &str) -> Self {
        Self { permanent: true, cause: cause.to_owned() }
    }
}

fn named(delivery: &Delivery) -> &'static str {
    match (&delivery.channel, delivery.entry) {
        (Channel::Webhook, _) => "webhook",
        (Channel::Mail(_), None) => "mail to the support address",
        (Channel::Mail(_), Some(_)) => "mail to the reporter",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_a_minute_to_six_hours() {
        // The pause after each of many tries, in minutes.
        let minutes: Vec<i64> = (1..12).map(|tries| pause(tries).get() / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]);
        assert_eq!(pause(u32::MAX), PAUSE_MAX);
    }
}
