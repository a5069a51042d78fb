//! Applies a change that a user makes on their own rows. It is announced before: to the apps that
//! it signs out, and to the user by a notice.

use model::{
    Actor, DirectoryChange, DirectoryOutcome, Fault, FaultKind, StoredRow, TenantStore, Timestamp,
    User, UserNotice,
};
use protocol::{Error, context::RequestSeed};

use crate::{state::Service, user_mail};

/// Number of times that a change is decided if others change the rows meanwhile.
const ATTEMPTS_MAX: usize = 8;

/// A change, and the rows that it was decided on.
pub(crate) struct AnnouncedChange {
    pub(crate) rows: Vec<StoredRow>,
    /// If there are none, nothing is done.
    pub(crate) changes: Vec<DirectoryChange>,
    /// The user who makes the change, and who gets the notice.
    pub(crate) user: User,
    pub(crate) notice: Option<UserNotice>,
    /// The time of the change.
    pub(crate) at: Timestamp,
}

/// Decides on a change from the rows as they are stored now.
pub(crate) trait Decide: Sync {
    /// The result that is decided beside the change.
    type Decided: Send;

    /// Returns the change and what is decided beside it.
    fn decide(
        &self,
    ) -> impl Future<Output = Result<(AnnouncedChange, Self::Decided), Error>> + Send;
}

impl Service {
    /// Decides a change and applies it, if the rows are stored as they were read; otherwise it is
    /// decided again. Records the events with the user as their actor. Returns what was decided
    /// beside the change.
    ///
    /// # Errors
    /// The decision or the store failed, or the rows changed during every attempt.
    pub(crate) async fn apply_announced<D: Decide>(
        &self,
        store: TenantStore<'_>,
        seed: &RequestSeed,
        deciding: D,
    ) -> Result<D::Decided, Error> {
        for _ in 0..ATTEMPTS_MAX {
            let (change, decided) = deciding.decide().await?;
            if change.changes.is_empty() || self.try_to_apply(store, seed, change).await? {
                return Ok(decided);
            }
        }
        let cause = "a row of the user changed during every attempt to change it";
        Err(Fault::from_message(FaultKind::Conflict, cause).into())
    }

    /// Returns whether the rows were stored as they were read. If they were not, nothing remains
    /// of the change and of its announcements.
    async fn try_to_apply(
        &self,
        store: TenantStore<'_>,
        seed: &RequestSeed,
        change: AnnouncedChange,
    ) -> Result<bool, Fault> {
        let AnnouncedChange { rows, changes, user, notice, at } = change;
        let mut events = store.events_of(&changes, at).await?;
        let announced = self.announce_logouts(&changes).await?;
        // Before the change: if the process stops in between, the user learns of a change that was
        // not made, rather than not of one that was.
        let notice = match notice {
            Some(notice) => {
                let stores = (&*self.history, &self.settings);
                user_mail::announce(stores, &user, notice, (seed, at)).await
            }
            None => None,
        };
        if store.apply_if_stored(rows, changes).await? == DirectoryOutcome::Applied {
            for event in &mut events {
                event.actor = Some(Actor::User { username: user.username.clone() });
            }
            self.record_events(events).await;
            return Ok(true);
        }
        self.withdraw_logouts(&announced).await;
        user_mail::withdraw(&*self.history, notice).await;
        Ok(false)
    }
}
