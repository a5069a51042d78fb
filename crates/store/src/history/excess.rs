//! The excess of a history over its retention limits.
//!
//! When the history is full, the tenant with most of it loses first, so that a flood of requests to
//! one tenant erases no evidence of another. Of that tenant, failures of senders who proved nothing
//! go first, as long as they are more than a tenth of its records. Events have their own limit: of
//! the tenant with most of them, the kind with most loses its oldest.

use model::{RequestRecord, RetentionLimits};

use super::{block::BlockSummary, totals::TotalsDelta};

/// The number of blocks that one call processes, and of events that it deletes. Other writers wait
/// meanwhile.
pub(crate) const BLOCKS_MAX: usize = 128;
pub(crate) const EVENTS_MAX: u32 = 1_000;

/// The excess over the limits.
#[derive(Clone, Copy)]
pub(crate) struct Excess {
    /// Records before this time are too old, in microseconds.
    before: i64,
    /// The number of excess records, if positive.
    records: i64,
    /// The number of excess bytes, if positive.
    bytes: i64,
}

/// The part of a block that is excess.
pub(crate) enum BlockExcess {
    None,
    /// The whole block.
    Whole,
    /// The oldest records.
    Oldest,
}

impl Excess {
    /// Creates the excess of a history with this number of records and bytes.
    pub(crate) fn new(before: i64, limits: &RetentionLimits, (records, bytes): (i64, i64)) -> Self {
        let signed = |limit: u64| i64::try_from(limit).unwrap_or(i64::MAX);
        Self {
            before,
            records: records - signed(limits.records_max),
            bytes: bytes - signed(limits.bytes_max),
        }
    }

    /// Returns whether there are too many records or bytes.
    pub(crate) const fn is_full(&self) -> bool {
        self.records > 0 || self.is_full_of_bytes()
    }

    /// Returns whether there are too many bytes.
    pub(crate) const fn is_full_of_bytes(&self) -> bool {
        self.bytes > 0
    }

    /// Returns whether a block has records that are too old.
    pub(crate) const fn has_old(&self, block: &BlockSummary) -> bool {
        block.from < self.before
    }

    /// Returns the part of a block that is excess.
    pub(crate) fn of_block(&self, block: &BlockSummary) -> BlockExcess {
        let excess = self.records_of(block);
        if excess == 0 && !self.has_old(block) {
            BlockExcess::None
        } else if excess >= block.records || block.until < self.before {
            BlockExcess::Whole
        } else {
            BlockExcess::Oldest
        }
    }

    /// Removes the excess from the records of a block, and subtracts it from the counts.
    pub(crate) fn remove_from(
        &self,
        block: &BlockSummary,
        records: &mut Vec<RequestRecord>,
        delta: &mut TotalsDelta,
    ) {
        records.sort_by_key(|record| record.at);
        let old = records.partition_point(|record| record.at.microseconds() < self.before);
        let excess = usize::try_from(self.records_of(block)).unwrap_or(usize::MAX);
        for record in records.drain(..excess.max(old).min(records.len())) {
            delta.count(&record, -1);
        }
    }

    /// Returns the number of records of a block that are over the limits of number and size.
    fn records_of(&self, block: &BlockSummary) -> i64 {
        let share = self.bytes.saturating_mul(block.records) / block.bytes.max(1);
        let for_bytes = if self.bytes > 0 { share.saturating_add(1) } else { 0 };
        self.records.max(for_bytes).max(0)
    }
}
