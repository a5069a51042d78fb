//! The identities of the further databases of a ledger, which the first one knows.

use model::Fault;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::LedgerDatabase;
use crate::postgres::column::get;

const OWN: &str = "SELECT id FROM ledger_state WHERE singleton = 1";
const ASSIGN: &str = "UPDATE ledger_state SET id = $1 WHERE singleton = 1 AND id IS NULL";
const KNOWN: &str = "SELECT id FROM ledger_databases WHERE number = $1";
const MAKE_KNOWN: &str = "INSERT INTO ledger_databases (number, id) VALUES ($1, $2)
    ON CONFLICT DO NOTHING";

/// Reads the identity that a database has itself.
pub(super) async fn own(database: &LedgerDatabase) -> Result<Option<Uuid>, Fault> {
    let row = database.shared.database.query_first(OWN, &[]).await?;
    Ok(row.map(|row| get::<Option<Uuid>>(&row, 0)).transpose()?.flatten())
}

/// Gives a database an identity, and returns it. That of another node wins if it came first.
pub(super) async fn assign(database: &LedgerDatabase) -> Result<Uuid, Fault> {
    let id = super::writer::random_id();
    database.shared.database.execute(ASSIGN, &[(&id, Type::UUID)]).await?;
    Ok(own(database).await?.unwrap_or(id))
}

/// Reads the identity of a further database as the first one knows it.
pub(super) async fn known(first: &LedgerDatabase, number: i32) -> Result<Option<Uuid>, Fault> {
    let row = first.shared.database.query_first(KNOWN, &[(&number, Type::INT4)]).await?;
    row.map(|row| get(&row, 0)).transpose()
}

/// Makes the identity of a further database known to the first one.
pub(super) async fn make_known(first: &LedgerDatabase, number: i32, id: Uuid) -> Result<(), Fault> {
    let row = [(&number as _, Type::INT4), (&id as _, Type::UUID)];
    first.shared.database.execute(MAKE_KNOWN, &row).await.map(drop)
}
