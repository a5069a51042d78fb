//! Comparison of rows with those that a change was decided on.

use futures_util::future::try_join_all;
use model::{Fault, StoredRow};

use super::{password, rows};
use crate::postgres::database::Connection;

/// The number of rows that are read in one round trip.
const READ_MAX: usize = 64;

/// Returns the first row that is not stored as it was read.
pub(super) async fn first_changed<'a>(
    connection: &Connection,
    rows: &'a [StoredRow],
) -> Result<Option<&'a StoredRow>, Fault> {
    for part in rows.chunks(READ_MAX) {
        let are_stored = try_join_all(part.iter().map(|row| is_stored(connection, row))).await?;
        let changed = part.iter().zip(are_stored).find(|(_, is_stored)| !is_stored);
        if let Some((row, _)) = changed {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// Returns whether a row is stored as it was read.
async fn is_stored(connection: &Connection, row: &StoredRow) -> Result<bool, Fault> {
    match row {
        StoredRow::Tenant(id, read) => {
            let stored = rows::tenant_with_id(connection, *id).await?;
            Ok(stored.as_deref() == read.as_ref())
        }
        StoredRow::Client(tenant, id, read) => {
            let stored = rows::client(connection, *tenant, id).await?;
            Ok(stored.as_deref() == read.as_ref())
        }
        StoredRow::Resources(tenant, read) => {
            Ok(rows::resources(connection, *tenant).await? == *read)
        }
        StoredRow::User(tenant, id, read) => {
            let stored = rows::user(connection, *tenant, *id).await?;
            Ok(stored.as_deref() == read.as_ref())
        }
        StoredRow::Username(tenant, name, read) => {
            let stored = rows::user_named(connection, *tenant, name).await?;
            Ok(stored.map(|user| user.id) == *read)
        }
        StoredRow::Password(tenant, user, read) => {
            Ok(password::find(connection, *tenant, *user).await? == *read)
        }
        StoredRow::Authenticators(tenant, user, read) => {
            Ok(rows::authenticators(connection, *tenant, *user).await? == *read)
        }
        StoredRow::SigningKeys(tenant, read) => {
            Ok(rows::signing_keys(connection, *tenant).await? == *read)
        }
    }
}
