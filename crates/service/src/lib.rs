//! How we answer: endpoints, listeners, jobs, signals.
//!
//! This room turns HTTP into what the rules take, and what they decide into HTTP. It owns the
//! clock and the random source; it decides nothing itself.

mod call;
mod clock;
mod cookies;
mod cors;
mod endpoints;
pub mod exchange;
pub mod jobs;
pub mod keys;
pub mod listener;
mod realms;
mod render;
pub mod signals;

use std::sync::Arc;

use facts::{Books, Fault, FaultKind};
use jose::seal::Keyring;
use protocol::{Failure, context::Realm, keys::TenantKeys};
use store::Cached;

pub use clock::now;
pub use endpoints::router;

/// What the operator decided.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the service is reached: `https://host[:port]`, without a slash at the end.
    pub origin: String,
}

impl Settings {
    /// `host[:port]` of the origin.
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or(self.origin.as_str(), |(_, host)| host)
    }
}

/// Everything that answering needs.
pub struct Service {
    /// What the operator decided.
    pub settings: Settings,
    /// Both books.
    pub books: Arc<dyn Books>,
    cached: Arc<Cached>,
    realms: realms::Realms,
    password_checks: endpoints::PasswordChecks,
}

impl Service {
    /// A service over a store, with the keys that everything is sealed with.
    pub fn new(settings: Settings, cached: Arc<Cached>, keyring: Keyring) -> Arc<Self> {
        let realms = realms::Realms::new(settings.origin.clone(), keyring);
        let books: Arc<dyn Books> = Arc::<Cached>::clone(&cached);
        let password_checks = endpoints::PasswordChecks::default();
        Arc::new(Self { settings, books, cached, realms, password_checks })
    }

    /// How many passwords are being checked or wait for it.
    pub fn password_checks_in_work(&self) -> usize {
        self.password_checks.in_work()
    }

    /// The realm of the tenant that a path names.
    ///
    /// # Errors
    /// The name is malformed or unknown, or the tenant is suspended.
    pub async fn realm(&self, tenant: &str) -> Result<Arc<Realm>, Failure> {
        self.realms.named(tenant, &*self.books).await
    }

    /// The signing keys of a tenant, parsed.
    ///
    /// # Errors
    /// A key cannot be read.
    pub async fn keys(&self, realm: &Realm) -> Result<Arc<TenantKeys>, Fault> {
        self.realms.keys(realm, now(), &*self.books).await
    }

    /// Whether the root key opens every signing key that is kept: one that does not must seal
    /// nothing here either.
    ///
    /// # Errors
    /// The first key that it does not open, of kind [`FaultKind::KeyMissing`], or the store failed.
    pub async fn unseals(&self) -> Result<(), Fault> {
        for tenant in self.books.tenants().await? {
            let realm = self.realms.of(Arc::new(tenant))?;
            for row in self.books.signing_keys(realm.tenant.id).await?.iter() {
                if realm.seals.signing_keys.open_bytes(&row.sealed_private_key).is_err() {
                    let cause = format!("key {} of tenant {}", row.kid, realm.tenant.name);
                    return Err(Fault::because(FaultKind::KeyMissing, &cause));
                }
            }
        }
        Ok(())
    }

    /// Whether the service can do its job: the store answers, and every tenant has its keys.
    ///
    /// # Errors
    /// The first thing that is not as it must be.
    pub async fn ready(&self) -> Result<(), Fault> {
        for tenant in self.books.tenants().await? {
            let realm = self.realms.of(Arc::new(tenant))?;
            let keys = TenantKeys::new(
                &self.books.signing_keys(realm.tenant.id).await?,
                &realm.seals.signing_keys,
                now(),
            )?;
            if !keys.is_complete() {
                let cause = format!("tenant {} has no key that may sign", realm.tenant.name);
                return Err(Fault::because(FaultKind::KeyMissing, &cause));
            }
        }
        Ok(())
    }
}
