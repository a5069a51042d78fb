//! Conversion of password rows.

use model::{Password, PasswordPreparation, TenantId, UserId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{
    sql::directory as sql,
    sqlite::column::{damaged, time},
};

/// Returns the password of a user.
pub(super) fn find(
    connection: &Connection,
    tenant: TenantId,
    user: UserId,
) -> rusqlite::Result<Option<Password>> {
    let mut statement = connection.prepare_cached(sql::PASSWORD)?;
    statement.query_row([tenant.into_bytes(), user.into_bytes()], read).optional()
}

/// Returns the first hash greater than a text that is imported or has another cost.
pub(super) fn unusual_after(
    connection: &Connection,
    tenant: TenantId,
    after: &str,
) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare_cached(sql::UNUSUAL_HASH_AFTER)?;
    let row = params![tenant.into_bytes(), after];
    statement.query_row(row, |row| row.get(0)).optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Password> {
    let preparation = match row.get_ref(2)?.as_str()? {
        "raw" => PasswordPreparation::Raw,
        "nfc" => PasswordPreparation::Nfc,
        _ => return Err(damaged(2, "not a preparation of a password")),
    };
    let (hash, set_at, rehashed_from) = (row.get(0)?, time(row, 1)?, row.get(3)?);
    Ok(Password { hash, set_at, preparation, rehashed_from })
}

/// Sets a password.
pub(super) fn put(
    connection: &Connection,
    (tenant, user): (TenantId, UserId),
    password: &Password,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql::PUT_PASSWORD)?;
    let row = params![
        tenant.into_bytes(),
        user.into_bytes(),
        password.hash,
        password.set_at.microseconds(),
        preparation_name(password.preparation),
        password.rehashed_from,
    ];
    statement.execute(row).map(drop)
}

/// Replaces the hash `earlier` of a password, if it is still stored.
pub(super) fn rehash(
    connection: &Connection,
    (tenant, user): (TenantId, UserId),
    earlier: &str,
    password: &Password,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(sql::REHASH_PASSWORD)?;
    let row = params![
        password.hash,
        password.set_at.microseconds(),
        preparation_name(password.preparation),
        password.rehashed_from,
        tenant.into_bytes(),
        user.into_bytes(),
        earlier,
    ];
    statement.execute(row).map(drop)
}

/// Returns the value of the column `preparation`.
const fn preparation_name(preparation: PasswordPreparation) -> &'static str {
    match preparation {
        PasswordPreparation::Raw => "raw",
        PasswordPreparation::Nfc => "nfc",
    }
}
