//! The history as an administrator may read it: that of one tenant, whatever is asked for.

use model::{Count, Event, Fault, History, Record, Search, Seconds, TenantId, Timestamp};
use uuid::Uuid;

use super::Administrator;
use crate::Service;

/// The history of an administrator's tenant.
pub(crate) struct Book<'a> {
    history: &'a dyn History,
    tenant: TenantId,
}

impl Administrator {
    /// What this administrator may read of the history.
    pub(crate) fn book<'a>(&self, service: &'a Service) -> Book<'a> {
        Book { history: &*service.history, tenant: self.tenant() }
    }
}

impl Book<'_> {
    /// The newest requests that fit, of this tenant.
    pub(crate) async fn find(&self, search: Search) -> Result<Vec<Record>, Fault> {
        self.history.find(Search { tenant: Some(self.tenant), ..search }).await
    }

    /// One request of this tenant.
    pub(crate) async fn record(&self, trace_id: Uuid) -> Result<Option<Record>, Fault> {
        let search = Search { trace_id: Some(trace_id), limit: 1, ..Search::default() };
        Ok(self.find(search).await?.pop())
    }

    /// How often each number was given in this tenant.
    pub(crate) async fn counts(
        &self,
        span: (Timestamp, Timestamp),
        step: Seconds,
    ) -> Result<Vec<Count>, Fault> {
        self.history.counts(Some(self.tenant), span, step).await
    }

    /// What changed in this tenant, and in the installation; the newest first.
    pub(crate) async fn events(
        &self,
        span: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<Event>, Fault> {
        self.history.events(Some(self.tenant), span, limit).await
    }
}
