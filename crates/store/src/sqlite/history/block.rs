//! The rows of blocks on SQLite.

use model::RequestRecord;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::totals::{tenant, tenant_key};
use crate::{
    history::{
        block::{BlockContent, BlockKind, BlockSummary, EncodedBlock},
        codec,
        totals::{Share, TotalsDelta},
    },
    sql::history as sql,
    sqlite::column::damaged,
};

/// A block that is being filled.
#[derive(Default)]
pub(super) struct Block {
    /// Its row as it was last written, if it was written.
    row: Option<BlockRow>,
    content: BlockContent,
}

/// A row of the table `record_blocks`, without the filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct BlockRow {
    pub(super) id: i64,
    pub(super) summary: BlockSummary,
}

impl Block {
    /// Creates an empty block for records of a kind.
    pub(super) fn new(kind: BlockKind) -> Self {
        Self { row: None, content: BlockContent::new(kind) }
    }

    /// Creates a block that replaces the contents of a row with these records.
    pub(super) fn replacing(row: BlockRow, records: &[RequestRecord]) -> rusqlite::Result<Self> {
        let content = BlockContent::of_records(row.summary.kind, records);
        Ok(Self { row: Some(row), content: content.map_err(encoding_failed)? })
    }

    /// Returns whether the block can take this record.
    pub(super) fn can_take(&self, record: &RequestRecord) -> bool {
        self.content.can_take(record)
    }

    /// Adds a record.
    pub(super) fn add(&mut self, record: &RequestRecord) -> rusqlite::Result<()> {
        self.content.add(record).map_err(encoding_failed)
    }

    /// Returns whether the row is as this block wrote it. Another process may have shortened or
    /// deleted it.
    pub(super) fn is_unchanged(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let Some(BlockRow { id, summary }) = self.row else { return Ok(self.content.is_empty()) };
        let mut statement = connection.prepare_cached(sql::BLOCK_IS_UNCHANGED)?;
        statement.exists(params![id, summary.from, summary.until, summary.records])
    }

    /// Inserts the row, or updates it after records were added.
    pub(super) fn write(
        &mut self,
        connection: &Connection,
        delta: &mut TotalsDelta,
    ) -> rusqlite::Result<()> {
        let EncodedBlock { summary, filter, body } =
            self.content.encode().map_err(encoding_failed)?;
        let BlockSummary { kind, uniform, from, until, records, bytes } = summary;
        let id = if let Some(row) = self.row {
            row.summary.subtract_from(delta);
            let update = params![from, until, records, bytes, filter, uniform, row.id];
            connection.prepare_cached(sql::UPDATE_BLOCK)?.execute(update)?;
            connection.prepare_cached(sql::UPDATE_BODY)?.execute(params![body, row.id])?;
            row.id
        } else {
            let BlockKind { share: Share { tenant, unproven }, failed } = kind;
            let tenant = tenant_key(tenant);
            let row =
                params![tenant, failed, unproven, uniform, from, until, records, bytes, filter];
            let mut statement = connection.prepare_cached(sql::INSERT_BLOCK)?;
            let id = statement.query_row(row, |row| row.get(0))?;
            connection.prepare_cached(sql::INSERT_BODY)?.execute(params![id, body])?;
            id
        };
        summary.add_to(delta);
        self.row = Some(BlockRow { id, summary });
        Ok(())
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
        let summary = BlockSummary {
            kind: BlockKind { share, failed: row.get(2)? },
            uniform: row.get(4)?,
            from: row.get(5)?,
            until: row.get(6)?,
            records: row.get(7)?,
            bytes: row.get(8)?,
        };
        Ok(Self { id: row.get(0)?, summary })
    }

    /// Deletes the block.
    pub(super) fn delete(
        self,
        connection: &Connection,
        delta: &mut TotalsDelta,
    ) -> rusqlite::Result<()> {
        connection.prepare_cached(sql::DELETE_BLOCK)?.execute([self.id])?;
        connection.prepare_cached(sql::DELETE_BODY)?.execute([self.id])?;
        self.summary.subtract_from(delta);
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
