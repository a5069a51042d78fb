//! Signing key rotation: a key is published one day before it signs and kept until the last token
//! that it signed has expired.

use jose::{Algorithm, SigningKey};
use model::{
    ChangeEvent, DirectoryChange, DirectoryOutcome, Fault, FaultKind, SealedSigningKey, Seconds,
    Store, StoredRow, Tenant, TenantStore, Timestamp,
};
use protocol::context::TenantContext;

/// Time for which a key is published before it signs. Key sets may be cached for one hour.
const PUBLICATION: Seconds = Seconds::days(1);
/// Time for which a key is kept after its last signature. No token lives longer.
const KEPT_AFTER: Seconds = Seconds::days(2);
/// Lifetime of a key without a successor: if none is ever created, tokens still verify.
const WITHOUT_SUCCESSOR: Seconds = Seconds::days(36_500);

/// The number of attempts if other processes change the keys at the same time.
const ATTEMPTS: u32 = 4;

/// The time at which a new key becomes active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// After one day, so that no client meets a token whose key is not in its cached key set.
    AfterPublication,
    /// At once: for the first key of a tenant, or for an urgent rotation. Tokens of the old keys
    /// stay valid.
    Immediate,
    /// At once, and the old keys are removed from the key set because they may be compromised.
    /// Their tokens are invalid for every client that reloads the key set.
    ImmediateRevokeOld,
}

/// Returns the algorithms for which the tenant has signing keys.
pub fn algorithms(tenant: &Tenant) -> impl Iterator<Item = Algorithm> {
    tenant.signing_algs.iter().filter_map(|algorithm| algorithm.parse().ok())
}

/// Creates the first signing keys of a tenant, rotates keys that are due, and removes keys whose
/// tokens have all expired. Retires the keys of an algorithm with which the tenant does not sign
/// any more. Returns the change events.
///
/// # Errors
/// A key could not be created, or the store failed.
pub async fn ensure(
    store: &dyn Store,
    tenant: &TenantContext,
    now: Timestamp,
) -> Result<Vec<ChangeEvent>, Fault> {
    let mut events = Vec::new();
    for _ in 1..ATTEMPTS {
        match ensure_once(store, tenant, now, &mut events).await {
            Err(fault) if fault.kind() == FaultKind::Conflict => {}
            result => return result.map(|()| events),
        }
    }
    ensure_once(store, tenant, now, &mut events).await.map(|()| events)
}

/// Does the work of [`ensure`] once. Adds the events of what is applied.
async fn ensure_once(
    store: &dyn Store,
    tenant: &TenantContext,
    now: Timestamp,
    events: &mut Vec<ChangeEvent>,
) -> Result<(), Fault> {
    let keys = tenant.store_in(store).signing_keys().await?;
    for algorithm in algorithms(&tenant.row) {
        let of_algorithm = || keys.iter().filter(|key| key.algorithm == algorithm.as_str());
        let has_active = of_algorithm().any(|key| key.active_from <= now && now < key.retired_at);
        let newest = of_algorithm().map(|key| key.active_from).max();
        let is_due = newest
            .is_none_or(|newest| newest + tenant.row.signing_key_lifetime <= now + PUBLICATION);
        let activation = match (has_active, is_due) {
            (false, _) => Activation::Immediate,
            (true, true) => Activation::AfterPublication,
            (true, false) => continue,
        };
        events.extend(rotate_once(store, tenant, algorithm, activation, now).await?.events);
    }
    let keys = tenant.store_in(store).signing_keys().await?;
    let mut changes = retirements(&keys, &tenant.row, Activation::AfterPublication, now);
    changes.extend(keys.iter().filter(|key| key.retired_at <= now).map(removal));
    events.extend(apply(tenant.store_in(store), &keys, changes, now).await?);
    Ok(())
}

/// Retires the keys of algorithms with which the tenant does not sign any more, as a rotation with
/// this activation would. Returns the change events.
///
/// # Errors
/// The store failed.
pub async fn retire_others(
    store: &dyn Store,
    tenant: &TenantContext,
    activation: Activation,
    now: Timestamp,
) -> Result<Vec<ChangeEvent>, Fault> {
    let keys = tenant.store_in(store).signing_keys().await?;
    let changes = retirements(&keys, &tenant.row, activation, now);
    apply(tenant.store_in(store), &keys, changes, now).await
}

/// Returns the changes by which keys of other algorithms leave the key set: when the last token
/// that they signed has expired, or at once. A key that never signed leaves at once.
fn retirements(
    keys: &[SealedSigningKey],
    tenant: &Tenant,
    activation: Activation,
    now: Timestamp,
) -> Vec<DirectoryChange> {
    let retired_at = now + KEPT_AFTER;
    let others = keys.iter().filter(|key| !tenant.signs_with(&key.algorithm));
    let retire = |key: &SealedSigningKey| {
        if activation == Activation::ImmediateRevokeOld || key.active_from > now {
            return Some(removal(key));
        }
        let limited = SealedSigningKey { retired_at, ..key.clone() };
        (key.retired_at > retired_at).then_some(DirectoryChange::PutSigningKey(limited))
    };
    others.filter_map(retire).collect()
}

fn removal(key: &SealedSigningKey) -> DirectoryChange {
    DirectoryChange::RemoveSigningKey { tenant: key.tenant, kid: key.kid.clone() }
}

/// Applies changes, if there are any, and returns the change events. Refuses to if other keys are
/// stored than those that were read: a key that was withdrawn meanwhile must not come back.
async fn apply(
    store: TenantStore<'_>,
    read: &[SealedSigningKey],
    changes: Vec<DirectoryChange>,
    now: Timestamp,
) -> Result<Vec<ChangeEvent>, Fault> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let events = store.events_of(&changes, now).await?;
    let read = StoredRow::SigningKeys(store.tenant(), read.to_vec());
    match store.apply_if_stored(vec![read], changes).await? {
        DirectoryOutcome::Applied => Ok(events),
        DirectoryOutcome::Conflict(_) => {
            let message = "another process changed the signing keys";
            Err(Fault::from_message(FaultKind::Conflict, message))
        }
    }
}

/// Returns when a key is removed from the key set, or `None` while it has no successor.
pub fn retired_at(key: &SealedSigningKey) -> Option<Timestamp> {
    (key.retired_at != key.published_at + WITHOUT_SUCCESSOR).then_some(key.retired_at)
}

/// Returns when [`ensure`] creates the successor of the newest key of an algorithm.
pub fn next_rotation(newest: &SealedSigningKey, lifetime: Seconds) -> Timestamp {
    newest.active_from + lifetime - PUBLICATION
}

/// When a signing key became active, and when [`ensure`] creates a successor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyTimes {
    /// When the oldest key that signs became active.
    pub(crate) active_from: Timestamp,
    /// When the next key is due.
    pub(crate) next_rotation: Timestamp,
}

impl KeyTimes {
    /// Returns the earlier of each time.
    pub(crate) fn earliest(self, other: Self) -> Self {
        Self {
            active_from: self.active_from.min(other.active_from),
            next_rotation: self.next_rotation.min(other.next_rotation),
        }
    }
}

/// Returns the earliest times of the keys with which a tenant signs. `None` if it has no key.
pub(crate) fn key_times(
    keys: &[SealedSigningKey],
    tenant: &Tenant,
    now: Timestamp,
) -> Option<KeyTimes> {
    let of_algorithm = |algorithm: Algorithm| {
        let keys = || keys.iter().filter(move |key| key.algorithm == algorithm.as_str());
        let active = keys().filter(|key| key.active_from <= now && now < key.retired_at);
        let newest = keys().max_by_key(|key| key.active_from)?;
        Some(KeyTimes {
            active_from: active.map(|key| key.active_from).max()?,
            next_rotation: next_rotation(newest, tenant.signing_key_lifetime),
        })
    };
    algorithms(tenant).filter_map(of_algorithm).reduce(KeyTimes::earliest)
}

/// The result of a rotation.
#[derive(Debug)]
pub struct Rotation {
    /// The new key.
    pub key: SealedSigningKey,
    /// The change events.
    pub events: Vec<ChangeEvent>,
}

/// Creates a new key and limits the lifetime of the old ones.
///
/// # Errors
/// The key could not be created, or the store failed.
pub async fn rotate(
    store: &dyn Store,
    tenant: &TenantContext,
    algorithm: Algorithm,
    activation: Activation,
    now: Timestamp,
) -> Result<Rotation, Fault> {
    for _ in 1..ATTEMPTS {
        match rotate_once(store, tenant, algorithm, activation, now).await {
            Err(fault) if fault.kind() == FaultKind::Conflict => {}
            result => return result,
        }
    }
    rotate_once(store, tenant, algorithm, activation, now).await
}

/// Does the work of [`rotate`] once.
async fn rotate_once(
    store: &dyn Store,
    tenant: &TenantContext,
    algorithm: Algorithm,
    activation: Activation,
    now: Timestamp,
) -> Result<Rotation, Fault> {
    let active_from = match activation {
        Activation::Immediate | Activation::ImmediateRevokeOld => now,
        Activation::AfterPublication => now + PUBLICATION,
    };
    let key = generate(tenant, algorithm, active_from, now)?;
    let mut changes = vec![DirectoryChange::PutSigningKey(key.clone())];
    let retired_at = active_from + KEPT_AFTER;
    let keys = tenant.store_in(store).signing_keys().await?;
    for old in keys.iter().filter(|old| old.algorithm == key.algorithm) {
        // A published key that is not active yet would replace the new key when it becomes active.
        let never_signed = old.active_from >= active_from;
        if never_signed || activation == Activation::ImmediateRevokeOld {
            changes.push(removal(old));
        } else if old.retired_at > retired_at {
            let limited = SealedSigningKey { retired_at, ..old.clone() };
            changes.push(DirectoryChange::PutSigningKey(limited));
        }
    }
    let events = apply(tenant.store_in(store), &keys, changes, now).await?;
    Ok(Rotation { key, events })
}

fn generate(
    tenant: &TenantContext,
    algorithm: Algorithm,
    active_from: Timestamp,
    now: Timestamp,
) -> Result<SealedSigningKey, Fault> {
    let fault =
        |error: &(dyn std::error::Error + 'static)| Fault::new(FaultKind::KeyMissing, error);
    let (key, pkcs8) = SigningKey::generate(algorithm).map_err(|error| fault(&error))?;
    let sealed = tenant.sealers.signing_keys.seal_bytes(&pkcs8).map_err(|error| fault(&error))?;
    Ok(SealedSigningKey {
        tenant: tenant.id(),
        kid: key.kid().to_owned(),
        algorithm: algorithm.as_str().to_owned(),
        sealed_private_key: sealed,
        jwk: key.public_jwk().to_json().to_string(),
        published_at: now,
        active_from,
        retired_at: now + WITHOUT_SUCCESSOR,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jose::seal::{Keyring, RootKey};
    use model::{Directory as _, Tenant, TenantId};
    use protocol::keys::{JWT, TenantKeys};

    use super::*;

    const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

    async fn store_with_tenant() -> (store::MemoryStore, TenantContext) {
        let tenant = Tenant::new(TenantId::new(uuid::Uuid::from_u128(1)), "demo", [0; 32]);
        let store = store::MemoryStore::new();
        store.apply(vec![DirectoryChange::PutTenant(tenant.clone())]).await.expect("a tenant");
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        (store, TenantContext::new(tenant, "https://id.test", &keyring).expect("a tenant context"))
    }

    async fn active_kid(
        store: &store::MemoryStore,
        tenant: &TenantContext,
        now: Timestamp,
    ) -> String {
        let rows = rows(store, tenant).await;
        let keys = TenantKeys::new(&rows, tenant, now).expect("keys");
        keys.signer("ES256", JWT).expect("a signer").key().kid().to_owned()
    }

    async fn rows(
        store: &store::MemoryStore,
        tenant: &TenantContext,
    ) -> Arc<Vec<SealedSigningKey>> {
        store.signing_keys(tenant.id()).await.expect("rows")
    }

    async fn rotate_es256(
        store: &store::MemoryStore,
        tenant: &TenantContext,
        activation: Activation,
        now: Timestamp,
    ) -> SealedSigningKey {
        rotate(store, tenant, Algorithm::Es256, activation, now).await.expect("a key").key
    }

    async fn rotate_rs256(
        store: &store::MemoryStore,
        tenant: &TenantContext,
        now: Timestamp,
    ) -> SealedSigningKey {
        let activation = Activation::Immediate;
        rotate(store, tenant, Algorithm::Rs256, activation, now).await.expect("a key").key
    }

    #[tokio::test]
    async fn an_urgent_key_is_not_replaced_by_a_published_successor() {
        // Publishes a successor, rotates at once, and checks which key is active on later days.
        let (store, tenant) = store_with_tenant().await;
        rotate_es256(&store, &tenant, Activation::Immediate, START).await;
        rotate_es256(&store, &tenant, Activation::AfterPublication, START).await;
        let urgent =
            rotate_es256(&store, &tenant, Activation::Immediate, START + Seconds::hours(1)).await;
        for later in [Seconds::hours(2), Seconds::days(1), Seconds::days(3)] {
            assert_eq!(active_kid(&store, &tenant, START + later).await, urgent.kid);
        }
    }

    #[tokio::test]
    async fn a_key_is_published_a_day_early_and_the_old_key_is_kept() {
        // Rotates after publication, and checks the active key before and after one day.
        let (store, tenant) = store_with_tenant().await;
        let first = rotate_es256(&store, &tenant, Activation::Immediate, START).await;
        let next = rotate_es256(&store, &tenant, Activation::AfterPublication, START).await;
        assert_eq!(active_kid(&store, &tenant, START + Seconds::hours(23)).await, first.kid);
        assert_eq!(active_kid(&store, &tenant, START + PUBLICATION).await, next.kid);
        let rows = rows(&store, &tenant).await;
        let old_retired_at = rows.iter().find(|row| row.kid == first.kid).map(|row| row.retired_at);
        assert_eq!(old_retired_at, Some(next.active_from + KEPT_AFTER));
    }

    #[tokio::test]
    async fn revoking_old_keys_removes_them_from_the_key_set() {
        // Revokes while one key is active and another is published: only the new key remains.
        let (store, tenant) = store_with_tenant().await;
        rotate_es256(&store, &tenant, Activation::Immediate, START).await;
        rotate_es256(&store, &tenant, Activation::AfterPublication, START).await;
        let only = rotate_es256(
            &store,
            &tenant,
            Activation::ImmediateRevokeOld,
            START + Seconds::hours(1),
        )
        .await;
        let remaining: Vec<String> =
            rows(&store, &tenant).await.iter().map(|it| it.kid.clone()).collect();
        assert_eq!(remaining, [only.kid]);
    }

    #[tokio::test]
    async fn ensure_creates_each_next_key_once_and_removes_retired_ones() {
        // Calls `ensure` every twelve hours for two key lifetimes.
        let (store, tenant) = store_with_tenant().await;
        let mut now = START;
        while now < START + Seconds::days(181) {
            ensure(&store, &tenant, now).await.expect("keys");
            assert!(
                rows(&store, &tenant).await.len() <= 4,
                "two algorithms, at most two keys each"
            );
            now = now + Seconds::hours(12);
        }
        active_kid(&store, &tenant, now).await;
    }

    #[tokio::test]
    async fn missing_key_is_created_while_a_retired_one_of_another_algorithm_goes() {
        // RS256 has an active key and a retired one, ES256 has none. The active key stays.
        let (store, tenant) = store_with_tenant().await;
        let old = rotate_rs256(&store, &tenant, START).await;
        let active = rotate_rs256(&store, &tenant, START + Seconds::days(1)).await;
        let now = START + Seconds::days(1) + KEPT_AFTER;
        let events = ensure(&store, &tenant, now).await.expect("keys");
        let kinds: Vec<&str> = events.iter().map(|event| &*event.kind).collect();
        assert_eq!(kinds, ["signing_key_created", "signing_key_active", "signing_key_revoked"]);
        let found = rows(&store, &tenant).await;
        assert_eq!(found.iter().find(|key| key.kid == old.kid), None);
        assert_eq!(found.iter().find(|key| key.kid == active.kid), Some(&active));
        let of_es256 = found.iter().filter(|key| key.algorithm == "ES256");
        assert_eq!(of_es256.map(|key| key.active_from).collect::<Vec<_>>(), [now]);
        assert_eq!(ensure(&store, &tenant, now).await.expect("keys"), []);
    }

    #[tokio::test]
    async fn key_that_another_process_withdrew_does_not_come_back() {
        // Rotates with cached keys, after another process has withdrawn the key that they contain.
        let (store, tenant) = store_with_tenant().await;
        let withdrawn = rotate_es256(&store, &tenant, Activation::Immediate, START).await;
        let store = Arc::new(store);
        let shared: Arc<dyn Store> = Arc::<store::MemoryStore>::clone(&store);
        let cached = store::CachedStore::new(shared);
        cached.signing_keys(tenant.id()).await.expect("keys");
        store.apply(vec![removal(&withdrawn)]).await.expect("withdrawn");

        let activation = Activation::AfterPublication;
        let rotated = rotate(&cached, &tenant, Algorithm::Es256, activation, START).await;
        let kids: Vec<String> =
            rows(&store, &tenant).await.iter().map(|row| row.kid.clone()).collect();
        assert_eq!(kids, [rotated.expect("a key").key.kid]);
    }
}
