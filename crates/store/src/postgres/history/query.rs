//! Queries of records: read the Bloom filters first, then open the blocks that may match.

use model::{Fault, RecordQuery, RefusalCount, RequestRecord, Seconds, TenantId, Timestamp};
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{
    block::{decode, read_bodies},
    statements as sql,
    totals::tenant_key,
    transaction::LongTransaction,
};
use crate::{
    history::{
        block::SPAN_MAX,
        counts::Counts,
        search::{BlockFilter, Search},
    },
    postgres::{
        column::{get, time, unsigned},
        database::{Database, Parameter},
    },
};

/// The number of filters that are read at once. The first time few: most queries find what they
/// need in the newest blocks.
const PAGE_MIN: i64 = 16;
const PAGE_MAX: i64 = 512;
/// The number of blocks that are opened at once. Their records are decoded in about two
/// milliseconds, in which the thread does nothing else.
const OPENED_AT_ONCE: usize = 8;

/// Returns the newest records that match.
pub(super) async fn find(
    database: &Database,
    query: &RecordQuery,
) -> Result<Vec<RequestRecord>, Fault> {
    let mut search = Search::new(query);
    let transaction = LongTransaction::snapshot(database).await?;
    let mut pages = Pages::new(BlockFilter::new(query));
    while !search.ends_before(pages.newest())
        && let Some(page) = pages.next(&transaction).await?
    {
        for blocks in page.chunks(OPENED_AT_ONCE) {
            if blocks.first().is_some_and(|(newest, _)| search.ends_before(*newest)) {
                break;
            }
            for body in read_bodies(&transaction, &ids(blocks)).await? {
                search.add(decode(&body)?);
            }
        }
    }
    transaction.commit().await?;
    Ok(search.into_found())
}

/// Counts refusals by number and time bucket.
pub(super) async fn refusal_counts(
    database: &Database,
    tenant: Option<TenantId>,
    range: (Timestamp, Timestamp),
    bucket_size: Seconds,
) -> Result<Vec<RefusalCount>, Fault> {
    let mut counts = Counts::new(tenant, range, bucket_size);
    let transaction = LongTransaction::snapshot(database).await?;
    if let Some((first, end)) = counts.counted() {
        let tenant = tenant_key(tenant);
        let range =
            [(&tenant as _, Type::UUID), (&first as _, Type::INT8), (&end as _, Type::INT8)];
        for row in transaction.query(sql::COUNTS, &range).await? {
            counts.add_counted(get(&row, 0)?, unsigned(&row, 1)?, unsigned(&row, 2)?);
        }
    }
    let rest = counts.rest();
    let mut pages = Pages::new(BlockFilter::new(&rest));
    while let Some(page) = pages.next(&transaction).await? {
        for blocks in page.chunks(OPENED_AT_ONCE) {
            for body in read_bodies(&transaction, &ids(blocks)).await? {
                counts.add_records(&decode(&body)?, &rest);
            }
        }
    }
    transaction.commit().await?;
    Ok(counts.into_list())
}

/// A block that may match: the time of its newest record, and its id.
type Candidate = (Timestamp, Uuid);

fn ids(blocks: &[Candidate]) -> Vec<Uuid> {
    blocks.iter().map(|(_, id)| *id).collect()
}

/// The blocks that may match, in the order of their newest record, newest first.
struct Pages {
    filter: BlockFilter,
    /// The last block so far.
    after: (i64, Uuid),
    size: i64,
    is_complete: bool,
}

impl Pages {
    fn new(filter: BlockFilter) -> Self {
        // A block that begins before the end of the range ends soon after it. Without this start,
        // a query of an old range would read all newer blocks.
        let start = filter.until.saturating_add_unsigned(SPAN_MAX);
        let is_complete = filter.from >= filter.until;
        Self { filter, after: (start, Uuid::max()), size: PAGE_MIN, is_complete }
    }

    /// Returns a time that no record of the remaining blocks is newer than.
    fn newest(&self) -> Timestamp {
        Timestamp::from_microseconds(self.after.0)
    }

    /// Reads the next filters, and returns the blocks that may match. Returns `None` at the end.
    async fn next(
        &mut self,
        transaction: &LongTransaction<'_>,
    ) -> Result<Option<Vec<Candidate>>, Fault> {
        if self.is_complete {
            return Ok(None);
        }
        let filter = &self.filter;
        let tenant = filter.tenant.map(TenantId::uuid);
        let mut conditions: Vec<Parameter<'_>> = vec![
            (&filter.from as _, Type::INT8),
            (&filter.until as _, Type::INT8),
            (&filter.failed as _, Type::BOOL),
            (&self.after.0 as _, Type::INT8),
            (&self.after.1 as _, Type::UUID),
            (&self.size as _, Type::INT8),
        ];
        let rows = if let Some(tenant) = &tenant {
            conditions.push((tenant, Type::UUID));
            transaction.query(sql::TENANT_BLOCKS, &conditions).await?
        } else {
            transaction.query(sql::BLOCKS, &conditions).await?
        };
        let mut candidates = Vec::new();
        for row in &rows {
            if filter.may_contain(get(row, 2)?) {
                candidates.push((time(row, 1)?, get(row, 0)?));
            }
        }
        self.is_complete = i64::try_from(rows.len()).is_ok_and(|count| count < self.size);
        if let Some(last) = rows.last() {
            self.after = (get(last, 1)?, get(last, 0)?);
        }
        self.size = self.size.saturating_mul(2).min(PAGE_MAX);
        Ok(Some(candidates))
    }
}
