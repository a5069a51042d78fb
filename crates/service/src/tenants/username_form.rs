//! The form of a tenant's user names: whether most of them are addresses. The sign-in page gives a
//! hint that depends on it, never on the typed name.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use model::{Seconds, TenantId, TenantStore, Timestamp};

/// Number of users that are looked at, in the order of user names.
const USERS_MAX: u32 = 50;
/// The lifetime of a cached result.
const LIFETIME: Seconds = Seconds::minutes(5);
/// Maximum number of cached tenants.
const TENANTS_MAX: usize = 1_024;

/// The cached form of the user names, per tenant.
#[derive(Default)]
pub(crate) struct UsernameForms(Mutex<HashMap<TenantId, CachedForm>>);

#[derive(Clone, Copy)]
struct CachedForm {
    are_addresses: bool,
    until: Timestamp,
}

impl UsernameForms {
    /// Returns whether most user names of a tenant contain `@`. False if the store fails: the hint
    /// is not worth a refused page.
    pub(crate) async fn are_addresses(&self, store: TenantStore<'_>, now: Timestamp) -> bool {
        let tenant = store.tenant();
        if let Some(known) = self.cached(tenant, now) {
            return known;
        }
        let Ok(users) = store.users(USERS_MAX).await else { return false };
        let addresses = users.iter().filter(|user| user.username.contains('@')).count();
        let are_addresses = addresses * 2 > users.len();
        let mut forms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if forms.len() >= TENANTS_MAX {
            forms.clear();
        }
        forms.insert(tenant, CachedForm { are_addresses, until: now + LIFETIME });
        are_addresses
    }

    fn cached(&self, tenant: TenantId, now: Timestamp) -> Option<bool> {
        let forms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        forms.get(&tenant).filter(|form| form.until > now).map(|form| form.are_addresses)
    }
}
