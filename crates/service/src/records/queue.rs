//! The queue of request records, bounded in number and in bytes.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use model::{PeerNetwork, RequestRecord, TenantId};

/// Maximum number of queued records.
const RECORDS_MAX: usize = 16_384;
/// Maximum size of the queued records in bytes.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// The part of the queue, in quarters, that records of one holder may fill. A flood of requests to
/// one tenant leaves the rest to others.
const QUARTERS_OF_HOLDER: usize = 3;
/// The number of records that the holder with most loses, or that are refused because none has
/// more, before it is sought again. Seeking costs a look at every holder.
const SOUGHT_EVERY: usize = 64;
/// The queue is flushed early when one part in this many is full.
const FLUSH_PART: usize = 4;

/// A queued request record, before its attribution to a client is complete.
#[derive(Debug)]
pub struct PendingRecord {
    /// The record.
    pub record: RequestRecord,
    /// The tenant in the path, if the request was refused before its tenant was resolved.
    pub tenant: Option<String>,
}

/// The queue of request records.
#[derive(Default)]
pub(super) struct Queue(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    /// The records of each holder, with the number of records that were pushed before. The newest
    /// one is the last.
    holders: HashMap<Holder, Share>,
    len: usize,
    bytes: usize,
    pushed: u64,
    largest: Option<Largest>,
}

/// The records of a holder, and their size.
#[derive(Default)]
struct Share {
    records: Vec<(u64, PendingRecord)>,
    bytes: usize,
}

/// The holder with most when it was last sought.
#[derive(Clone, Copy)]
struct Largest {
    holder: Holder,
    /// Whether it had most bytes, not most records.
    by_bytes: bool,
    /// The number of uses until it is sought again.
    uses: usize,
}

/// The holder of a share of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Holder {
    Tenant(TenantId),
    /// The network that sent requests without a tenant.
    Site(Option<IpAddr>),
}

/// The outcome of adding a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PushOutcome {
    /// The record is queued.
    Queued,
    /// The record is queued, and the queue should be flushed now.
    FlushNow,
    /// The record is queued in place of this number of records, of the holder with most.
    Displaced(usize),
    /// The queue, or the part of the holder, is full. This number of records was dropped: the new
    /// one, and those of the holder with most that have made too little room for it.
    Full(usize),
}

impl Queue {
    /// Adds a record. If the queue is full, the holder with most loses its newest, or this one.
    pub(super) fn push(&self, record: PendingRecord) -> PushOutcome {
        let bytes = record.bytes();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let holder = record.holder();
        let (number, size) = waiting.held(holder);
        if number >= RECORDS_MAX / 4 * QUARTERS_OF_HOLDER
            || size + bytes > BYTES_MAX / 4 * QUARTERS_OF_HOLDER
        {
            return PushOutcome::Full(1);
        }
        let mut displaced = 0;
        while waiting.len >= RECORDS_MAX || waiting.bytes + bytes > BYTES_MAX {
            if !waiting.displace(holder, bytes) {
                return PushOutcome::Full(displaced + 1);
            }
            displaced += 1;
        }
        waiting.add(holder, record, bytes);
        if displaced > 0 {
            return PushOutcome::Displaced(displaced);
        }
        // Reported once per flush, not by every later request.
        let (count, before) = (waiting.len, waiting.bytes - bytes);
        let crosses_bytes =
            before < BYTES_MAX / FLUSH_PART && waiting.bytes >= BYTES_MAX / FLUSH_PART;
        if crosses_bytes || count == RECORDS_MAX / FLUSH_PART {
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
        records.extend(taken.holders.into_values().flat_map(|share| share.records));
        records.sort_by_key(|(number, _)| *number);
        records.into_iter().map(|(_, record)| record).collect()
    }

    /// Returns the number of queued records.
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len
    }
}

impl Waiting {
    /// Returns number and size of the records of a holder.
    fn held(&self, holder: Holder) -> (usize, usize) {
        self.holders.get(&holder).map_or((0, 0), Share::held)
    }

    fn add(&mut self, holder: Holder, record: PendingRecord, bytes: usize) {
        let share = self.holders.entry(holder).or_default();
        share.records.push((self.pushed, record));
        share.bytes += bytes;
        self.pushed += 1;
        self.len += 1;
        self.bytes += bytes;
    }

    /// Removes the newest record of the holder with most, unless the sender would have as much with
    /// its new record. Returns whether there was one.
    fn displace(&mut self, sender: Holder, bytes: usize) -> bool {
        let by_bytes = self.len < RECORDS_MAX;
        let measure = |(number, size): (usize, usize)| if by_bytes { size } else { number };
        let known = self.largest.filter(|it| it.uses > 0 && it.by_bytes == by_bytes);
        let largest = known.unwrap_or_else(|| {
            let largest = self.holders.iter().max_by_key(|(_, share)| measure(share.held()));
            let holder = largest.map_or(sender, |(holder, _)| *holder);
            Largest { holder, by_bytes, uses: SOUGHT_EVERY }
        });
        self.largest = Some(Largest { uses: largest.uses - 1, ..largest });
        let (number, size) = self.held(sender);
        if measure(self.held(largest.holder)) <= measure((number + 1, size + bytes)) {
            return false;
        }
        let Some(share) = self.holders.get_mut(&largest.holder) else { return false };
        let Some((_, newest)) = share.records.pop() else { return false };
        let bytes = newest.bytes();
        share.bytes -= bytes;
        self.bytes -= bytes;
        self.len -= 1;
        true
    }
}

impl Share {
    fn held(&self) -> (usize, usize) {
        (self.records.len(), self.bytes)
    }
}

impl PendingRecord {
    fn holder(&self) -> Holder {
        let site = |address| PeerNetwork::of(address).site;
        let of_site = || Holder::Site(self.record.remote_address.map(site));
        self.record.tenant.map_or_else(of_site, Holder::Tenant)
    }

    /// Returns the approximate memory size.
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
        size_of::<Self>() + 64 + texts.sum::<usize>() + warnings.sum::<usize>() + details
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use model::{RefusalDetails, Timestamp};
    use uuid::Uuid;

    use super::*;

    /// Returns a record of the first or second tenant, in turn.
    fn record(turn: usize, argument_length: usize) -> PendingRecord {
        let tenant = Some(TenantId::new(Uuid::from_u128(1 + (turn % 2) as u128)));
        let arguments = vec![(Cow::Borrowed("x"), "x".repeat(argument_length))];
        let record = RequestRecord {
            trace_id: Uuid::nil(),
            correlation_id: Uuid::nil(),
            at: Timestamp::default(),
            duration_us: 0,
            tenant,
            method: Cow::Borrowed("POST"),
            endpoint: Cow::Borrowed("/"),
            status: 400,
            outcome: Cow::Borrowed("refusal"),
            number: None,
            client: None,
            attributed_client: None,
            user: None,
            grant_type: None,
            flow_id: None,
            grant: None,
            remote_address: None,
            warnings: Vec::new(),
            refusal_details: Some(Box::new(RefusalDetails {
                arguments,
                ..RefusalDetails::default()
            })),
        };
        PendingRecord { record, tenant: None }
    }

    #[test]
    fn the_number_of_queued_records_is_bounded() {
        // Pushes one record too many, drains the queue, and pushes again.
        let queue = Queue::default();
        let outcomes: Vec<PushOutcome> =
            (0..=RECORDS_MAX).map(|turn| queue.push(record(turn, 0))).collect();
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == PushOutcome::Full(1)).count(), 1);
        let flush_at = outcomes.iter().position(|outcome| *outcome == PushOutcome::FlushNow);
        assert_eq!(flush_at, Some(RECORDS_MAX / FLUSH_PART - 1));
        assert_eq!(outcomes.last(), Some(&PushOutcome::Full(1)));
        assert_eq!(queue.drain().len(), RECORDS_MAX);
        assert_eq!(queue.push(record(0, 0)), PushOutcome::Queued);
        assert_eq!(queue.drain().len(), 1);
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
