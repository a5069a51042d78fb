//! Periodic tasks: signing keys, clean-up, deliveries, and changes by other processes.

use std::{sync::Arc, time::Duration};

use model::{Fault, Seconds};

use crate::{state::Service, system, tenants::key_rotation, tickets};

/// Interval of checking for changes that another process made to the directory.
const REFRESH_INTERVAL: Duration = Duration::from_millis(500);
/// Interval of the signing key rotation.
const KEYS_INTERVAL: Duration = Duration::from_secs(600);
/// Interval of deleting expired rows.
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);
/// Maximum number of rows that one run deletes.
const SWEEP_ROWS_MAX: u32 = 1_000;
/// Interval of deleting request records beyond the retention limits.
const RETENTION_INTERVAL: Duration = Duration::from_secs(60);
/// Interval of sending due deliveries of tickets.
const DELIVERY_INTERVAL: Duration = Duration::from_secs(2);
/// Retention of closed tickets, counted from their creation.
const TICKET_RETENTION: Seconds = Seconds::days(365);

/// Starts all periodic tasks. They end with the runtime.
pub fn start(service: &Arc<Service>) {
    service.recorder.start();
    tokio::task::spawn_blocking(pages::prepare);
    run_every(RETENTION_INTERVAL, service, |service| async move {
        let limits = service.settings.records.unwrap_or_default();
        // Each call deletes little, so that other writers do not wait long.
        while service.history.enforce_retention(system::now(), limits).await? > 0 {}
        Ok(())
    });
    run_every(DELIVERY_INTERVAL, service, |service| async move {
        // In a task of its own: slow deliveries must not delay the next run.
        tokio::spawn(async move {
            if let Err(fault) = tickets::deliver(&service.tickets, system::now()).await {
                log_fault(&fault);
            }
        });
        Ok(())
    });
    run_every(SWEEP_INTERVAL, service, |service| async move {
        let before = system::now() - TICKET_RETENTION;
        service.history.sweep_tickets(before, SWEEP_ROWS_MAX).await.map(drop)
    });
    run_every(
        REFRESH_INTERVAL,
        service,
        |service| async move { service.cached_store.refresh().await },
    );
    run_every(SWEEP_INTERVAL, service, |service| async move {
        service.store.sweep(system::now(), SWEEP_ROWS_MAX).await.map(drop)
    });
    run_every(KEYS_INTERVAL, service, |service| async move { ensure_keys(&service).await });
}

/// Creates the signing keys that tenants lack, and rotates those that are due.
///
/// # Errors
/// A key could not be created, or the store failed.
pub async fn ensure_keys(service: &Service) -> Result<(), Fault> {
    for tenant in service.store.tenants().await? {
        let tenant = service.tenant_contexts.for_tenant(Arc::new(tenant))?;
        let events = key_rotation::ensure(&*service.store, &tenant, system::now()).await?;
        service.record_events(events).await;
    }
    Ok(())
}

fn run_every<F>(period: Duration, service: &Arc<Service>, task: fn(Arc<Service>) -> F)
where
    F: Future<Output = Result<(), Fault>> + Send + 'static,
{
    let service = Arc::clone(service);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(period).await;
            if let Err(fault) = task(Arc::clone(&service)).await {
                log_fault(&fault);
            }
        }
    });
}

fn log_fault(fault: &Fault) {
    tracing::error!(kind = ?fault.kind(), cause = fault.cause(), "periodic task failed");
}
