//! The claims of an access token: those of RFC 9068, and Microsoft's.

use model::{Confirmation, Seconds, Timestamp};
use serde::{Deserialize, Serialize};

use super::{DATED_BACK, Mint, auth_time, token_id};
use crate::{Entitlement, Subject, acr, auth_context};

/// The claims of an access token. [`crate::access_token`] reads the same claims back.
#[derive(Debug, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer.
    ///
    /// Source: RFC 9068 §2.2. Option: `issuer` of the tenant.
    pub iss: String,
    /// The subject: the user, or the client itself.
    ///
    /// Source: RFC 9068 §2.2. Option: `subject_type` of the client.
    pub sub: String,
    /// The audience: the resource, or UserInfo.
    ///
    /// Source: RFC 9068 §2.2. Option: `identifier` of the resource.
    pub aud: String,
    /// When it expires, in seconds.
    ///
    /// Source: RFC 9068 §2.2. Option: `token_lifetime` of the resource.
    pub exp: i64,
    // Rules use `issued_at`.
    /// The time of issue in seconds, dated back by a minute for clocks that are behind.
    ///
    /// Source: RFC 9068 §2.2.
    pub iat: i64,
    /// When it becomes valid, in seconds: the dated-back time of issue.
    ///
    /// Source: RFC 7519 §4.1.5.
    pub nbf: i64,
    /// The unique id.
    ///
    /// Source: RFC 9068 §2.2.
    pub jti: String,
    /// The client.
    ///
    /// Source: RFC 9068 §2.2.
    pub client_id: String,
    /// The client, under Microsoft's name.
    ///
    /// Source: Microsoft.
    pub azp: String,
    /// The client authentication: 0 for none, 1 for a secret, 2 for a key.
    ///
    /// Source: Microsoft. Option: `secrets`, `keys` and `public` of the client.
    pub azpacr: String,
    /// `app` if the client acts for itself.
    ///
    /// Present: if the client acts for itself. Source: Microsoft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idtyp: Option<String>,
    /// Scopes of the resource, and OpenID scopes.
    ///
    /// Present: for users. Source: RFC 9068 §2.2.3.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Scopes of the resource only, under Microsoft's name.
    ///
    /// Present: for users, if a scope of a resource is granted. Source: Microsoft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scp: Option<String>,
    /// Roles at the resource.
    ///
    /// Present: if the user or the client has roles at the resource. Source: RFC 9068 §2.2.3.1,
    /// Microsoft. Option: `roles` of the user, `permissions` of the client.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// The tenant id.
    ///
    /// Source: Microsoft.
    pub tid: String,
    /// The user, by default another one for each client. Or the client id.
    ///
    /// Source: Microsoft. Option: `oid` and `subject_type` of the client.
    pub oid: String,
    /// The version of the token format: `2.0`.
    ///
    /// Source: Microsoft.
    pub ver: String,
    /// The unique id, under Microsoft's name.
    ///
    /// Source: Microsoft.
    pub uti: String,
    /// When the user authenticated.
    ///
    /// Present: for users. Source: RFC 9068 §2.2.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The authentication methods.
    ///
    /// Present: for users. Source: RFC 9068 §2.2.1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The strength of the authentication: `1`, `mfa` or `phr`.
    ///
    /// Present: for users. Source: RFC 9068 §2.2.1, RFC 9470 §6.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// The requested authentication contexts that the authentication satisfies.
    ///
    /// Present: for users, if `claims` of a request names contexts that are satisfied. Source:
    /// Microsoft. Option: `auth_contexts` of the tenant.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acrs: Vec<String>,
    /// The capabilities of the client: `cp1` if it handles claims challenges.
    ///
    /// Present: if `claims` of a request names them. Source: Microsoft.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub xms_cc: Vec<String>,
    /// The grant with whose revocation the token is revoked.
    ///
    /// Present: for users. Source: Admit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gid: Option<String>,
    /// The key that it is bound to.
    ///
    /// Present: if the request had a DPoP proof. Source: RFC 7800 §3.1, RFC 9449 §6.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Cnf>,
}

/// The claim `cnf` (RFC 9449 §6.1).
#[derive(Debug, Serialize, Deserialize)]
pub struct Cnf {
    /// The thumbprint of the DPoP key.
    ///
    /// Source: RFC 9449 §6.1.
    pub jkt: String,
}

impl AccessTokenClaims {
    pub(super) fn new(mint: &Mint<'_>, entitlement: &Entitlement, lifetime: Seconds) -> Self {
        let Mint { client, resource, context, .. } = mint;
        let endpoints = &context.tenant.endpoints;
        let client_id = client.client().id.to_string();
        let jti = token_id(context, "access_token");
        let now = context.now.seconds();
        let dated_back = time_of_issue(mint).saturating_sub(DATED_BACK.get());
        let user = match &entitlement.subject {
            Subject::User(user) => Some(user),
            Subject::Client => None,
        };
        let authentication = entitlement.authentication.as_ref();
        let amr = authentication.map(|it| it.amr.clone()).unwrap_or_default();
        let requested = &entitlement.claims.access_token;
        Self {
            iss: endpoints.issuer.clone(),
            sub: mint.subject(&entitlement.subject),
            aud: resource.map_or(&endpoints.userinfo, |resource| &resource.identifier).clone(),
            exp: now.saturating_add(lifetime.get()),
            iat: dated_back,
            nbf: dated_back,
            azpacr: client.azpacr().to_owned(),
            idtyp: user.is_none().then(|| "app".to_owned()),
            scope: user.map(|_| scope(entitlement)),
            scp: (!entitlement.scopes.is_empty()).then(|| entitlement.scopes.join(" ")),
            roles: entitlement.roles.clone(),
            tid: context.tenant.id().to_string(),
            oid: user.map_or_else(|| client_id.clone(), |user| mint.object_id(user).to_string()),
            ver: "2.0".to_owned(),
            uti: jti.clone(),
            jti,
            azp: client_id.clone(),
            client_id,
            auth_time: authentication.map(auth_time),
            acr: acr::of(&amr).map(str::to_owned),
            acrs: auth_context::satisfied(&requested.acrs, &amr, &context.tenant.row),
            amr,
            xms_cc: requested.xms_cc.clone(),
            gid: entitlement.grant.map(|grant| grant.to_string()),
            cnf: entitlement.confirmation.map(Cnf::new),
        }
    }

    /// Returns the time of issue, in whole seconds. It follows from `nbf`, which every release
    /// dates back; `iat` of tokens of earlier releases is the time of issue itself.
    pub fn issued_at(&self) -> Timestamp {
        Timestamp::from_seconds(self.nbf) + DATED_BACK
    }
}

/// Returns the time of issue in whole seconds, rounded down. In the second of a revocation by time
/// it is rounded up: tokens from before the revocation are refused, those from after it accepted.
fn time_of_issue(mint: &Mint<'_>) -> i64 {
    let now = mint.context.now;
    let tenant = mint.context.tenant.row.tokens_not_before;
    let resource = mint.resource.map(|resource| resource.tokens_not_before).unwrap_or_default();
    let revoked = tenant.max(mint.client.client().tokens_not_before).max(resource);
    if revoked <= now { now.seconds().max(revoked.seconds_rounded_up()) } else { now.seconds() }
}

fn scope(entitlement: &Entitlement) -> String {
    // `offline_access` is about the refresh token, not about the access token.
    let openid = entitlement.openid_scopes.iter().filter(|scope| *scope != "offline_access");
    let scopes: Vec<&str> = entitlement.scopes.iter().chain(openid).map(String::as_str).collect();
    scopes.join(" ")
}

impl Cnf {
    fn new(confirmation: Confirmation) -> Self {
        let Confirmation::Jkt(thumbprint) = confirmation;
        Self { jkt: jose::digest::base64url(thumbprint) }
    }

    /// Returns the key, if the thumbprint is well-formed.
    pub fn confirmation(&self) -> Option<Confirmation> {
        let bytes = jose::digest::base64url_decode(&self.jkt).ok()?;
        bytes.try_into().ok().map(Confirmation::Jkt)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn time_of_issue_is_read_from_tokens_of_every_release() {
        // Reads claims as the service creates them, and as releases did that dated back `nbf` only.
        for iat in [1_790_000_000 - 60, 1_790_000_000] {
            let claims: AccessTokenClaims = serde_json::from_value(json!({
                "iss": "i", "sub": "s", "aud": "a", "exp": 1_790_003_600, "iat": iat,
                "nbf": 1_790_000_000 - 60, "jti": "j", "client_id": "c", "azp": "c", "azpacr": "1",
                "tid": "t", "oid": "o", "ver": "2.0", "uti": "j",
            }))
            .expect("claims");
            assert_eq!(claims.issued_at(), Timestamp::from_seconds(1_790_000_000), "{iat}");
        }
    }
}
