//! The statement of each ledger change.

use model::{Change, FailedSignIns};
use rusqlite::{Connection, Params, params};

use super::row::{add_session_grant, open_session, push_request};
use crate::{
    change_order::{kind_name, next_generation},
    grant_terms::reason_name,
    sql::ledger as sql,
    sqlite::{
        column::to_integer,
        grant_row::{GrantKey, open_grant},
    },
};

/// Applies a change. Returns `false` if a guarded change conflicts.
pub(super) fn apply(connection: &Connection, change: &Change) -> rusqlite::Result<bool> {
    let rows_changed = match change {
        Change::OpenGrant(grant) => open_grant(connection, grant)?,
        Change::RotateGrant { tenant, grant, generation, at } => {
            let Some(next) = next_generation(*generation) else { return Ok(false) };
            let (at, key) = (at.microseconds(), GrantKey::new(*tenant, *grant));
            let row = params![next, at, key.number, key.tenant, key.id_end, generation];
            execute(connection, sql::ROTATE_GRANT, row)?
        }
        Change::RevokeGrant { tenant, grant, revocation } => {
            let (at, reason) = (revocation.at.microseconds(), reason_name(revocation.reason));
            let key = GrantKey::new(*tenant, *grant);
            let row = params![at, reason, key.number, key.tenant, key.id_end];
            execute(connection, sql::REVOKE_GRANT, row)?
        }
        Change::AddSessionGrant(grant) => add_session_grant(connection, grant)?,
        Change::MarkUsed(value) => {
            let (tenant, kind) = (value.tenant.into_bytes(), kind_name(value.kind));
            let row = params![tenant, kind, value.digest, value.expires_at.microseconds()];
            execute(connection, sql::MARK_USED, row)?
        }
        Change::PushRequest(request) => push_request(connection, request)?,
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
        Change::CountFailedSignIns { before, failed_sign_ins } => {
            count(connection, before.as_ref(), failed_sign_ins)?
        }
        Change::ClearFailedSignIns { tenant, key } => {
            execute(connection, sql::CLEAR_FAILED_SIGN_INS, params![tenant.into_bytes(), key])?
        }
        Change::IdentifyLedger { before, identity } => {
            let before = before.map(model::LedgerId::into_bytes);
            let row = params![identity.id.into_bytes(), identity.created_at.microseconds(), before];
            execute(connection, sql::IDENTIFY, row)?
        }
        Change::RaiseLedgerState { high_water, directory_generation } => {
            let generation = to_integer(*directory_generation);
            execute(connection, sql::RAISE_STATE, params![high_water.microseconds(), generation])?
        }
    };
    Ok(rows_changed > 0 || !change.is_guarded())
}

fn count(
    connection: &Connection,
    before: Option<&FailedSignIns>,
    failed_sign_ins: &FailedSignIns,
) -> rusqlite::Result<usize> {
    let FailedSignIns { tenant, key, count, last_failed_at, expires_at } = failed_sign_ins;
    let tenant = tenant.into_bytes();
    let (last_failed_at, expires_at) = (last_failed_at.microseconds(), expires_at.microseconds());
    if let Some(before) = before {
        let (count_before, failed_before) = (before.count, before.last_failed_at.microseconds());
        let new = (count, last_failed_at, expires_at);
        let row = params![new.0, new.1, new.2, tenant, key, count_before, failed_before];
        execute(connection, sql::COUNT_MORE_FAILED_SIGN_INS, row)
    } else {
        let row = params![tenant, key, count, last_failed_at, expires_at];
        execute(connection, sql::COUNT_FIRST_FAILED_SIGN_INS, row)
    }
}

fn execute(connection: &Connection, sql: &str, row: impl Params) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql)?.execute(row)
}
