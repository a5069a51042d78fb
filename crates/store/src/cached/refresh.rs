//! Invalidation of cached rows that this process or another one has changed.

use std::time::Duration;

use model::{ChangedRow, ChangedRows, Fault};
use tokio::time::Instant;

use super::{CachedStore, Caches};

/// The time without a successful refresh after which every row is invalidated. The database may
/// have been replaced meanwhile, by a copy that lacks the last changes.
const REFRESH_GAP_MAX: Duration = Duration::from_secs(10);

/// The time without a successful refresh after which rows of a shared directory decide nothing any
/// more: another node may have disabled a client or a user.
const AWAY_AFTER: Duration = Duration::from_secs(1);

/// The last refresh that succeeded.
#[derive(Clone, Copy)]
pub(super) struct LastRefresh {
    version: u64,
    began_at: Instant,
}

impl CachedStore {
    /// Invalidates the rows that other processes have changed since the last call, or every row if
    /// they are not known. Then reads the client ids of tenants for which requests name clients
    /// that do not exist. Call it about twice a second.
    pub async fn refresh(&self) -> Result<(), Fault> {
        let began_at = Instant::now();
        let last = *self.0.last_refresh.lock();
        let since = last.map_or(0, |last| last.version);
        let changes = match self.0.store.external_changes(since).await {
            Ok(changes) => changes,
            Err(fault) => {
                let is_away = last.is_none_or(|last| last.began_at.elapsed() > AWAY_AFTER);
                if is_away && self.0.store.is_shared() {
                    self.0.invalidate_deciding();
                }
                return Err(fault);
            }
        };
        let is_recent = |last: LastRefresh| began_at - last.began_at <= REFRESH_GAP_MAX;
        match changes.changed {
            ChangedRows::Rows(rows) if last.is_some_and(is_recent) => {
                for row in &rows {
                    self.0.invalidate(row);
                }
            }
            ChangedRows::Rows(_) | ChangedRows::All => self.0.invalidate_all(),
        }
        *self.0.last_refresh.lock() = Some(LastRefresh { version: changes.version, began_at });
        self.read_missed_client_ids().await
    }

    async fn read_missed_client_ids(&self) -> Result<(), Fault> {
        for tenant in self.0.client_ids.missed() {
            let version = self.0.clients.version();
            let ids = self.0.store.client_ids(tenant).await?;
            self.0.client_ids.put(tenant, &ids, || self.0.clients.version() == version);
        }
        Ok(())
    }
}

impl Caches {
    pub(super) fn invalidate_all(&self) {
        self.invalidate_deciding();
        self.tenants.invalidate_all();
        self.signing_keys.invalidate_all();
    }

    /// Invalidates the rows without which nothing is issued. Those of tenants and keys stay, for
    /// the metadata and the key set.
    fn invalidate_deciding(&self) {
        self.clients.invalidate_all();
        self.client_ids.invalidate_all();
        self.origins.invalidate_all();
        self.resources.invalidate_all();
        self.users.invalidate_all();
    }

    pub(super) fn invalidate(&self, row: &ChangedRow) {
        match row {
            ChangedRow::Tenant(id) => self.tenants.invalidate_where(|_, row| row.id == *id),
            ChangedRow::Client(tenant, id) => {
                self.clients.invalidate(&(*tenant, id.clone()));
                // After the version of the rows changed: no list from before is kept any more.
                self.client_ids.invalidate(*tenant);
                self.origins.invalidate_where(|(other, _), ()| other == tenant);
            }
            ChangedRow::Resources(tenant) => self.resources.invalidate(tenant),
            ChangedRow::User(tenant, id) => self.users.invalidate(&(*tenant, *id)),
            ChangedRow::SigningKeys(tenant) => self.signing_keys.invalidate(tenant),
        }
    }
}
