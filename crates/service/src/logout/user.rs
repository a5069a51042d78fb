//! Signs users out of their apps who are disabled or removed, or whose grants are revoked.

use std::collections::{HashMap, hash_map::Entry};

use model::{Client, DirectoryChange, Fault, Seconds, TenantId, Timestamp, UserId};

use super::{
    grants,
    notice::{self, AnnouncedLogouts, SignedOut},
};
use crate::state::Service;

/// The time until such a logout token is sent: the change that causes it is applied meanwhile.
const DELAY: Seconds = Seconds::new(5);

impl Service {
    /// Stores logout tokens for the apps of every user that these changes sign out. Call it before
    /// the changes are applied: if the process stops in between, apps sign a user out too much
    /// rather than too little. If the changes are not applied, call [`Self::withdraw_logouts`].
    ///
    /// # Errors
    /// The store failed. A failure of the history is only logged: it must not keep an administrator
    /// from disabling a user.
    pub async fn announce_logouts(
        &self,
        changes: &[DirectoryChange],
    ) -> Result<AnnouncedLogouts, Fault> {
        let mut announced = AnnouncedLogouts::default();
        let mut known: HashMap<TenantId, bool> = HashMap::new();
        for change in changes {
            let Some((tenant, user)) = self.signed_out_by(change).await? else { continue };
            let has_receivers = match known.entry(tenant) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(unknown) => *unknown.insert(self.has_receivers(tenant).await?),
            };
            if has_receivers {
                let of_user = self.announce(tenant, user, self.now()).await?;
                announced.stored.extend(of_user.stored);
                announced.left_out += of_user.left_out;
            }
        }
        Ok(announced)
    }

    /// Deletes announced logout tokens, because the changes were not applied. A failure is only
    /// logged: apps then sign a user out who can sign in again.
    pub async fn withdraw_logouts(&self, announced: &AnnouncedLogouts) {
        for id in &announced.stored {
            if let Err(fault) = self.history.complete(*id).await {
                let cause = fault.cause();
                tracing::error!(kind = ?fault.kind(), cause, "cannot withdraw a logout token");
            }
        }
    }

    /// Returns whether a client of the tenant receives logout tokens.
    async fn has_receivers(&self, tenant: TenantId) -> Result<bool, Fault> {
        let clients = self.store_of_id(tenant).clients().await?;
        let is_receiver = |client: &Client| client.backchannel_logout_uri.is_some();
        Ok(clients.iter().any(is_receiver))
    }

    async fn announce(
        &self,
        tenant: TenantId,
        user: UserId,
        at: Timestamp,
    ) -> Result<AnnouncedLogouts, Fault> {
        let store = self.store_of_id(tenant);
        let clients = grants::clients_of_user(store, user).await?;
        let signed_out = SignedOut { tenant, user, at, delay: DELAY };
        Ok(notice::store(self, signed_out, &clients).await)
    }

    /// Returns the user that a change signs out.
    async fn signed_out_by(
        &self,
        change: &DirectoryChange,
    ) -> Result<Option<(TenantId, UserId)>, Fault> {
        match change {
            DirectoryChange::RemoveUser { tenant, user } => Ok(Some((*tenant, *user))),
            DirectoryChange::PutUser(after) => {
                let before = self.store_of_id(after.tenant).user(after.id).await?;
                let is_ended = before.is_some_and(|before| {
                    let is_revoked = before.tokens_not_before < after.tokens_not_before;
                    before.enabled && (!after.enabled || is_revoked)
                });
                Ok(is_ended.then_some((after.tenant, after.id)))
            }
            _ => Ok(None),
        }
    }
}
