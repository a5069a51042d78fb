//! The mails to users that wait to be sent, and those that are being sent: each tenant has a share
//! of both.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use model::TenantId;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Maximum number of mails that wait or are being sent: of all tenants, and of one.
const WAITING: usize = 256;
const WAITING_OF_TENANT: usize = 64;
/// Maximum number of mails that are being sent at once: of all tenants, and of one.
const SENDING: usize = 16;
const SENDING_OF_TENANT: usize = 4;

/// The places of mails.
pub(crate) struct MailSlots {
    waiting: Arc<Mutex<Waiting>>,
    sending: Arc<Semaphore>,
}

#[derive(Default)]
struct Waiting {
    total: usize,
    of_tenants: HashMap<TenantId, OfTenant>,
}

struct OfTenant {
    number: usize,
    sending: Arc<Semaphore>,
}

/// The place of a mail until it is sent or abandoned.
pub(crate) struct MailSlot {
    waiting: Arc<Mutex<Waiting>>,
    tenant: TenantId,
    sending_of_tenant: Arc<Semaphore>,
    sending: Arc<Semaphore>,
}

impl Default for MailSlots {
    fn default() -> Self {
        Self { waiting: Arc::default(), sending: Arc::new(Semaphore::new(SENDING)) }
    }
}

impl Default for OfTenant {
    fn default() -> Self {
        Self { number: 0, sending: Arc::new(Semaphore::new(SENDING_OF_TENANT)) }
    }
}

impl MailSlots {
    /// Returns a place, or `None` if all are taken, or those of the tenant.
    pub(crate) fn acquire(&self, tenant: TenantId) -> Option<MailSlot> {
        let mut waiting = lock(&self.waiting);
        let of_tenant = waiting.of_tenants.get(&tenant).map_or(0, |of_tenant| of_tenant.number);
        if waiting.total >= WAITING || of_tenant >= WAITING_OF_TENANT {
            return None;
        }
        waiting.total += 1;
        let of_tenant = waiting.of_tenants.entry(tenant).or_default();
        of_tenant.number += 1;
        Some(MailSlot {
            waiting: Arc::clone(&self.waiting),
            tenant,
            sending_of_tenant: Arc::clone(&of_tenant.sending),
            sending: Arc::clone(&self.sending),
        })
    }
}

impl MailSlot {
    /// Waits until the mail may be sent. The permits are for one attempt: a mail that waits for the
    /// next one keeps only its place.
    pub(crate) async fn sending(&self) -> [Option<SemaphorePermit<'_>>; 2] {
        // The semaphores are never closed. One of the tenant comes first: its further mails must
        // not take the permits of others while they wait for it.
        let of_tenant = self.sending_of_tenant.acquire().await.ok();
        [of_tenant, self.sending.acquire().await.ok()]
    }
}

impl Drop for MailSlot {
    fn drop(&mut self) {
        let mut waiting = lock(&self.waiting);
        waiting.total = waiting.total.saturating_sub(1);
        if let Some(of_tenant) = waiting.of_tenants.get_mut(&self.tenant) {
            of_tenant.number = of_tenant.number.saturating_sub(1);
            if of_tenant.number == 0 {
                waiting.of_tenants.remove(&self.tenant);
            }
        }
    }
}

fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn tenant(number: u128) -> TenantId {
        TenantId::new(uuid::Uuid::from_u128(number))
    }

    #[test]
    fn waiting_mails_of_one_tenant_leave_places_to_others() {
        // Takes the places of one tenant, then one of another; a place that is dropped is free.
        let mails = MailSlots::default();
        let mut slots: Vec<_> = (0..300).map_while(|_| mails.acquire(tenant(1))).collect();
        assert_eq!(slots.len(), 64);
        assert!(mails.acquire(tenant(2)).is_some());
        slots.pop();
        assert!(mails.acquire(tenant(1)).is_some());
        drop(slots);
        assert!(lock(&mails.waiting).of_tenants.is_empty());
    }

    #[test]
    fn slow_mails_of_one_tenant_leave_permits_to_others() {
        // Sends mails of one tenant until the next one waits, then one of another tenant.
        let mails = MailSlots::default();
        let slots: Vec<_> = (0..20).filter_map(|_| mails.acquire(tenant(1))).collect();
        let permits: Vec<_> =
            slots.iter().map_while(|slot| slot.sending().now_or_never()).collect();
        assert_eq!(permits.len(), 4);
        let other = mails.acquire(tenant(2)).expect("a place");
        assert!(other.sending().now_or_never().is_some());
    }
}
