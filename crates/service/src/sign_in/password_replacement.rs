//! Replaces the password of a user who gave the code of a mail, in a task of its own. If the
//! browser closes the connection, the hash still counts in the queue of passwords, and no password
//! is replaced without its notice and its change events.

use std::{panic::AssertUnwindSafe, sync::Arc};

use catalogue::refusal;
use futures_util::FutureExt;
use model::{
    Actor, DirectoryChange, DirectoryOutcome, Fault, FaultKind, Password, SharedTenantStore,
    StoredRow, Tenant, Timestamp, User, UserNotice,
};
use protocol::{Error, context::RequestSeed};
use signin::factor::{VerifiedFactor, password::record_replaced};

use crate::{
    limits::Slot,
    new_password,
    sign_in::{password::panicked, reset_account::proven_user, reset_state::ProvenReset},
    state::Service,
    user_mail,
};

/// Number of times that the change is decided if others change a row of the user meanwhile.
const ATTEMPTS_MAX: usize = 8;

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
        let of = (&self.user, &self.tenant);
        let hashing = (slot.priority(), &self.seed);
        let hashed = new_password::check_and_hash(&self.service, of, typed, hashing).await;
        let (password, factor) = hashed?;
        slot.verified();
        Ok((self.apply(password).await?, factor))
    }

    /// Replaces the stored password, if it is still the one for which the proof was given. The
    /// notice is stored before: if the process stops in between, the user learns of a change that
    /// was not made, rather than not of one that was.
    async fn apply(&self, password: Password) -> Result<User, Error> {
        let (service, store) = (&self.service, self.store.borrow());
        for _ in 0..ATTEMPTS_MAX {
            let current =
                proven_user(store, &self.proven, self.tenant.password_reset, service.now()).await?;
            let (before, replaced) = current.ok_or_else(refusal::password_set_meanwhile)?;
            // The time of the change: what was given with the earlier password meanwhile ends too.
            let now = service.now();
            let password = Password { set_at: now, ..password.clone() };
            let (changes, after) = self.changes((&before, &replaced), password, now);
            let rows = vec![
                StoredRow::User(after.tenant, after.id, Some(User::clone(&before))),
                StoredRow::Password(after.tenant, after.id, Some(replaced)),
            ];
            let mut events = store.events_of(&changes, now).await?;
            let announced = service.announce_logouts(&changes).await?;
            let stores = (&*service.history, &service.settings);
            let at = (&self.seed, now);
            let notice = user_mail::announce(stores, &after, self.notice.clone(), at).await;
            if store.apply_if_stored(rows, changes).await? == DirectoryOutcome::Applied {
                for event in &mut events {
                    event.actor = Some(Actor::User { username: after.username.clone() });
                }
                service.record_events(events).await;
                return Ok(after);
            }
            service.withdraw_logouts(&announced).await;
            user_mail::withdraw(&*service.history, notice).await;
        }
        let cause = "a row of the user changed during every attempt to set the password";
        Err(Fault::from_message(FaultKind::Conflict, cause).into())
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
