//! An authorization request that is stored before the browser is sent to it (RFC 9126).

use serde::{Deserialize, Serialize};

use crate::{ClientId, PushedRequestId, TenantId, Timestamp};

/// A stored authorization request. Addresses name it by its `request_uri`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedRequest {
    /// The tenant to which the request was sent.
    pub tenant: TenantId,
    /// The id, in the `request_uri`.
    pub id: PushedRequestId,
    /// The client that the request names.
    pub client: ClientId,
    /// The parameters, form-encoded.
    pub parameters: String,
    /// When it expires.
    pub expires_at: Timestamp,
}
