//! The secrets of authenticator apps: of many rows, so they are read in pages.

use jose::seal::{Sealer, key_id_of};
use model::{
    AuthenticatorApp, Authenticators, DirectoryChange, DirectoryOutcome, Fault, FaultKind,
    StoredRow, TenantId,
};
use protocol::context::TenantContext;

use super::{ATTEMPTS_MAX, SealedCount, SealedKind};
use crate::state::Service;

/// The rows of a page.
const PAGE_MAX: u32 = 64;

impl Service {
    /// Counts the sealed secrets of a tenant, by root key.
    pub(super) async fn count_totp_secrets(
        &self,
        tenant: TenantId,
        counts: &mut Vec<SealedCount>,
    ) -> Result<(), Fault> {
        let mut after = None;
        loop {
            let page = self.store.authenticators_after(tenant, after, PAGE_MAX).await?;
            for app in page.iter().flat_map(|row| &row.apps) {
                let key = key_id_of(&app.sealed_secret).unwrap_or_default();
                SealedCount::add(counts, SealedKind::TotpSecret, key);
            }
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.user);
        }
    }

    /// Seals the secrets of a tenant with the current root key, page by page. Returns the number of
    /// those that were sealed with another one.
    pub(super) async fn reseal_totp_secrets(&self, tenant: &TenantContext) -> Result<u64, Fault> {
        let id = tenant.id();
        let (mut resealed, mut after, mut conflicts) = (0, None, 0);
        loop {
            let page = self.store.authenticators_after(id, after, PAGE_MAX).await?;
            let Some(last) = page.last().map(|row| row.user) else { return Ok(resealed) };
            match self.reseal_page(tenant, page).await? {
                Some(count) => (resealed, after, conflicts) = (resealed + count, Some(last), 0),
                None if conflicts == ATTEMPTS_MAX => {
                    let cause = format!("the users of {} change all the time", tenant.row.name);
                    return Err(Fault::from_message(FaultKind::StoreUnavailable, &cause));
                }
                None => conflicts += 1,
            }
        }
    }

    /// Seals the secrets of some rows. Returns the number of outdated ones, or `None` if another
    /// process has changed a row meanwhile.
    async fn reseal_page(
        &self,
        tenant: &TenantContext,
        page: Vec<Authenticators>,
    ) -> Result<Option<u64>, Fault> {
        let sealer = &tenant.sealers.totp_secret;
        let is_outdated = |app: &AuthenticatorApp| !sealer.is_current(&app.sealed_secret);
        let (mut rows, mut changes, mut count) = (Vec::new(), Vec::new(), 0);
        for row in page {
            let outdated = row.apps.iter().filter(|app| is_outdated(app)).count() as u64;
            if outdated > 0 {
                count += outdated;
                changes.push(DirectoryChange::PutAuthenticators(resealed(&row, sealer)?));
                rows.push(StoredRow::Authenticators(row.tenant, row.user, Some(row)));
            }
        }
        if changes.is_empty() {
            return Ok(Some(0));
        }
        Ok(match self.store.apply_if_stored(rows, changes).await? {
            DirectoryOutcome::Applied => Some(count),
            DirectoryOutcome::Conflict(_) => None,
        })
    }
}

/// Returns a row whose secrets are sealed with the current root key.
fn resealed(row: &Authenticators, sealer: &Sealer) -> Result<Authenticators, Fault> {
    let mut row = row.clone();
    for app in &mut row.apps {
        let opened = sealer.open_bytes(&app.sealed_secret).map_err(|_| {
            let cause = format!("an authenticator app of the user {}", row.user);
            Fault::from_message(FaultKind::KeyMissing, &cause)
        })?;
        let sealed = sealer.seal_bytes(&opened);
        app.sealed_secret = sealed.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    }
    Ok(row)
}
