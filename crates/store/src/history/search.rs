//! The search through blocks: read the Bloom filters first, then open the blocks that may match.

use model::{RecordQuery, RequestRecord, TenantId, Timestamp};

use super::bloom_filter::{FilterKey, may_contain, query_keys};
use crate::record_query::{cursor, matches};

/// The maximum number of blocks that one query opens. Otherwise a query whose filters match all
/// blocks and whose conditions match no record would read the whole history. The result is then
/// what was found so far.
const OPENED_MAX: usize = 4_096;

/// A search for the newest records that match a query.
///
/// Blocks are read in the order of their newest record, newest first. The search ends when it has
/// found enough records that are newer than every record of the remaining blocks.
pub(crate) struct Search<'a> {
    query: &'a RecordQuery,
    limit: usize,
    found: Vec<RequestRecord>,
    opened: usize,
}

/// The blocks that may contain a record of a query.
pub(crate) struct BlockFilter {
    /// The range of the times of its records, in microseconds. Half-open.
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// Only blocks of failed requests.
    pub(crate) failed: bool,
    pub(crate) tenant: Option<TenantId>,
    keys: Vec<FilterKey>,
}

impl<'a> Search<'a> {
    /// Begins a search.
    pub(crate) fn new(query: &'a RecordQuery) -> Self {
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        Self { query, limit, found: Vec::new(), opened: 0 }
    }

    /// Returns whether the search ends before a block whose newest record is of this time.
    pub(crate) fn ends_before(&self, newest: Timestamp) -> bool {
        let is_older = || self.found.last().is_none_or(|last| last.at > newest);
        self.opened >= OPENED_MAX || (self.found.len() >= self.limit && is_older())
    }

    /// Adds the matching records of a block.
    pub(crate) fn add(&mut self, records: Vec<RequestRecord>) {
        self.opened += 1;
        let query = self.query;
        self.found.extend(records.into_iter().rev().filter(|record| matches(record, query)));
        if self.found.len() >= self.limit {
            self.keep_newest();
        }
    }

    /// Returns the newest records that match.
    pub(crate) fn into_found(mut self) -> Vec<RequestRecord> {
        self.keep_newest();
        self.found
    }

    fn keep_newest(&mut self) {
        self.found.sort_by_key(|record| std::cmp::Reverse(cursor(record)));
        self.found.truncate(self.limit);
    }
}

impl BlockFilter {
    /// Creates the filter of a query.
    pub(crate) fn new(query: &RecordQuery) -> Self {
        let after = query.after.map(|(at, _)| at.microseconds().saturating_add(1));
        let until = query.until.map(Timestamp::microseconds);
        Self {
            from: query.from.map_or(i64::MIN, Timestamp::microseconds),
            until: [until, after].into_iter().flatten().min().unwrap_or(i64::MAX),
            failed: query.failed_only || query.number.is_some(),
            tenant: query.tenant,
            keys: query_keys(query),
        }
    }

    /// Returns whether the block with this Bloom filter may contain a match.
    pub(crate) fn may_contain(&self, bloom_filter: &[u8]) -> bool {
        may_contain(bloom_filter, &self.keys)
    }
}
