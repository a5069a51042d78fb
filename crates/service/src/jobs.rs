//! Periodic tasks: signing keys, clean-up, deliveries, and changes by other processes.

use std::{sync::Arc, time::Duration};

use model::{Fault, Seconds, Timestamp};
use store::SWEEP_INTERVAL;

use crate::{
    logout,
    state::Service,
    tenants::key_rotation::{self, KeyTimes},
    tickets,
};

/// Interval of checking for changes that another process made to the directory.
const REFRESH_INTERVAL: Duration = Duration::from_millis(500);
/// Interval of following the clock of the system.
const CLOCK_INTERVAL: Duration = Duration::from_secs(1);
/// Interval of storing the time of the service. `ServiceClock` expects it.
const TIME_INTERVAL: Duration = Duration::from_secs(10);
/// Interval of the signing key rotation.
const KEYS_INTERVAL: Duration = Duration::from_secs(600);
/// Interval of deleting old tickets.
const TICKETS_INTERVAL: Duration = Duration::from_secs(60);
/// Maximum number of tickets that one run deletes.
const TICKETS_MAX: u32 = 1_000;
/// Interval of deleting request records beyond the retention limits.
const RETENTION_INTERVAL: Duration = Duration::from_secs(60);
/// Interval of sending due deliveries: those of tickets, and logout tokens.
const DELIVERY_INTERVAL: Duration = Duration::from_secs(2);
/// Interval of the heartbeat to the other nodes.
const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(1);
/// Interval of reading the delivery queue for the metrics.
const METRICS_INTERVAL: Duration = Duration::from_secs(15);
/// Retention of closed tickets, counted from their creation.
const TICKET_RETENTION: Seconds = Seconds::days(365);

/// Starts all periodic tasks. They end with the runtime.
pub fn start(service: &Arc<Service>) {
    service.recorder.start();
    run_every("nodes", HEARTBEAT_INTERVAL, service, |service| async move {
        service.nodes.keep_alive().await
    });
    run_on_one_node("retention", RETENTION_INTERVAL, service, |service| async move {
        let limits = service.settings.records.unwrap_or_default();
        // Each call deletes little, so that other writers do not wait long.
        let now = service.clock.steady().trusted();
        while service.history.enforce_retention(now, limits).await? > 0 {}
        Ok(())
    });
    run_every("delivery", DELIVERY_INTERVAL, service, |service| async move {
        // In a task of its own: slow deliveries must not delay the next run.
        tokio::spawn(async move {
            if let Err(fault) = tickets::deliver(&service.tickets, service.now()).await {
                report(&service, "delivery", &fault);
            }
        });
        Ok(())
    });
    run_every("logouts", DELIVERY_INTERVAL, service, |service| async move {
        tokio::spawn(async move {
            if let Err(fault) = logout::deliver(&service, service.now()).await {
                report(&service, "logouts", &fault);
            }
        });
        Ok(())
    });
    run_on_one_node("tickets", TICKETS_INTERVAL, service, |service| async move {
        let before = service.clock.steady().trusted() - TICKET_RETENTION;
        service.history.sweep_tickets(before, TICKETS_MAX).await.map(drop)
    });
    run_every("refresh", REFRESH_INTERVAL, service, |service| async move {
        service.cached_store.refresh().await
    });
    run_on_one_node("ledger", SWEEP_INTERVAL, service, |service| async move {
        store::sweep_until_idle(&*service.store, || sweep_until(&service)).await
    });
    run_every(
        "clock",
        CLOCK_INTERVAL,
        service,
        |service| async move { service.follow_clock().await },
    );
    run_every("time", TIME_INTERVAL, service, |service| async move { service.store_time().await });
    run_every("keys", KEYS_INTERVAL, service, |service| async move {
        // All read the keys, for the metrics.
        check_keys(&service, service.nodes.holds_lease()).await
    });
    run_every("metrics", METRICS_INTERVAL, service, |service| async move {
        service.metrics.set_delivery_queue(&service.history.delivery_queue().await?);
        Ok(())
    });
}

/// Deletes every expired row of the ledger, well behind the time of the service.
///
/// # Errors
/// The store failed.
pub async fn sweep_ledger(service: &Service) -> Result<(), Fault> {
    store::sweep_all(&*service.store, || sweep_until(service)).await.map(drop)
}

fn sweep_until(service: &Service) -> Timestamp {
    service.clock.steady().sweep_until()
}

/// Creates the signing keys that tenants lack, and rotates those that are due.
///
/// # Errors
/// A key could not be created, or the store failed.
pub async fn ensure_keys(service: &Service) -> Result<(), Fault> {
    check_keys(service, true).await
}

async fn check_keys(service: &Service, rotates: bool) -> Result<(), Fault> {
    let mut first: Option<KeyTimes> = None;
    for tenant in service.store.tenants().await? {
        let tenant = service.tenant_contexts.for_tenant(Arc::new(tenant))?;
        // A clock that is ahead for a while must neither rotate nor remove keys.
        let (now, steady) = (service.now(), service.clock.steady());
        let now = if steady.is_near(now) { now } else { steady.trusted() };
        if rotates {
            let events = key_rotation::ensure(&*service.store, &tenant, now).await?;
            service.record_events(events).await;
        }
        let keys = service.store_of(&tenant).signing_keys().await?;
        let times = key_rotation::key_times(&keys, &tenant.row, now);
        first = [first, times].into_iter().flatten().reduce(KeyTimes::earliest);
    }
    if let Some(times) = first {
        service.metrics.set_signing_keys(times.active_from, times.next_rotation);
    }
    Ok(())
}

/// Runs a task on every node.
fn run_every<F>(
    task: &'static str,
    period: Duration,
    service: &Arc<Service>,
    run: fn(Arc<Service>) -> F,
) where
    F: Future<Output = Result<(), Fault>> + Send + 'static,
{
    repeat((task, period), service, |_| true, run);
}

/// Runs a task for which one node is enough. A node that loses the lease skips the next run.
fn run_on_one_node<F>(
    task: &'static str,
    period: Duration,
    service: &Arc<Service>,
    run: fn(Arc<Service>) -> F,
) where
    F: Future<Output = Result<(), Fault>> + Send + 'static,
{
    repeat((task, period), service, |service| service.nodes.holds_lease(), run);
}

fn repeat<F>(
    (task, period): (&'static str, Duration),
    service: &Arc<Service>,
    is_ours: fn(&Service) -> bool,
    run: fn(Arc<Service>) -> F,
) where
    F: Future<Output = Result<(), Fault>> + Send + 'static,
{
    let service = Arc::clone(service);
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(period).await;
            if is_ours(&service)
                && let Err(fault) = run(Arc::clone(&service)).await
            {
                report(&service, task, &fault);
            }
        }
    });
}

/// Logs and counts the failure of a periodic task.
fn report(service: &Service, task: &'static str, fault: &Fault) {
    service.metrics.task_failed(task);
    tracing::error!(task, kind = ?fault.kind(), cause = fault.cause(), "periodic task failed");
}
