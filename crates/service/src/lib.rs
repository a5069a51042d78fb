//! How we answer: endpoints, listeners, jobs, signals.
//!
//! This room turns HTTP into what the rules take, and what they decide into HTTP. It owns the
//! clock and the random source; it decides nothing itself.

mod admin;
mod call;
mod claim;
mod clock;
mod cookies;
mod cors;
pub mod dry_run;
mod endpoints;
pub mod exchange;
pub mod explanation;
pub mod fetch;
pub mod jobs;
pub mod keys;
pub mod listener;
pub mod mail;
mod pace;
mod realms;
pub mod recorder;
mod render;
mod secrets;
pub mod signals;
pub mod tickets;
mod traces;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use jose::seal::{Keyring, Sealer};
use model::{Bounds, Event, Fault, FaultKind, History, Store, Tenant};
use protocol::{Failure, context::Realm, keys::TenantKeys};
use store::Cached;

pub use admin::CLIENT_ID as ADMINISTRATION_CLIENT;
pub use clock::now;
pub use endpoints::router;

/// Tenants that one look at the readiness takes in.
const READY_TENANTS: usize = 64;

/// What the operator decided.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the service is reached: `https://host[:port]`, without a slash at the end.
    pub origin: String,
    /// Clients that are marked for it may ask for any refusal by its number.
    pub rehearsal_allowed: bool,
    /// How much is kept of what is left of requests; with `None` nothing is left of them.
    pub records: Option<Bounds>,
    /// What makes outbound requests.
    pub fetcher: fetch::Fetcher,
    /// What sends mails, if the operator has a server for it.
    pub mail: Option<mail::Mailer>,
}

impl Settings {
    /// A service at this origin, with everything else as it is by default.
    pub fn new(origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            rehearsal_allowed: false,
            records: Some(Bounds::default()),
            fetcher: fetch::Fetcher::default(),
            mail: None,
        }
    }

    /// `host[:port]` of the origin.
    pub fn host(&self) -> &str {
        self.origin.split_once("://").map_or(self.origin.as_str(), |(_, host)| host)
    }
}

/// Everything that answering needs.
pub struct Service {
    /// What the operator decided.
    pub settings: Settings,
    /// Both store.
    pub store: Arc<dyn Store>,
    /// What happened.
    pub history: Arc<dyn History>,
    /// What writes down what is left of requests.
    pub recorder: Arc<recorder::Recorder>,
    cached: Arc<Cached>,
    administration: Arc<admin::WithAdministration>,
    realms: realms::Realms,
    password_checks: endpoints::PasswordChecks,
    reports: tickets::Reports,
    dry_runs: endpoints::DryRuns,
    /// Tenants whose keys the readiness has looked at, over and over.
    looked_at: AtomicUsize,
}

impl Service {
    /// A service over a store, with the keys that everything is sealed with.
    pub fn new(
        settings: Settings,
        cached: Arc<Cached>,
        history: Arc<dyn History>,
        keyring: Keyring,
    ) -> Arc<Self> {
        let realms = realms::Realms::new(settings.origin.clone(), keyring);
        let kept = Arc::<Cached>::clone(&cached);
        let administration = Arc::new(admin::WithAdministration::new(kept, &settings.origin));
        let store: Arc<dyn Store> = Arc::<admin::WithAdministration>::clone(&administration);
        let password_checks = endpoints::PasswordChecks::default();
        let looked_at = AtomicUsize::default();
        let (kept, read) = (Arc::clone(&history), Arc::clone(&store));
        let recorder = recorder::Recorder::new(settings.records.is_some(), kept, read);
        Arc::new(Self {
            settings,
            store,
            history,
            recorder: Arc::new(recorder),
            cached,
            administration,
            realms,
            password_checks,
            reports: tickets::Reports::default(),
            dry_runs: endpoints::DryRuns::default(),
            looked_at,
        })
    }

    /// Writes down what changed. The change is made: that it could not be written down is for the
    /// log.
    pub async fn note(&self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        if let Err(fault) = self.history.note(events).await {
            let cause = fault.cause();
            tracing::error!(kind = ?fault.kind(), cause, "what changed could not be written down");
        }
    }

    /// Writes down that this version started, unless it was the last one that did.
    pub async fn note_version(&self, version: &str) {
        match self.history.last_event(Event::VERSION).await {
            Ok(last) if last.as_ref().is_none_or(|last| last.detail != version) => {
                self.note(vec![Event::new(now(), None, (Event::VERSION, "admit", version))]).await;
            }
            Ok(_) => {}
            Err(fault) => {
                let cause = fault.cause();
                tracing::error!(kind = ?fault.kind(), cause, "the last version cannot be read");
            }
        }
    }

    /// How many passwords are being checked or wait for it.
    pub fn password_checks_in_work(&self) -> usize {
        self.password_checks.in_work()
    }

    /// What the client of the administration pages proves itself with.
    pub(crate) fn administration_secret(&self) -> Result<&str, Fault> {
        self.administration.secret()
    }

    /// What seals for the whole installation, where a tenant is not known before it is opened.
    pub(crate) fn sealer(&self, purpose: &str) -> Result<Sealer, Fault> {
        self.realms.sealer(purpose)
    }

    /// The realm of the tenant that a path names.
    ///
    /// # Errors
    /// The name is malformed or unknown, or the tenant is suspended.
    pub async fn realm(&self, tenant: &str) -> Result<Arc<Realm>, Failure> {
        self.realms.named(tenant, &*self.store).await
    }

    /// The realm of a tenant as it is, or as it shall be.
    ///
    /// # Errors
    /// No key could be derived.
    pub fn realm_of(&self, tenant: Tenant) -> Result<Arc<Realm>, Fault> {
        self.realms.of(Arc::new(tenant))
    }

    /// The signing keys of a tenant, parsed.
    ///
    /// # Errors
    /// A key cannot be read.
    pub async fn keys(&self, realm: &Realm) -> Result<Arc<TenantKeys>, Fault> {
        self.realms.keys(realm, now(), &*self.store).await
    }

    /// Whether the root key opens every signing key that is kept: one that does not must seal
    /// nothing here either.
    ///
    /// # Errors
    /// The first key that it does not open, of kind [`FaultKind::KeyMissing`], or the store failed.
    pub async fn unseals(&self) -> Result<(), Fault> {
        for tenant in self.store.tenants().await? {
            let realm = self.realms.of(Arc::new(tenant))?;
            for row in self.store.signing_keys(realm.tenant.id).await?.iter() {
                if realm.seals.signing_keys.open_bytes(&row.sealed_private_key).is_err() {
                    let cause = format!("key {} of tenant {}", row.kid, realm.tenant.name);
                    return Err(Fault::because(FaultKind::KeyMissing, &cause));
                }
            }
        }
        Ok(())
    }

    /// Whether the service can do its job: the store answers, and tenants have their keys. Of
    /// many tenants each call looks at some, in turn, so that nobody who asks often causes work.
    ///
    /// # Errors
    /// The first thing that is not as it must be.
    pub async fn ready(&self) -> Result<(), Fault> {
        let tenants = self.store.tenants().await?;
        let begin = self.looked_at.fetch_add(READY_TENANTS, Ordering::Relaxed);
        let begin = begin.checked_rem(tenants.len()).unwrap_or_default();
        let from_there = tenants.iter().cycle().skip(begin);
        for tenant in from_there.take(tenants.len().min(READY_TENANTS)) {
            let realm = self.realms.of(Arc::new(tenant.clone()))?;
            if !self.keys(&realm).await?.is_complete() {
                let cause = format!("tenant {} has no key that may sign", realm.tenant.name);
                return Err(Fault::because(FaultKind::KeyMissing, &cause));
            }
        }
        Ok(())
    }
}
