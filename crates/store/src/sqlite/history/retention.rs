//! Retention on SQLite: deletes the oldest records that exceed a limit.
//!
//! SQLite reuses the freed pages for new records. So the file stays as large as it was at its
//! fullest: `bytes_max` and about a tenth. It is not shrunk, because the file would allocate the
//! same pages again within the hour.

use model::{ChangeEvent, RetentionLimits, Timestamp};
use rusqlite::{Connection, params};

use super::{
    block::{Block, BlockRow, read_records},
    totals,
};
use crate::{
    history::{
        excess::{BLOCKS_MAX, BlockExcess, EVENTS_MAX, Excess},
        totals::{Shares, TotalsDelta, bucket},
    },
    sql::history as sql,
};

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
    let (shares, mut delta) = (totals::shares(connection)?, TotalsDelta::default());
    for _ in 0..BLOCKS_MAX {
        let left = (records + delta.records(), bytes + delta.bytes());
        let excess = Excess::new(oldest, limits, left);
        let Some(block) = next_block(connection, excess, (&shares, &delta))? else { break };
        if !delete_excess(connection, excess, block, &mut delta)? {
            break;
        }
    }
    if delta.records() == 0 {
        delete_old_counts(connection, bucket(now - limits.age_max))?;
        return Ok(deleted_events);
    }
    totals::add(connection, &delta)?;
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

/// Returns the block that loses records next.
fn next_block(
    connection: &Connection,
    excess: Excess,
    (shares, delta): (&Shares, &TotalsDelta),
) -> rusqlite::Result<Option<BlockRow>> {
    let Some(oldest) = BlockRow::oldest(connection)? else { return Ok(None) };
    if excess.has_old(&oldest.summary) || !excess.is_full() {
        return Ok(Some(oldest));
    }
    let changed = |share| delta.of_share(share);
    let block = match shares.next_to_lose(changed, excess.is_full_of_bytes()) {
        Some(share) => BlockRow::oldest_of(connection, share)?,
        None => None,
    };
    // Without the share of a release that does not count shares.
    Ok(Some(block.unwrap_or(oldest)))
}

/// Deletes the excess records of a block. Returns whether there were any.
fn delete_excess(
    connection: &Connection,
    excess: Excess,
    block: BlockRow,
    delta: &mut TotalsDelta,
) -> rusqlite::Result<bool> {
    let is_whole = match excess.of_block(&block.summary) {
        BlockExcess::None => return Ok(false),
        BlockExcess::Whole => true,
        BlockExcess::Oldest => false,
    };
    if is_whole && block.summary.uniform {
        block.summary.subtract_counts_from(delta);
        block.delete(connection, delta)?;
        return Ok(true);
    }
    let mut records = match read_records(connection, block.id) {
        // A damaged block is deleted as a whole, or nothing after it would ever be deleted.
        Err(rusqlite::Error::FromSqlConversionFailure(..)) => Vec::new(),
        result => result?,
    };
    excess.remove_from(&block.summary, &mut records, delta);
    if records.is_empty() || is_whole {
        block.delete(connection, delta)?;
    } else {
        Block::replacing(block, &records)?.write(connection, delta)?;
    }
    Ok(true)
}
