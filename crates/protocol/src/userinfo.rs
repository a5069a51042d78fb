//! UserInfo (OpenID Connect Core §5.3): claims about a user, by the scopes of an access token and
//! by name.

use serde::Serialize;

use crate::user_claims::UserClaims;

/// The response of UserInfo.
#[derive(Debug, Serialize)]
pub struct UserInfo<'a> {
    /// The subject, as in the ID token.
    ///
    /// Source: OpenID Connect Core §5.3.2. Option: `subject_type` of the client.
    pub sub: &'a str,
    /// The claims that the client gets.
    #[serde(flatten)]
    pub claims: UserClaims<'a>,
}
