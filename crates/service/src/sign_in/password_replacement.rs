//! Replaces the password of a user who gave the code of a mail, in a task of its own. If the
//! browser closes the connection, the hash still counts in the queue of passwords, and no password
//! is replaced without its notice and its change events.

use std::{panic::AssertUnwindSafe, sync::Arc};

use catalogue::refusal;
use futures_util::FutureExt;
use model::{
    DirectoryChange, Fault, FaultKind, Password, SharedTenantStore, StoredRow, Tenant, Timestamp,
    User, UserNotice,
};
use protocol::{Error, context::RequestSeed};
use signin::factor::{VerifiedFactor, password::record_replaced};

use crate::{
    announced_change::{AnnouncedChange, Decide},
    limits::Slot,
    new_password::{self, PasswordOwner},
    sign_in::{password::panicked, reset_account::proven_user, reset_state::ProvenReset},
    state::Service,
};

/// A new password with the proof that its user may set it.
pub(super) struct PasswordReplacement {
    pub(super) service: Arc<Service>,
    pub(super) store: SharedTenantStore,
    /// The user and their tenant, whose names are no passwords.
    pub(super) user: Arc<User>,
    pub(super) tenant: Tenant,
    pub(super) proven: ProvenReset,
    /// The password, typed twice.
    pub(super) typed: [String; 2],
    /// The notice to the user.
    pub(super) notice: UserNotice,
    pub(super) seed: RequestSeed,
}

impl PasswordReplacement {
    /// Checks the password, hashes it and stores it. Returns the row of the user after it.
    ///
    /// # Errors
    /// The password is not allowed, the proof is for an earlier password, or the store failed.
    pub(super) async fn run(self, slot: Slot) -> Result<(User, VerifiedFactor), Error> {
        let task = tokio::spawn(async move {
            let outcome = AssertUnwindSafe(self.replace(slot)).catch_unwind().await;
            outcome.unwrap_or_else(|_| Err(panicked().into()))
        });
        task.await.map_err(|error| Fault::new(FaultKind::Internal, &error))?
    }

    async fn replace(mut self, mut slot: Slot) -> Result<(User, VerifiedFactor), Error> {
        let typed = std::mem::take(&mut self.typed);
        let stored = self.store.borrow().authenticators(self.user.id).await?;
        let replaced = if self.proven.by_password {
            self.proven_rows().await?.map(|(_, password)| password)
        } else {
            None
        };
        let of = PasswordOwner {
            user: &self.user,
            tenant: &self.tenant,
            authenticators: stored.as_ref(),
            replaced,
        };
        let hashing = (&mut slot, &self.seed);
        let hashed = new_password::check_and_hash(&self.service, of, typed, hashing).await;
        let (password, factor) = hashed?;
        Ok((self.apply(password).await?, factor))
    }

    /// Returns the rows of the user, if they are those for which the proof was given.
    async fn proven_rows(&self) -> Result<Option<(Arc<User>, Password)>, Fault> {
        let (policy, now) = (self.tenant.password_reset, self.service.now());
        proven_user(self.store.borrow(), &self.proven, policy, now).await
    }

    /// Replaces the stored password, if it is still the one for which the proof was given.
    async fn apply(&self, password: Password) -> Result<User, Error> {
        let deciding = Hashed { replacement: self, password };
        self.service.apply_announced(self.store.borrow(), &self.seed, deciding).await
    }

    /// Returns the changes, and the row of the user after them. Sign-ins that began with the
    /// earlier password end in both cases, and no browser stays known by it.
    fn changes(
        &self,
        (before, replaced): (&User, &Password),
        password: Password,
        now: Timestamp,
    ) -> (Vec<DirectoryChange>, User) {
        let (tenant, user) = (before.tenant, before.id);
        let after = if self.proven.end_sessions {
            before.clone().with_revocation(now)
        } else {
            before.clone().with_new_password(now)
        };
        let after = record_replaced(after, Some(replaced));
        let password = DirectoryChange::PutPassword { tenant, user, password };
        (vec![password, DirectoryChange::PutUser(after.clone())], after)
    }
}

/// A replacement whose password was hashed.
struct Hashed<'a> {
    replacement: &'a PasswordReplacement,
    password: Password,
}

impl Decide for Hashed<'_> {
    type Decided = User;

    async fn decide(&self) -> Result<(AnnouncedChange, User), Error> {
        let PasswordReplacement { service, notice, .. } = self.replacement;
        let current = self.replacement.proven_rows().await?;
        let (before, replaced) = current.ok_or_else(refusal::password_set_meanwhile)?;
        // The time of the change: what was given with the earlier password meanwhile ends too.
        let at = service.now();
        let password = Password { set_at: at, ..self.password.clone() };
        let (changes, after) = self.replacement.changes((&before, &replaced), password, at);
        let rows = vec![
            StoredRow::User(after.tenant, after.id, Some(User::clone(&before))),
            StoredRow::Password(after.tenant, after.id, Some(replaced)),
        ];
        let (user, notice) = (after.clone(), Some(notice.clone()));
        Ok((AnnouncedChange { rows, changes, user, notice, at }, after))
    }
}
