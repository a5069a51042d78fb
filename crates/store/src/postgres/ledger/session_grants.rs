//! The grants of a session in one database of the ledger.

use model::{ClientId, Fault, GrantId, SessionGrant, SessionGrantQuery, SessionId};
use tokio_postgres::{Row, types::Type};
use uuid::Uuid;

use super::row::uuid;
use crate::{
    postgres::{
        column::{damaged, get, time},
        database::Database,
    },
    sql::ledger as sql,
};

/// Finds the grants of a session, or of all sessions of a user.
pub(super) async fn find(
    database: &Database,
    query: &SessionGrantQuery,
) -> Result<Vec<SessionGrant>, Fault> {
    let (start_session, start_grant) = query.start();
    let statement = if query.session.is_some() { sql::SESSION_GRANTS } else { sql::USER_GRANTS };
    let (tenant, user) = (query.tenant.uuid(), query.user.uuid());
    let session = uuid(query.session.unwrap_or(start_session).into_bytes());
    let (grant, limit) = (uuid(start_grant.into_bytes()), i64::from(query.limit));
    let conditions = [
        (&tenant as _, Type::UUID),
        (&user as _, Type::UUID),
        (&session as _, Type::UUID),
        (&grant as _, Type::UUID),
        (&limit as _, Type::INT8),
    ];
    let rows = database.query(statement, &conditions).await?;
    rows.iter().map(|found| row(query, found)).collect()
}

fn row(query: &SessionGrantQuery, row: &Row) -> Result<SessionGrant, Fault> {
    Ok(SessionGrant {
        tenant: query.tenant,
        user: query.user,
        session: SessionId::new(get::<Uuid>(row, 0)?.into_bytes()),
        grant: GrantId::new(get::<Uuid>(row, 1)?.into_bytes()),
        client: ClientId::new(get(row, 2)?).ok_or_else(|| damaged("not a client_id"))?,
        offline: get(row, 3)?,
        expires_at: time(row, 4)?,
    })
}
