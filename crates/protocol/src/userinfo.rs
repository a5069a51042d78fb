//! UserInfo (OpenID Connect Core §5.3): claims about a user, by the scopes of an access token.

use model::User;
use serde::Serialize;

/// Claims about a user, by scope (OpenID Connect Core §5.4).
#[derive(Debug, Serialize)]
pub struct Profile<'a> {
    /// The user id, with `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oid: Option<String>,
    /// The display name, with `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// The user name, with `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<&'a str>,
    /// The email address, with `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    /// Whether the address is verified, with `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
}

impl<'a> Profile<'a> {
    /// Creates the claims of a user that the granted scopes allow.
    pub fn new(user: &'a User, is_granted: impl Fn(&str) -> bool) -> Self {
        let profile = is_granted("profile");
        let email = user.email.as_deref().filter(|_| is_granted("email"));
        Self {
            oid: profile.then(|| user.id.to_string()),
            name: profile.then_some(user.name.as_str()),
            preferred_username: profile.then_some(user.username.as_str()),
            email,
            email_verified: email.map(|_| user.email_verified),
        }
    }
}

/// The response of UserInfo.
#[derive(Debug, Serialize)]
pub struct UserInfo<'a> {
    /// The subject, as in the ID token.
    pub sub: &'a str,
    /// The claims that the scopes allow.
    #[serde(flatten)]
    pub profile: Profile<'a>,
}
