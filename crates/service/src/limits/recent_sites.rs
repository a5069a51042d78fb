//! The networks that sent passwords recently, to find one that sends most of them.

use std::collections::HashMap;
use std::net::IpAddr;

use tokio::time::{Duration, Instant};

/// The time in which passwords are counted together.
const PERIOD: Duration = Duration::from_secs(1);
/// A site floods if it sends more than this part of all passwords.
const FLOOD: (u64, u64) = (3, 4);
/// A site with fewer passwords in two periods does not flood. Below this number, one stranger with
/// a single password makes no flood of an office whose users share an address.
const FLOOD_MIN: u64 = 16;
/// Maximum number of sites that are counted in a period. None of so many sends most.
const SITES_MAX: usize = 4_096;

type Counts = HashMap<Option<IpAddr>, u64>;

/// The number of passwords of each site (an IPv4 address or an IPv6 /48), in the present period and
/// in the one before.
#[derive(Default)]
pub(super) struct RecentSites {
    start: Option<Instant>,
    present: Counts,
    before: Counts,
}

impl RecentSites {
    /// Counts a password, also one that is refused.
    pub(super) fn count(&mut self, site: Option<IpAddr>, now: Instant) {
        self.advance(now);
        if self.present.len() < SITES_MAX || self.present.contains_key(&site) {
            *self.present.entry(site).or_default() += 1;
        }
    }

    /// Returns the site that sends most of all passwords while others send some, too. Senders
    /// without an address are none.
    pub(super) fn flood(&mut self, now: Instant) -> Option<IpAddr> {
        self.advance(now);
        let of = |site: &Option<IpAddr>, counts: &Counts| counts.get(site).copied().unwrap_or(0);
        let all: u64 = self.present.values().chain(self.before.values()).sum();
        let is_flood = |site: &&Option<IpAddr>| {
            let own = of(site, &self.present) + of(site, &self.before);
            own >= FLOOD_MIN && own < all && own * FLOOD.1 > all * FLOOD.0
        };
        self.present.keys().chain(self.before.keys()).find(is_flood).copied().flatten()
    }

    fn advance(&mut self, now: Instant) {
        let start = *self.start.get_or_insert(now);
        let age = now.saturating_duration_since(start);
        if age >= PERIOD {
            let ended = std::mem::take(&mut self.present);
            self.before = if age < PERIOD * 2 { ended } else { Counts::new() };
            self.start = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn site_with_most_passwords_floods_while_others_send_some() {
        // Counts passwords of one site alone, beside one of another, and beside a third of as many;
        // and looks again when they are two periods old. Fifteen are too few.
        let (mut sites, now) = (RecentSites::default(), Instant::now());
        let [flood, other] = [1, 2].map(|end| Some(IpAddr::from([192, 0, 2, end])));
        sites.count(other, now);
        for _ in 0..15 {
            sites.count(flood, now);
        }
        assert_eq!(sites.flood(now), None, "too few");
        let now = now + PERIOD * 3;
        for _ in 0..18 {
            sites.count(flood, now);
        }
        assert_eq!(sites.flood(now), None, "alone");
        sites.count(other, now + PERIOD);
        assert_eq!(sites.flood(now + PERIOD), flood);
        for _ in 0..5 {
            sites.count(other, now + PERIOD);
        }
        assert_eq!(sites.flood(now + PERIOD), None, "three quarters");
        sites.count(other, now + PERIOD * 3);
        assert_eq!(sites.flood(now + PERIOD * 3), None, "long ago");
    }

    #[test]
    fn number_of_counted_sites_is_bounded() {
        // Counts passwords of more sites than the limit.
        let (mut sites, now) = (RecentSites::default(), Instant::now());
        for number in 0..5_000_u32 {
            sites.count(Some(IpAddr::from(number.to_be_bytes())), now);
        }
        assert_eq!(sites.present.len(), SITES_MAX);
    }
}
