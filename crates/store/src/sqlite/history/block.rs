//! Records of one kind, many to a row.

use std::collections::HashMap;

use model::{Record, TenantId, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    filter::{self, Key},
    line::{self, Lines},
};
use crate::{sql::history as sql, sqlite::column::damaged};

/// A block takes no more records, bytes, or microseconds between its oldest and newest.
const RECORDS_MAX: usize = 256;
const BYTES_MAX: usize = 32 * 1_024;
const SPAN_MAX: u64 = 3_600_000_000;

/// What a block takes beside its filter and its body, about.
const BYTES_BESIDE: usize = 64;

/// How long the stretches are that numbers are counted in.
pub(super) const QUARTER_SECONDS: i64 = 900;

/// A block that is being filled.
#[derive(Default)]
pub(super) struct Block {
    /// Its row, once it has one, and how much of it is there.
    row: Option<Row>,
    failed: bool,
    from: i64,
    until: i64,
    records: usize,
    lines: Lines,
    keys: Vec<Key>,
}

/// A block as it stands in its table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Row {
    pub(super) id: i64,
    pub(super) failed: bool,
    pub(super) from: i64,
    pub(super) until: i64,
    pub(super) records: i64,
    pub(super) bytes: i64,
}

/// How much more, or less, there is after a change.
#[derive(Default)]
pub(super) struct Difference {
    records: i64,
    bytes: i64,
    tallies: HashMap<(Option<TenantId>, i64, u32), i64>,
}

impl Block {
    /// An empty one, for records with or without a number.
    pub(super) fn new(failed: bool) -> Self {
        Self { failed, ..Self::default() }
    }

    /// Whether there is room for this record.
    pub(super) fn has_room(&self, record: &Record) -> bool {
        let at = record.at.microseconds();
        let span = self.until.max(at).abs_diff(self.from.min(at));
        self.records == 0
            || (self.records < RECORDS_MAX && self.lines.len() < BYTES_MAX && span <= SPAN_MAX)
    }

    /// Takes a record.
    pub(super) fn add(&mut self, record: &Record) -> rusqlite::Result<()> {
        let at = record.at.microseconds();
        self.lines.add(record).map_err(unwritable)?;
        filter::add_keys(record, &mut self.keys);
        let first = self.records == 0;
        self.from = if first { at } else { self.from.min(at) };
        self.until = if first { at } else { self.until.max(at) };
        self.records += 1;
        Ok(())
    }

    /// Whether the row is as this block left it: another process may have cut or removed it.
    pub(super) fn is_as_left(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let Some(row) = self.row else { return Ok(self.records == 0) };
        let mut statement = connection.prepare_cached(sql::IS_AS_LEFT)?;
        statement.exists(params![row.id, row.from, row.until, row.records])
    }

    /// Writes the row: a new one, or what was added to it since.
    pub(super) fn write(
        &mut self,
        connection: &Connection,
        difference: &mut Difference,
    ) -> rusqlite::Result<()> {
        let body = self.lines.body().map_err(unwritable)?;
        let filter = filter::filter(&mut self.keys);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let bytes = number(body.len() + filter.len() + BYTES_BESIDE);
        let records = number(self.records);
        let (from, until) = (self.from, self.until);
        let id = if let Some(row) = self.row {
            difference.add(-row.records, -row.bytes);
            let update = params![from, until, records, bytes, filter, row.id];
            connection.prepare_cached(sql::UPDATE_BLOCK)?.execute(update)?;
            connection.prepare_cached(sql::UPDATE_BODY)?.execute(params![body, row.id])?;
            row.id
        } else {
            let row = params![self.failed, from, until, records, bytes, filter];
            let mut statement = connection.prepare_cached(sql::ADD_BLOCK)?;
            let id = statement.query_row(row, |row| row.get(0))?;
            connection.prepare_cached(sql::ADD_BODY)?.execute(params![id, body])?;
            id
        };
        difference.add(records, bytes);
        self.row = Some(Row { id, failed: self.failed, from, until, records, bytes });
        Ok(())
    }

    /// A block in the place of this row, with these records.
    pub(super) fn again(row: Row, records: &[Record]) -> rusqlite::Result<Self> {
        let mut block = Self { row: Some(row), ..Self::new(row.failed) };
        records.iter().try_for_each(|record| block.add(record))?;
        Ok(block)
    }
}

impl Row {
    /// The row of the oldest block.
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

    /// Removes the block.
    pub(super) fn remove(
        self,
        connection: &Connection,
        difference: &mut Difference,
    ) -> rusqlite::Result<()> {
        connection.prepare_cached(sql::REMOVE_BLOCK)?.execute([self.id])?;
        connection.prepare_cached(sql::REMOVE_BODY)?.execute([self.id])?;
        difference.add(-self.records, -self.bytes);
        Ok(())
    }
}

impl Difference {
    fn add(&mut self, records: i64, bytes: i64) {
        self.records += records;
        self.bytes += bytes;
    }

    /// How many records more there are.
    pub(super) fn records(&self) -> i64 {
        self.records
    }

    /// How many bytes more there are.
    pub(super) fn bytes(&self) -> i64 {
        self.bytes
    }

    /// Counts a record's number: 1 where it comes, -1 where it goes.
    pub(super) fn tally(&mut self, record: &Record, requests: i64) {
        let Some(number) = record.counted() else { return };
        let quarter = quarter(record.at);
        *self.tallies.entry((None, quarter, number)).or_default() += requests;
        if record.tenant.is_some() {
            *self.tallies.entry((record.tenant, quarter, number)).or_default() += requests;
        }
    }

    /// Writes down how much there is now.
    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut count = connection.prepare_cached(sql::COUNT_IN)?;
        count.execute([self.records, self.bytes])?;
        for ((tenant, quarter, number), requests) in &self.tallies {
            let tenant = tenant_key(*tenant);
            let row = params![tenant, quarter, number, requests];
            connection.prepare_cached(sql::TALLY)?.execute(row)?;
            if *requests < 0 {
                let row = params![tenant, quarter, number];
                connection.prepare_cached(sql::FORGET_TALLY)?.execute(row)?;
            }
        }
        Ok(())
    }
}

/// The stretch that a moment lies in, counted from 1970.
pub(super) fn quarter(at: Timestamp) -> i64 {
    at.seconds().div_euclid(QUARTER_SECONDS)
}

/// A tenant as it is kept; none is an empty blob.
pub(super) fn tenant_key(tenant: Option<TenantId>) -> Vec<u8> {
    tenant.map(TenantId::into_bytes).map_or_else(Vec::new, Vec::from)
}

/// The records of a block; none if it was removed meanwhile.
pub(super) fn records(connection: &Connection, block: i64) -> rusqlite::Result<Vec<Record>> {
    let mut statement = connection.prepare_cached(sql::BODY)?;
    let read = statement.query_row([block], |row| {
        line::read(row.get_ref(0)?.as_blob()?).map_err(|error| damaged(0, error))
    });
    Ok(read.optional()?.unwrap_or_default())
}

fn unwritable(error: line::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure(error)
}
