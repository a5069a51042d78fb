//! The queue of request records, bounded in bytes, and so in number.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use model::{PeerNetwork, RequestRecord, Shares, TenantId};

/// Maximum size of the queued records in bytes.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// The size that a smaller record counts as, so that at most 16,384 are queued.
const RECORD_BYTES_MIN: usize = 2 * 1024;
/// The part of the queue that records of one holder may fill. A flood of requests to one tenant
/// leaves the rest to others.
const HOLDER_BYTES_MAX: usize = BYTES_MAX / 4 * 3;
/// The queue is flushed early when it is filled so far.
const FLUSH_BYTES: usize = BYTES_MAX / 4;

/// A queued request record, before its attribution to a client is complete.
#[derive(Debug)]
pub struct PendingRecord {
    /// The record.
    pub record: RequestRecord,
    /// The tenant in the path, if the request was refused before its tenant was resolved.
    pub tenant: Option<String>,
    /// The request found that the store has no client with its client id.
    pub client_is_unknown: bool,
}

/// The queue of request records.
#[derive(Default)]
pub(super) struct Queue(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    holders: HashMap<Holder, OfHolder>,
    /// The sizes of their records.
    shares: Shares<Holder>,
    len: usize,
    pushed: u64,
}

/// The records of a holder.
#[derive(Default)]
struct OfHolder {
    /// The records of each network, with the number of records that were pushed before. The newest
    /// one is the last.
    networks: HashMap<Network, Vec<(u64, PendingRecord)>>,
    /// The sizes of their records.
    shares: Shares<Network>,
}

/// The IPv4 address or IPv6 /48 of a sender.
type Network = Option<IpAddr>;

/// The holder of a share of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Holder {
    Tenant(TenantId),
    /// The network that sent requests without a tenant.
    Network(Network),
}

/// A record that is being added.
#[derive(Clone, Copy)]
struct Newcomer {
    holder: Holder,
    network: Network,
    bytes: usize,
}

/// The outcome of adding a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PushOutcome {
    /// The record is queued.
    Queued,
    /// The record is queued, and the queue should be flushed now.
    FlushNow,
    /// The record is queued in place of this number of records, of the holder with most or of
    /// another network of its own holder.
    Displaced(usize),
    /// The queue, or the part of the holder, is full. This number of records was dropped: the new
    /// one, and those that have made too little room for it.
    Full(usize),
}

impl Queue {
    /// Adds a record. If the queue is full, the holder with most loses its newest; if the part of
    /// the holder is full, its network with most does.
    pub(super) fn push(&self, record: PendingRecord) -> PushOutcome {
        let newcomer = record.newcomer();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut displaced = 0;
        while let Some(loser) = waiting.loser(newcomer) {
            if !waiting.displace(loser, newcomer) {
                return PushOutcome::Full(displaced + 1);
            }
            displaced += 1;
        }
        let before = waiting.shares.total();
        waiting.add(newcomer, record);
        if displaced > 0 {
            return PushOutcome::Displaced(displaced);
        }
        // Reported once per flush, not by every later request.
        if before < FLUSH_BYTES && waiting.shares.total() >= FLUSH_BYTES {
            PushOutcome::FlushNow
        } else {
            PushOutcome::Queued
        }
    }

    /// Takes all records, in the order in which they were added.
    pub(super) fn drain(&self) -> Vec<PendingRecord> {
        // The rest happens outside of the lock, which every request takes.
        let taken = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut records = Vec::with_capacity(taken.len);
        let holders = taken.holders.into_values();
        records.extend(holders.flat_map(|holder| holder.networks.into_values().flatten()));
        records.sort_by_key(|(number, _)| *number);
        records.into_iter().map(|(_, record)| record).collect()
    }

    /// Returns the number of queued records.
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len
    }
}

impl Waiting {
    /// Returns the holder that loses a record before the new one can be added, if one has to.
    fn loser(&mut self, Newcomer { holder, bytes, .. }: Newcomer) -> Option<Holder> {
        if self.shares.of(&holder) + bytes > HOLDER_BYTES_MAX {
            return Some(holder);
        }
        let is_full = self.shares.total() + bytes > BYTES_MAX;
        is_full.then(|| self.shares.loser(&holder, bytes).unwrap_or(holder))
    }

    fn add(&mut self, Newcomer { holder, network, bytes }: Newcomer, record: PendingRecord) {
        let of_holder = self.holders.entry(holder).or_default();
        of_holder.networks.entry(network).or_default().push((self.pushed, record));
        of_holder.shares.add(&network, bytes);
        self.shares.add(&holder, bytes);
        self.pushed += 1;
        self.len += 1;
    }

    /// Removes the newest record of the network with most of a holder. In its own holder, the new
    /// record displaces none of a network that would have less. Returns whether there was one.
    fn displace(&mut self, loser: Holder, newcomer: Newcomer) -> bool {
        let Some(of_loser) = self.holders.get_mut(&loser) else { return false };
        let network = if loser == newcomer.holder {
            of_loser.shares.loser(&newcomer.network, newcomer.bytes)
        } else {
            of_loser.shares.largest()
        };
        let Some(bytes) = network.and_then(|network| of_loser.remove_newest(network)) else {
            return false;
        };
        if of_loser.networks.is_empty() {
            self.holders.remove(&loser);
        }
        self.shares.remove(&loser, bytes);
        self.len -= 1;
        true
    }
}

impl OfHolder {
    /// Removes the newest record of a network, and returns its size.
    fn remove_newest(&mut self, network: Network) -> Option<usize> {
        let records = self.networks.get_mut(&network)?;
        let (_, newest) = records.pop()?;
        if records.is_empty() {
            self.networks.remove(&network);
        }
        let bytes = newest.bytes();
        self.shares.remove(&network, bytes);
        Some(bytes)
    }
}

impl PendingRecord {
    fn newcomer(&self) -> Newcomer {
        let network = self.record.remote_address.map(|address| PeerNetwork::of(address).site);
        let holder = self.record.tenant.map_or(Holder::Network(network), Holder::Tenant);
        Newcomer { holder, network, bytes: self.bytes() }
    }

    /// Returns the approximate memory size, at least [`RECORD_BYTES_MIN`].
    fn bytes(&self) -> usize {
        let record = &self.record;
        let texts = [&record.client, &self.tenant].into_iter().flatten().map(String::len);
        let details = record.refusal_details.as_deref().map_or(0, |details| {
            let arguments = details.arguments.iter().map(|(_, value)| 64 + value.len());
            let comparisons = details.comparisons.iter().map(|comparison| {
                let values = [&comparison.expected, &comparison.received];
                let difference = comparison.difference.iter().flat_map(|it| &it.arguments);
                let difference: usize = difference.map(|(_, value)| 64 + value.len()).sum();
                160 + difference + values.into_iter().flatten().map(String::len).sum::<usize>()
            });
            let cause = details.cause.as_ref().map_or(0, String::len);
            let typed = details.typed_username.as_ref().and_then(|typed| typed.text.as_ref());
            let cause = cause + typed.map_or(0, String::len);
            let fixed = 128 + cause + details.checks_passed.len() * 24;
            fixed + arguments.sum::<usize>() + comparisons.sum::<usize>()
        });
        let warnings = record.warnings.iter().map(|warning| {
            let arguments = warning.arguments.iter().map(|(_, value)| 64 + value.len());
            96 + warning.value.len() + arguments.sum::<usize>()
        });
        let bytes =
            size_of::<Self>() + 64 + texts.sum::<usize>() + warnings.sum::<usize>() + details;
        bytes.max(RECORD_BYTES_MIN)
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use model::{RefusalDetails, Timestamp};
    use uuid::Uuid;

    use super::*;

    const RECORDS_MAX: usize = BYTES_MAX / RECORD_BYTES_MIN;

    /// Returns a record of the first or second tenant, in turn.
    fn record(turn: usize, argument_length: usize) -> PendingRecord {
        let tenant = Some(TenantId::new(Uuid::from_u128(1 + (turn % 2) as u128)));
        let arguments = vec![(Cow::Borrowed("x"), "x".repeat(argument_length))];
        let details = RefusalDetails { arguments, ..RefusalDetails::default() };
        let record = RequestRecord {
            tenant,
            outcome: Cow::Borrowed("refusal"),
            refusal_details: Some(Box::new(details)),
            ..RequestRecord::new(Uuid::nil(), Timestamp::default(), 400)
        };
        PendingRecord { record, tenant: None, client_is_unknown: false }
    }

    #[test]
    fn the_number_of_queued_records_is_bounded() {
        // Pushes one record too many, drains the queue, and pushes again.
        let queue = Queue::default();
        let outcomes: Vec<PushOutcome> =
            (0..=RECORDS_MAX).map(|turn| queue.push(record(turn, 0))).collect();
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == PushOutcome::Full(1)).count(), 1);
        let flush_at = outcomes.iter().position(|outcome| *outcome == PushOutcome::FlushNow);
        assert_eq!(flush_at, Some(RECORDS_MAX / 4 - 1));
        assert_eq!(outcomes.last(), Some(&PushOutcome::Full(1)));
        assert_eq!(queue.drain().len(), RECORDS_MAX);
        assert_eq!(queue.push(record(0, 0)), PushOutcome::Queued);
        assert_eq!((queue.len(), queue.drain().len()), (1, 1));
    }

    #[test]
    fn the_size_of_queued_records_is_bounded() {
        // Pushes large records until the queue is full, drains it, and pushes again.
        let queue = Queue::default();
        let pushed = (0..RECORDS_MAX)
            .take_while(|turn| queue.push(record(*turn, 1 << 20)) != PushOutcome::Full(1));
        let pushed = pushed.count();
        assert!((16..32).contains(&pushed), "{pushed}");
        assert_eq!(queue.push(record(0, 1 << 20)), PushOutcome::Full(1));
        assert_eq!(queue.drain().len(), pushed);
        assert_ne!(queue.push(record(0, 1 << 20)), PushOutcome::Full(1));
    }

    #[test]
    fn full_queue_drops_the_newest_record_of_the_tenant_with_most() {
        // Hostile input LM24: two tenants fill the queue, one with three quarters. A third one and
        // a network without a tenant get places, which the first loses; its own records do not.
        let queue = Queue::default();
        let many = RECORDS_MAX * 3 / 4;
        for number in 0..RECORDS_MAX {
            let mut record = record(usize::from(number >= many), 0);
            record.record.duration_us = number as u64;
            assert!(matches!(queue.push(record), PushOutcome::Queued | PushOutcome::FlushNow));
        }
        let third = || {
            let mut third = record(0, 0);
            third.record.tenant = Some(TenantId::new(Uuid::from_u128(9)));
            third
        };
        let of_site = |address: &str| {
            let mut record = record(0, 0);
            record.record.tenant = None;
            record.record.remote_address = Some(address.parse().unwrap());
            record
        };
        for _ in 0..100 {
            assert_eq!(queue.push(third()), PushOutcome::Displaced(1));
            assert_eq!(queue.push(of_site("192.0.2.1")), PushOutcome::Displaced(1));
        }
        assert_eq!(queue.push(of_site("192.0.2.2")), PushOutcome::Displaced(1));
        assert_eq!(queue.push(record(0, 0)), PushOutcome::Full(1));
        let left = queue.drain();
        assert_eq!(left.len(), RECORDS_MAX);
        let first = left.iter().filter(|one| one.record.tenant == record(0, 0).record.tenant);
        let newest = first.map(|one| one.record.duration_us).max();
        assert_eq!(newest, Some(many as u64 - 1 - 201));
    }

    #[test]
    fn every_record_that_is_not_drained_was_reported_as_dropped() {
        // Small records of one tenant and larger ones of others fill the queue, and the first has a
        // little more than another, which sends. Its record displaces some, and finds no place.
        let queue = Queue::default();
        let (mut pushed, mut dropped) = (0, 0);
        let mut push = |tenant: u128, length: usize| {
            let mut record = record(0, length);
            record.record.tenant = Some(TenantId::new(Uuid::from_u128(tenant)));
            record.record.duration_us = pushed;
            pushed += 1;
            let outcome = queue.push(record);
            if let PushOutcome::Displaced(records) | PushOutcome::Full(records) = outcome {
                dropped += records;
            }
            outcome
        };
        for (tenant, length, records) in [(1, 64 << 10, 163), (2, 1 << 20, 9), (3, 6 << 20, 1)] {
            for _ in 0..records {
                assert!(matches!(
                    push(tenant, length),
                    PushOutcome::Queued | PushOutcome::FlushNow
                ));
            }
        }
        while push(4, 64 << 10) != PushOutcome::Displaced(1) {}
        let outcome = push(2, 1 << 20);
        assert!(matches!(outcome, PushOutcome::Full(2..)), "{outcome:?}");
        let left = queue.drain();
        assert_eq!(left.len() + dropped, usize::try_from(pushed).unwrap());
        assert!(left.is_sorted_by_key(|one| one.record.duration_us));
    }

    #[test]
    fn records_of_one_network_leave_those_of_others_in_its_tenant() {
        // Hostile input LG24: one address fills the part of its tenant. Records of two other
        // addresses take places of the flood, its own do not; all of theirs are left.
        let queue = Queue::default();
        let from = |address: &str| {
            let mut record = record(0, 0);
            record.record.remote_address = Some(address.parse().unwrap());
            record
        };
        let flood =
            (0..RECORDS_MAX).filter(|_| queue.push(from("192.0.2.1")) == PushOutcome::Full(1));
        assert_eq!(flood.count(), RECORDS_MAX / 4);
        for _ in 0..100 {
            assert_eq!(queue.push(from("198.51.100.1")), PushOutcome::Displaced(1));
            assert_eq!(queue.push(from("2001:db8::1")), PushOutcome::Displaced(1));
            assert_eq!(queue.push(from("192.0.2.1")), PushOutcome::Full(1));
        }
        let left = queue.drain();
        let of_flood = from("192.0.2.1").record.remote_address;
        let others = left.iter().filter(|one| one.record.remote_address != of_flood);
        assert_eq!((others.count(), left.len()), (200, RECORDS_MAX / 4 * 3));
    }

    #[test]
    fn records_of_one_tenant_leave_a_quarter_of_the_queue_to_others() {
        // Hostile input LM8: pushes records of one tenant only, small and large ones, until they
        // are refused. Those of another tenant are queued.
        for (length, most) in [(0, RECORDS_MAX * 3 / 4), (1 << 20, 24)] {
            let queue = Queue::default();
            let pushed =
                (0..RECORDS_MAX).filter(|_| queue.push(record(0, length)) != PushOutcome::Full(1));
            let pushed = pushed.count();
            assert!((most - 1..=most).contains(&pushed), "{pushed}");
            assert_ne!(queue.push(record(1, length)), PushOutcome::Full(1));
        }
    }
}
