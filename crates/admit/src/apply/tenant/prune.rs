//! The rows that `--prune` removes: those of a declared tenant that the file does not name.

use model::{Client, DirectoryChange, Resource, StoredRow, Timestamp, User};

use super::TenantComparison;
use super::user::PlannedUser;
use crate::apply::plan::Plan;

/// The stored rows that are removed.
#[derive(Default)]
pub(super) struct RemovedRows {
    resources: Vec<Resource>,
    clients: Vec<Client>,
    users: Vec<User>,
    /// The number of users who signed up or were invited. A file does not name them.
    registered: usize,
    /// The administrators that are not declared and stay, because the tenant would have none.
    kept_administrators: Vec<User>,
}

/// Returns the stored rows that the file does not name. Without `--prune` they were not read.
pub(super) fn removed_rows(
    comparison: &TenantComparison<'_>,
    users: &[PlannedUser],
    (prune, now): (bool, Timestamp),
) -> RemovedRows {
    if !prune {
        return RemovedRows::default();
    }
    let is_declared = |resource: &&Resource| {
        let mut declared = comparison.declared.resources.iter();
        !declared.any(|declared| declared.identifier.value == resource.identifier)
    };
    let resources = comparison.resources.iter().filter(is_declared);
    let clients =
        comparison.clients.iter().filter(|client| !comparison.client_ids.contains(&client.id));
    let is_active = |user: &User| user.administrator && user.is_active(now);
    let has_administrator = users.iter().any(|user| is_active(&user.row));
    let unnamed =
        comparison.users.iter().filter(|user| users.iter().all(|other| other.row.id != user.id));
    let is_registered = |user: &&User| user.registration.is_some() || user.invitation.is_some();
    let registered = unnamed.clone().filter(is_registered).count();
    let unnamed = unnamed.filter(|user| !is_registered(user));
    let (kept_administrators, users) =
        unnamed.cloned().partition(|user| !has_administrator && is_active(user));
    RemovedRows {
        resources: resources.cloned().collect(),
        clients: clients.cloned().collect(),
        users,
        registered,
        kept_administrators,
    }
}

/// Returns the names of the stored resources and clients that the file does not name. Users are
/// often added by other means than a file, and may be many.
pub(super) fn undeclared(comparison: &TenantComparison<'_>) -> Vec<String> {
    let declared = &comparison.declared.resources;
    let is_undeclared =
        |row: &&Resource| declared.iter().all(|it| it.identifier.value != row.identifier);
    let resources = comparison.resources.iter().filter(is_undeclared);
    let clients =
        comparison.clients.iter().filter(|client| !comparison.client_ids.contains(&client.id));
    clients
        .map(|client| format!("client {} ({})", client.name, client.id))
        .chain(resources.map(|resource| format!("resource {}", resource.identifier)))
        .collect()
}

impl RemovedRows {
    /// Returns whether a row with an id is removed, which must not be given again.
    pub(super) const fn has_ids(&self) -> bool {
        !self.clients.is_empty() || !self.users.is_empty()
    }

    /// Adds the changes to the plan.
    pub(super) fn put(self, plan: &mut Plan<'_>) {
        for user in self.kept_administrators {
            let name =
                format!("user {} ({}): kept, the last administrator", user.username, user.id);
            plan.add_unchanged(name);
        }
        if self.registered > 0 {
            let count = self.registered;
            plan.add_unchanged(format!("users who signed up or were invited: {count} kept"));
        }
        for client in self.clients {
            let name = format!("client {} ({})", client.name, client.id);
            let (tenant, id) = (client.tenant, client.id.clone());
            let read = StoredRow::Client(tenant, id.clone(), Some(client));
            plan.changes.read(format!("the {name}"), read);
            let client = id;
            plan.remove(name, DirectoryChange::RemoveClient { tenant, client });
        }
        for user in self.users {
            let name = format!("user {} ({})", user.username, user.id);
            let (tenant, id) = (user.tenant, user.id);
            plan.changes.read(format!("the {name}"), StoredRow::User(tenant, id, Some(user)));
            let user = id;
            plan.remove(name, DirectoryChange::RemoveUser { tenant, user });
        }
        for resource in self.resources {
            let name = format!("resource {}", resource.identifier);
            let (tenant, identifier) = (resource.tenant, resource.identifier);
            plan.remove(name, DirectoryChange::RemoveResource { tenant, identifier });
        }
    }
}
