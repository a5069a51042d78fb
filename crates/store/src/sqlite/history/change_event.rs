//! Change events on SQLite.

use model::{ChangeEvent, TenantId, Timestamp, UserId};
use rusqlite::{Connection, OptionalExtension, params};

use super::totals::tenant_key;
use crate::{
    sql::history as sql,
    sqlite::column::{json, to_json},
};

/// Inserts events. One that is folded adds its number to the earlier one of its hour.
pub(super) fn insert(connection: &Connection, events: &[ChangeEvent]) -> rusqlite::Result<()> {
    let mut insert = connection.prepare_cached(sql::INSERT_EVENT)?;
    let mut fold = connection.prepare_cached(sql::INSERT_FOLDED_EVENT)?;
    for event in events {
        let (at, tenant) = (event.at.microseconds(), tenant_key(event.tenant));
        match event.fold_key() {
            Some(key) => fold.execute(params![at, tenant, to_json(event)?, key])?,
            None => insert.execute(params![at, tenant, to_json(event)?])?,
        };
    }
    Ok(())
}

/// Returns the newest events of a time range, newest first.
pub(super) fn find(
    connection: &Connection,
    tenant: Option<TenantId>,
    (from, until): (Timestamp, Timestamp),
    limit: u32,
) -> rusqlite::Result<Vec<ChangeEvent>> {
    let (from, until) = (from.microseconds(), until.microseconds());
    if let Some(tenant) = tenant {
        let mut statement = connection.prepare_cached(sql::TENANT_EVENTS)?;
        let conditions = params![from, until, tenant.into_bytes(), limit];
        return statement.query_map(conditions, |row| json(row, 0))?.collect();
    }
    let mut statement = connection.prepare_cached(sql::EVENTS)?;
    statement.query_map(params![from, until, limit], |row| json(row, 0))?.collect()
}

/// Returns the newest events about a user, newest first.
pub(super) fn find_of_user(
    connection: &Connection,
    (tenant, user): (TenantId, UserId),
    (from, until): (Timestamp, Timestamp),
    limit: u32,
) -> rusqlite::Result<Vec<ChangeEvent>> {
    let mut statement = connection.prepare_cached(sql::USER_EVENTS)?;
    let conditions = params![
        tenant.into_bytes(),
        user.to_string(),
        from.microseconds(),
        until.microseconds(),
        limit,
    ];
    statement.query_map(conditions, |row| json(row, 0))?.collect()
}

/// Returns the newest event of a kind.
pub(super) fn last(connection: &Connection, kind: &str) -> rusqlite::Result<Option<ChangeEvent>> {
    let mut statement = connection.prepare_cached(sql::LAST_EVENT)?;
    statement.query_row([kind], |row| json(row, 0)).optional()
}
