//! Removing the oldest records that are beyond a bound.
//!
//! Pages that become free are used again by what is written next, so that the file stays as
//! large as it was at its fullest: `bytes_max` and about a tenth. It is not made smaller, which
//! would move pages about for an hour's peace.

use model::{Bounds, Event, Timestamp};
use rusqlite::{Connection, params};

use super::block::{Block, Difference, Row, quarter, records};
use crate::sql::history as sql;

/// How many blocks one call looks at, and how many events it removes: others wait behind it.
const BLOCKS_MAX: usize = 128;
const EVENTS_MAX: u32 = 1_000;

/// Removes some; returns how many records went.
pub(super) fn trim(
    connection: &Connection,
    now: Timestamp,
    bounds: &Bounds,
) -> rusqlite::Result<u64> {
    let oldest = (now - bounds.age_max).microseconds();
    connection.prepare_cached(sql::REMOVE_EVENTS)?.execute(params![
        oldest,
        Event::VERSION,
        EVENTS_MAX
    ])?;
    let (all, bytes): (i64, i64) = connection
        .prepare_cached(sql::TOTALS)?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let limit = |bound: u64| i64::try_from(bound).unwrap_or(i64::MAX);
    let mut difference = Difference::default();
    for _ in 0..BLOCKS_MAX {
        let Some(block) = Row::oldest(connection)? else { break };
        let over = Over {
            before: oldest,
            records: all + difference.records() - limit(bounds.records_max),
            bytes: bytes + difference.bytes() - limit(bounds.bytes_max),
        };
        if !over.cut(connection, block, &mut difference)? {
            break;
        }
    }
    if difference.records() == 0 {
        forget_tallies(connection, quarter(now - bounds.age_max))?;
        return Ok(0);
    }
    difference.write(connection)?;
    Ok(difference.records().unsigned_abs())
}

/// What a damaged block counted cannot be taken back from its records, so that counts also go by
/// their age.
fn forget_tallies(connection: &Connection, kept_from: i64) -> rusqlite::Result<()> {
    let mut remove = connection.prepare_cached(sql::REMOVE_TALLIES)?;
    let mut next = connection.prepare_cached(sql::NEXT_TALLIED)?;
    // The first is the key of no tenant, which is nothing; tenants are few.
    let mut tenant = Some(Vec::new());
    while let Some(known) = tenant {
        remove.execute(params![known, kept_from])?;
        tenant = next.query_row([&known], |row| row.get::<_, Option<Vec<u8>>>(0))?;
    }
    Ok(())
}

/// What is beyond the bounds.
struct Over {
    /// Everything before this moment.
    before: i64,
    /// So many records, if it is more than none.
    records: i64,
    /// So many bytes, if it is more than none.
    bytes: i64,
}

impl Over {
    /// Takes from a block what is beyond a bound; whether that was anything.
    fn cut(
        &self,
        connection: &Connection,
        block: Row,
        difference: &mut Difference,
    ) -> rusqlite::Result<bool> {
        let share = self.bytes.saturating_mul(block.records) / block.bytes.max(1);
        let for_bytes = if self.bytes > 0 { share.saturating_add(1) } else { 0 };
        let beyond = self.records.max(for_bytes).max(0);
        let aged = block.from < self.before;
        if beyond == 0 && !aged {
            return Ok(false);
        }
        let whole = beyond >= block.records || block.until < self.before;
        if whole && !block.failed {
            block.remove(connection, difference)?;
            return Ok(true);
        }
        let mut kept = match records(connection, block.id) {
            // What nobody can read goes as a whole: otherwise nothing would ever go again.
            Err(rusqlite::Error::FromSqlConversionFailure(..)) => Vec::new(),
            read => read?,
        };
        kept.sort_by_key(|record| record.at);
        let aged = kept.partition_point(|record| record.at.microseconds() < self.before);
        let beyond = usize::try_from(beyond).unwrap_or(usize::MAX).max(aged).min(kept.len());
        for record in kept.drain(..beyond) {
            difference.tally(&record, -1);
        }
        if kept.is_empty() || whole {
            block.remove(connection, difference)?;
        } else {
            Block::again(block, &kept)?.write(connection, difference)?;
        }
        Ok(true)
    }
}
