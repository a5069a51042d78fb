//! The ids of clients.

use model::{ClientId, TenantId};
use rusqlite::Connection;

use crate::{sql::directory as sql, sqlite::column::damaged};

/// Returns the id of every client of a tenant, in order.
pub(super) fn find(connection: &Connection, tenant: TenantId) -> rusqlite::Result<Vec<ClientId>> {
    let mut statement = connection.prepare_cached(sql::CLIENT_IDS)?;
    let ids = statement.query_map([tenant.into_bytes()], |row| {
        let id = ClientId::new(row.get_ref(0)?.as_str()?);
        id.ok_or_else(|| damaged(0, "a client has no valid id"))
    });
    ids?.collect()
}
