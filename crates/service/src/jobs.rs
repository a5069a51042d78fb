//! What is done by the clock and not by a request: keys, cleaning, news from other processes.

use std::{sync::Arc, time::Duration};

use model::{Fault, Seconds};

use crate::{Service, clock, keys, tickets};

/// How soon a change that another process made to the directory is seen here.
const REFRESH_EVERY: Duration = Duration::from_millis(500);
/// How often keys are looked at.
const KEYS_EVERY: Duration = Duration::from_secs(600);
/// How often rows that are over are removed, and how many at a time.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
const SWEEP_ROWS_MAX: u32 = 1_000;

/// How often records that are beyond their bounds are removed.
const TRIM_EVERY: Duration = Duration::from_secs(60);

/// How soon what a ticket must send is sent.
const DELIVER_EVERY: Duration = Duration::from_secs(2);
/// How long a closed ticket is kept after it was opened.
const TICKETS_KEPT: Seconds = Seconds::days(365);

/// Starts every job. They end with the runtime.
pub fn start(service: &Arc<Service>) {
    service.recorder.start();
    tokio::task::spawn_blocking(pages::prepare);
    every(TRIM_EVERY, service, |service| async move {
        let bounds = service.settings.records.unwrap_or_default();
        // Each call does little, so that nobody who writes has to wait for long.
        while service.history.trim(clock::now(), bounds).await? > 0 {}
        Ok(())
    });
    every(DELIVER_EVERY, service, |service| async move {
        // Not waited for: what takes long is still on its way when the next is due.
        tokio::spawn(async move {
            if let Err(fault) = tickets::deliver(&service, clock::now()).await {
                failed(&fault);
            }
        });
        Ok(())
    });
    every(SWEEP_EVERY, service, |service| async move {
        let before = clock::now() - TICKETS_KEPT;
        service.history.sweep_tickets(before, SWEEP_ROWS_MAX).await.map(drop)
    });
    every(REFRESH_EVERY, service, |service| async move { service.cached.refresh().await });
    every(SWEEP_EVERY, service, |service| async move {
        service.store.sweep(clock::now(), SWEEP_ROWS_MAX).await.map(drop)
    });
    every(KEYS_EVERY, service, |service| async move { ensure_keys(&service).await });
}

/// Makes the keys that any tenant lacks.
///
/// # Errors
/// A key cannot be made, or the store failed.
pub async fn ensure_keys(service: &Service) -> Result<(), Fault> {
    for tenant in service.store.tenants().await? {
        let realm = service.realms.of(Arc::new(tenant))?;
        let events = keys::ensure(&*service.store, &realm, clock::now()).await?;
        service.note(events).await;
    }
    Ok(())
}

fn every<F>(period: Duration, service: &Arc<Service>, job: fn(Arc<Service>) -> F)
where
    F: Future<Output = Result<(), Fault>> + Send + 'static,
{
    let service = Arc::clone(service);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(period).await;
            if let Err(fault) = job(Arc::clone(&service)).await {
                failed(&fault);
            }
        }
    });
}

fn failed(fault: &Fault) {
    tracing::error!(kind = ?fault.kind(), cause = fault.cause(), "a job failed");
}
