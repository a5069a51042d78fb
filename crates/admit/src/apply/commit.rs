//! The commit of changes, guarded by the rows that they were decided on.

use std::io::Write;

use model::{ChangeEvent, Client, DirectoryChange, DirectoryOutcome, StoredRow, Tenant, User};
use service::Service;

use crate::error::CommandError;

/// Changes, and the rows that they were decided on.
#[derive(Default)]
pub(crate) struct GuardedChanges {
    /// The rows, with their names in messages.
    rows: Vec<(String, StoredRow)>,
    /// The changes, for one transaction.
    changes: Vec<DirectoryChange>,
}

/// The outcome of a commit.
#[must_use]
pub(crate) enum CommitOutcome {
    /// All changes are applied.
    Applied,
    /// Another process has changed a row meanwhile. Nothing was changed.
    Conflict(Conflict),
    /// The changes may have been applied. Secrets that were generated for them must be kept.
    Uncertain(CommandError),
}

/// A row that another process has changed meanwhile.
pub(crate) struct Conflict {
    /// The name of the row.
    row: String,
}

impl GuardedChanges {
    /// Replaces a stored tenant.
    pub(crate) fn of_tenant(before: &Tenant, after: Tenant) -> Self {
        let row = StoredRow::Tenant(before.id, Some(before.clone()));
        Self {
            rows: vec![(format!("the tenant {}", before.name), row)],
            changes: vec![DirectoryChange::PutTenant(after)],
        }
    }

    /// Replaces a stored client.
    pub(crate) fn of_client(before: &Client, after: Client) -> Self {
        let row = StoredRow::Client(before.tenant, before.id.clone(), Some(before.clone()));
        Self {
            rows: vec![(format!("the client {}", before.name), row)],
            changes: vec![DirectoryChange::PutClient(after)],
        }
    }

    /// Replaces a stored user.
    pub(crate) fn of_user(before: &User, after: User) -> Self {
        let row = StoredRow::User(before.tenant, before.id, Some(before.clone()));
        Self {
            rows: vec![(format!("the user {}", before.username), row)],
            changes: vec![DirectoryChange::PutUser(after)],
        }
    }

    /// Depends on a stored user and a stored client, and changes nothing yet.
    pub(crate) fn of_rows(user: &User, client: &Client) -> Self {
        let mut changes = Self::default();
        let row = StoredRow::User(user.tenant, user.id, Some(user.clone()));
        changes.read(format!("the user {}", user.username), row);
        let row = StoredRow::Client(client.tenant, client.id.clone(), Some(client.clone()));
        changes.read(format!("the client {}", client.name), row);
        changes
    }

    /// Returns the clients that are inserted or replaced.
    pub(crate) fn clients(&self) -> impl Iterator<Item = &Client> {
        self.changes.iter().filter_map(|change| match change {
            DirectoryChange::PutClient(client) => Some(client),
            _ => None,
        })
    }

    /// Adds a row that the changes depend on.
    pub(crate) fn read(&mut self, name: impl Into<String>, row: StoredRow) {
        self.rows.push((name.into(), row));
    }

    /// Adds a change.
    pub(crate) fn change(&mut self, change: DirectoryChange) {
        self.changes.push(change);
    }

    /// Applies the changes in one transaction and records their events, unless a row has changed.
    pub(crate) async fn commit(&self, service: &Service) -> Result<CommitOutcome, CommandError> {
        if self.changes.is_empty() {
            return Ok(CommitOutcome::Applied);
        }
        let events = ChangeEvent::detect(&self.changes, &*service.store, service.now()).await?;
        let rows = self.rows.iter().map(|(_, row)| row.clone()).collect();
        let announced = service.announce_logouts(&self.changes).await?;
        let outcome = service.store.apply_if_stored(rows, self.changes.clone()).await;
        match outcome {
            Ok(DirectoryOutcome::Applied) => {
                service.record_events(events).await;
                report(announced.left_out);
                Ok(CommitOutcome::Applied)
            }
            Ok(DirectoryOutcome::Conflict(changed)) => {
                service.withdraw_logouts(&announced).await;
                let named = self.rows.iter().find(|(_, row)| *row == *changed);
                let row = named.map_or_else(|| "a row".to_owned(), |(name, _)| name.clone());
                Ok(CommitOutcome::Conflict(Conflict { row }))
            }
            // The failure may have come after the transaction, such as a disk that does not sync.
            Err(fault) => Ok(CommitOutcome::Uncertain(CommandError::message(format!(
                "the store failed: {}; it is not known whether anything was changed: run `admit \
                 export` to see",
                fault.cause()
            )))),
        }
    }
}

/// Reports the number of logout tokens that are not sent. The standard output may be JSON.
fn report(left_out: usize) {
    if left_out > 0 {
        let text = format!(
            "warning: number of logout tokens that are not sent, because too many wait or the \
             history failed: {left_out}; their users stay signed in to these apps"
        );
        writeln!(std::io::stderr(), "{text}").unwrap_or_default();
    }
}

impl Conflict {
    /// Returns the error of a command that does not decide again by itself.
    pub(crate) fn into_error(self) -> CommandError {
        CommandError::message(format!(
            "{} was changed by the service or another command while this command ran; nothing was \
             changed; run the command again",
            self.row
        ))
    }
}
