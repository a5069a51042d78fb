//! Blocks: rows that hold many records of one kind.

use model::{RequestRecord, Timestamp};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    bloom_filter::{self, FilterKey},
    codec::{self, BlockEncoder},
    totals::{Share, TotalsDelta, bucket, tenant, tenant_key},
};
use crate::{sql::history as sql, sqlite::column::damaged};

/// The limits of a block: the number of records, the bytes of its body, and the microseconds
/// between its oldest and its newest record.
const RECORDS_MAX: usize = 256;
const BYTES_MAX: usize = 32 * 1_024;
const SPAN_MAX: u64 = 3_600_000_000;

/// The approximate size of a block without its filter and its body, in bytes.
const ROW_OVERHEAD: usize = 64;

/// The kind of the records of a block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct BlockKind {
    pub(super) share: Share,
    /// The records have an error number.
    pub(super) failed: bool,
}

/// A block that is being filled.
#[derive(Default)]
pub(super) struct Block {
    /// Its row as it was last written, if it was written.
    row: Option<BlockRow>,
    kind: BlockKind,
    /// Whether all its records are counted as successes in one bucket.
    uniform: bool,
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
    pub(super) kind: BlockKind,
    pub(super) uniform: bool,
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) records: i64,
    pub(super) bytes: i64,
}

impl Block {
    /// Creates an empty block for records of a kind.
    pub(super) fn new(kind: BlockKind) -> Self {
        Self { kind, uniform: !kind.failed, ..Self::default() }
    }

    /// Returns whether the block can take this record.
    pub(super) fn can_take(&self, record: &RequestRecord) -> bool {
        let at = record.at.microseconds();
        let span = self.until.max(at).abs_diff(self.from.min(at));
        // Successes of one bucket are deleted without being read.
        let fits = self.kind.failed
            || bucket(Timestamp::from_microseconds(self.from)) == bucket(record.at);
        self.records == 0
            || (self.records < RECORDS_MAX
                && self.encoder.len() < BYTES_MAX
                && span <= SPAN_MAX
                && fits)
    }

    /// Adds a record.
    pub(super) fn add(&mut self, record: &RequestRecord) -> rusqlite::Result<()> {
        let at = record.at.microseconds();
        self.encoder.add(record).map_err(encoding_failed)?;
        bloom_filter::add_record_keys(record, &mut self.keys);
        let is_first = self.records == 0;
        self.uniform &= record.counted_number() == Some(0);
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
            delta.add(row.kind.share, (-row.records, -row.bytes));
            let update = params![from, until, records, bytes, filter, self.uniform, row.id];
            connection.prepare_cached(sql::UPDATE_BLOCK)?.execute(update)?;
            connection.prepare_cached(sql::UPDATE_BODY)?.execute(params![body, row.id])?;
            row.id
        } else {
            let BlockKind { share: Share { tenant, unproven }, failed } = self.kind;
            let (tenant, uniform) = (tenant_key(tenant), self.uniform);
            let row =
                params![tenant, failed, unproven, uniform, from, until, records, bytes, filter];
            let mut statement = connection.prepare_cached(sql::INSERT_BLOCK)?;
            let id = statement.query_row(row, |row| row.get(0))?;
            connection.prepare_cached(sql::INSERT_BODY)?.execute(params![id, body])?;
            id
        };
        delta.add(self.kind.share, (records, bytes));
        let (kind, uniform) = (self.kind, self.uniform);
        self.row = Some(BlockRow { id, kind, uniform, from, until, records, bytes });
        Ok(())
    }

    /// Creates a block that replaces the contents of a row with these records.
    pub(super) fn replacing(row: BlockRow, records: &[RequestRecord]) -> rusqlite::Result<Self> {
        let mut block = Self { row: Some(row), ..Self::new(row.kind) };
        records.iter().try_for_each(|record| block.add(record))?;
        Ok(block)
    }
}

impl BlockRow {
    /// Returns the row of the block with the oldest record.
    pub(super) fn oldest(connection: &Connection) -> rusqlite::Result<Option<Self>> {
        connection.prepare_cached(sql::OLDEST_BLOCK)?.query_row([], Self::read).optional()
    }

    /// Returns the row of the block of a share with its oldest record.
    pub(super) fn oldest_of(
        connection: &Connection,
        share: Share,
    ) -> rusqlite::Result<Option<Self>> {
        let key = params![tenant_key(share.tenant), share.unproven];
        connection.prepare_cached(sql::OLDEST_BLOCK_OF_SHARE)?.query_row(key, Self::read).optional()
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let share = Share { tenant: tenant(row, 1)?, unproven: row.get(3)? };
        Ok(Self {
            id: row.get(0)?,
            kind: BlockKind { share, failed: row.get(2)? },
            uniform: row.get(4)?,
            from: row.get(5)?,
            until: row.get(6)?,
            records: row.get(7)?,
            bytes: row.get(8)?,
        })
    }

    /// Deletes the block.
    pub(super) fn delete(
        self,
        connection: &Connection,
        delta: &mut TotalsDelta,
    ) -> rusqlite::Result<()> {
        connection.prepare_cached(sql::DELETE_BLOCK)?.execute([self.id])?;
        connection.prepare_cached(sql::DELETE_BODY)?.execute([self.id])?;
        delta.add(self.kind.share, (-self.records, -self.bytes));
        Ok(())
    }
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
