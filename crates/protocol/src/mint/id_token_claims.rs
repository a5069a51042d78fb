//! The claims of an ID token (OpenID Connect Core §2), with Microsoft's beside them.

use model::User;
use serde::Serialize;

use super::{LIFETIME, Mint, auth_time, token_id};
use crate::{Entitlement, IdTokenFacts, userinfo::Profile};

/// The claims.
#[derive(Serialize)]
pub(super) struct IdToken<'a> {
    iss: &'a str,
    sub: String,
    aud: &'a str,
    exp: i64,
    iat: i64,
    nbf: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    amr: &'a [String],
    sid: &'a str,
    tid: String,
    ver: &'static str,
    uti: String,
    #[serde(flatten)]
    profile: Profile<'a>,
}

impl<'a> IdToken<'a> {
    pub(super) fn new(
        mint: &'a Mint<'_>,
        entitlement: &'a Entitlement,
        (user, facts): (&'a User, &'a IdTokenFacts),
    ) -> Self {
        let now = mint.context.now.seconds();
        Self {
            iss: &mint.context.realm.endpoints.issuer,
            sub: mint.subject(&entitlement.subject),
            aud: mint.client.client().id.as_str(),
            exp: now.saturating_add(LIFETIME.get()),
            iat: now,
            nbf: now,
            auth_time: auth_time(facts),
            nonce: facts.nonce.as_deref(),
            amr: &facts.amr,
            sid: &facts.session,
            tid: user.tenant.to_string(),
            ver: "2.0",
            uti: token_id(mint.context, "id_token"),
            profile: Profile::of(user, |scope| {
                entitlement.openid_scopes.iter().any(|given| given == scope)
            }),
        }
    }
}
