//! Retention: deletes the oldest records that exceed a limit.
//!
//! When the history is full, the tenant with most of it loses first, so that a flood of requests to
//! one tenant erases no evidence of another. Of that tenant, failures of senders who proved nothing
//! go first, as long as they are more than a tenth of its records. Events have their own limit: of
//! the tenant with most of them, the kind with most loses its oldest.
//!
//! SQLite reuses the freed pages for new records. So the file stays as large as it was at its
//! fullest: `bytes_max` and about a tenth. It is not shrunk, because the file would allocate the
//! same pages again within the hour.

use model::{ChangeEvent, RetentionLimits, Timestamp};
use rusqlite::{Connection, params};

use super::{
    block::{Block, BlockRow, read_records},
    totals::{Shares, TotalsDelta, bucket},
};
use crate::sql::history as sql;

/// The number of blocks that one call processes, and of events that it deletes. Other jobs wait
/// behind it.
const BLOCKS_MAX: usize = 128;
const EVENTS_MAX: u32 = 1_000;

/// Deletes some of the excess. Returns the number of deleted records and events.
pub(super) fn enforce(
    connection: &Connection,
    now: Timestamp,
    limits: &RetentionLimits,
) -> rusqlite::Result<u64> {
    let oldest = (now - limits.age_max).microseconds();
    let [version, root_key] = ChangeEvent::KEPT;
    let mut delete_events = connection.prepare_cached(sql::DELETE_EVENTS)?;
    let old_events = delete_events.execute(params![oldest, version, root_key, EVENTS_MAX])?;
    let deleted_events = (old_events + limit_events(connection)?) as u64;
    let (records, bytes): (i64, i64) = connection
        .prepare_cached(sql::TOTALS)?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let signed = |limit: u64| i64::try_from(limit).unwrap_or(i64::MAX);
    let (shares, mut delta) = (Shares::read(connection)?, TotalsDelta::default());
    for _ in 0..BLOCKS_MAX {
        let excess = Excess {
            before: oldest,
            records: records + delta.records() - signed(limits.records_max),
            bytes: bytes + delta.bytes() - signed(limits.bytes_max),
        };
        let Some(block) = excess.next_block(connection, &shares, &delta)? else { break };
        if !excess.delete_from(connection, block, &mut delta)? {
            break;
        }
    }
    if delta.records() == 0 {
        delete_old_counts(connection, bucket(now - limits.age_max))?;
        return Ok(deleted_events);
    }
    delta.write(connection)?;
    Ok(delta.records().unsigned_abs() + deleted_events)
}

/// Deletes some of the events over [`RetentionLimits::EVENTS_MAX`]: of the tenant with most, those
/// of the kind with most. Returns their number.
fn limit_events(connection: &Connection) -> rusqlite::Result<usize> {
    let count: u32 =
        connection.prepare_cached(sql::COUNT_EVENTS)?.query_row([], |row| row.get(0))?;
    let excess = count.saturating_sub(RetentionLimits::EVENTS_MAX).min(EVENTS_MAX);
    if excess == 0 {
        return Ok(0);
    }
    let mut largest = connection.prepare_cached(sql::TENANT_WITH_MOST_EVENTS)?;
    let tenant: Vec<u8> = largest.query_row([], |row| row.get(0))?;
    let mut largest = connection.prepare_cached(sql::KIND_WITH_MOST_EVENTS)?;
    let kind: Option<String> = largest.query_row([&tenant], |row| row.get(0))?;
    let [version, root_key] = ChangeEvent::KEPT;
    let delete = params![tenant, kind, version, root_key, excess];
    connection.prepare_cached(sql::DELETE_EVENTS_OF)?.execute(delete)
}

/// Deletes refusal counts by their age. Deleting a block subtracts its records from the counts,
/// but the records of a damaged block are unknown.
fn delete_old_counts(connection: &Connection, oldest_bucket: i64) -> rusqlite::Result<()> {
    let mut delete = connection.prepare_cached(sql::DELETE_COUNTS)?;
    let mut next = connection.prepare_cached(sql::NEXT_COUNTED_TENANT)?;
    // The first key is empty: no tenant. There are few tenants.
    let mut tenant = Some(Vec::new());
    while let Some(key) = tenant {
        delete.execute(params![key, oldest_bucket])?;
        tenant = next.query_row([&key], |row| row.get::<_, Option<Vec<u8>>>(0))?;
    }
    Ok(())
}

/// The excess over the limits.
struct Excess {
    /// Records before this time are too old, in microseconds.
    before: i64,
    /// The number of excess records, if positive.
    records: i64,
    /// The number of excess bytes, if positive.
    bytes: i64,
}

impl Excess {
    /// Returns the block that loses records next.
    fn next_block(
        &self,
        connection: &Connection,
        shares: &Shares,
        delta: &TotalsDelta,
    ) -> rusqlite::Result<Option<BlockRow>> {
        let Some(oldest) = BlockRow::oldest(connection)? else { return Ok(None) };
        let has_excess = self.records > 0 || self.bytes > 0;
        if oldest.from < self.before || !has_excess {
            return Ok(Some(oldest));
        }
        let block = match shares.next_to_lose(delta, self.bytes > 0) {
            Some(share) => BlockRow::oldest_of(connection, share)?,
            None => None,
        };
        // Without the share of a release that does not count shares.
        Ok(Some(block.unwrap_or(oldest)))
    }

    /// Deletes the excess records of a block. Returns whether there were any.
    fn delete_from(
        &self,
        connection: &Connection,
        block: BlockRow,
        delta: &mut TotalsDelta,
    ) -> rusqlite::Result<bool> {
        let share = self.bytes.saturating_mul(block.records) / block.bytes.max(1);
        let for_bytes = if self.bytes > 0 { share.saturating_add(1) } else { 0 };
        let excess = self.records.max(for_bytes).max(0);
        let has_old = block.from < self.before;
        if excess == 0 && !has_old {
            return Ok(false);
        }
        let is_whole = excess >= block.records || block.until < self.before;
        if is_whole && block.uniform {
            delta.subtract_successes(block.kind.share, block.from, block.records);
            block.delete(connection, delta)?;
            return Ok(true);
        }
        let mut records = match read_records(connection, block.id) {
            // A damaged block is deleted as a whole, or nothing after it would ever be deleted.
            Err(rusqlite::Error::FromSqlConversionFailure(..)) => Vec::new(),
            result => result?,
        };
        records.sort_by_key(|record| record.at);
        let old = records.partition_point(|record| record.at.microseconds() < self.before);
        let deleted = usize::try_from(excess).unwrap_or(usize::MAX).max(old).min(records.len());
        for record in records.drain(..deleted) {
            delta.count(&record, -1);
        }
        if records.is_empty() || is_whole {
            block.delete(connection, delta)?;
        } else {
            Block::replacing(block, &records)?.write(connection, delta)?;
        }
        Ok(true)
    }
}
