//! The claims of an access token: RFC 9068, with Microsoft's beside them.

use model::{Confirmation, Seconds};
use serde::{Deserialize, Serialize};

use super::{Mint, auth_time, token_id};
use crate::{Entitlement, Subject};

/// The claims. Only what we sign; [`crate::bearer`] reads the same back.
#[derive(Debug, Serialize, Deserialize)]
pub struct AccessToken {
    /// Issuer.
    pub iss: String,
    /// Subject: the client itself, or a person.
    pub sub: String,
    /// The resource, or UserInfo.
    pub aud: String,
    /// NumericDate.
    pub exp: i64,
    /// NumericDate.
    pub iat: i64,
    /// NumericDate.
    pub nbf: i64,
    /// Unique.
    pub jti: String,
    /// Which client (RFC 9068 §2.2).
    pub client_id: String,
    /// Which client, Microsoft's name.
    pub azp: String,
    /// How the client proved itself: 0 not at all, 1 by secret, 2 by key.
    pub azpacr: String,
    /// `app` where a client speaks for itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idtyp: Option<String>,
    /// Scopes of the resource, and OpenID scopes (RFC 9068 §2.2.3).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Scopes of the resource only, Microsoft's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scp: Option<String>,
    /// Roles at the resource.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Tenant.
    pub tid: String,
    /// User, or client.
    pub oid: String,
    /// `2.0`.
    pub ver: String,
    /// Unique, Microsoft's name.
    pub uti: String,
    /// When the person proved itself (RFC 9068 §2.2.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How (RFC 8176).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The grant that it ends with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gid: Option<String>,
    /// The key that it is bound to (RFC 7800).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Cnf>,
}

/// `cnf` (RFC 9449 §6.1).
#[derive(Debug, Serialize, Deserialize)]
pub struct Cnf {
    /// Thumbprint of the DPoP key.
    pub jkt: String,
}

impl AccessToken {
    pub(super) fn new(mint: &Mint<'_>, entitlement: &Entitlement, lifetime: Seconds) -> Self {
        let Mint { client, resource, context, .. } = mint;
        let endpoints = &context.realm.endpoints;
        let client_id = client.client().id.to_string();
        let jti = token_id(context, "access_token");
        let now = context.now.seconds();
        let user = match &entitlement.subject {
            Subject::User(user) => Some(user),
            Subject::Client => None,
        };
        let sign_in = entitlement.id_token.as_ref();
        Self {
            iss: endpoints.issuer.clone(),
            sub: mint.subject(&entitlement.subject),
            aud: resource.map_or(&endpoints.userinfo, |resource| &resource.identifier).clone(),
            exp: now.saturating_add(lifetime.get()),
            iat: now,
            nbf: now,
            azpacr: client.strength().to_owned(),
            idtyp: user.is_none().then(|| "app".to_owned()),
            scope: user.map(|_| scope(entitlement)),
            scp: (!entitlement.scopes.is_empty()).then(|| entitlement.scopes.join(" ")),
            roles: entitlement.roles.clone(),
            tid: context.realm.tenant.id.to_string(),
            oid: user.map_or_else(|| client_id.clone(), |user| user.id.to_string()),
            ver: "2.0".to_owned(),
            uti: jti.clone(),
            jti,
            azp: client_id.clone(),
            client_id,
            auth_time: sign_in.map(auth_time),
            amr: sign_in.map(|facts| facts.amr.clone()).unwrap_or_default(),
            gid: entitlement.grant.map(|grant| grant.to_string()),
            cnf: entitlement.confirmation.map(Cnf::of),
        }
    }
}

fn scope(entitlement: &Entitlement) -> String {
    // What can be done with the token itself; being offline cannot.
    let openid = entitlement.openid_scopes.iter().filter(|scope| *scope != "offline_access");
    let scopes: Vec<&str> = entitlement.scopes.iter().chain(openid).map(String::as_str).collect();
    scopes.join(" ")
}

impl Cnf {
    fn of(confirmation: Confirmation) -> Self {
        let Confirmation::Jkt(thumbprint) = confirmation;
        Self { jkt: jose::digest::base64url(thumbprint) }
    }

    /// The key, if the thumbprint is one.
    pub fn confirmation(&self) -> Option<Confirmation> {
        let bytes = jose::digest::base64url_decode(&self.jkt).ok()?;
        bytes.try_into().ok().map(Confirmation::Jkt)
    }
}
