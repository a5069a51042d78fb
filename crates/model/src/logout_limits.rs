//! The limits on logout tokens that wait to be sent.

use std::collections::HashMap;

use crate::{Channel, ClientId, Delivery};

/// The most logout tokens that wait to be sent. A client that takes none must not use up the limit
/// of its tenant, so each client has a lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogoutLimits {
    /// The most of one client.
    pub of_client: u32,
    /// The most of one tenant.
    pub of_tenant: u32,
}

impl LogoutLimits {
    /// Returns which deliveries of a tenant are within the limits, and which are not. `waiting` are
    /// the numbers of those that wait already, by client.
    pub fn divide(
        self,
        deliveries: &[Delivery],
        mut waiting: HashMap<ClientId, u32>,
    ) -> (Vec<Delivery>, Vec<Delivery>) {
        let mut total = waiting.values().fold(0_u32, |sum, number| sum.saturating_add(*number));
        let is_within = |delivery: &Delivery| {
            let Channel::Logout(notice) = &delivery.channel else { return false };
            let of_client = waiting.entry(notice.client.clone()).or_default();
            let is_within = *of_client < self.of_client && total < self.of_tenant;
            *of_client = of_client.saturating_add(is_within.into());
            total = total.saturating_add(is_within.into());
            is_within
        };
        deliveries.iter().cloned().partition(is_within)
    }
}
