//! The deletion of a user, by themselves or by a command.

use catalogue::refusal;
use model::{DirectoryChange, StoredRow, Tenant, TenantStore, User};
use protocol::Error;
use signin::profile::deleted_name;

/// The changes that delete a user, and the rows that they were decided on.
pub struct UserDeletion {
    /// The rows.
    pub rows: Vec<StoredRow>,
    /// The changes: the user with everything of theirs, and the tenant, which remembers a digest of
    /// the name. A declaration then does not add the user again.
    pub changes: Vec<DirectoryChange>,
}

/// Returns the changes that delete a user of a tenant.
///
/// # Errors
/// The user is the last administrator of the tenant, or the store failed.
pub async fn deletion_of(store: TenantStore<'_>, user: &User) -> Result<UserDeletion, Error> {
    let tenant = store.row().await?.ok_or_else(refusal::account_session_ended)?;
    let row = StoredRow::Tenant(user.tenant, Some(Tenant::clone(&tenant)));
    let mut rows = vec![row, StoredRow::User(user.tenant, user.id, Some(user.clone()))];
    if is_administrator(user) {
        // The row of the other one, so that it does not lose the right or leave meanwhile.
        let users = store.users(u32::MAX).await?;
        let other = users.into_iter().find(|it| it.id != user.id && is_administrator(it));
        let other = other.ok_or_else(refusal::last_administrator_stays)?;
        rows.push(StoredRow::User(user.tenant, other.id, Some(other)));
    }
    let tenant = Tenant::clone(&tenant).with_deleted_user(deleted_name(user));
    let removal = DirectoryChange::RemoveUser { tenant: user.tenant, user: user.id };
    Ok(UserDeletion { rows, changes: vec![DirectoryChange::PutTenant(tenant), removal] })
}

const fn is_administrator(user: &User) -> bool {
    user.administrator && user.enabled
}
