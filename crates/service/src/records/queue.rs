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
/// The number of records that a holder loses before the one with most is sought again.
const LOST_AT_ONCE: usize = 64;
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
    records: Vec<PendingRecord>,
    bytes: usize,
    /// Number and size of the records of each holder.
    holders: HashMap<Holder, (usize, usize)>,
    /// The holder with most when it was last sought, and the number of records that it loses yet.
    largest: Option<(Holder, usize)>,
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
    /// The queue, or the part of the holder, is full. The record was not added.
    Full,
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
            return PushOutcome::Full;
        }
        let mut displaced = 0;
        while waiting.records.len() >= RECORDS_MAX || waiting.bytes + bytes > BYTES_MAX {
            if !waiting.displace(holder, bytes) {
                return PushOutcome::Full;
            }
            displaced += 1;
        }
        waiting.holders.insert(holder, (number + 1, size + bytes));
        waiting.bytes += bytes;
        waiting.records.push(record);
        if displaced > 0 {
            return PushOutcome::Displaced(displaced);
        }
        // Reported once per flush, not by every later request.
        let (count, before) = (waiting.records.len(), waiting.bytes - bytes);
        let crosses_bytes =
            before < BYTES_MAX / FLUSH_PART && waiting.bytes >= BYTES_MAX / FLUSH_PART;
        if crosses_bytes || count == RECORDS_MAX / FLUSH_PART {
            PushOutcome::FlushNow
        } else {
            PushOutcome::Queued
        }
    }

    /// Takes all records.
    pub(super) fn drain(&self) -> Vec<PendingRecord> {
        // The next batch is probably as large: reserving avoids reallocation. It happens outside of
        // the lock, which every request takes.
        let empty = Vec::with_capacity(self.len());
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.bytes = 0;
        waiting.holders.clear();
        waiting.largest = None;
        std::mem::replace(&mut waiting.records, empty)
    }

    /// Returns the number of queued records.
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).records.len()
    }
}

impl Waiting {
    fn held(&self, holder: Holder) -> (usize, usize) {
        self.holders.get(&holder).copied().unwrap_or_default()
    }

    /// Removes the newest record of the holder with most, unless the sender would have as much with
    /// its new record. Returns whether there was one.
    fn displace(&mut self, sender: Holder, bytes: usize) -> bool {
        let by_bytes = self.records.len() < RECORDS_MAX;
        let measure = |(number, size): (usize, usize)| if by_bytes { size } else { number };
        let cached = self.largest.filter(|(_, left)| *left > 0);
        let (largest, left) = cached.unwrap_or_else(|| {
            let largest = self.holders.iter().max_by_key(|(_, held)| measure(**held));
            (largest.map_or(sender, |(holder, _)| *holder), LOST_AT_ONCE)
        });
        let (number, size) = self.held(sender);
        if measure(self.held(largest)) <= measure((number + 1, size + bytes)) {
            self.largest = None;
            return false;
        }
        let Some(newest) = self.records.iter().rposition(|one| one.holder() == largest) else {
            self.largest = None;
            return false;
        };
        let bytes = self.records.remove(newest).bytes();
        let (number, size) = self.held(largest);
        self.holders.insert(largest, (number.saturating_sub(1), size.saturating_sub(bytes)));
        self.bytes = self.bytes.saturating_sub(bytes);
        self.largest = Some((largest, left - 1));
        true
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
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == PushOutcome::Full).count(), 1);
        let flush_at = outcomes.iter().position(|outcome| *outcome == PushOutcome::FlushNow);
        assert_eq!(flush_at, Some(RECORDS_MAX / FLUSH_PART - 1));
        assert_eq!(outcomes.last(), Some(&PushOutcome::Full));
        assert_eq!(queue.drain().len(), RECORDS_MAX);
        assert_eq!(queue.push(record(0, 0)), PushOutcome::Queued);
        assert_eq!(queue.drain().len(), 1);
    }

    #[test]
    fn the_size_of_queued_records_is_bounded() {
        // Pushes large records until the queue is full, drains it, and pushes again.
        let queue = Queue::default();
        let pushed = (0..RECORDS_MAX)
            .take_while(|turn| queue.push(record(*turn, 1 << 20)) != PushOutcome::Full);
        let pushed = pushed.count();
        assert!((16..32).contains(&pushed), "{pushed}");
        assert_eq!(queue.push(record(0, 1 << 20)), PushOutcome::Full);
        assert_eq!(queue.drain().len(), pushed);
        assert_ne!(queue.push(record(0, 1 << 20)), PushOutcome::Full);
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
        assert_eq!(queue.push(record(0, 0)), PushOutcome::Full);
        let left = queue.drain();
        assert_eq!(left.len(), RECORDS_MAX);
        let first = left.iter().filter(|one| one.record.tenant == record(0, 0).record.tenant);
        let newest = first.map(|one| one.record.duration_us).max();
        assert_eq!(newest, Some(many as u64 - 1 - 201));
    }

    #[test]
    fn records_of_one_tenant_leave_a_quarter_of_the_queue_to_others() {
        // Hostile input LM8: pushes records of one tenant only, small and large ones, until they
        // are refused. Those of another tenant are queued.
        for (length, most) in [(0, RECORDS_MAX * 3 / 4), (1 << 20, 24)] {
            let queue = Queue::default();
            let pushed =
                (0..RECORDS_MAX).filter(|_| queue.push(record(0, length)) != PushOutcome::Full);
            let pushed = pushed.count();
            assert!((most - 1..=most).contains(&pushed), "{pushed}");
            assert_ne!(queue.push(record(1, length)), PushOutcome::Full);
        }
    }
}
