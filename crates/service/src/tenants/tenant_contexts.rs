//! A cache of tenant contexts and of parsed signing keys.

use std::sync::{
    Arc, Weak,
    atomic::{AtomicI64, Ordering},
};

use catalogue::{redact_secrets, refusal};
use jose::{
    VerifiedSignatures,
    seal::{KeyId, Keyring, Purpose, Sealer},
};
use model::{
    Fault, FaultKind, SealedSigningKey, Store, Tenant, TenantId, Timestamp, can_name_tenant,
};
use protocol::{Error, context::TenantContext, keys::TenantKeys};
use quick_cache::sync::Cache;

/// Maximum number of cached tenants. One takes 3 KB, and up to 40 KB once all its keys are used.
const CACHE_MAX: usize = 1_024;
/// Maximum number of cached names and ids of tenants.
const NAMES_MAX: usize = CACHE_MAX;
/// Tenant names with which Microsoft's clients address no specific tenant. Not supported.
const SHARED_TENANTS: [&str; 3] = ["common", "organizations", "consumers"];
/// Maximum age of cached keys: which key is active depends on the time.
const KEYS_SECONDS: i64 = 30;

/// A cache of tenant contexts and signing keys.
///
/// Each entry contains the rows that it was created from, and is replaced when they have changed.
/// Tenants are compared by value: look-ups by name and by id return different `Arc`s.
pub struct TenantContexts {
    origin: String,
    keyring: Keyring,
    /// See `TenantContext::remembered_since`, in microseconds. `i64::MIN` until it is read.
    remembered_since: AtomicI64,
    contexts: Cache<TenantId, (Arc<Tenant>, Arc<TenantContext>)>,
    /// The contexts by the name or id in a path, with the version of the tenants when it was read.
    /// They are those of `contexts`: a context that is removed there is not kept here.
    by_name: Cache<String, (u64, Weak<TenantContext>)>,
    keys: Cache<TenantId, CachedKeys>,
    /// The verified signatures of the tokens of all tenants.
    signatures: Arc<VerifiedSignatures>,
}

#[derive(Clone)]
struct CachedKeys {
    /// The version of the signing keys when their rows were read.
    version: u64,
    rows: Arc<Vec<SealedSigningKey>>,
    created_at: Timestamp,
    keys: Arc<TenantKeys>,
}

impl TenantContexts {
    /// Creates an empty cache. The keyring encrypts everything that is sealed.
    pub fn new(origin: String, keyring: Keyring) -> Self {
        Self {
            origin,
            keyring,
            remembered_since: AtomicI64::new(i64::MIN),
            contexts: Cache::new(CACHE_MAX),
            by_name: Cache::new(NAMES_MAX),
            keys: Cache::new(CACHE_MAX),
            signatures: Arc::default(),
        }
    }

    /// Returns the number of tenants whose context is cached.
    pub(crate) fn len(&self) -> usize {
        self.contexts.len()
    }

    /// Returns the ids of the root keys. The first one is that of the current key.
    pub(crate) fn root_keys(&self) -> Vec<KeyId> {
        self.keyring.key_ids().collect()
    }

    /// Returns the time since which the ledger remembers everything that was used.
    pub(crate) fn remembered_since(&self) -> Timestamp {
        Timestamp::from_microseconds(self.remembered_since.load(Ordering::Relaxed).max(0))
    }

    /// Sets the time since which the ledger remembers everything that was used.
    pub(crate) fn remember_since(&self, time: Timestamp) {
        if self.remembered_since.swap(time.microseconds(), Ordering::Relaxed) != time.microseconds()
        {
            self.contexts.clear();
        }
    }

    /// Returns the context of the tenant with this name or id if it was remembered in this version
    /// of the tenants. It is not suspended.
    pub(crate) fn known(&self, name: &str, version: u64) -> Option<Arc<TenantContext>> {
        let (known_in, context) = self.by_name.get(name)?;
        let context = context.upgrade()?;
        let is_new = context.remembered_since == self.remembered_since();
        (known_in == version && is_new).then_some(context)
    }

    /// Remembers the context of a name or id, which [`Self::by_name`] returned after `version` was
    /// read. Most clients send one spelling; others are not remembered, as there can be many.
    pub(crate) fn remember(&self, name: &str, version: u64, context: &Arc<TenantContext>) {
        if !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            self.by_name.insert(name.to_owned(), (version, Arc::downgrade(context)));
        }
    }

    /// Returns the context of the tenant with this name or id.
    ///
    /// # Errors
    /// The name is malformed, unknown or shared, the tenant is suspended, or the store failed.
    pub async fn by_name(
        &self,
        name: &str,
        store: &dyn Store,
    ) -> Result<Arc<TenantContext>, Error> {
        let redacted = || redact_secrets(name).into_owned();
        // Microsoft's JavaScript clients convert the whole authority to lower case.
        let lower = name.to_ascii_lowercase();
        if SHARED_TENANTS.contains(&lower.as_str()) {
            return Err(refusal::shared_tenant_not_served(lower).into());
        }
        if !can_name_tenant(&lower) {
            return Err(refusal::malformed_tenant(redacted()).into());
        }
        if self.remembered_since.load(Ordering::Relaxed) == i64::MIN {
            // Commands that only read do not connect the ledger.
            self.remember_since(store.directory_state().await?.remembered_since);
        }
        let tenant = match store.cached_tenant(&lower) {
            Some(tenant) => Some(tenant),
            None => store.tenant(&lower).await?,
        };
        let tenant =
            tenant.ok_or_else(|| refusal::tenant_not_found(redacted().to_ascii_lowercase()))?;
        if tenant.suspended {
            return Err(refusal::tenant_suspended(&tenant.name).into());
        }
        Ok(self.for_tenant(tenant)?)
    }

    /// Returns the context of a tenant.
    ///
    /// # Errors
    /// The keys of the tenant could not be derived.
    pub fn for_tenant(&self, row: Arc<Tenant>) -> Result<Arc<TenantContext>, Fault> {
        if let Some((cached_row, context)) = self.contexts.get(&row.id)
            && (Arc::ptr_eq(&cached_row, &row) || *cached_row == *row)
            && context.remembered_since == self.remembered_since()
        {
            return Ok(context);
        }
        let context = TenantContext::new(Tenant::clone(&row), &self.origin, &self.keyring)
            .map_err(|error| Fault::new(FaultKind::KeyMissing, &error))?;
        let context = Arc::new(context.remembering_since(self.remembered_since()));
        self.contexts.insert(row.id, (row, Arc::clone(&context)));
        Ok(context)
    }

    /// Returns a sealer of the installation, for values whose tenant is known only once opened.
    ///
    /// # Errors
    /// The key could not be derived.
    pub fn sealer(&self, purpose: Purpose) -> Result<Sealer, Fault> {
        let sealer = self.keyring.sealer([0; 16], purpose);
        sealer.map_err(|error| Fault::new(FaultKind::KeyMissing, &error))
    }

    /// Returns the parsed signing keys of a tenant if they were created in this version of the
    /// keys, and are not too old.
    pub(crate) fn known_keys(
        &self,
        tenant: TenantId,
        version: u64,
        now: Timestamp,
    ) -> Option<Arc<TenantKeys>> {
        let cached = self.keys.get(&tenant)?;
        // Missing rows are not cached by the store either.
        let is_new = (now - cached.created_at).get() < KEYS_SECONDS && !cached.rows.is_empty();
        (cached.version == version && is_new).then_some(cached.keys)
    }

    /// Returns the parsed signing keys of a tenant. `version` is that of the keys, and was read
    /// before.
    ///
    /// # Errors
    /// The store failed, or a key could not be decrypted or parsed.
    pub(crate) async fn keys(
        &self,
        tenant: &TenantContext,
        (version, now): (u64, Timestamp),
        store: &dyn Store,
    ) -> Result<Arc<TenantKeys>, Fault> {
        let rows = tenant.store_in(store).signing_keys().await?;
        if let Some(cached) = self.keys.get(&tenant.id())
            && Arc::ptr_eq(&cached.rows, &rows)
            && (now - cached.created_at).get() < KEYS_SECONDS
        {
            self.keys.insert(tenant.id(), CachedKeys { version, ..cached.clone() });
            return Ok(cached.keys);
        }
        let keys = TenantKeys::new(&rows, tenant, now)?.remembering(Arc::clone(&self.signatures));
        let keys = Arc::new(keys);
        let cached = CachedKeys { version, rows, created_at: now, keys: Arc::clone(&keys) };
        self.keys.insert(tenant.id(), cached);
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use jose::seal::RootKey;
    use model::{Directory as _, DirectoryChange};
    use store::{CachedStore, MemoryStore};

    use super::*;

    #[test]
    fn number_of_cached_tenants_is_bounded() {
        // Hostile input LM27: derives the contexts of more tenants than the limit. One of them is
        // derived again.
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        let contexts = TenantContexts::new("https://id.test".to_owned(), keyring);
        let tenant = |number: usize| {
            let id = TenantId::new(uuid::Uuid::from_u128(number as u128));
            Arc::new(Tenant::new(id, &format!("t{number}"), [0; 32]))
        };
        for number in 0..CACHE_MAX + 200 {
            contexts.for_tenant(tenant(number)).expect("a tenant context");
        }
        assert!((CACHE_MAX / 2..=CACHE_MAX).contains(&contexts.len()), "{}", contexts.len());
        let again = contexts.for_tenant(tenant(0)).expect("a tenant context");
        assert_eq!(again.row.name, "t0");
    }

    #[tokio::test]
    async fn remembered_context_is_returned_in_its_version_only() {
        // Remembers a context by two spellings, then changes the tenant, and the ledger's memory.
        let (id, keyring) = (TenantId::new(uuid::Uuid::from_u128(1)), RootKey::from_bytes([1; 32]));
        let keyring = Keyring::new(keyring, Vec::new()).expect("a keyring");
        let tenant_contexts = TenantContexts::new("https://id.test".to_owned(), keyring);
        let context = Arc::new(Tenant::new(id, "demo", [0; 32]));
        let context = tenant_contexts.for_tenant(context).expect("a tenant context");
        for name in ["demo", "Demo"] {
            tenant_contexts.remember(name, 7, &context);
        }
        let is_known = |name, version| tenant_contexts.known(name, version).is_some();
        assert!(is_known("demo", 7) && !is_known("Demo", 7) && !is_known("other", 7));
        assert!(!is_known("demo", 8));
        tenant_contexts.remember_since(Timestamp::from_seconds(1));
        assert!(!is_known("demo", 7));
    }

    #[tokio::test]
    async fn a_tenant_has_one_cached_context_for_its_name_and_its_id() {
        // Looks up by name and by id in turn: the same context. After a change of the tenant: a new
        // one.
        let mut tenant = Tenant::new(TenantId::new(uuid::Uuid::from_u128(1)), "demo", [0; 32]);
        let store = CachedStore::new(Arc::new(MemoryStore::new()));
        store.apply(vec![DirectoryChange::PutTenant(tenant.clone())]).await.expect("a tenant");
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        let tenant_contexts = TenantContexts::new("https://id.test".to_owned(), keyring);
        let names = ["demo".to_owned(), tenant.id.to_string()];
        let first = tenant_contexts.by_name("demo", &store).await.expect("a tenant context");
        for name in names.iter().cycle().take(6) {
            let again = tenant_contexts.by_name(name, &store).await.expect("a tenant context");
            assert!(Arc::ptr_eq(&first, &again), "{name}");
        }
        tenant.display_name = "Demo & Co".into();
        store.apply(vec![DirectoryChange::PutTenant(tenant)]).await.expect("a change");
        for name in &names {
            let changed = tenant_contexts.by_name(name, &store).await.expect("a tenant context");
            assert_eq!(changed.row.display_name.as_str(), "Demo & Co");
        }
    }
}
