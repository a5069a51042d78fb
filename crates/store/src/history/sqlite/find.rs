//! Finding records: the filters first, then the few blocks that are left.

use std::collections::BTreeMap;

use model::{Count, Record, Search, Seconds, TenantId, Timestamp};
use rusqlite::{Connection, params};

use super::{
    block::{QUARTER_SECONDS, quarter, records, tenant_key},
    filter::{keys_of, may_hold},
};
use crate::{
    history::search::{fits, place},
    sql::history as sql,
};

/// How many blocks one search opens. A filter that lets all pass and conditions that hold for
/// no record would otherwise read the whole history; what is found until then is the answer.
const OPENED_MAX: usize = 4_096;

/// The newest that fit. Blocks come by their newest record, the newest first, so that none is
/// opened once enough is found that is newer than all it holds.
pub(super) fn find(connection: &Connection, search: &Search) -> rusqlite::Result<Vec<Record>> {
    let limit = usize::try_from(search.limit).unwrap_or(usize::MAX);
    let keys = keys_of(search);
    let from = search.from.map_or(i64::MIN, Timestamp::microseconds);
    let after = search.after.map(|(at, _)| at.microseconds().saturating_add(1));
    let until = search.until.map(Timestamp::microseconds);
    let until = [until, after].into_iter().flatten().min().unwrap_or(i64::MAX);
    let failed = search.failed_only || search.number.is_some();
    let mut statement = connection.prepare_cached(sql::BLOCKS)?;
    let mut blocks = statement.query(params![from, until, failed])?;
    let mut found: Vec<Record> = Vec::new();
    let mut opened = 0;
    while let Some(block) = blocks.next()? {
        let newest = Timestamp::from_microseconds(block.get(1)?);
        let enough = found.len() >= limit && found.last().is_none_or(|last| last.at > newest);
        if enough || opened == OPENED_MAX {
            break;
        }
        if !may_hold(block.get_ref(2)?.as_blob()?, &keys) {
            continue;
        }
        opened += 1;
        let held = records(connection, block.get(0)?)?;
        found.extend(held.into_iter().rev().filter(|record| fits(record, search)));
        if found.len() >= limit {
            keep_newest(&mut found, limit);
        }
    }
    keep_newest(&mut found, limit);
    Ok(found)
}

fn keep_newest(found: &mut Vec<Record>, limit: usize) {
    found.sort_by_key(|record| std::cmp::Reverse(place(record)));
    found.truncate(limit);
}

/// How often each number was given. Whole quarters of an hour are counted already; records are
/// opened only where the span or its steps do not begin and end with a quarter.
pub(super) fn counts(
    connection: &Connection,
    tenant: Option<TenantId>,
    (from, until): (Timestamp, Timestamp),
    step: Seconds,
) -> rusqlite::Result<Vec<Count>> {
    let mut counts = Counts { from, step, requests: BTreeMap::new() };
    let mut opened_from = from;
    if is_quarter(from) && step.get() > 0 && step.get() % QUARTER_SECONDS == 0 {
        let end = quarter(until);
        let mut statement = connection.prepare_cached(sql::TALLIES)?;
        let mut rows = statement.query(params![tenant_key(tenant), quarter(from), end])?;
        while let Some(row) = rows.next()? {
            let at = Timestamp::from_seconds(row.get::<_, i64>(0)?.saturating_mul(QUARTER_SECONDS));
            let requests = u64::try_from(row.get::<_, i64>(2)?).unwrap_or(0);
            counts.add(at, row.get(1)?, requests);
        }
        opened_from = from.max(Timestamp::from_seconds(end.saturating_mul(QUARTER_SECONDS)));
    }
    let search = Search {
        tenant,
        failed_only: true,
        from: Some(opened_from),
        until: Some(until),
        ..Search::default()
    };
    let keys = keys_of(&search);
    let mut statement = connection.prepare_cached(sql::BLOCKS)?;
    let span = params![opened_from.microseconds(), until.microseconds(), true];
    let mut blocks = statement.query(span)?;
    while let Some(block) = blocks.next()? {
        if !may_hold(block.get_ref(2)?.as_blob()?, &keys) {
            continue;
        }
        let held = records(connection, block.get(0)?)?;
        for record in held.iter().filter(|record| fits(record, &search)) {
            if let Some(number) = record.counted() {
                counts.add(record.at, number, 1);
            }
        }
    }
    Ok(counts.list())
}

struct Counts {
    from: Timestamp,
    step: Seconds,
    requests: BTreeMap<(Timestamp, u32), u64>,
}

impl Counts {
    fn add(&mut self, at: Timestamp, number: u32, requests: u64) {
        let steps = (at - self.from).get().div_euclid(self.step.get().max(1));
        let stretch = self.from + Seconds::new(steps.saturating_mul(self.step.get()));
        *self.requests.entry((stretch, number)).or_default() += requests;
    }

    fn list(self) -> Vec<Count> {
        let count = |((from, number), requests)| Count { from, number, requests };
        self.requests.into_iter().map(count).collect()
    }
}

fn is_quarter(at: Timestamp) -> bool {
    at.microseconds().rem_euclid(QUARTER_SECONDS * 1_000_000) == 0
}
