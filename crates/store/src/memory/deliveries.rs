//! Deliveries in memory: those of tickets, and logout tokens.

use std::collections::HashMap;

use model::{Channel, ClientId, Delivery, DeliveryQueue, LogoutLimits, TenantId, Timestamp};
use parking_lot::Mutex;
use uuid::Uuid;

/// The deliveries that are not completed.
#[derive(Default)]
pub(super) struct Deliveries(Mutex<Vec<Delivery>>);

impl Deliveries {
    /// Adds deliveries.
    pub(super) fn add(&self, added: Vec<Delivery>) {
        self.0.lock().extend(added);
    }

    /// Adds logout tokens, apart from those above a limit. Returns those that were left out.
    pub(super) fn add_logouts(
        &self,
        tenant: TenantId,
        added: &[Delivery],
        limits: LogoutLimits,
    ) -> Vec<Delivery> {
        let mut deliveries = self.0.lock();
        let mut waiting: HashMap<ClientId, u32> = HashMap::new();
        for delivery in deliveries.iter().filter(|it| it.tenant == Some(tenant)) {
            if let Channel::Logout(notice) = &delivery.channel {
                *waiting.entry(notice.client.clone()).or_default() += 1;
            }
        }
        let (within, left_out) = limits.divide(added, waiting);
        deliveries.extend(within);
        left_out
    }

    /// Leases due logout tokens, or due deliveries of tickets.
    pub(super) fn lease(
        &self,
        logouts: bool,
        (now, leased_until): (Timestamp, Timestamp),
        limit: u32,
    ) -> Vec<Delivery> {
        let mut deliveries = self.0.lock();
        deliveries.sort_by_key(|delivery| delivery.due_at);
        let is_due = |it: &&mut Delivery| it.due_at <= now && is_logout(it) == logouts;
        let due = deliveries.iter_mut().filter(is_due);
        let leased = due.take(usize::try_from(limit).unwrap_or(usize::MAX)).map(|delivery| {
            delivery.due_at = leased_until;
            delivery.attempts = delivery.attempts.saturating_add(1);
            delivery.clone()
        });
        leased.collect()
    }

    /// Counts the deliveries by channel.
    pub(super) fn queue(&self) -> DeliveryQueue {
        let mut queue = DeliveryQueue::default();
        for delivery in self.0.lock().iter() {
            let channel = match delivery.channel {
                Channel::Mail(_) => &mut queue.mail,
                Channel::Webhook => &mut queue.webhooks,
                Channel::Logout(_) => &mut queue.logouts,
            };
            channel.waiting += 1;
            let oldest_at = channel.oldest_at.unwrap_or(delivery.created_at);
            channel.oldest_at = Some(oldest_at.min(delivery.created_at));
        }
        queue
    }

    /// Sets when a delivery is due next, and how many attempts it has had.
    pub(super) fn reschedule(&self, id: Uuid, due_at: Timestamp, attempts: u32) {
        let mut deliveries = self.0.lock();
        if let Some(stored) = deliveries.iter_mut().find(|stored| stored.id == id) {
            (stored.due_at, stored.attempts) = (due_at, attempts);
        }
    }

    /// Deletes a delivery.
    pub(super) fn complete(&self, id: Uuid) {
        self.0.lock().retain(|stored| stored.id != id);
    }
}

fn is_logout(delivery: &Delivery) -> bool {
    matches!(delivery.channel, Channel::Logout(_))
}
