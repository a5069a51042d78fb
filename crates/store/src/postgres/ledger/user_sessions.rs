//! The active sessions of a user in one database of the ledger.

use model::{Fault, Session, SessionId, TenantId, Timestamp, UserId};
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::row;
use crate::{
    postgres::{column::get, database::Database},
    sql::ledger as sql,
};

/// Finds the active sessions of a user in the tables of all weeks.
pub(super) async fn find(
    database: &Database,
    (tenant, user): (TenantId, UserId),
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Session>, Fault> {
    let (now, limit) = (now.microseconds(), i64::from(limit));
    let conditions = [
        (&tenant.uuid() as _, Type::UUID),
        (&user.uuid() as _, Type::UUID),
        (&now as _, Type::INT8),
        (&limit as _, Type::INT8),
    ];
    let rows = database.query(sql::USER_SESSIONS, &conditions).await?;
    let session = |found| {
        let id = SessionId::new(get::<Uuid>(found, 8)?.into_bytes());
        row::session((tenant, id), found)
    };
    rows.iter().map(session).collect()
}
