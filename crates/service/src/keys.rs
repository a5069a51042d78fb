//! Signing keys over time: made, published before they sign, kept until their last token is over.

use facts::{Books, DirectoryChange, Fault, FaultKind, Seconds, SigningKeyRow, Timestamp};
use jose::{Algorithm, SigningKey};
use protocol::context::Realm;

/// The algorithms that tokens are signed with.
pub const ALGORITHMS: [Algorithm; 2] = [Algorithm::Es256, Algorithm::Rs256];

/// Key sets are cached by others for an hour at most; a new key is shown for a day before it signs.
const PUBLISHED_BEFORE: Seconds = Seconds::days(1);
/// No token lasts longer than this beyond its key's last signature.
const KEPT_AFTER: Seconds = Seconds::days(2);

/// When a new key begins to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// After a day, so that nobody meets a token whose key it cannot know yet.
    Published,
    /// At once: the first key of a tenant, or one whose predecessor is no longer to be trusted.
    Now,
}

/// Makes the keys that a tenant needs and does not have: the first ones, and the next ones when
/// the present ones near their end. Removes those whose tokens are all over.
///
/// # Errors
/// A key cannot be made, or the store failed.
pub async fn ensure(books: &dyn Books, realm: &Realm, now: Timestamp) -> Result<(), Fault> {
    let rows = books.signing_keys(realm.tenant.id).await?;
    for algorithm in ALGORITHMS {
        let of_kind = || rows.iter().filter(|row| row.algorithm == algorithm.as_str());
        let signs = of_kind().any(|row| row.signs_from <= now && now < row.kept_until);
        let newest = of_kind().map(|row| row.signs_from).max();
        let due = newest.is_none_or(|newest| {
            newest + realm.tenant.signing_key_lifetime <= now + PUBLISHED_BEFORE
        });
        if !signs {
            rotate(books, realm, algorithm, Start::Now, now).await?;
        } else if due {
            rotate(books, realm, algorithm, Start::Published, now).await?;
        }
    }
    let over = rows.iter().filter(|row| row.kept_until <= now);
    let removals: Vec<_> = over
        .map(|row| DirectoryChange::RemoveSigningKey { tenant: row.tenant, kid: row.kid.clone() })
        .collect();
    if removals.is_empty() { Ok(()) } else { books.apply(removals).await }
}

/// Makes a new key, and gives its predecessors an end.
///
/// # Errors
/// The key cannot be made, or the store failed.
pub async fn rotate(
    books: &dyn Books,
    realm: &Realm,
    algorithm: Algorithm,
    start: Start,
    now: Timestamp,
) -> Result<SigningKeyRow, Fault> {
    let signs_from = match start {
        Start::Now => now,
        Start::Published => now + PUBLISHED_BEFORE,
    };
    let row = make(realm, algorithm, signs_from, now)?;
    let mut changes = vec![DirectoryChange::PutSigningKey(row.clone())];
    let kept_until = signs_from + KEPT_AFTER;
    let rows = books.signing_keys(realm.tenant.id).await?;
    for earlier in rows.iter().filter(|earlier| earlier.algorithm == row.algorithm) {
        if earlier.kept_until > kept_until {
            let ended = SigningKeyRow { kept_until, ..earlier.clone() };
            changes.push(DirectoryChange::PutSigningKey(ended));
        }
    }
    books.apply(changes).await?;
    Ok(row)
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
        // Until a successor is made. Should none ever be, tokens keep verifying.
        kept_until: now + Seconds::days(36_500),
    })
}
