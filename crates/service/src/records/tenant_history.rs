//! The history restricted to one tenant, whatever the query says.

use model::{
    ChangeEvent, Fault, History, RecordQuery, RefusalCount, RequestRecord, Seconds, TenantId,
    Timestamp, UserId,
};
use uuid::Uuid;

/// The part of the history that an administrator of the tenant may read.
pub(crate) struct TenantHistory<'a> {
    history: &'a dyn History,
    tenant: TenantId,
}

impl<'a> TenantHistory<'a> {
    /// Restricts a history to a tenant.
    pub(crate) fn new(history: &'a dyn History, tenant: TenantId) -> Self {
        Self { history, tenant }
    }

    /// Returns the newest matching requests of the tenant.
    pub(crate) async fn find(&self, query: RecordQuery) -> Result<Vec<RequestRecord>, Fault> {
        self.history.find(RecordQuery { tenant: Some(self.tenant), ..query }).await
    }

    /// Returns one request of the tenant.
    pub(crate) async fn record(&self, trace_id: Uuid) -> Result<Option<RequestRecord>, Fault> {
        let query = RecordQuery { trace_id: Some(trace_id), limit: 1, ..RecordQuery::default() };
        Ok(self.find(query).await?.pop())
    }

    /// Counts the refusals of the tenant by error number and time bucket.
    pub(crate) async fn refusal_counts(
        &self,
        range: (Timestamp, Timestamp),
        bucket: Seconds,
    ) -> Result<Vec<RefusalCount>, Fault> {
        self.history.refusal_counts(Some(self.tenant), range, bucket).await
    }

    /// Returns the changes of the tenant and of the installation, newest first.
    pub(crate) async fn events(
        &self,
        range: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        self.history.events(Some(self.tenant), range, limit).await
    }

    /// Returns the changes of a user of the tenant, newest first.
    pub(crate) async fn events_of_user(
        &self,
        user: UserId,
        range: (Timestamp, Timestamp),
        limit: u32,
    ) -> Result<Vec<ChangeEvent>, Fault> {
        self.history.events_of_user((self.tenant, user), range, limit).await
    }
}
