//! How many reports are taken: from one network, for one tenant, and in all.

use std::net::{IpAddr, Ipv6Addr};

use catalogue::{Refusal, refusal};
use model::{TenantId, Timestamp};

use crate::pace::{Pace, Paces};

const FROM_ONE_NETWORK: Pace = Pace { at_once: 5, seconds: 120 };
const FOR_ONE_TENANT: Pace = Pace { at_once: 240, seconds: 15 };
const IN_ALL: Pace = Pace { at_once: 600, seconds: 5 };
/// Mails to one tenant's support.
const MAILS: Pace = Pace { at_once: 20, seconds: 180 };

/// Who reported how much. Only a report that passes every limit leaves a trace, so that the pace
/// of all of them bounds the memory of each.
#[derive(Default)]
pub(super) struct Rate {
    networks: Paces<IpAddr>,
    tenants: Paces<Option<TenantId>>,
    mails: Paces<Option<TenantId>>,
    all: Paces<()>,
}

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
        let wait = network.and_then(|it| self.networks.wait(&it, &FROM_ONE_NETWORK, now));
        if let Some(minutes) = wait {
            return Err(refusal::too_many_reports_from_address(minutes));
        }
        if let Some(minutes) = self.tenants.wait(&tenant, &FOR_ONE_TENANT, now) {
            return Err(refusal::too_many_reports_of_tenant(minutes));
        }
        if let Some(minutes) = self.all.wait(&(), &IN_ALL, now) {
            return Err(refusal::too_many_reports(minutes));
        }
        if let Some(network) = network {
            self.networks.spend(network, &FROM_ONE_NETWORK, now);
        }
        self.tenants.spend(tenant, &FOR_ONE_TENANT, now);
        self.all.spend((), &IN_ALL, now);
        Ok(())
    }

    /// Whether a ticket that is opened now has a mail of its own; if so, it is counted.
    pub(super) fn may_mail(&mut self, tenant: Option<TenantId>, now: Timestamp) -> bool {
        let may = self.mails.wait(&tenant, &MAILS, now).is_none();
        if may {
            self.mails.spend(tenant, &MAILS, now);
        }
        may
    }
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
    use model::Seconds;

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
    fn a_mailbox_is_not_flooded() {
        // Twenty mails at once, one more after three minutes; another tenant has its own.
        let mut rate = Rate::default();
        let (one, other) = [1, 2].map(|id| Some(TenantId::new(uuid::Uuid::from_u128(id)))).into();
        let sent = (0..100).filter(|_| rate.may_mail(one, NOW)).count();
        assert_eq!((sent, rate.may_mail(other, NOW)), (20, true));
        let later = NOW + Seconds::minutes(3);
        assert_eq!([rate.may_mail(one, later), rate.may_mail(one, later)], [true, false]);
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
        assert_eq!(numbers, [88_000_245].repeat(760));
        let numbers: Vec<u32> = (0..1_000)
            .filter_map(|at| rate.count(Some(peer(10_000 + at)), tenant(at.into()), NOW).err())
            .map(|refusal| refusal.number())
            .filter(|number| *number == 88_000_246)
            .collect();
        // One of the thousand asks for the tenant that is over its own limit.
        assert_eq!(numbers.len(), 639);
        assert_eq!((rate.networks.len(), rate.tenants.len() <= 600), (600, true));
        let later = NOW + Seconds::hours(3);
        assert!(rate.count(Some(peer(5)), tenant(1), later).is_ok());
        assert_eq!((rate.networks.len(), rate.tenants.len()), (1, 1));
    }
}
