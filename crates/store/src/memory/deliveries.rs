//! Deliveries in memory: those of tickets, and logout tokens.

use model::{Channel, Delivery, DeliveryQueue, TenantId, Timestamp};
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

    /// Adds logout tokens, unless the tenant has too many. Returns whether they were added.
    pub(super) fn add_logouts(
        &self,
        tenant: TenantId,
        added: Vec<Delivery>,
        waiting_max: u32,
    ) -> bool {
        let mut deliveries = self.0.lock();
        let is_waiting = |it: &&Delivery| is_logout(it) && it.tenant == Some(tenant);
        let waiting = deliveries.iter().filter(is_waiting).count();
        let has_room = waiting < usize::try_from(waiting_max).unwrap_or(usize::MAX);
        if has_room {
            deliveries.extend(added);
        }
        has_room
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
