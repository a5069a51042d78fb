//! How many reports are taken: from one network, for one tenant, and in all.

use std::{
    collections::HashMap,
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
};

use catalogue::{Refusal, refusal};
use facts::{TenantId, Timestamp};

/// So many at once, and one more each time that so many seconds passed.
struct Pace {
    at_once: i64,
    seconds: i64,
}

const FROM_ONE_NETWORK: Pace = Pace { at_once: 5, seconds: 120 };
const FOR_ONE_TENANT: Pace = Pace { at_once: 60, seconds: 60 };
const IN_ALL: Pace = Pace { at_once: 300, seconds: 10 };

/// Who reported how much. Only a report that passes every limit leaves a trace, so that the pace
/// of all of them bounds the memory of each.
#[derive(Default)]
pub(super) struct Rate {
    networks: HashMap<IpAddr, Spent>,
    tenants: HashMap<Option<TenantId>, Spent>,
    all: Spent,
}

/// The moment at which everything that was taken is made up for, in microseconds.
#[derive(Clone, Copy, Default)]
struct Spent(i64);

impl Rate {
    /// Counts a report.
    ///
    /// # Errors
    /// A limit is reached; then it is not counted.
    pub(super) fn count(
        &mut self,
        peer: Option<IpAddr>,
        tenant: Option<TenantId>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let network = peer.map(network);
        if let Some(minutes) =
            network.and_then(|it| wait(&self.networks, &it, &FROM_ONE_NETWORK, now))
        {
            return Err(refusal::too_many_reports_from_address(minutes));
        }
        if let Some(minutes) = wait(&self.tenants, &tenant, &FOR_ONE_TENANT, now) {
            return Err(refusal::too_many_reports_of_tenant(minutes));
        }
        if let Some(minutes) = self.all.wait(&IN_ALL, now) {
            return Err(refusal::too_many_reports(minutes));
        }
        if let Some(network) = network {
            spend(&mut self.networks, network, &FROM_ONE_NETWORK, now);
        }
        spend(&mut self.tenants, tenant, &FOR_ONE_TENANT, now);
        self.all.spend(&IN_ALL, now);
        Ok(())
    }
}

impl Spent {
    /// Minutes until one more is taken; `None` if it is now.
    fn wait(self, pace: &Pace, now: Timestamp) -> Option<i64> {
        let step = pace.seconds * 1_000_000;
        let room = now.microseconds().saturating_add(step * (pace.at_once - 1));
        let late = self.0.saturating_sub(room);
        (late > 0).then(|| late.div_euclid(60_000_000) + 1)
    }

    fn spend(&mut self, pace: &Pace, now: Timestamp) {
        self.0 = self.0.max(now.microseconds()).saturating_add(pace.seconds * 1_000_000);
    }
}

fn wait<K: Eq + Hash>(
    spent: &HashMap<K, Spent>,
    key: &K,
    pace: &Pace,
    now: Timestamp,
) -> Option<i64> {
    spent.get(key).and_then(|spent| spent.wait(pace, now))
}

fn spend<K: Eq + Hash>(spent: &mut HashMap<K, Spent>, key: K, pace: &Pace, now: Timestamp) {
    spent.retain(|_, spent| spent.0 > now.microseconds());
    spent.entry(key).or_default().spend(pace, now);
}

/// Whoever has one address of IPv6 has 2⁶⁴ of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use facts::Seconds;

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_363_200);

    fn peer(number: u32) -> IpAddr {
        IpAddr::from(number.to_be_bytes())
    }

    #[test]
    fn a_network_has_its_pace_and_others_have_theirs() {
        // Five at once, the sixth after two minutes; another address of the same /64 is no other.
        let mut rate = Rate::default();
        let here = |end: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, end]));
        for end in 0..5 {
            assert!(rate.count(here(end), None, NOW).is_ok());
        }
        let refused = rate.count(here(9), None, NOW).expect_err("too many");
        assert_eq!(refused.number(), 88_000_244);
        assert_eq!(refused.arguments(), [("minutes", "3".to_owned())]);
        assert!(rate.count(Some(peer(1)), None, NOW).is_ok());
        assert!(rate.count(here(9), None, NOW + Seconds::new(119)).is_err());
        assert!(rate.count(here(9), None, NOW + Seconds::new(120)).is_ok());
    }

    #[test]
    fn many_networks_together_have_a_limit_and_leave_no_trace_beyond_it() {
        // One report from each of many addresses, for one tenant and then for many.
        let mut rate = Rate::default();
        let tenant = |number| Some(TenantId::new(uuid::Uuid::from_u128(number)));
        let numbers: Vec<u32> = (0..1_000)
            .filter_map(|at| rate.count(Some(peer(at)), tenant(1), NOW).err())
            .map(|refusal| refusal.number())
            .collect();
        assert_eq!(numbers, [88_000_245].repeat(940));
        let numbers: Vec<u32> = (0..1_000)
            .filter_map(|at| rate.count(Some(peer(10_000 + at)), tenant(at.into()), NOW).err())
            .map(|refusal| refusal.number())
            .filter(|number| *number == 88_000_246)
            .collect();
        assert!(numbers.len() > 700, "{}", numbers.len());
        assert_eq!((rate.networks.len(), rate.tenants.len() <= 300), (300, true));
        let later = NOW + Seconds::hours(3);
        assert!(rate.count(Some(peer(5)), tenant(1), later).is_ok());
        assert_eq!((rate.networks.len(), rate.tenants.len()), (1, 1));
    }
}
