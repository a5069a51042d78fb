//! The queue of request records, bounded in number and in bytes.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use model::{RequestRecord, TenantId};

/// Maximum number of queued records.
const RECORDS_MAX: usize = 16_384;
/// Maximum size of the queued records in bytes.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// The part of the queue, in quarters, that records of one tenant may fill. A flood of requests to
/// one tenant leaves the rest to others.
const QUARTERS_OF_TENANT: usize = 3;
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
    /// Number and size of the records of each tenant. Requests without a tenant share one entry.
    of_tenants: HashMap<Option<TenantId>, (usize, usize)>,
}

/// The outcome of adding a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PushOutcome {
    /// The record is queued.
    Queued,
    /// The record is queued, and the queue should be flushed now.
    FlushNow,
    /// The queue, or the part of the tenant, is full. The record was not added.
    Full,
}

impl Queue {
    /// Adds a record, unless the queue is full.
    pub(super) fn push(&self, record: PendingRecord) -> PushOutcome {
        let bytes = record.bytes();
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.records.len() >= RECORDS_MAX || waiting.bytes + bytes > BYTES_MAX {
            return PushOutcome::Full;
        }
        let (number, size) = waiting.of_tenants.entry(record.record.tenant).or_default();
        if *number >= RECORDS_MAX / 4 * QUARTERS_OF_TENANT
            || *size + bytes > BYTES_MAX / 4 * QUARTERS_OF_TENANT
        {
            return PushOutcome::Full;
        }
        (*number, *size) = (*number + 1, *size + bytes);
        waiting.bytes += bytes;
        waiting.records.push(record);
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
        waiting.of_tenants.clear();
        std::mem::replace(&mut waiting.records, empty)
    }

    /// Returns the number of queued records.
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).records.len()
    }
}

impl PendingRecord {
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
