//! Conversion of ledger rows, apart from grants.

use model::{
    ClientId, Digest, FailedSignIns, GrantId, LedgerId, LedgerIdentity, LedgerState, PushedRequest,
    PushedRequestId, Session, SessionGrant, SessionGrantQuery, SessionId, TenantId, Timestamp,
    UserId,
};
use rusqlite::{Connection, Row, params};
use uuid::Uuid;

use crate::{
    sql::ledger as sql,
    sqlite::column::{damaged, json, optional_json, optional_time, time, to_json, unsigned},
};

/// Reads the row that `sql::STATE` finds.
pub(super) fn state(row: &Row<'_>) -> rusqlite::Result<LedgerState> {
    let id = row.get::<_, Option<[u8; 16]>>(0)?.map(Uuid::from_bytes).map(LedgerId::new);
    let identity = id.zip(optional_time(row, 1)?);
    Ok(LedgerState {
        identity: identity.map(|(id, created_at)| LedgerIdentity { id, created_at }),
        high_water: time(row, 2)?,
        directory_generation: unsigned(row, 3)?,
    })
}

/// Reads the row that `sql::SESSION` finds.
pub(super) fn session(tenant: TenantId, id: SessionId, row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        tenant,
        id,
        user: user_id(row, 0)?,
        auth_time: time(row, 1)?,
        amr: json(row, 2)?,
        expires_at: time(row, 3)?,
        persistent: row.get(4)?,
        ended_at: optional_time(row, 5)?,
        replaces: row.get::<_, Option<_>>(6)?.map(SessionId::new),
        origin: optional_json(row, 7)?,
    })
}

/// Finds the active sessions of a user.
pub(super) fn sessions_of_user(
    connection: &Connection,
    (tenant, user): (TenantId, UserId),
    now: Timestamp,
    limit: u32,
) -> rusqlite::Result<Vec<Session>> {
    let mut statement = connection.prepare_cached(sql::USER_SESSIONS)?;
    let conditions = params![tenant.into_bytes(), user.into_bytes(), now.microseconds(), limit];
    let rows = statement.query_map(conditions, |row| {
        let id = SessionId::new(row.get(8)?);
        session(tenant, id, row)
    })?;
    rows.collect()
}

/// Finds the grants of a session, or of all sessions of a user.
pub(super) fn session_grants(
    connection: &Connection,
    query: &SessionGrantQuery,
) -> rusqlite::Result<Vec<SessionGrant>> {
    let (tenant, user) = (query.tenant, query.user);
    let (start_session, start_grant) = query.start();
    let sql = if query.session.is_some() { sql::SESSION_GRANTS } else { sql::USER_GRANTS };
    let mut statement = connection.prepare_cached(sql)?;
    let conditions = params![
        tenant.into_bytes(),
        user.into_bytes(),
        query.session.unwrap_or(start_session).into_bytes(),
        start_grant.into_bytes(),
        query.limit,
    ];
    let rows = statement.query_map(conditions, |row| {
        let client = row.get_ref(2)?.as_str()?;
        Ok(SessionGrant {
            tenant,
            user,
            session: SessionId::new(row.get(0)?),
            grant: GrantId::new(row.get(1)?),
            client: ClientId::new(client).ok_or_else(|| damaged(2, "not a client_id"))?,
            offline: row.get(3)?,
            expires_at: time(row, 4)?,
        })
    })?;
    rows.collect()
}

/// Inserts a grant of a session. Returns the number of changed rows.
pub(super) fn add_session_grant(
    connection: &Connection,
    grant: &SessionGrant,
) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql::ADD_SESSION_GRANT)?.execute(params![
        grant.tenant.into_bytes(),
        grant.user.into_bytes(),
        grant.session.into_bytes(),
        grant.grant.into_bytes(),
        grant.client.as_str(),
        grant.offline,
        grant.expires_at.microseconds(),
    ])
}

/// Reads the row that `sql::PUSHED_REQUEST` finds.
pub(super) fn pushed_request(
    tenant: TenantId,
    id: PushedRequestId,
    row: &Row<'_>,
) -> rusqlite::Result<PushedRequest> {
    let client = row.get_ref(0)?.as_str()?;
    Ok(PushedRequest {
        tenant,
        id,
        client: ClientId::new(client).ok_or_else(|| damaged(0, "not a client_id"))?,
        parameters: row.get(1)?,
        expires_at: time(row, 2)?,
    })
}

/// Inserts a pushed request. Returns the number of changed rows.
pub(super) fn push_request(
    connection: &Connection,
    request: &PushedRequest,
) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql::PUSH_REQUEST)?.execute(params![
        request.tenant.into_bytes(),
        request.id.into_bytes(),
        request.client.as_str(),
        request.parameters,
        request.expires_at.microseconds(),
    ])
}

/// Reads the row that `sql::FAILED_SIGN_INS` finds.
pub(super) fn failed_sign_ins(
    tenant: TenantId,
    key: Digest,
    row: &Row<'_>,
) -> rusqlite::Result<FailedSignIns> {
    let (last_failed_at, expires_at) = (time(row, 1)?, time(row, 2)?);
    Ok(FailedSignIns { tenant, key, count: row.get(0)?, last_failed_at, expires_at })
}

/// Inserts a session. Returns the number of changed rows.
pub(super) fn open_session(connection: &Connection, session: &Session) -> rusqlite::Result<usize> {
    connection.prepare_cached(sql::OPEN_SESSION)?.execute(params![
        session.tenant.into_bytes(),
        session.id.into_bytes(),
        session.user.into_bytes(),
        session.auth_time.microseconds(),
        to_json(&session.amr)?,
        session.expires_at.microseconds(),
        session.persistent,
        session.ended_at.map(Timestamp::microseconds),
        session.replaces.map(SessionId::into_bytes),
        session.origin.as_ref().map(to_json).transpose()?,
    ])
}

fn user_id(row: &Row<'_>, column: usize) -> rusqlite::Result<UserId> {
    row.get(column).map(Uuid::from_bytes).map(UserId::new)
}
