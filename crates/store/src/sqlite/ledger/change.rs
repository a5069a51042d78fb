//! One change, one statement.

use model::{Attempts, Change};
use rusqlite::{Connection, Params, params};

use super::row::{open_grant, open_session, purpose_name, reason_name};
use crate::{decision::next_generation, sql::ledger as sql};

/// Makes a change; whether it was made. Only a guarded change can answer `false`.
pub(super) fn make(connection: &Connection, change: &Change) -> rusqlite::Result<bool> {
    let changed = match change {
        Change::OpenGrant(grant) => open_grant(connection, grant)?,
        Change::RotateGrant { tenant, grant, generation, at } => {
            let Some(next) = next_generation(*generation) else { return Ok(false) };
            let key = (tenant.into_bytes(), grant.into_bytes());
            let row = params![next, at.microseconds(), key.0, key.1, generation];
            execute(connection, sql::ROTATE_GRANT, row)?
        }
        Change::RevokeGrant { tenant, grant, revocation } => {
            let (at, reason) = (revocation.at.microseconds(), reason_name(revocation.reason));
            let row = params![at, reason, tenant.into_bytes(), grant.into_bytes()];
            execute(connection, sql::REVOKE_GRANT, row)?
        }
        Change::MarkUsed(mark) => {
            let (tenant, purpose) = (mark.tenant.into_bytes(), purpose_name(mark.purpose));
            let row = params![tenant, purpose, mark.digest, mark.expires_at.microseconds()];
            execute(connection, sql::MARK_USED, row)?
        }
        Change::OpenSession(session) => open_session(connection, session)?,
        Change::ExtendSession { tenant, session, expires_at, persistent } => {
            let key = (tenant.into_bytes(), session.into_bytes());
            let row = params![expires_at.microseconds(), persistent, key.0, key.1];
            execute(connection, sql::EXTEND_SESSION, row)?
        }
        Change::EndSession { tenant, session, at } => {
            let row = params![at.microseconds(), tenant.into_bytes(), session.into_bytes()];
            execute(connection, sql::END_SESSION, row)?
        }
        Change::CountAttempts { failed_before, attempts } => {
            count(connection, *failed_before, attempts)?
        }
        Change::ForgetAttempts { tenant, key } => {
            execute(connection, sql::FORGET_ATTEMPTS, params![tenant.into_bytes(), key])?
        }
    };
    Ok(changed > 0 || !change.is_guarded())
}

fn count(connection: &Connection, before: u32, attempts: &Attempts) -> rusqlite::Result<usize> {
    let (tenant, key) = (attempts.tenant.into_bytes(), attempts.key);
    let (last_at, expires_at) =
        (attempts.last_at.microseconds(), attempts.expires_at.microseconds());
    if before == 0 {
        let row = params![tenant, key, attempts.failed, last_at, expires_at];
        execute(connection, sql::COUNT_FIRST_ATTEMPTS, row)
    } else {
        let row = params![attempts.failed, last_at, expires_at, tenant, key, before];
        execute(connection, sql::COUNT_MORE_ATTEMPTS, row)
    }
}

fn execute(connection: &Connection, sql: &str, row: impl Params) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql)?.execute(row)
}
