//! The thread that changes the directory: one list of changes, one transaction.

use std::sync::mpsc::Receiver;

use model::{Client, Consent, DirectoryChange, Fault, SigningKeyRow, User};
use rusqlite::{Connection, Params, params};
use tokio::sync::oneshot;

use crate::{
    name::username_key,
    sql::directory as sql,
    sqlite::{column::to_json, desk::Desk, error::fault},
};

/// What the thread is asked to do.
pub(in crate::sqlite) enum Job {
    /// Make the changes, all or none.
    Apply(Vec<DirectoryChange>, oneshot::Sender<Result<(), Fault>>),
    /// Tell a number that differs after anyone else wrote.
    Version(oneshot::Sender<Result<u64, Fault>>),
}

/// Does the jobs until there will be no more. Whoever asked may be gone by the time of the
/// answer: that is nobody's concern here.
pub(in crate::sqlite) fn write(mut desk: Desk, jobs: &Receiver<Job>) {
    for job in jobs {
        match job {
            Job::Apply(changes, reply) => {
                let made = desk.transaction(|connection| {
                    let mut changes = changes.iter();
                    changes
                        .try_for_each(|change| make(connection, change))
                        .map_err(|error| fault(&error))
                });
                reply.send(made).ok();
            }
            Job::Version(reply) => {
                reply.send(version(&mut desk)).ok();
            }
        }
    }
}

/// `PRAGMA data_version` leaves out what this connection wrote itself. A connection made anew
/// counts anew, so its own number stands above.
fn version(desk: &mut Desk) -> Result<u64, Fault> {
    let connection = desk.connection()?;
    let statement = connection.prepare_cached("PRAGMA data_version");
    let version = statement.and_then(|mut statement| statement.query_row([], |row| row.get(0)));
    let version: u32 = version.map_err(|error| fault(&error))?;
    Ok((desk.opened() << 32) | u64::from(version))
}

fn make(connection: &Connection, change: &DirectoryChange) -> rusqlite::Result<()> {
    match change {
        DirectoryChange::PutTenant(tenant) => {
            let row = params![tenant.id.into_bytes(), tenant.name, to_json(tenant)?];
            put(connection, sql::PUT_TENANT, row)
        }
        DirectoryChange::PutClient(client) => put_client(connection, client),
        DirectoryChange::PutResource(resource) => {
            let key = resource.tenant.into_bytes();
            let row = params![key, resource.identifier, to_json(resource)?];
            put(connection, sql::PUT_RESOURCE, row)
        }
        DirectoryChange::PutUser(user) => put_user(connection, user),
        DirectoryChange::PutPassword { tenant, user, password } => {
            let set_at = password.set_at.microseconds();
            let row = params![tenant.into_bytes(), user.into_bytes(), password.hash, set_at];
            put(connection, sql::PUT_PASSWORD, row)
        }
        DirectoryChange::PutConsent(consent) => put_consent(connection, consent),
        DirectoryChange::PutSigningKey(key) => put_signing_key(connection, key),
        DirectoryChange::RemoveSigningKey { tenant, kid } => {
            put(connection, sql::REMOVE_SIGNING_KEY, params![tenant.into_bytes(), kid])
        }
    }
}

fn put_client(connection: &Connection, client: &Client) -> rusqlite::Result<()> {
    let (tenant, id) = (client.tenant.into_bytes(), client.id.as_str());
    put(connection, sql::PUT_CLIENT, params![tenant, id, to_json(client)?])?;
    put(connection, sql::FORGET_ORIGINS, params![tenant, id])?;
    let mut origins = client.origins().filter(|_| client.enabled);
    origins.try_for_each(|origin| put(connection, sql::ADD_ORIGIN, params![tenant, id, origin]))
}

fn put_user(connection: &Connection, user: &User) -> rusqlite::Result<()> {
    let (tenant, id) = (user.tenant.into_bytes(), user.id.into_bytes());
    let row = params![tenant, id, username_key(&user.username), to_json(user)?];
    put(connection, sql::PUT_USER, row)
}

fn put_consent(connection: &Connection, consent: &Consent) -> rusqlite::Result<()> {
    let row = params![
        consent.tenant.into_bytes(),
        consent.user.into_bytes(),
        consent.client.as_str(),
        consent.resource,
        to_json(&consent.scopes)?,
        consent.given_at.microseconds(),
    ];
    put(connection, sql::PUT_CONSENT, row)
}

fn put_signing_key(connection: &Connection, key: &SigningKeyRow) -> rusqlite::Result<()> {
    let row = params![
        key.tenant.into_bytes(),
        key.kid,
        key.algorithm,
        key.sealed_private_key,
        key.jwk,
        key.published_at.microseconds(),
        key.signs_from.microseconds(),
        key.kept_until.microseconds(),
    ];
    put(connection, sql::PUT_SIGNING_KEY, row)
}

fn put(connection: &Connection, statement: &str, row: impl Params) -> rusqlite::Result<()> {
    connection.prepare_cached(statement)?.execute(row).map(|_| ())
}
