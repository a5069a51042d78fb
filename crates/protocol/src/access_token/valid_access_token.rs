//! An access token that passed every check.

use std::sync::Arc;

use catalogue::{Comparison, Refusal, refusal};
use model::{Client, GrantId, User};

use crate::mint::AccessTokenClaims;

/// A valid access token, Bearer or DPoP, with its client, user and grant.
pub struct ValidAccessToken {
    /// The claims of the token.
    pub claims: AccessTokenClaims,
    /// The client to which the token was issued.
    pub client: Arc<Client>,
    /// The user; `None` if the client got the token for itself.
    pub user: Option<Arc<User>>,
    /// The grant; `None` if the client got the token for itself.
    pub grant: Option<GrantId>,
    /// The claims of UserInfo that the client requested by name.
    pub userinfo_claims: Vec<String>,
}

impl ValidAccessToken {
    /// Checks that the token has a scope.
    ///
    /// # Errors
    /// The token lacks the scope (RFC 6750 §3.1, `insufficient_scope`).
    pub fn require_scope(&self, scope: &'static str) -> Result<(), Refusal> {
        let granted = self.claims.scope.as_deref().unwrap_or_default();
        if granted.split(' ').any(|it| it == scope) {
            Ok(())
        } else {
            Err(refusal::insufficient_scope(scope)
                .with(Comparison::mismatch("scope", scope, granted)))
        }
    }
}
