//! Comparison of rows with those that a change was decided on.

use model::{Resource, StoredRow};
use rusqlite::{Connection, params};

use super::{document, documents, password, signing_keys, user_named};
use crate::sql::directory as sql;

/// Returns whether a row is stored as it was read.
pub(super) fn is_stored(connection: &Connection, row: &StoredRow) -> rusqlite::Result<bool> {
    match row {
        StoredRow::Tenant(id, read) => {
            let stored = document(connection, sql::TENANT_BY_ID, [id.into_bytes()])?;
            Ok(stored.as_deref() == read.as_ref())
        }
        StoredRow::Client(tenant, id, read) => {
            let key = params![tenant.into_bytes(), id.as_str()];
            Ok(document(connection, sql::CLIENT, key)?.as_deref() == read.as_ref())
        }
        StoredRow::Resources(tenant, read) => {
            let stored: Vec<Resource> =
                documents(connection, sql::RESOURCES, [tenant.into_bytes()])?;
            Ok(stored == *read)
        }
        StoredRow::User(tenant, id, read) => {
            let key = [tenant.into_bytes(), id.into_bytes()];
            Ok(document(connection, sql::USER, key)?.as_deref() == read.as_ref())
        }
        StoredRow::Username(tenant, name, read) => {
            let stored = user_named(connection, *tenant, name)?;
            Ok(stored.map(|user| user.id) == *read)
        }
        StoredRow::Password(tenant, user, read) => {
            Ok(password::find(connection, *tenant, *user)? == *read)
        }
        StoredRow::Authenticators(tenant, user, read) => {
            let key = [tenant.into_bytes(), user.into_bytes()];
            Ok(document(connection, sql::AUTHENTICATORS, key)?.as_deref() == read.as_ref())
        }
        StoredRow::SigningKeys(tenant, read) => Ok(signing_keys(connection, *tenant)? == *read),
    }
}
