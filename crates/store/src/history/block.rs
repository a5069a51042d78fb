//! Blocks: many records of one kind, which are stored as one row.

use std::collections::HashMap;

use model::{RequestRecord, Timestamp};

use super::{
    bloom_filter::{self, FilterKey},
    codec::{self, BlockEncoder},
    totals::{Share, TotalsDelta, bucket},
};

/// The limits of a block: the number of records, the bytes of its body, and the microseconds
/// between its oldest and its newest record.
const RECORDS_MAX: usize = 256;
const BYTES_MAX: usize = 32 * 1_024;
pub(crate) const SPAN_MAX: u64 = 3_600_000_000;

/// Maximum number of blocks that are filled at a time. With more tenants at once, blocks get
/// smaller.
pub(crate) const OPEN_MAX: usize = 64;

/// The approximate size of a block without its filter and its body, in bytes.
const ROW_OVERHEAD: usize = 64;

/// The kind of the records of a block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct BlockKind {
    pub(crate) share: Share,
    /// The records have an error number.
    pub(crate) failed: bool,
}

/// The records of a block that is being filled.
#[derive(Default)]
pub(crate) struct BlockContent {
    kind: BlockKind,
    /// Whether all its records are counted as successes in one bucket.
    uniform: bool,
    from: i64,
    until: i64,
    records: usize,
    encoder: BlockEncoder,
    keys: Vec<FilterKey>,
}

/// A summary of the records of a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct BlockSummary {
    pub(crate) kind: BlockKind,
    /// Whether all its records are counted as successes in one bucket.
    pub(crate) uniform: bool,
    /// The times of its oldest and its newest record, in microseconds.
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) records: i64,
    pub(crate) bytes: i64,
}

/// The stored form of a block.
pub(crate) struct EncodedBlock {
    pub(crate) summary: BlockSummary,
    pub(crate) filter: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

impl BlockContent {
    /// Creates an empty block for records of a kind.
    pub(crate) fn new(kind: BlockKind) -> Self {
        Self { kind, uniform: !kind.failed, ..Self::default() }
    }

    /// Creates a block of these records.
    pub(crate) fn of_records(
        kind: BlockKind,
        records: &[RequestRecord],
    ) -> Result<Self, codec::Error> {
        let mut content = Self::new(kind);
        records.iter().try_for_each(|record| content.add(record))?;
        Ok(content)
    }

    /// Returns whether the block has no record.
    pub(crate) const fn is_empty(&self) -> bool {
        self.records == 0
    }

    /// Returns whether the block can take this record.
    pub(crate) fn can_take(&self, record: &RequestRecord) -> bool {
        let at = record.at.microseconds();
        let span = self.until.max(at).abs_diff(self.from.min(at));
        // Successes of one bucket are deleted without being read.
        let fits = self.kind.failed
            || bucket(Timestamp::from_microseconds(self.from)) == bucket(record.at);
        self.is_empty()
            || (self.records < RECORDS_MAX
                && self.encoder.len() < BYTES_MAX
                && span <= SPAN_MAX
                && fits)
    }

    /// Adds a record.
    pub(crate) fn add(&mut self, record: &RequestRecord) -> Result<(), codec::Error> {
        let at = record.at.microseconds();
        self.encoder.add(record)?;
        bloom_filter::add_record_keys(record, &mut self.keys);
        let is_first = self.is_empty();
        self.uniform &= record.counted_number() == Some(0);
        self.from = if is_first { at } else { self.from.min(at) };
        self.until = if is_first { at } else { self.until.max(at) };
        self.records += 1;
        Ok(())
    }

    /// Encodes the records so far.
    pub(crate) fn encode(&mut self) -> Result<EncodedBlock, codec::Error> {
        let body = self.encoder.body()?;
        let filter = bloom_filter::build(&mut self.keys);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let summary = BlockSummary {
            kind: self.kind,
            uniform: self.uniform,
            from: self.from,
            until: self.until,
            records: number(self.records),
            bytes: number(body.len() + filter.len() + ROW_OVERHEAD),
        };
        Ok(EncodedBlock { summary, filter, body })
    }
}

impl BlockSummary {
    /// Adds the records and bytes of the block.
    pub(crate) fn add_to(&self, delta: &mut TotalsDelta) {
        delta.add(self.kind.share, (self.records, self.bytes));
    }

    /// Subtracts the records and bytes of the block. Its records are still counted.
    pub(crate) fn subtract_from(&self, delta: &mut TotalsDelta) {
        delta.add(self.kind.share, (-self.records, -self.bytes));
    }

    /// Subtracts the records of a uniform block from the counts.
    pub(crate) fn subtract_counts_from(&self, delta: &mut TotalsDelta) {
        delta.subtract_successes(self.kind.share, self.from, self.records);
    }
}

/// Groups a batch by the kind of block, in the order of the first record of each.
pub(crate) fn by_kind(batch: &[RequestRecord]) -> Vec<(BlockKind, Vec<&RequestRecord>)> {
    let mut groups: Vec<(BlockKind, Vec<&RequestRecord>)> = Vec::new();
    let mut positions = HashMap::new();
    for record in batch {
        let share = Share { tenant: record.tenant, unproven: record.is_unproven_failure() };
        let kind = BlockKind { share, failed: record.number.is_some() };
        let position = *positions.entry(kind).or_insert_with(|| {
            groups.push((kind, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, records)) = groups.get_mut(position) {
            records.push(record);
        }
    }
    groups
}
