//! The keys of user names: the mapped name, or that of earlier releases if another user has the
//! mapped one.

use model::{User, UsernameFlaw, username_flaw, username_key};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{normalize::earlier_username_key, sql::directory as sql, sqlite::column::json};

/// Names of ASCII characters have one key in every release.
const USERS_BEYOND_ASCII: &str = "SELECT document, username_key FROM users
    WHERE username_key GLOB '*[^ -~]*' ORDER BY tenant, username_key";

/// Maps the keys that earlier releases stored. If several names have one mapped key, one user gets
/// it and the others keep theirs.
pub(super) fn map_usernames(connection: &Connection) -> rusqlite::Result<()> {
    let mut update = connection
        .prepare("UPDATE OR IGNORE users SET username_key = $1 WHERE tenant = $2 AND id = $3")?;
    for (user, key) in unmapped(connection)? {
        let mapped = username_key(&key);
        update.execute(params![mapped, user.tenant.into_bytes(), user.id.into_bytes()])?;
    }
    Ok(())
}

/// Returns the users whose key is not their mapped name, with the key.
pub(super) fn unmapped(connection: &Connection) -> rusqlite::Result<Vec<(User, String)>> {
    beyond_ascii(connection, |user, key| username_key(&user.username) != key)
}

/// Returns the users whose name can be read in two orders, with the key.
pub(super) fn of_two_directions(connection: &Connection) -> rusqlite::Result<Vec<(User, String)>> {
    beyond_ascii(connection, |user, _| {
        matches!(username_flaw(&user.username), Some(UsernameFlaw::Direction(_)))
    })
}

/// Returns the users with a name beyond ASCII that a condition selects, with their keys.
fn beyond_ascii(
    connection: &Connection,
    is_selected: impl Fn(&User, &str) -> bool,
) -> rusqlite::Result<Vec<(User, String)>> {
    let mut statement = connection.prepare(USERS_BEYOND_ASCII)?;
    let rows = statement.query_map([], |row| Ok((json::<User>(row, 0)?, row.get(1)?)))?;
    let is_selected = |(user, key): &(User, String)| is_selected(user, key);
    rows.filter(|row| row.as_ref().map_or(true, is_selected)).collect()
}

/// Returns the key to store for a user: the mapped name. A user whose name has the mapped key of
/// another one, since an earlier release, keeps their key.
pub(super) fn key_to_store(connection: &Connection, user: &User) -> rusqlite::Result<String> {
    let (mapped, earlier) = (username_key(&user.username), earlier_username_key(&user.username));
    if mapped == earlier {
        return Ok(mapped);
    }
    let (tenant, id) = (user.tenant.into_bytes(), user.id.into_bytes());
    let is_taken =
        connection.prepare_cached(sql::NAMED_BY_ANOTHER)?.exists(params![tenant, mapped, id])?;
    let stored: Option<String> = connection
        .prepare_cached(sql::USER_KEY)?
        .query_row([tenant, id], |row| row.get(0))
        .optional()?;
    Ok(if is_taken && stored.as_ref() == Some(&earlier) { earlier } else { mapped })
}
