//! The part of the outbound logout tokens that one tenant, and one client, may use at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use model::{ClientId, TenantId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Maximum number of logout tokens that are sent at once.
const SLOTS: usize = 32;
/// Maximum number of logout tokens of one tenant that are sent at once.
const PER_TENANT: usize = 8;
/// Maximum number of logout tokens that are sent to one client at once. A client that does not
/// respond leaves the other slots to the other clients of its tenant.
const PER_CLIENT: usize = 4;

type Running = Arc<Mutex<HashMap<(TenantId, ClientId), usize>>>;

/// The logout tokens that are being sent, by tenant and client.
pub(crate) struct Logouts {
    slots: Arc<Semaphore>,
    running: Running,
}

/// The right to send one logout token to a client.
pub(crate) struct LogoutSlot {
    running: Running,
    client: (TenantId, ClientId),
}

impl Default for Logouts {
    fn default() -> Self {
        Self { slots: Arc::new(Semaphore::new(SLOTS)), running: Running::default() }
    }
}

impl Logouts {
    /// Returns one of the slots of the process, if one is free.
    pub(crate) fn try_acquire(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.slots).try_acquire_owned().ok()
    }

    /// Returns a slot of a client, or `None` if the client or its tenant uses all of its own.
    pub(crate) fn acquire(&self, tenant: TenantId, client: &ClientId) -> Option<LogoutSlot> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let of_tenant: usize =
            running.iter().filter(|((id, _), _)| *id == tenant).map(|(_, number)| number).sum();
        let number = running.entry((tenant, client.clone())).or_default();
        if of_tenant >= PER_TENANT || *number >= PER_CLIENT {
            return None;
        }
        *number += 1;
        Some(LogoutSlot { running: Arc::clone(&self.running), client: (tenant, client.clone()) })
    }
}

impl Drop for LogoutSlot {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = running.get_mut(&self.client) {
            *number = number.saturating_sub(1);
        }
        running.retain(|_, number| *number > 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_client_leaves_slots_to_others_of_its_tenant() {
        // Takes the slots of one client, then those of its tenant with another client, then one of
        // another tenant. A slot that is dropped is free again.
        let logouts = Logouts::default();
        let tenant = |number| TenantId::new(uuid::Uuid::from_u128(number));
        let take = |number, client: &str| {
            let client = ClientId::new(client).expect("an id");
            std::iter::repeat_with(|| logouts.acquire(tenant(number), &client))
                .take(20)
                .map_while(|slot| slot)
                .collect::<Vec<_>>()
        };
        let slow = take(1, "slow");
        let other = take(1, "other");
        assert_eq!((slow.len(), other.len()), (4, 4));
        assert_eq!(take(1, "third").len(), 0);
        assert_eq!(take(2, "slow").len(), 4);
        drop(slow);
        assert_eq!(take(1, "third").len(), 4);
        drop(other);
        assert!(logouts.running.lock().expect("a lock").is_empty());
    }
}
