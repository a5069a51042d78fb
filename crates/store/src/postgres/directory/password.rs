//! Conversion of password rows.

use model::{Digest, Fault, Password, PasswordPreparation, TenantId, UserId};
use tokio_postgres::{Row, types::Type};

use super::rows::Source;
use crate::{
    postgres::{
        column::{damaged, get, time},
        database::Statement,
    },
    sql::directory as sql,
};

/// `UNUSUAL_HASH_AFTER` in the order of bytes, as the index has it.
const UNUSUAL_HASH_AFTER: &str = "SELECT hash FROM passwords
    WHERE tenant = $1 AND hash COLLATE \"C\" > $2
        AND substr(hash, 1, 31) <> '$argon2id$v=19$m=19456,t=2,p=1$'
    ORDER BY hash COLLATE \"C\" LIMIT 1";

/// Returns the password of a user.
pub(super) async fn find(
    source: &impl Source,
    tenant: TenantId,
    user: UserId,
) -> Result<Option<Password>, Fault> {
    let statement = Statement::new(sql::PASSWORD).uuid(tenant.uuid()).uuid(user.uuid());
    let rows = source.find(&statement).await?;
    rows.first().map(read).transpose()
}

/// Returns the first hash greater than a text that is imported or has another cost.
pub(super) async fn unusual_after(
    source: &impl Source,
    tenant: TenantId,
    after: &str,
) -> Result<Option<String>, Fault> {
    let statement = Statement::new(UNUSUAL_HASH_AFTER).uuid(tenant.uuid()).text(after);
    let rows = source.find(&statement).await?;
    rows.first().map(|row| get(row, 0)).transpose()
}

fn read(row: &Row) -> Result<Password, Fault> {
    let preparation = match get(row, 2)? {
        "raw" => PasswordPreparation::Raw,
        "nfc" => PasswordPreparation::Nfc,
        _ => return Err(damaged("not a preparation of a password")),
    };
    let digest = |bytes: &[u8]| Digest::try_from(bytes).map_err(|_| damaged("not a digest"));
    let rehashed_from = get::<Option<&[u8]>>(row, 3)?.map(digest).transpose()?;
    Ok(Password { hash: get(row, 0)?, set_at: time(row, 1)?, preparation, rehashed_from })
}

/// Returns the statement that sets a password.
pub(super) fn put((tenant, user): (TenantId, UserId), password: &Password) -> Statement<'_> {
    let key = Statement::new(sql::PUT_PASSWORD).uuid(tenant.uuid()).uuid(user.uuid());
    values(key, password)
}

/// Returns the statement that replaces the hash `earlier` of a password, if it is still stored.
pub(super) fn rehash<'a>(
    (tenant, user): (TenantId, UserId),
    earlier: &'a str,
    password: &'a Password,
) -> Statement<'a> {
    let values = values(Statement::new(sql::REHASH_PASSWORD), password);
    values.uuid(tenant.uuid()).uuid(user.uuid()).text(earlier)
}

fn values<'a>(statement: Statement<'a>, password: &'a Password) -> Statement<'a> {
    let rehashed_from = password.rehashed_from.as_ref().map(Digest::as_slice);
    statement
        .text(&password.hash)
        .bigint(password.set_at.microseconds())
        .text(preparation_name(password.preparation))
        .value(rehashed_from, Type::BYTEA)
}

/// Returns the value of the column `preparation`.
const fn preparation_name(preparation: PasswordPreparation) -> &'static str {
    match preparation {
        PasswordPreparation::Raw => "raw",
        PasswordPreparation::Nfc => "nfc",
    }
}
