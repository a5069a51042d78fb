//! The summary of a request of a client, for the request record and the access log.

use catalogue::Comparison;
use model::{ClientId, GrantId, UserId};

use crate::Checks;

/// The client, user and grant of a token, introspection, revocation, UserInfo or explain request,
/// and the checks that it passed. Filled step by step, so that a refused request has one too.
#[derive(Debug, Default)]
pub struct RequestSummary {
    /// The client id in the request.
    pub client: Option<ClientId>,
    /// The store has no client with this id.
    pub client_is_unknown: bool,
    /// The request has the client id in the place of the secret, and that client is registered.
    pub swapped_client_is_registered: bool,
    /// The user for whom tokens were requested.
    pub user: Option<UserId>,
    /// The grant type in the request.
    pub grant_type: Option<&'static str>,
    /// The grant that was named, opened or used.
    pub grant: Option<GrantId>,
    /// Why the token of the request is inactive, or why a revocation had no effect.
    pub no_effect: Vec<Comparison>,
    /// The checks that passed, in order.
    pub checks: Checks,
}
