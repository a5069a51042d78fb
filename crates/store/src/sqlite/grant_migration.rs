//! Moves the grants of files from before schema 5 into the table that replaced theirs.

use model::{ClientId, Confirmation, Grant, GrantId, SessionId, TenantId, UserId};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use super::{
    column::{damaged, json, time},
    grant_row::{GrantKey, open_grant, revocation},
};
use crate::sql::ledger as sql;

/// In the order of the key, which is nearly that of the new table: its pages are filled in turn.
const EARLIER_GRANTS: &str = "SELECT tenant, id, client, user_id, session, resource, scopes,
        openid_scopes, auth_time, amr, jkt, single_page, opened_at, expires_at, generation,
        rotated_at, revoked_at, revoked_reason, details
    FROM grants_4 ORDER BY tenant, id";

/// The end of the migration. The index is made last, in one go.
const REPLACE: &str = "DROP TABLE grants_4;
    CREATE INDEX grants_by_expiry ON grants (expires_at);";

/// Copies every grant and drops the table that had them. A damaged row stays one that cannot be
/// read: its code must not open a second grant.
pub(super) fn move_grants(connection: &Connection) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(EARLIER_GRANTS)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        match earlier_grant(row) {
            Ok(grant) => open_grant(connection, &grant)?,
            Err(error) if error.sqlite_error_code().is_none() => keep_damaged(connection, row)?,
            Err(error) => return Err(error),
        };
    }
    drop(rows);
    drop(statement);
    connection.execute_batch(REPLACE)
}

/// Inserts a row without terms for a damaged one. Returns the number of inserted rows: none if no
/// request could find the damaged one.
fn keep_damaged(connection: &Connection, row: &Row<'_>) -> rusqlite::Result<usize> {
    let (Ok(tenant), Ok(id)) = (row.get(0), row.get(1)) else { return Ok(0) };
    let key = GrantKey::new(TenantId::new(Uuid::from_bytes(tenant)), GrantId::new(id));
    let (never, no_terms) = (i64::MAX, [0_u8; 0]);
    connection.prepare_cached(sql::OPEN_GRANT)?.execute(params![
        key.number,
        key.tenant,
        key.id_end,
        row.get(13).unwrap_or(never),
        0,
        0,
        None::<i64>,
        None::<&str>,
        no_terms,
    ])
}

/// Reads the row that [`EARLIER_GRANTS`] finds.
fn earlier_grant(row: &Row<'_>) -> rusqlite::Result<Grant> {
    let uuid = |column| row.get(column).map(Uuid::from_bytes);
    let client = row.get_ref(2)?.as_str()?;
    Ok(Grant {
        tenant: uuid(0).map(TenantId::new)?,
        id: GrantId::new(row.get(1)?),
        client: ClientId::new(client).ok_or_else(|| damaged(2, "not a client_id"))?,
        user: uuid(3).map(UserId::new)?,
        session: SessionId::new(row.get(4)?),
        resource: row.get(5)?,
        scopes: json(row, 6)?,
        openid_scopes: json(row, 7)?,
        auth_time: time(row, 8)?,
        amr: json(row, 9)?,
        confirmation: row.get::<_, Option<[u8; 32]>>(10)?.map(Confirmation::Jkt),
        single_page: row.get(11)?,
        opened_at: time(row, 12)?,
        expires_at: time(row, 13)?,
        generation: row.get(14)?,
        rotated_at: time(row, 15)?,
        revoked: revocation(row, 16)?,
        details: json(row, 18)?,
    })
}
