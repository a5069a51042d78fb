//! The writer thread of the directory. Each list of changes is one transaction.

use model::{
    Client, Consent, DirectoryChange, DirectoryOutcome, Fault, SealedSigningKey, StoredRow,
    TenantId, User,
};
use rusqlite::{Connection, Params, params};
use tokio::sync::oneshot;

use super::{condition::is_stored, password, state};
use crate::{
    job_queue::{JobReceiver, QueuedJob, too_many_waiting},
    sql::directory as sql,
    sqlite::{
        column::to_json, error::fault, username_keys::key_to_store,
        write_connection::WriteConnection,
    },
};

/// A job of the thread.
pub(in crate::sqlite) enum Job {
    /// Applies all changes if the rows are stored as they were read, or none of them.
    Apply {
        /// The rows.
        rows: Vec<StoredRow>,
        /// The changes.
        changes: Vec<DirectoryChange>,
        /// Receives the outcome.
        reply: oneshot::Sender<Result<DirectoryOutcome, Fault>>,
    },
    /// Returns a number that changes after another process has written.
    ExternalVersion(oneshot::Sender<Result<u64, Fault>>),
}

impl QueuedJob for Job {
    fn tenant(&self) -> Option<TenantId> {
        let Self::Apply { changes, .. } = self else { return None };
        changes.iter().find_map(DirectoryChange::tenant)
    }

    fn refuse(self) {
        if let Self::Apply { reply, .. } = self {
            reply.send(Err(too_many_waiting())).ok();
        }
    }
}

/// Runs the jobs until their sender is dropped. The receiver of a result may be dropped already;
/// the result is then discarded.
pub(in crate::sqlite) fn run_writer(mut connection: WriteConnection, jobs: &JobReceiver<Job>) {
    while let Some(job) = jobs.recv() {
        match job {
            Job::Apply { rows, changes, reply } => {
                let result = connection.transaction(|connection| {
                    apply_if_stored(connection, rows, &changes).map_err(|error| fault(&error))
                });
                reply.send(result).ok();
            }
            Job::ExternalVersion(reply) => {
                reply.send(external_version(&mut connection)).ok();
            }
        }
    }
}

/// Returns `PRAGMA data_version`, which does not change with this connection's own writes. A
/// reopened connection counts from the start, so the number of openings is put in front.
fn external_version(writer: &mut WriteConnection) -> Result<u64, Fault> {
    let connection = writer.connection()?;
    let statement = connection.prepare_cached("PRAGMA data_version");
    let version = statement.and_then(|mut statement| statement.query_row([], |row| row.get(0)));
    let version: u32 = version.map_err(|error| fault(&error))?;
    Ok((writer.opened() << 32) | u64::from(version))
}

/// Applies changes in the present transaction, after a comparison of the rows.
fn apply_if_stored(
    connection: &Connection,
    rows: Vec<StoredRow>,
    changes: &[DirectoryChange],
) -> rusqlite::Result<DirectoryOutcome> {
    for row in rows {
        if !is_stored(connection, &row)? {
            return Ok(DirectoryOutcome::Conflict(Box::new(row)));
        }
    }
    changes.iter().try_for_each(|change| apply(connection, change))?;
    if changes.iter().any(DirectoryChange::raises_generation) {
        state::raise_generation(connection)?;
    }
    Ok(DirectoryOutcome::Applied)
}

fn apply(connection: &Connection, change: &DirectoryChange) -> rusqlite::Result<()> {
    match change {
        DirectoryChange::PutTenant(tenant) => {
            let row = params![tenant.id.into_bytes(), tenant.name, to_json(tenant)?];
            execute(connection, sql::PUT_TENANT, row)
        }
        DirectoryChange::PutClient(client) => put_client(connection, client),
        DirectoryChange::PutResource(resource) => {
            let key = resource.tenant.into_bytes();
            let row = params![key, resource.identifier, to_json(resource)?];
            execute(connection, sql::PUT_RESOURCE, row)
        }
        DirectoryChange::PutUser(user) => put_user(connection, user),
        DirectoryChange::RemoveClient { tenant, client } => {
            let statements =
                [sql::DELETE_CONSENTS_OF_CLIENT, sql::DELETE_ORIGINS, sql::DELETE_CLIENT];
            execute_each(connection, &statements, params![tenant.into_bytes(), client.as_str()])
        }
        DirectoryChange::RemoveResource { tenant, identifier } => {
            let statements = [sql::DELETE_CONSENTS_OF_RESOURCE, sql::DELETE_RESOURCE];
            execute_each(connection, &statements, params![tenant.into_bytes(), identifier])
        }
        DirectoryChange::RemoveUser { tenant, user } => {
            let statements = [
                sql::DELETE_CONSENTS_OF_USER,
                sql::DELETE_PASSWORD,
                sql::DELETE_AUTHENTICATORS,
                sql::DELETE_USER,
            ];
            execute_each(connection, &statements, params![tenant.into_bytes(), user.into_bytes()])
        }
        DirectoryChange::PutPassword { tenant, user, password } => {
            password::put(connection, (*tenant, *user), password)
        }
        DirectoryChange::RehashPassword { tenant, user, earlier, password } => {
            password::rehash(connection, (*tenant, *user), earlier, password)
        }
        DirectoryChange::PutAuthenticators(row) => {
            let (tenant, user) = (row.tenant.into_bytes(), row.user.into_bytes());
            execute(connection, sql::PUT_AUTHENTICATORS, params![tenant, user, to_json(row)?])
        }
        DirectoryChange::PutConsent(consent) => put_consent(connection, consent),
        DirectoryChange::PutSigningKey(key) => put_signing_key(connection, key),
        DirectoryChange::RemoveSigningKey { tenant, kid } => {
            execute(connection, sql::DELETE_SIGNING_KEY, params![tenant.into_bytes(), kid])
        }
        DirectoryChange::RecordLedger(record) => state::record_ledger(connection, record),
    }
}

fn put_client(connection: &Connection, client: &Client) -> rusqlite::Result<()> {
    let (tenant, id) = (client.tenant.into_bytes(), client.id.as_str());
    execute(connection, sql::PUT_CLIENT, params![tenant, id, to_json(client)?])?;
    execute(connection, sql::DELETE_ORIGINS, params![tenant, id])?;
    let mut origins = client.origins().filter(|_| client.enabled);
    origins
        .try_for_each(|origin| execute(connection, sql::INSERT_ORIGIN, params![tenant, id, origin]))
}

fn put_user(connection: &Connection, user: &User) -> rusqlite::Result<()> {
    let (tenant, id) = (user.tenant.into_bytes(), user.id.into_bytes());
    let row = params![tenant, id, key_to_store(connection, user)?, to_json(user)?];
    execute(connection, sql::PUT_USER, row)
}

fn put_consent(connection: &Connection, consent: &Consent) -> rusqlite::Result<()> {
    let row = params![
        consent.tenant.into_bytes(),
        consent.user.into_bytes(),
        consent.client.as_str(),
        consent.resource,
        to_json(&consent.scopes)?,
        consent.given_at.microseconds(),
        consent.grants_not_before.microseconds(),
    ];
    execute(connection, sql::PUT_CONSENT, row)
}

fn put_signing_key(connection: &Connection, key: &SealedSigningKey) -> rusqlite::Result<()> {
    let row = params![
        key.tenant.into_bytes(),
        key.kid,
        key.algorithm,
        key.sealed_private_key,
        key.jwk,
        key.published_at.microseconds(),
        key.active_from.microseconds(),
        key.retired_at.microseconds(),
    ];
    execute(connection, sql::PUT_SIGNING_KEY, row)
}

/// Executes statements with the same parameters.
fn execute_each(
    connection: &Connection,
    statements: &[&str],
    row: impl Params + Copy,
) -> rusqlite::Result<()> {
    statements.iter().try_for_each(|statement| execute(connection, statement, row))
}

fn execute(connection: &Connection, statement: &str, row: impl Params) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute(row).map(|_| ())
}
