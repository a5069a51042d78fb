//! The part of the outbound deliveries that one tenant may use at once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use model::TenantId;

/// Maximum number of deliveries of one tenant that are sent at once. A webhook that responds slowly
/// leaves the other slots to other tenants.
const PER_TENANT: usize = 8;

type Running = Arc<Mutex<HashMap<Option<TenantId>, usize>>>;

/// The deliveries that are being sent, by tenant.
#[derive(Default)]
pub(crate) struct Deliveries(Running);

/// The right to send one delivery of a tenant.
pub(crate) struct DeliverySlot {
    running: Running,
    tenant: Option<TenantId>,
}

impl Deliveries {
    /// Returns a slot, or `None` if the tenant uses all of its own.
    pub(crate) fn acquire(&self, tenant: Option<TenantId>) -> Option<DeliverySlot> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = running.entry(tenant).or_default();
        if *number >= PER_TENANT {
            return None;
        }
        *number += 1;
        Some(DeliverySlot { running: Arc::clone(&self.0), tenant })
    }
}

impl Drop for DeliverySlot {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = running.get_mut(&self.tenant) {
            *number -= 1;
            if *number == 0 {
                running.remove(&self.tenant);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_deliveries_of_one_tenant_leave_slots_to_others() {
        // Hostile input LM10: takes the slots of one tenant, then one of another; a slot that is
        // dropped is free again.
        let deliveries = Deliveries::default();
        let tenant = |number| Some(TenantId::new(uuid::Uuid::from_u128(number)));
        let mut slots: Vec<_> = (0..20).map_while(|_| deliveries.acquire(tenant(1))).collect();
        assert_eq!(slots.len(), 8);
        assert!(deliveries.acquire(tenant(2)).is_some());
        slots.pop();
        assert!(deliveries.acquire(tenant(1)).is_some());
        drop(slots);
        assert!(deliveries.0.lock().expect("a lock").is_empty());
    }
}
