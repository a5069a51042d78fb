//! Conversion of ledger rows.

use model::{
    ClientId, Digest, FailedSignIns, Fault, FaultKind, Grant, GrantId, LedgerId, LedgerIdentity,
    LedgerState, PushedRequest, PushedRequestId, Revocation, Session, SessionId, TenantId, UserId,
};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::{
    grant_terms::{self, GrantColumns, reason_from_name},
    postgres::column::{damaged, get, json, optional_json, optional_time, time, unsigned},
};

/// Returns sixteen bytes as PostgreSQL stores them.
pub(super) const fn uuid(bytes: [u8; 16]) -> Uuid {
    Uuid::from_bytes(bytes)
}

/// Reads the row that `sql::STATE` finds.
pub(super) fn state(row: &Row) -> Result<LedgerState, Fault> {
    let id = get::<Option<Uuid>>(row, 0)?.map(LedgerId::new);
    let identity = id.zip(optional_time(row, 1)?);
    Ok(LedgerState {
        identity: identity.map(|(id, created_at)| LedgerIdentity { id, created_at }),
        high_water: time(row, 2)?,
        directory_generation: unsigned(row, 3)?,
    })
}

/// Reads the row that `statement::GRANT` finds.
pub(super) fn grant((tenant, id): (TenantId, GrantId), row: &Row) -> Result<Grant, Fault> {
    let columns = GrantColumns {
        expires_at: time(row, 0)?,
        generation: unsigned(row, 1)?,
        rotated_at: time(row, 2)?,
        revoked: revocation(row, 3)?,
    };
    grant_terms::decode((tenant, id), get(row, 5)?, columns)
        .map_err(|error| Fault::from_message(FaultKind::StoreBroken, &error.to_string()))
}

/// Reads the time of a revocation from a column, and the reason from the next one.
fn revocation(row: &Row, column: usize) -> Result<Option<Revocation>, Fault> {
    let Some(at) = optional_time(row, column)? else { return Ok(None) };
    let name = get::<Option<&str>>(row, column + 1)?.unwrap_or_default();
    let reason = reason_from_name(name).ok_or_else(|| damaged("not a reason for a revocation"))?;
    Ok(Some(Revocation { at, reason }))
}

/// Reads the row that `statement::SESSION` finds.
pub(super) fn session((tenant, id): (TenantId, SessionId), row: &Row) -> Result<Session, Fault> {
    Ok(Session {
        tenant,
        id,
        user: UserId::new(get(row, 0)?),
        auth_time: time(row, 1)?,
        amr: json(row, 2)?,
        expires_at: time(row, 3)?,
        persistent: get(row, 4)?,
        ended_at: optional_time(row, 5)?,
        replaces: get::<Option<Uuid>>(row, 6)?.map(|id| SessionId::new(id.into_bytes())),
        origin: optional_json(row, 7)?,
    })
}

/// Reads the row that `sql::PUSHED_REQUEST` finds.
pub(super) fn pushed_request(
    (tenant, id): (TenantId, PushedRequestId),
    row: &Row,
) -> Result<PushedRequest, Fault> {
    Ok(PushedRequest {
        tenant,
        id,
        client: ClientId::new(get(row, 0)?).ok_or_else(|| damaged("not a client_id"))?,
        parameters: get(row, 1)?,
        expires_at: time(row, 2)?,
    })
}

/// Reads the row that `sql::FAILED_SIGN_INS` finds.
pub(super) fn failed_sign_ins(
    (tenant, key): (TenantId, Digest),
    row: &Row,
) -> Result<FailedSignIns, Fault> {
    let (count, last_failed_at) = (unsigned(row, 0)?, time(row, 1)?);
    Ok(FailedSignIns { tenant, key, count, last_failed_at, expires_at: time(row, 2)? })
}
