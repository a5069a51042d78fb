//! The stored totals of the history: records and bytes of each share, and the refusal counts.

use model::TenantId;
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::{
    history::totals::{Share, Shares, TotalsDelta},
    sql::history as sql,
};

/// Adds the changes to the stored totals and counts.
pub(super) fn add(connection: &Connection, delta: &TotalsDelta) -> rusqlite::Result<()> {
    let mut totals = connection.prepare_cached(sql::ADD_TO_TOTALS)?;
    totals.execute([delta.records(), delta.bytes()])?;
    for (share, (records, bytes)) in delta.shares() {
        let tenant = tenant_key(share.tenant);
        let row = params![tenant, share.unproven, records, bytes];
        connection.prepare_cached(sql::ADD_TO_SHARE)?.execute(row)?;
        let key = params![tenant, share.unproven];
        connection.prepare_cached(sql::DELETE_EMPTY_SHARE)?.execute(key)?;
    }
    for ((tenant, bucket, number), change) in delta.refusal_counts() {
        let tenant = tenant_key(tenant);
        let row = params![tenant, bucket, number, change];
        connection.prepare_cached(sql::ADD_COUNT)?.execute(row)?;
        if change < 0 {
            let row = params![tenant, bucket, number];
            connection.prepare_cached(sql::DELETE_ZERO_COUNT)?.execute(row)?;
        }
    }
    Ok(())
}

/// Reads the shares.
pub(super) fn shares(connection: &Connection) -> rusqlite::Result<Shares> {
    let mut statement = connection.prepare_cached(sql::SHARES)?;
    let rows = statement.query_map([], |row| {
        let share = Share { tenant: tenant(row, 0)?, unproven: row.get(1)? };
        Ok((share, (row.get(2)?, row.get(3)?)))
    })?;
    rows.collect::<rusqlite::Result<_>>().map(Shares::new)
}

/// Returns the stored form of a tenant. No tenant is an empty blob.
pub(super) fn tenant_key(tenant: Option<TenantId>) -> Vec<u8> {
    tenant.map(TenantId::into_bytes).map_or_else(Vec::new, Vec::from)
}

/// Reads the stored form of a tenant.
pub(super) fn tenant(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<TenantId>> {
    let key = row.get_ref(column)?.as_blob()?;
    let id = <[u8; 16]>::try_from(key).ok();
    Ok(id.map(|id| TenantId::new(Uuid::from_bytes(id))))
}
