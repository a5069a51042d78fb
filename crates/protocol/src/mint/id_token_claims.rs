//! The claims of an ID token: those of OpenID Connect Core §2, and Microsoft's.

use model::{ScopeClaims, User};
use serde::Serialize;

use super::{DATED_BACK, LIFETIME, Mint, auth_time, token_id};
use crate::{
    Authentication, Entitlement, acr, subject,
    user_claims::{ClaimSet, UserClaims},
};

/// The claims of an ID token.
#[derive(Serialize)]
pub(super) struct IdTokenClaims<'a> {
    /// The issuer.
    ///
    /// Source: OpenID Connect Core §2. Option: `issuer` of the tenant.
    iss: &'a str,
    /// The user. By default another one for each client.
    ///
    /// Source: OpenID Connect Core §2. Option: `subject_type` of the client.
    sub: String,
    /// The client id.
    ///
    /// Source: OpenID Connect Core §2.
    aud: &'a str,
    /// When it expires, in seconds: an hour after it was issued.
    ///
    /// Source: OpenID Connect Core §2.
    exp: i64,
    /// The time of issue in seconds, dated back by a minute for clocks that are behind.
    ///
    /// Source: OpenID Connect Core §2.
    iat: i64,
    /// When the user authenticated, in seconds.
    ///
    /// Source: OpenID Connect Core §2.
    auth_time: i64,
    /// The authentication context class: `1` for one factor, `mfa` for two, `phr` for
    /// a passkey.
    ///
    /// Present: if `amr` is. Source: OpenID Connect Core §2.
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'static str>,
    /// The `nonce` of the authorization request.
    ///
    /// Present: if the authorization request had a `nonce`. Source: OpenID Connect Core §2.
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    /// The authentication methods: `pwd` for a password, `otp` for a one-time code, `swk` or
    /// `hwk` for a passkey that is copied to several devices or stays on one, `user` if the device
    /// has verified the user, `tap` for a temporary access pass of an administrator, `mfa` for two
    /// factors.
    ///
    /// Present: if the authentication methods are known. Source: OpenID Connect Core §2, RFC 8176.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    amr: &'a [String],
    /// The session at this service, by default another one for each client.
    ///
    /// Source: OpenID Connect Back-Channel Logout §2.1. Option: `oid` and `subject_type` of the
    /// client.
    sid: String,
    /// The tenant id.
    ///
    /// Source: Microsoft.
    tid: String,
    /// The version of the token format: `2.0`.
    ///
    /// Source: Microsoft.
    ver: &'static str,
    /// The unique id.
    ///
    /// Source: Microsoft.
    uti: String,
    #[serde(flatten)]
    user: UserClaims<'a>,
}

impl<'a> IdTokenClaims<'a> {
    pub(super) fn new(
        mint: &'a Mint<'_>,
        entitlement: &'a Entitlement,
        (user, authentication): (&'a User, &'a Authentication),
    ) -> Self {
        let now = mint.context.now.seconds();
        let (client, tenant) = (mint.client.client(), &mint.context.tenant.row);
        Self {
            iss: &mint.context.tenant.endpoints.issuer,
            sub: mint.subject(&entitlement.subject),
            aud: mint.client.client().id.as_str(),
            exp: now.saturating_add(LIFETIME.get()),
            iat: now.saturating_sub(DATED_BACK.get()),
            auth_time: auth_time(authentication),
            acr: acr::of(&authentication.amr),
            nonce: authentication.nonce.as_deref(),
            amr: &authentication.amr,
            sid: subject::session_id(authentication.session, client, tenant).to_string(),
            tid: user.tenant.to_string(),
            ver: "2.0",
            uti: token_id(mint.context, "id_token"),
            user: UserClaims::new((user, mint.object_id(user)), selected(mint, entitlement)),
        }
    }
}

/// Selects the claims about the user: those that the client requested by name, and those of scopes
/// unless the client gets them from UserInfo.
fn selected(mint: &Mint<'_>, entitlement: &Entitlement) -> ClaimSet {
    let of_scopes = match mint.client.client().scope_claims {
        ScopeClaims::IdToken => ClaimSet::of_scopes(|scope| {
            entitlement.openid_scopes.iter().any(|granted| granted == scope)
        }),
        ScopeClaims::UserInfo => ClaimSet::default(),
    };
    of_scopes.union(ClaimSet::named(&entitlement.claims.id_token))
}
