//! A ledger row, read and written.

use model::{
    Attempts, ClientId, Confirmation, Digest, Grant, GrantId, MarkPurpose, Revocation,
    RevocationReason, Session, SessionId, TenantId, UserId,
};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::{
    sql::ledger as sql,
    sqlite::column::{damaged, json, time, time_or_none, to_json},
};

/// The row that `sql::GRANT` finds.
pub(super) fn grant(tenant: TenantId, id: GrantId, row: &Row<'_>) -> rusqlite::Result<Grant> {
    let client = row.get_ref(0)?.as_str()?;
    Ok(Grant {
        tenant,
        id,
        client: ClientId::new(client).ok_or_else(|| damaged(0, "not a client_id"))?,
        user: user(row, 1)?,
        session: SessionId::new(row.get(2)?),
        resource: row.get(3)?,
        scopes: json(row, 4)?,
        openid_scopes: json(row, 5)?,
        auth_time: time(row, 6)?,
        amr: json(row, 7)?,
        confirmation: row.get::<_, Option<[u8; 32]>>(8)?.map(Confirmation::Jkt),
        single_page: row.get(9)?,
        opened_at: time(row, 10)?,
        expires_at: time(row, 11)?,
        generation: row.get(12)?,
        rotated_at: time(row, 13)?,
        revoked: revocation(row)?,
    })
}

fn revocation(row: &Row<'_>) -> rusqlite::Result<Option<Revocation>> {
    let Some(at) = time_or_none(row, 14)? else { return Ok(None) };
    Ok(Some(Revocation { at, reason: reason(row.get_ref(15)?.as_str()?)? }))
}

/// The row that `sql::SESSION` finds.
pub(super) fn session(tenant: TenantId, id: SessionId, row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        tenant,
        id,
        user: user(row, 0)?,
        auth_time: time(row, 1)?,
        amr: json(row, 2)?,
        expires_at: time(row, 3)?,
        persistent: row.get(4)?,
        ended_at: time_or_none(row, 5)?,
    })
}

/// The row that `sql::ATTEMPTS` finds.
pub(super) fn attempts(tenant: TenantId, key: Digest, row: &Row<'_>) -> rusqlite::Result<Attempts> {
    let (last_at, expires_at) = (time(row, 1)?, time(row, 2)?);
    Ok(Attempts { tenant, key, failed: row.get(0)?, last_at, expires_at })
}

/// Inserts a grant; returns how many rows that changed.
pub(super) fn open_grant(connection: &Connection, grant: &Grant) -> rusqlite::Result<usize> {
    let jkt = grant.confirmation.map(|Confirmation::Jkt(thumbprint)| thumbprint);
    connection.prepare_cached(sql::OPEN_GRANT)?.execute(params![
        grant.tenant.into_bytes(),
        grant.id.into_bytes(),
        grant.client.as_str(),
        grant.user.into_bytes(),
        grant.session.into_bytes(),
        grant.resource,
        to_json(&grant.scopes)?,
        to_json(&grant.openid_scopes)?,
        grant.auth_time.microseconds(),
        to_json(&grant.amr)?,
        jkt,
        grant.single_page,
        grant.opened_at.microseconds(),
        grant.expires_at.microseconds(),
        grant.generation,
        grant.rotated_at.microseconds(),
        grant.revoked.map(|revocation| revocation.at.microseconds()),
        grant.revoked.map(|revocation| reason_name(revocation.reason)),
    ])
}

/// Inserts a session; returns how many rows that changed.
pub(super) fn open_session(connection: &Connection, session: &Session) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql::OPEN_SESSION)?.execute(params![
        session.tenant.into_bytes(),
        session.id.into_bytes(),
        session.user.into_bytes(),
        session.auth_time.microseconds(),
        to_json(&session.amr)?,
        session.expires_at.microseconds(),
        session.persistent,
        session.ended_at.map(model::Timestamp::microseconds),
    ])
}

fn user(row: &Row<'_>, column: usize) -> rusqlite::Result<UserId> {
    row.get(column).map(Uuid::from_bytes).map(UserId::new)
}

/// What the column `revoked_reason` holds.
pub(super) const fn reason_name(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::CodeReplayed => "code_replayed",
        RevocationReason::RefreshTokenReplayed => "refresh_token_replayed",
        RevocationReason::ByClient => "by_client",
        RevocationReason::ByAdministrator => "by_administrator",
    }
}

fn reason(name: &str) -> rusqlite::Result<RevocationReason> {
    Ok(match name {
        "code_replayed" => RevocationReason::CodeReplayed,
        "refresh_token_replayed" => RevocationReason::RefreshTokenReplayed,
        "by_client" => RevocationReason::ByClient,
        "by_administrator" => RevocationReason::ByAdministrator,
        _ => return Err(damaged(15, "not a reason for a revocation")),
    })
}

/// What the column `purpose` holds.
pub(super) const fn purpose_name(purpose: MarkPurpose) -> &'static str {
    match purpose {
        MarkPurpose::ClientAssertion => "client_assertion",
        MarkPurpose::DpopProof => "dpop_proof",
    }
}
