//! Queries of records: read the Bloom filters first, then open the blocks that may match.

use std::collections::BTreeMap;

use model::{RecordQuery, RefusalCount, RequestRecord, Seconds, TenantId, Timestamp};
use rusqlite::{Connection, params};

use super::{
    block::read_records,
    bloom_filter::{may_contain, query_keys},
    totals::{BUCKET_SECONDS, bucket, tenant_key},
};
use crate::{
    record_query::{cursor, matches},
    sql::history as sql,
};

/// The maximum number of blocks that one query opens. Otherwise a query whose filters match all
/// blocks and whose conditions match no record would read the whole history. The result is then
/// what was found so far.
const OPENED_MAX: usize = 4_096;

/// Returns the newest records that match.
///
/// Blocks are read in the order of their newest record, newest first. The query ends when it has
/// found enough records that are newer than every record of the remaining blocks.
pub(super) fn find(
    connection: &Connection,
    query: &RecordQuery,
) -> rusqlite::Result<Vec<RequestRecord>> {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let keys = query_keys(query);
    let from = query.from.map_or(i64::MIN, Timestamp::microseconds);
    let after = query.after.map(|(at, _)| at.microseconds().saturating_add(1));
    let until = query.until.map(Timestamp::microseconds);
    let until = [until, after].into_iter().flatten().min().unwrap_or(i64::MAX);
    let failed = query.failed_only || query.number.is_some();
    let mut statement = connection.prepare_cached(sql::BLOCKS)?;
    let mut blocks = statement.query(params![from, until, failed])?;
    let mut found: Vec<RequestRecord> = Vec::new();
    let mut opened = 0;
    while let Some(block) = blocks.next()? {
        let newest = Timestamp::from_microseconds(block.get(1)?);
        let is_complete = found.len() >= limit && found.last().is_none_or(|last| last.at > newest);
        if is_complete || opened == OPENED_MAX {
            break;
        }
        if !may_contain(block.get_ref(2)?.as_blob()?, &keys) {
            continue;
        }
        opened += 1;
        let records = read_records(connection, block.get(0)?)?;
        found.extend(records.into_iter().rev().filter(|record| matches(record, query)));
        if found.len() >= limit {
            keep_newest(&mut found, limit);
        }
    }
    keep_newest(&mut found, limit);
    Ok(found)
}

fn keep_newest(found: &mut Vec<RequestRecord>, limit: usize) {
    found.sort_by_key(|record| std::cmp::Reverse(cursor(record)));
    found.truncate(limit);
}

/// Counts refusals by number and time bucket.
///
/// Whole quarters of an hour are counted in the table `refusal_counts`. Blocks are opened only for
/// the rest: ranges and buckets that do not begin and end with a quarter of an hour.
pub(super) fn refusal_counts(
    connection: &Connection,
    tenant: Option<TenantId>,
    (from, until): (Timestamp, Timestamp),
    bucket_size: Seconds,
) -> rusqlite::Result<Vec<RefusalCount>> {
    let mut counts = Counts { from, bucket_size, by_bucket: BTreeMap::new() };
    let mut opened_from = from;
    let size = bucket_size.get();
    if starts_bucket(from) && size > 0 && size % BUCKET_SECONDS == 0 {
        let end = bucket(until);
        let mut statement = connection.prepare_cached(sql::COUNTS)?;
        let mut rows = statement.query(params![tenant_key(tenant), bucket(from), end])?;
        while let Some(row) = rows.next()? {
            let at = Timestamp::from_seconds(row.get::<_, i64>(0)?.saturating_mul(BUCKET_SECONDS));
            let count = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
            counts.add(at, row.get(1)?, count);
        }
        opened_from = from.max(Timestamp::from_seconds(end.saturating_mul(BUCKET_SECONDS)));
    }
    let query = RecordQuery {
        tenant,
        from: Some(opened_from),
        until: Some(until),
        ..RecordQuery::default()
    };
    let keys = query_keys(&query);
    let mut statement = connection.prepare_cached(sql::BLOCKS)?;
    let range = params![opened_from.microseconds(), until.microseconds(), false];
    let mut blocks = statement.query(range)?;
    while let Some(block) = blocks.next()? {
        if !may_contain(block.get_ref(2)?.as_blob()?, &keys) {
            continue;
        }
        let records = read_records(connection, block.get(0)?)?;
        for record in records.iter().filter(|record| matches(record, &query)) {
            if let Some(number) = record.counted_number() {
                counts.add(record.at, number, 1);
            }
        }
    }
    Ok(counts.into_list())
}

struct Counts {
    from: Timestamp,
    bucket_size: Seconds,
    by_bucket: BTreeMap<(Timestamp, u32), u64>,
}

impl Counts {
    fn add(&mut self, at: Timestamp, number: u32, count: u64) {
        let size = self.bucket_size.get();
        let index = (at - self.from).get().div_euclid(size.max(1));
        let start = self.from + Seconds::new(index.saturating_mul(size));
        *self.by_bucket.entry((start, number)).or_default() += count;
    }

    fn into_list(self) -> Vec<RefusalCount> {
        let count = |((bucket_start, number), count)| RefusalCount { bucket_start, number, count };
        self.by_bucket.into_iter().map(count).collect()
    }
}

fn starts_bucket(at: Timestamp) -> bool {
    at.microseconds().rem_euclid(BUCKET_SECONDS * 1_000_000) == 0
}
