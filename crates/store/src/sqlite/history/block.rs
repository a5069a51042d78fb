//! Blocks: rows that hold many records of one kind.

use std::collections::HashMap;

use model::{RequestRecord, TenantId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    bloom_filter::{self, FilterKey},
    codec::{self, BlockEncoder},
};
use crate::{sql::history as sql, sqlite::column::damaged};

/// The limits of a block: the number of records, the bytes of its body, and the microseconds
/// between its oldest and its newest record.
const RECORDS_MAX: usize = 256;
const BYTES_MAX: usize = 32 * 1_024;
const SPAN_MAX: u64 = 3_600_000_000;

/// The approximate size of a block without its filter and its body, in bytes.
const ROW_OVERHEAD: usize = 64;

/// The length of a bucket in the table `refusal_counts`.
pub(super) const BUCKET_SECONDS: i64 = 900;

/// A block that is being filled.
#[derive(Default)]
pub(super) struct Block {
    /// Its row as it was last written, if it was written.
    row: Option<BlockRow>,
    failed: bool,
    from: i64,
    until: i64,
    records: usize,
    encoder: BlockEncoder,
    keys: Vec<FilterKey>,
}

/// A row of the table `record_blocks`, without the filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct BlockRow {
    pub(super) id: i64,
    pub(super) failed: bool,
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) records: i64,
    pub(super) bytes: i64,
}

/// The change of the totals and of the refusal counts.
#[derive(Default)]
pub(super) struct TotalsDelta {
    records: i64,
    bytes: i64,
    refusal_counts: HashMap<(Option<TenantId>, i64, u32), i64>,
}

impl Block {
    /// Creates an empty block for failed or for other records.
    pub(super) fn new(failed: bool) -> Self {
        Self { failed, ..Self::default() }
    }

    /// Returns whether the block can take this record.
    pub(super) fn can_take(&self, record: &RequestRecord) -> bool {
        let at = record.at.microseconds();
        let span = self.until.max(at).abs_diff(self.from.min(at));
        self.records == 0
            || (self.records < RECORDS_MAX && self.encoder.len() < BYTES_MAX && span <= SPAN_MAX)
    }

    /// Adds a record.
    pub(super) fn add(&mut self, record: &RequestRecord) -> rusqlite::Result<()> {
        let at = record.at.microseconds();
        self.encoder.add(record).map_err(encoding_failed)?;
        bloom_filter::add_record_keys(record, &mut self.keys);
        let is_first = self.records == 0;
        self.from = if is_first { at } else { self.from.min(at) };
        self.until = if is_first { at } else { self.until.max(at) };
        self.records += 1;
        Ok(())
    }

    /// Returns whether the row is as this block wrote it. Another process may have shortened or
    /// deleted it.
    pub(super) fn is_unchanged(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let Some(row) = self.row else { return Ok(self.records == 0) };
        let mut statement = connection.prepare_cached(sql::BLOCK_IS_UNCHANGED)?;
        statement.exists(params![row.id, row.from, row.until, row.records])
    }

    /// Inserts the row, or updates it after records were added.
    pub(super) fn write(
        &mut self,
        connection: &Connection,
        delta: &mut TotalsDelta,
    ) -> rusqlite::Result<()> {
        let body = self.encoder.body().map_err(encoding_failed)?;
        let filter = bloom_filter::build(&mut self.keys);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let bytes = number(body.len() + filter.len() + ROW_OVERHEAD);
        let records = number(self.records);
        let (from, until) = (self.from, self.until);
        let id = if let Some(row) = self.row {
            delta.add(-row.records, -row.bytes);
            let update = params![from, until, records, bytes, filter, row.id];
            connection.prepare_cached(sql::UPDATE_BLOCK)?.execute(update)?;
            connection.prepare_cached(sql::UPDATE_BODY)?.execute(params![body, row.id])?;
            row.id
        } else {
            let row = params![self.failed, from, until, records, bytes, filter];
            let mut statement = connection.prepare_cached(sql::INSERT_BLOCK)?;
            let id = statement.query_row(row, |row| row.get(0))?;
            connection.prepare_cached(sql::INSERT_BODY)?.execute(params![id, body])?;
            id
        };
        delta.add(records, bytes);
        self.row = Some(BlockRow { id, failed: self.failed, from, until, records, bytes });
        Ok(())
    }

    /// Creates a block that replaces the contents of a row with these records.
    pub(super) fn replacing(row: BlockRow, records: &[RequestRecord]) -> rusqlite::Result<Self> {
        let mut block = Self { row: Some(row), ..Self::new(row.failed) };
        records.iter().try_for_each(|record| block.add(record))?;
        Ok(block)
    }
}

impl BlockRow {
    /// Returns the row of the block with the oldest record.
    pub(super) fn oldest(connection: &Connection) -> rusqlite::Result<Option<Self>> {
        let mut statement = connection.prepare_cached(sql::OLDEST_BLOCK)?;
        let row = statement.query_row([], |row| {
            Ok(Self {
                id: row.get(0)?,
                failed: row.get(1)?,
                from: row.get(2)?,
                until: row.get(3)?,
                records: row.get(4)?,
                bytes: row.get(5)?,
            })
        });
        row.optional()
    }

    /// Deletes the block.
    pub(super) fn delete(
        self,
        connection: &Connection,
        delta: &mut TotalsDelta,
    ) -> rusqlite::Result<()> {
        connection.prepare_cached(sql::DELETE_BLOCK)?.execute([self.id])?;
        connection.prepare_cached(sql::DELETE_BODY)?.execute([self.id])?;
        delta.add(-self.records, -self.bytes);
        Ok(())
    }
}

impl TotalsDelta {
    fn add(&mut self, records: i64, bytes: i64) {
        self.records += records;
        self.bytes += bytes;
    }

    /// Returns the change of the number of records.
    pub(super) fn records(&self) -> i64 {
        self.records
    }

    /// Returns the change of the number of bytes.
    pub(super) fn bytes(&self) -> i64 {
        self.bytes
    }

    /// Counts the error number of a record: 1 for an added record, -1 for a deleted one.
    pub(super) fn count(&mut self, record: &RequestRecord, change: i64) {
        let Some(number) = record.counted_number() else { return };
        let bucket = bucket(record.at);
        *self.refusal_counts.entry((None, bucket, number)).or_default() += change;
        if record.tenant.is_some() {
            *self.refusal_counts.entry((record.tenant, bucket, number)).or_default() += change;
        }
    }

    /// Adds the changes to the stored totals and counts.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut totals = connection.prepare_cached(sql::ADD_TO_TOTALS)?;
        totals.execute([self.records, self.bytes])?;
        for ((tenant, bucket, number), change) in &self.refusal_counts {
            let tenant = tenant_key(*tenant);
            let row = params![tenant, bucket, number, change];
            connection.prepare_cached(sql::ADD_COUNT)?.execute(row)?;
            if *change < 0 {
                let row = params![tenant, bucket, number];
                connection.prepare_cached(sql::DELETE_ZERO_COUNT)?.execute(row)?;
            }
        }
        Ok(())
    }
}

/// Returns the index of the bucket that contains a time, counted from 1970.
pub(super) fn bucket(at: Timestamp) -> i64 {
    at.seconds().div_euclid(BUCKET_SECONDS)
}

/// Returns the stored form of a tenant. No tenant is an empty blob.
pub(super) fn tenant_key(tenant: Option<TenantId>) -> Vec<u8> {
    tenant.map(TenantId::into_bytes).map_or_else(Vec::new, Vec::from)
}

/// Returns the records of a block. Returns none if the block was deleted meanwhile.
pub(super) fn read_records(
    connection: &Connection,
    block: i64,
) -> rusqlite::Result<Vec<RequestRecord>> {
    let mut statement = connection.prepare_cached(sql::BODY)?;
    let records = statement.query_row([block], |row| {
        codec::decode(row.get_ref(0)?.as_blob()?).map_err(|error| damaged(0, error))
    });
    Ok(records.optional()?.unwrap_or_default())
}

fn encoding_failed(error: codec::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error)
}
