//! The request that introspection and revocation share.

use crate::{UnspentValues, client_auth::AuthenticatedClient};

/// A request of an authenticated client about a token.
#[derive(Debug)]
pub struct TokenQuery {
    /// The authenticated caller.
    pub client: AuthenticatedClient,
    /// The one-time value of the authentication.
    pub one_time_values: UnspentValues,
    /// The token.
    pub token: String,
}
