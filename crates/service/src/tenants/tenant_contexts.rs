//! What follows from a tenant and its keys, made once and kept while they do not change.

use std::sync::Arc;

use catalogue::{refusal, showable};
use jose::seal::{Keyring, Sealer};
use model::{Fault, FaultKind, SigningKeyRow, Store, Tenant, TenantId, Timestamp};
use protocol::{Failure, context::Realm, keys::TenantKeys};
use quick_cache::sync::Cache;

/// Tenants kept at once; further ones are made again when they are asked for.
const KEPT_MAX: usize = 4_096;
/// The names that route requests of Microsoft's clients to no tenant in particular.
const SHARED: [&str; 3] = ["common", "organizations", "consumers"];
/// Which key signs depends on the time; it is looked at again this often.
const KEYS_SECONDS: i64 = 30;

/// Realms and keys by tenant, each with the row that it was made from: what was made of a row that
/// changed since no longer fits. Tenants are compared by what is in them: asked for by name and by
/// id, the same one comes from two places.
pub struct Realms {
    origin: String,
    keyring: Keyring,
    made: Cache<TenantId, (Arc<Tenant>, Arc<Realm>)>,
    keys: Cache<TenantId, KeptKeys>,
}

#[derive(Clone)]
struct KeptKeys {
    rows: Arc<Vec<SigningKeyRow>>,
    made_at: Timestamp,
    keys: Arc<TenantKeys>,
}

impl Realms {
    /// For an origin, with the keys that everything is sealed with.
    pub fn new(origin: String, keyring: Keyring) -> Self {
        Self { origin, keyring, made: Cache::new(KEPT_MAX), keys: Cache::new(KEPT_MAX) }
    }

    /// The realm of the tenant that a path names.
    ///
    /// # Errors
    /// The name is malformed, unknown, shared by no tenant, or the tenant is suspended.
    pub async fn named(&self, name: &str, store: &dyn Store) -> Result<Arc<Realm>, Failure> {
        let shown = showable(name);
        // Microsoft's JavaScript clients send the whole authority in lower case.
        let name = name.to_ascii_lowercase();
        if SHARED.contains(&name.as_str()) {
            return Err(refusal::shared_tenant_not_served(name).into());
        }
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if name.is_empty() || name.len() > 128 || !name.bytes().all(is_name) {
            return Err(refusal::malformed_tenant(shown).into());
        }
        let tenant = store.tenant(&name).await?;
        let tenant = tenant.ok_or_else(|| refusal::tenant_not_found(shown.to_ascii_lowercase()))?;
        if tenant.suspended {
            return Err(refusal::tenant_suspended(&tenant.name).into());
        }
        Ok(self.of(tenant)?)
    }

    /// The realm of a tenant.
    ///
    /// # Errors
    /// No key could be derived.
    pub fn of(&self, tenant: Arc<Tenant>) -> Result<Arc<Realm>, Fault> {
        if let Some((row, realm)) = self.made.get(&tenant.id)
            && *row == *tenant
        {
            return Ok(realm);
        }
        let realm = Realm::new(Tenant::clone(&tenant), &self.origin, &self.keyring)
            .map_err(|error| Fault::new(FaultKind::KeyMissing, &error))?;
        let realm = Arc::new(realm);
        self.made.insert(tenant.id, (tenant, Arc::clone(&realm)));
        Ok(realm)
    }

    /// What seals for the whole installation, where a tenant is not known before it is opened.
    ///
    /// # Errors
    /// No key could be derived.
    pub fn sealer(&self, purpose: &str) -> Result<Sealer, Fault> {
        let sealer = self.keyring.sealer([0; 16], purpose);
        sealer.map_err(|error| Fault::new(FaultKind::KeyMissing, &error))
    }

    /// The signing keys of a tenant, parsed.
    ///
    /// # Errors
    /// A key cannot be read.
    pub async fn keys(
        &self,
        realm: &Realm,
        now: Timestamp,
        store: &dyn Store,
    ) -> Result<Arc<TenantKeys>, Fault> {
        let rows = store.signing_keys(realm.tenant.id).await?;
        if let Some(kept) = self.keys.get(&realm.tenant.id)
            && Arc::ptr_eq(&kept.rows, &rows)
            && (now - kept.made_at).get() < KEYS_SECONDS
        {
            return Ok(kept.keys);
        }
        let keys = Arc::new(TenantKeys::new(&rows, &realm.seals.signing_keys, now)?);
        let kept = KeptKeys { rows, made_at: now, keys: Arc::clone(&keys) };
        self.keys.insert(realm.tenant.id, kept);
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use jose::seal::RootKey;
    use model::{Directory as _, DirectoryChange};
    use store::{Cached, Memory};

    use super::*;

    #[tokio::test]
    async fn a_tenant_that_is_asked_for_by_name_and_by_id_has_one_realm() {
        // Asks in turn, and once more after a change: the very same realm until then, another
        // after.
        let mut tenant = Tenant::new(TenantId::new(uuid::Uuid::from_u128(1)), "demo", [0; 32]);
        let store = Cached::new(Arc::new(Memory::new()));
        store.apply(vec![DirectoryChange::PutTenant(tenant.clone())]).await.expect("a tenant");
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        let realms = Realms::new("https://id.test".to_owned(), keyring);
        let names = ["demo".to_owned(), tenant.id.to_string()];
        let first = realms.named("demo", &store).await.expect("a realm");
        for name in names.iter().cycle().take(6) {
            let again = realms.named(name, &store).await.expect("a realm");
            assert!(Arc::ptr_eq(&first, &again), "{name}");
        }
        tenant.display_name = "Demo & Co".to_owned();
        store.apply(vec![DirectoryChange::PutTenant(tenant)]).await.expect("a change");
        for name in &names {
            let changed = realms.named(name, &store).await.expect("a realm");
            assert_eq!(changed.tenant.display_name, "Demo & Co");
        }
    }
}
