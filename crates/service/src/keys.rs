//! Signing keys over time: made, published before they sign, kept until their last token is over.

use jose::{Algorithm, SigningKey};
use model::{DirectoryChange, Event, Fault, FaultKind, Seconds, SigningKeyRow, Store, Timestamp};
use protocol::context::Realm;

/// The algorithms that tokens are signed with.
pub const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::Rs256];

/// Key sets are cached by others for an hour at most; a new key is shown for a day before it signs.
const PUBLISHED_BEFORE: Seconds = Seconds::days(1);
/// No token lasts longer than this beyond its key's last signature.
const KEPT_AFTER: Seconds = Seconds::days(2);
/// Until a successor is made. Should none ever be, tokens keep verifying.
const WITHOUT_SUCCESSOR: Seconds = Seconds::days(36_500);

/// When a new key begins to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// After a day, so that nobody meets a token whose key it cannot know yet.
    Published,
    /// At once: the first key of a tenant, or one that cannot wait. What its predecessors signed
    /// stays good until it is over.
    Now,
    /// At once, and its predecessors are gone from the key set: somebody else may hold them. What
    /// they signed is good nowhere that looks at the key set again.
    Withdrawing,
}

/// Makes the keys that a tenant needs and does not have: the first ones, and the next ones when
/// the present ones near their end. Removes those whose tokens are all over. Says what changed.
///
/// # Errors
/// A key cannot be made, or the store failed.
pub async fn ensure(store: &dyn Store, realm: &Realm, now: Timestamp) -> Result<Vec<Event>, Fault> {
    let mut events = Vec::new();
    let rows = store.signing_keys(realm.tenant.id).await?;
    for algorithm in ALGORITHMS {
        let of_kind = || rows.iter().filter(|row| row.algorithm == algorithm.as_str());
        let signs = of_kind().any(|row| row.signs_from <= now && now < row.kept_until);
        let newest = of_kind().map(|row| row.signs_from).max();
        let due = newest.is_none_or(|newest| {
            newest + realm.tenant.signing_key_lifetime <= now + PUBLISHED_BEFORE
        });
        if !signs {
            events.extend(rotate(store, realm, algorithm, Start::Now, now).await?.events);
        } else if due {
            events.extend(rotate(store, realm, algorithm, Start::Published, now).await?.events);
        }
    }
    let over = rows.iter().filter(|row| row.kept_until <= now);
    let removals: Vec<_> = over
        .map(|row| DirectoryChange::RemoveSigningKey { tenant: row.tenant, kid: row.kid.clone() })
        .collect();
    if !removals.is_empty() {
        events.extend(Event::of(&removals, store, now).await?);
        store.apply(removals).await?;
    }
    Ok(events)
}

/// When a key is gone from the key set; nothing while it has no successor.
pub fn end(row: &SigningKeyRow) -> Option<Timestamp> {
    (row.kept_until != row.published_at + WITHOUT_SUCCESSOR).then_some(row.kept_until)
}

/// When the clock makes the successor of an algorithm's newest key.
pub fn succession(newest: &SigningKeyRow, lifetime: Seconds) -> Timestamp {
    newest.signs_from + lifetime - PUBLISHED_BEFORE
}

/// A key that took over, or will.
#[derive(Debug)]
pub struct Rotation {
    /// The new key.
    pub key: SigningKeyRow,
    /// What changed.
    pub events: Vec<Event>,
}

/// Makes a new key, and gives its predecessors an end.
///
/// # Errors
/// The key cannot be made, or the store failed.
pub async fn rotate(
    store: &dyn Store,
    realm: &Realm,
    algorithm: Algorithm,
    start: Start,
    now: Timestamp,
) -> Result<Rotation, Fault> {
    let signs_from = match start {
        Start::Now | Start::Withdrawing => now,
        Start::Published => now + PUBLISHED_BEFORE,
    };
    let row = make(realm, algorithm, signs_from, now)?;
    let mut changes = vec![DirectoryChange::PutSigningKey(row.clone())];
    let kept_until = signs_from + KEPT_AFTER;
    let rows = store.signing_keys(realm.tenant.id).await?;
    for earlier in rows.iter().filter(|earlier| earlier.algorithm == row.algorithm) {
        // One that is only published would take over from the new key on its own day.
        let never_signed = earlier.signs_from >= signs_from;
        if never_signed || start == Start::Withdrawing {
            let (tenant, kid) = (earlier.tenant, earlier.kid.clone());
            changes.push(DirectoryChange::RemoveSigningKey { tenant, kid });
        } else if earlier.kept_until > kept_until {
            let ended = SigningKeyRow { kept_until, ..earlier.clone() };
            changes.push(DirectoryChange::PutSigningKey(ended));
        }
    }
    let events = Event::of(&changes, store, now).await?;
    store.apply(changes).await?;
    Ok(Rotation { key: row, events })
}

fn make(
    realm: &Realm,
    algorithm: Algorithm,
    signs_from: Timestamp,
    now: Timestamp,
) -> Result<SigningKeyRow, Fault> {
    let broken =
        |error: &(dyn std::error::Error + 'static)| Fault::new(FaultKind::KeyMissing, error);
    let (key, pkcs8) = SigningKey::generate(algorithm).map_err(|error| broken(&error))?;
    let sealed = realm.seals.signing_keys.seal_bytes(&pkcs8).map_err(|error| broken(&error))?;
    Ok(SigningKeyRow {
        tenant: realm.tenant.id,
        kid: key.kid().to_owned(),
        algorithm: algorithm.as_str().to_owned(),
        sealed_private_key: sealed,
        jwk: key.public_jwk().to_json().to_string(),
        published_at: now,
        signs_from,
        kept_until: now + WITHOUT_SUCCESSOR,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jose::seal::{Keyring, RootKey};
    use model::{Directory as _, Tenant, TenantId};
    use protocol::keys::{JWT, TenantKeys};

    use super::*;

    const BEGIN: Timestamp = Timestamp::from_seconds(1_800_000_000);

    async fn house() -> (store::Memory, Realm) {
        let tenant = Tenant::new(TenantId::new(uuid::Uuid::from_u128(1)), "demo", [0; 32]);
        let store = store::Memory::new();
        store.apply(vec![DirectoryChange::PutTenant(tenant.clone())]).await.expect("a tenant");
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        (store, Realm::new(tenant, "https://id.test", &keyring).expect("a realm"))
    }

    async fn signer(store: &store::Memory, realm: &Realm, now: Timestamp) -> String {
        let rows = rows(store, realm).await;
        let keys = TenantKeys::new(&rows, &realm.seals.signing_keys, now).expect("keys");
        keys.signer("ES256", JWT).expect("a signer").key().kid().to_owned()
    }

    async fn rows(store: &store::Memory, realm: &Realm) -> Arc<Vec<SigningKeyRow>> {
        store.signing_keys(realm.tenant.id).await.expect("rows")
    }

    async fn rotated(
        store: &store::Memory,
        realm: &Realm,
        start: Start,
        now: Timestamp,
    ) -> SigningKeyRow {
        rotate(store, realm, Algorithm::Es256, start, now).await.expect("a key").key
    }

    #[tokio::test]
    async fn a_key_that_cannot_wait_is_not_replaced_by_one_that_was_waiting() {
        // Publishes a successor, then rotates at once, and looks who signs on the successor's day.
        let (store, realm) = house().await;
        rotated(&store, &realm, Start::Now, BEGIN).await;
        rotated(&store, &realm, Start::Published, BEGIN).await;
        let urgent = rotated(&store, &realm, Start::Now, BEGIN + Seconds::hours(1)).await;
        for later in [Seconds::hours(2), Seconds::days(1), Seconds::days(3)] {
            assert_eq!(signer(&store, &realm, BEGIN + later).await, urgent.kid);
        }
    }

    #[tokio::test]
    async fn a_key_is_published_a_day_before_it_signs_and_its_predecessor_stays_for_its_tokens() {
        // Rotates by the clock, and looks at the set before, on and after the day.
        let (store, realm) = house().await;
        let first = rotated(&store, &realm, Start::Now, BEGIN).await;
        let next = rotated(&store, &realm, Start::Published, BEGIN).await;
        assert_eq!(signer(&store, &realm, BEGIN + Seconds::hours(23)).await, first.kid);
        assert_eq!(signer(&store, &realm, BEGIN + PUBLISHED_BEFORE).await, next.kid);
        let rows = rows(&store, &realm).await;
        let kept = rows.iter().find(|row| row.kid == first.kid).map(|row| row.kept_until);
        assert_eq!(kept, Some(next.signs_from + KEPT_AFTER));
    }

    #[tokio::test]
    async fn a_withdrawn_key_is_gone_from_the_set() {
        // Withdraws while one key signs and another waits: only the new one is left.
        let (store, realm) = house().await;
        rotated(&store, &realm, Start::Now, BEGIN).await;
        rotated(&store, &realm, Start::Published, BEGIN).await;
        let only = rotated(&store, &realm, Start::Withdrawing, BEGIN + Seconds::hours(1)).await;
        let left: Vec<String> =
            rows(&store, &realm).await.iter().map(|it| it.kid.clone()).collect();
        assert_eq!(left, [only.kid]);
    }

    #[tokio::test]
    async fn the_clock_makes_the_next_key_once_and_removes_the_one_that_is_over() {
        // Looks after the keys every twelve hours through two lifetimes of a key.
        let (store, realm) = house().await;
        let mut now = BEGIN;
        while now < BEGIN + Seconds::days(181) {
            ensure(&store, &realm, now).await.expect("keys");
            assert!(rows(&store, &realm).await.len() <= 4, "two algorithms, at most two keys each");
            now = now + Seconds::hours(12);
        }
        signer(&store, &realm, now).await;
    }
}
