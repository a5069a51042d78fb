//! Refusal counts of a query, by time bucket.

use std::collections::BTreeMap;

use model::{RecordQuery, RefusalCount, RequestRecord, Seconds, TenantId, Timestamp};

use super::totals::{BUCKET_SECONDS, bucket};
use crate::record_query::matches;

/// A query of refusal counts, and what it has counted so far.
///
/// Whole quarters of an hour are counted in advance. Blocks are opened only for the rest: ranges
/// and buckets that do not begin and end with a quarter of an hour.
pub(crate) struct Counts {
    tenant: Option<TenantId>,
    from: Timestamp,
    until: Timestamp,
    bucket_size: Seconds,
    by_bucket: BTreeMap<(Timestamp, u32), u64>,
}

impl Counts {
    /// Creates a query of a half-open range.
    pub(crate) const fn new(
        tenant: Option<TenantId>,
        (from, until): (Timestamp, Timestamp),
        bucket_size: Seconds,
    ) -> Self {
        Self { tenant, from, until, bucket_size, by_bucket: BTreeMap::new() }
    }

    /// Returns the half-open range of quarters of an hour that are counted in advance, as indexes
    /// since 1970.
    pub(crate) fn counted(&self) -> Option<(i64, i64)> {
        let size = self.bucket_size.get();
        let is_aligned = starts_bucket(self.from) && size > 0 && size % BUCKET_SECONDS == 0;
        is_aligned.then(|| (bucket(self.from), bucket(self.until)))
    }

    /// Adds a count of a quarter of an hour.
    pub(crate) fn add_counted(&mut self, bucket: i64, number: u32, count: u64) {
        self.add(start_of(bucket), number, count);
    }

    /// Returns the query of the records that are not counted in advance.
    pub(crate) fn rest(&self) -> RecordQuery {
        let counted_until = self.counted().map(|(_, end)| start_of(end));
        let from = counted_until.map_or(self.from, |until| self.from.max(until));
        let (tenant, from, until) = (self.tenant, Some(from), Some(self.until));
        RecordQuery { tenant, from, until, ..RecordQuery::default() }
    }

    /// Adds the records of a block that match the query of the rest.
    pub(crate) fn add_records(&mut self, records: &[RequestRecord], rest: &RecordQuery) {
        for record in records.iter().filter(|record| matches(record, rest)) {
            if let Some(number) = record.counted_number() {
                self.add(record.at, number, 1);
            }
        }
    }

    /// Returns the counts.
    pub(crate) fn into_list(self) -> Vec<RefusalCount> {
        let count = |((bucket_start, number), count)| RefusalCount { bucket_start, number, count };
        self.by_bucket.into_iter().map(count).collect()
    }

    fn add(&mut self, at: Timestamp, number: u32, count: u64) {
        let size = self.bucket_size.get();
        let index = (at - self.from).get().div_euclid(size.max(1));
        let start = self.from + Seconds::new(index.saturating_mul(size));
        *self.by_bucket.entry((start, number)).or_default() += count;
    }
}

fn start_of(bucket: i64) -> Timestamp {
    Timestamp::from_seconds(bucket.saturating_mul(BUCKET_SECONDS))
}

fn starts_bucket(at: Timestamp) -> bool {
    at.microseconds().rem_euclid(BUCKET_SECONDS * 1_000_000) == 0
}
