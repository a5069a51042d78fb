//! Queries of request records.

use uuid::Uuid;

use crate::{ClientId, GrantId, TenantId, Timestamp, UserId};

/// A position in a list, newest first: a time, and a trace id that orders entries of the same time.
pub type Cursor = (Timestamp, Uuid);

/// The filter of a record query. Every condition that is set must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordQuery {
    /// Only requests in this tenant. `None` matches every tenant and requests without a tenant.
    pub tenant: Option<TenantId>,
    /// Only the request with this trace id.
    pub trace_id: Option<Uuid>,
    /// Only requests with this correlation id.
    pub correlation_id: Option<Uuid>,
    /// Only requests of this user.
    pub user: Option<UserId>,
    /// Only sign-ins with a typed user name of this digest, which no user has.
    pub username_digest: Option<[u8; 16]>,
    /// Only requests that name this client or are attributed to it.
    pub client: Option<String>,
    /// Only requests that are attributed to this client.
    pub attributed_client: Option<ClientId>,
    /// Only requests that were refused with this error number.
    pub number: Option<u32>,
    /// Only requests of this sign-in flow.
    pub flow_id: Option<[u8; 16]>,
    /// Only requests that created or used this grant.
    pub grant: Option<GrantId>,
    /// Only refusals and faults.
    pub failed_only: bool,
    /// Only requests with one of these outcomes. An empty list matches every outcome.
    pub outcomes: &'static [&'static str],
    /// Only requests at this time or later.
    pub from: Option<Timestamp>,
    /// Only requests before this time.
    pub until: Option<Timestamp>,
    /// Only requests after this position in the list, for the next page.
    pub after: Option<Cursor>,
    /// The maximum number of records. The newest are returned.
    pub limit: u32,
}

/// The refusals with one error number, or the successful requests, in one time bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusalCount {
    /// The start of the bucket.
    pub bucket_start: Timestamp,
    /// The error number; 0 for successful requests.
    pub number: u32,
    /// The number of requests.
    pub count: u64,
}
