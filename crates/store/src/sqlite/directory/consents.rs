//! The consents of users.

use model::{ClientId, Consent, TenantId, UserId};
use rusqlite::{Connection, params};

use crate::{
    sql::directory as sql,
    sqlite::column::{damaged, json, time},
};

/// Returns the consents of a user to a client, one for each resource.
pub(super) fn to_client(
    connection: &Connection,
    (tenant, user): (TenantId, UserId),
    client: &ClientId,
) -> rusqlite::Result<Vec<Consent>> {
    let mut statement = connection.prepare_cached(sql::CONSENTS)?;
    let key = params![tenant.into_bytes(), user.into_bytes(), client.as_str()];
    let rows = statement.query_map(key, |row| {
        Ok(Consent {
            tenant,
            user,
            client: client.clone(),
            resource: row.get(0)?,
            scopes: json(row, 1)?,
            given_at: time(row, 2)?,
            grants_not_before: time(row, 3)?,
        })
    })?;
    rows.collect()
}

/// Returns the first `limit` consents of a user to all clients, by client and resource.
pub(super) fn of_user(
    connection: &Connection,
    (tenant, user): (TenantId, UserId),
    limit: u32,
) -> rusqlite::Result<Vec<Consent>> {
    let mut statement = connection.prepare_cached(sql::CONSENTS_OF_USER)?;
    let key = params![tenant.into_bytes(), user.into_bytes(), limit];
    let rows = statement.query_map(key, |row| {
        let client = ClientId::new(row.get_ref(0)?.as_str()?);
        Ok(Consent {
            tenant,
            user,
            client: client.ok_or_else(|| damaged(0, "a consent has no valid client id"))?,
            resource: row.get(1)?,
            scopes: json(row, 2)?,
            given_at: time(row, 3)?,
            grants_not_before: time(row, 4)?,
        })
    })?;
    rows.collect()
}
