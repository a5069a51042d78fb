//! UserInfo (OpenID Connect Core §5.3): claims about a user, by the scopes of an access token and
//! by name.

use serde::Serialize;

use crate::{Spent, user_claims::UserClaims};

/// The response of UserInfo.
#[derive(Debug, Serialize)]
pub struct UserInfo<'a> {
    /// The subject, as in the ID token.
    ///
    /// Source: OpenID Connect Core §5.3.2. Option: `subject_type` of the client.
    sub: &'a str,
    /// The claims that the client gets.
    #[serde(flatten)]
    claims: UserClaims<'a>,
}

impl<'a> UserInfo<'a> {
    /// Creates the response to a request whose DPoP proof, if it has one, is spent.
    pub fn new(sub: &'a str, claims: UserClaims<'a>, _spent: &Spent) -> Self {
        Self { sub, claims }
    }
}
