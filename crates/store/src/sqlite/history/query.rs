//! Queries of records: read the Bloom filters first, then open the blocks that may match.

use model::{RecordQuery, RefusalCount, RequestRecord, Seconds, TenantId, Timestamp};
use rusqlite::{Connection, params};

use super::{block::read_records, totals::tenant_key};
use crate::{
    history::{
        counts::Counts,
        search::{BlockFilter, Search},
    },
    sql::history as sql,
};

/// Returns the newest records that match.
pub(super) fn find(
    connection: &Connection,
    query: &RecordQuery,
) -> rusqlite::Result<Vec<RequestRecord>> {
    let (filter, mut search) = (BlockFilter::new(query), Search::new(query));
    let mut statement = connection.prepare_cached(sql::BLOCKS)?;
    let mut blocks = statement.query(params![filter.from, filter.until, filter.failed])?;
    while let Some(block) = blocks.next()? {
        if search.ends_before(Timestamp::from_microseconds(block.get(1)?)) {
            break;
        }
        if filter.may_contain(block.get_ref(2)?.as_blob()?) {
            search.add(read_records(connection, block.get(0)?)?);
        }
    }
    Ok(search.into_found())
}

/// Counts refusals by number and time bucket.
pub(super) fn refusal_counts(
    connection: &Connection,
    tenant: Option<TenantId>,
    range: (Timestamp, Timestamp),
    bucket_size: Seconds,
) -> rusqlite::Result<Vec<RefusalCount>> {
    let mut counts = Counts::new(tenant, range, bucket_size);
    if let Some((first, end)) = counts.counted() {
        let mut statement = connection.prepare_cached(sql::COUNTS)?;
        let mut rows = statement.query(params![tenant_key(tenant), first, end])?;
        while let Some(row) = rows.next()? {
            let count = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
            counts.add_counted(row.get(0)?, row.get(1)?, count);
        }
    }
    let rest = counts.rest();
    let filter = BlockFilter::new(&rest);
    let mut statement = connection.prepare_cached(sql::BLOCKS)?;
    let mut blocks = statement.query(params![filter.from, filter.until, filter.failed])?;
    while let Some(block) = blocks.next()? {
        if filter.may_contain(block.get_ref(2)?.as_blob()?) {
            counts.add_records(&read_records(connection, block.get(0)?)?, &rest);
        }
    }
    Ok(counts.into_list())
}
