//! UserInfo (OpenID Connect Core §5.3): what the scopes of an access token tell of a person.

use model::User;
use serde::Serialize;

/// Claims about a person, by scope (OpenID Connect Core §5.4).
#[derive(Debug, Serialize)]
pub struct Profile<'a> {
    /// With `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oid: Option<String>,
    /// With `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// With `profile`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_username: Option<&'a str>,
    /// With `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    /// With `email`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
}

impl<'a> Profile<'a> {
    /// What the given scopes tell of the person.
    pub fn of(user: &'a User, given: impl Fn(&str) -> bool) -> Self {
        let profile = given("profile");
        let email = user.email.as_deref().filter(|_| given("email"));
        Self {
            oid: profile.then(|| user.id.to_string()),
            name: profile.then_some(user.name.as_str()),
            preferred_username: profile.then_some(user.username.as_str()),
            email,
            email_verified: email.map(|_| user.email_verified),
        }
    }
}

/// What UserInfo answers.
#[derive(Debug, Serialize)]
pub struct UserInfo<'a> {
    /// The same as in the ID token.
    pub sub: &'a str,
    /// What the scopes allow.
    #[serde(flatten)]
    pub profile: Profile<'a>,
}
