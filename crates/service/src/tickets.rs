//! Tickets: created from problem reports, changed by administrators, and delivered by mail and
//! webhook.

mod actions;
mod confirmation;
mod create;
mod delivery;
mod email;
mod input;
mod new_delivery;
mod webhook;

use std::sync::Arc;

use model::{History, Store};
use tokio::sync::Semaphore;

use crate::{
    limits::{Limit, Limits, Mails},
    metrics::ServiceMetrics,
    records::recorder::Recorder,
    settings::Settings,
    tenants::tenant_contexts::TenantContexts,
};

pub use actions::{TicketAction, apply};
pub(crate) use confirmation::{confirm_address, ticket_to_confirm};
pub(crate) use create::{NewReport, create_ticket};
pub use delivery::deliver;
pub use webhook::{WebhookSecret, signature};

/// Maximum number of deliveries that are sent at once.
const DELIVERIES_MAX: usize = 32;

/// Creates, changes and delivers tickets.
pub struct Tickets {
    settings: Settings,
    store: Arc<dyn Store>,
    history: Arc<dyn History>,
    recorder: Arc<Recorder>,
    tenant_contexts: Arc<TenantContexts>,
    metrics: Arc<ServiceMetrics>,
    limits: Arc<Limits>,
    delivery_slots: Arc<Semaphore>,
}

impl Tickets {
    pub(crate) fn new(
        settings: Settings,
        (store, history): (Arc<dyn Store>, Arc<dyn History>),
        recorder: Arc<Recorder>,
        tenant_contexts: Arc<TenantContexts>,
        (metrics, limits): (Arc<ServiceMetrics>, Arc<Limits>),
    ) -> Self {
        Self {
            settings,
            store,
            history,
            recorder,
            tenant_contexts,
            metrics,
            limits,
            delivery_slots: Arc::new(Semaphore::new(DELIVERIES_MAX)),
        }
    }
    /// Returns whether a limit of mails allows one, and counts it if not.
    fn may_mail(&self, allows: impl FnOnce(&Mails) -> bool) -> bool {
        let may_mail = allows(&self.limits.mails);
        if !may_mail {
            self.limits.refusals.count(Limit::Mails);
        }
        may_mail
    }
}
