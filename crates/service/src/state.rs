//! The application state: what every request can reach.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::http::HeaderValue;
use jose::digest::sha256;
use jose::seal::{KeyId, Keyring, Purpose, SealError, Sealer, key_id_text};
use model::{ChangeEvent, Fault, FaultKind, History, Store};
use store::CachedStore;
use telemetry::{Metrics, metric_table};
use uuid::{Builder, Uuid};

use crate::{
    clock::Clock,
    limits::Limits,
    metrics::ServiceMetrics,
    nodes::NodeMembership,
    records::recorder::Recorder,
    settings::Settings,
    system::now,
    tenants::{
        built_in_clients::BuiltInClientStore, password_hashes::PasswordHashes,
        tenant_contexts::TenantContexts, username_form::UsernameForms,
    },
    tickets::Tickets,
};

/// Maximum number of tenants that one readiness check examines.
const READINESS_TENANTS: usize = 64;

/// The application state.
pub struct Service {
    /// The settings.
    pub settings: Settings,
    /// The header `Strict-Transport-Security` of every response, if the host gets one.
    pub(crate) hsts: Option<HeaderValue>,
    /// The host and port of the origin.
    pub(crate) host: String,
    /// The store: directory and ledger.
    pub store: Arc<dyn Store>,
    /// The history: request records, change events, tickets and deliveries.
    pub history: Arc<dyn History>,
    /// The writer of request records.
    pub recorder: Arc<Recorder>,
    pub(crate) cached_store: Arc<CachedStore>,
    pub(crate) built_in_client_store: Arc<BuiltInClientStore>,
    pub(crate) tenant_contexts: Arc<TenantContexts>,
    pub(crate) clock: Clock,
    /// Creates, changes and delivers tickets.
    pub tickets: Arc<Tickets>,
    /// The limits of what tenants and addresses share.
    pub(crate) limits: Arc<Limits>,
    /// Its counters.
    pub metrics: Arc<ServiceMetrics>,
    /// The nodes that share the store.
    pub(crate) nodes: NodeMembership,
    /// The costs of password hashes.
    pub(crate) password_hashes: Arc<PasswordHashes>,
    /// Whether the user names of a tenant are addresses.
    pub(crate) username_forms: UsernameForms,
    /// Round-robin position of the readiness check among the tenants.
    readiness_offset: AtomicUsize,
}

impl Service {
    /// Creates a service over a store. The keyring encrypts everything that is sealed.
    pub fn new(
        settings: Settings,
        cached_store: Arc<CachedStore>,
        history: Arc<dyn History>,
        keyring: Keyring,
    ) -> Arc<Self> {
        let tenant_contexts = Arc::new(TenantContexts::new(settings.origin.clone(), keyring));
        let inner = Arc::<CachedStore>::clone(&cached_store);
        let built_in_client_store = Arc::new(BuiltInClientStore::new(inner, &settings));
        let store: Arc<dyn Store> = Arc::<BuiltInClientStore>::clone(&built_in_client_store);
        let readiness_offset = AtomicUsize::default();
        let recorder =
            Recorder::new(settings.records.is_some(), Arc::clone(&history), Arc::clone(&store));
        let recorder = Arc::new(recorder);
        let nodes = NodeMembership::new(settings.node.clone());
        let limits = Arc::new(Limits::new(nodes.live()));
        let metrics = Arc::<ServiceMetrics>::default();
        let tickets = Tickets::new(
            settings.clone(),
            (Arc::clone(&store), Arc::clone(&history)),
            Arc::clone(&recorder),
            Arc::clone(&tenant_contexts),
            (Arc::clone(&metrics), Arc::clone(&limits)),
        );
        let password_hashes = Arc::new(PasswordHashes::new(settings.password_cost));
        Arc::new(Self {
            hsts: settings.hsts(),
            host: settings.host().to_owned(),
            settings,
            store,
            history,
            recorder,
            cached_store,
            built_in_client_store,
            tenant_contexts,
            clock: Clock::new(),
            tickets: Arc::new(tickets),
            limits,
            metrics,
            nodes,
            password_hashes,
            username_forms: UsernameForms::default(),
            readiness_offset,
        })
    }

    /// Stores change events of this process. The change is already made, so a failure is only
    /// logged.
    pub async fn record_events(&self, mut events: Vec<ChangeEvent>) {
        if events.is_empty() {
            return;
        }
        for event in &mut events {
            event.actor.get_or_insert_with(|| self.settings.actor.clone());
        }
        if let Err(fault) = self.history.record_events(events).await {
            let cause = fault.cause();
            tracing::error!(kind = ?fault.kind(), cause, "cannot store change events");
        }
    }

    /// Stores a change event if this version is not the last one that started.
    pub async fn record_version(&self, version: &str) {
        self.record_if_new(ChangeEvent::VERSION, version).await;
    }

    /// Stores a change event if the current root key is not the one of the last start.
    pub async fn record_root_key(&self) {
        if let Some(current) = self.root_keys().first() {
            self.record_if_new(ChangeEvent::ROOT_KEY, &key_id_text(*current)).await;
        }
    }

    /// Stores a change event of the installation if the last one of its kind has another detail.
    async fn record_if_new(&self, kind: &'static str, detail: &str) {
        match self.history.last_event(kind).await {
            Ok(last) if last.as_ref().is_none_or(|last| last.detail != detail) => {
                let event = ChangeEvent::new(now(), None, (kind, "admit", detail));
                self.record_events(vec![event]).await;
            }
            Ok(_) => {}
            Err(fault) => {
                let cause = fault.cause();
                tracing::error!(kind = ?fault.kind(), cause, "cannot read the last change event");
            }
        }
    }

    /// Leaves the nodes that share the store, and gives back the lease of this one. Call it once no
    /// more requests are served.
    pub async fn leave(&self) {
        self.nodes.leave().await;
    }

    /// Returns the ids of the root keys. The first one is that of the current key.
    pub fn root_keys(&self) -> Vec<KeyId> {
        self.tenant_contexts.root_keys()
    }

    /// Exposes the counters in the metrics of the process. The gauges end with the
    /// service.
    pub fn expose_metrics(self: &Arc<Self>, metrics: &Metrics) {
        self.metrics.register(metrics);
        self.limits.refusals.register(metrics);
        self.expose_time(metrics);
        self.expose_memory(metrics);
        self.expose_nodes(metrics);
        let weak = || Arc::downgrade(self);
        let service = weak();
        metrics.register_gauge(&metric_table::PASSWORD_CHECKS, move || {
            service.upgrade().map(|service| service.limits.passwords.in_flight() as u64)
        });
        let service = weak();
        metrics.register_gauge(&metric_table::RECORDS_WAITING, move || {
            service.upgrade().map(|service| service.recorder.records_waiting() as u64)
        });
        let service = weak();
        metrics.register_gauges(&metric_table::DELIVERIES_WAITING, move || {
            service.upgrade().map_or_else(Vec::new, |it| it.metrics.deliveries_waiting())
        });
        let service = weak();
        metrics.register_gauges(&metric_table::DELIVERY_OLDEST_TIMESTAMP_SECONDS, move || {
            service.upgrade().map_or_else(Vec::new, |it| it.metrics.deliveries_oldest_at())
        });
        let service = weak();
        metrics
            .register_gauge(&metric_table::SIGNING_KEY_ACTIVE_FROM_TIMESTAMP_SECONDS, move || {
                service.upgrade()?.metrics.keys_active_from()
            });
        let service = weak();
        metrics.register_gauge(
            &metric_table::SIGNING_KEY_NEXT_ROTATION_TIMESTAMP_SECONDS,
            move || service.upgrade()?.metrics.keys_next_rotation(),
        );
    }

    /// Exposes the gauges of clock and ledger.
    fn expose_time(self: &Arc<Self>, metrics: &Metrics) {
        let service = Arc::downgrade(self);
        metrics.register_gauge(&metric_table::CLOCK_BEHIND_SECONDS, move || {
            Some(service.upgrade()?.seconds_clock_is_behind())
        });
        let service = Arc::downgrade(self);
        metrics.register_gauge(&metric_table::REMEMBERED_SINCE_TIMESTAMP_SECONDS, move || {
            u64::try_from(service.upgrade()?.remembered_since().seconds()).ok()
        });
    }

    /// Exposes the gauges of what is in memory and limited.
    fn expose_memory(self: &Arc<Self>, metrics: &Metrics) {
        let service = Arc::downgrade(self);
        metrics.register_gauge(&metric_table::RECENT_USERS, move || {
            u64::try_from(service.upgrade()?.limits.recent_users().entries()).ok()
        });
        let service = Arc::downgrade(self);
        metrics.register_gauge(&metric_table::TENANT_CONTEXTS, move || {
            u64::try_from(service.upgrade()?.tenant_contexts.len()).ok()
        });
    }

    /// Exposes the gauges of the nodes.
    fn expose_nodes(self: &Arc<Self>, metrics: &Metrics) {
        let service = Arc::downgrade(self);
        metrics.register_gauge(&metric_table::LIVE_NODES, move || {
            u64::try_from(service.upgrade()?.nodes.live().get()).ok()
        });
        let service = Arc::downgrade(self);
        metrics.register_gauge(&metric_table::JOBS_LEASE_HELD, move || {
            Some(u64::from(service.upgrade()?.nodes.holds_lease()))
        });
    }

    /// Returns the client secret of the administration pages.
    pub(crate) fn built_in_client_secret(&self) -> Result<&str, Fault> {
        self.built_in_client_store.secret()
    }

    /// Returns a sealer of the installation, for values whose tenant is known only once opened.
    pub(crate) fn sealer(&self, purpose: Purpose) -> Result<Sealer, Fault> {
        self.tenant_contexts.sealer(purpose)
    }

    /// Derives a UUID from these parts and the root key. Equal parts give the same UUID; without
    /// the root key, it cannot be predicted.
    ///
    /// # Errors
    /// The key could not be derived.
    pub fn derived_uuid(&self, parts: &[&str]) -> Result<Uuid, Fault> {
        let fault =
            |error: &(dyn std::error::Error + 'static)| Fault::new(FaultKind::Internal, error);
        let parts = serde_json::to_vec(parts).map_err(|error| fault(&error))?;
        let sealer = self.tenant_contexts.sealer(Purpose::DerivedUuid)?;
        let digest = sealer.digests(&sha256(&parts)).next();
        let bytes = digest.and_then(|digest| digest.first_chunk().copied());
        let bytes = bytes.ok_or_else(|| fault(&SealError::Failed))?;
        Ok(Builder::from_random_bytes(bytes).into_uuid())
    }

    /// Checks the readiness: the store can be read, and tenants have active signing keys. Each call
    /// examines a limited number of tenants, in turn, so that frequent calls stay cheap.
    ///
    /// # Errors
    /// The store failed, or a tenant has no active signing key.
    pub async fn ready(&self) -> Result<(), Fault> {
        let mut tenants = self.store.tenant_names().await?;
        let offset = self.readiness_offset.fetch_add(READINESS_TENANTS, Ordering::Relaxed);
        let offset = offset.checked_rem(tenants.len()).unwrap_or_default();
        tenants.rotate_left(offset);
        tenants.truncate(READINESS_TENANTS);
        for (id, _) in tenants {
            let Some(row) = self.store.tenant(&id.to_string()).await? else { continue };
            let tenant = self.tenant_contexts.for_tenant(row)?;
            if !self.keys(&tenant).await?.is_complete(&tenant.row) {
                let cause = format!("tenant {} has no active signing key", tenant.row.name);
                return Err(Fault::from_message(FaultKind::KeyMissing, &cause));
            }
        }
        Ok(())
    }
}
