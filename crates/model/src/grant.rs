//! A grant: the stored authorization of one client by one user.

use serde::{Deserialize, Serialize};

use crate::{ClientId, GrantId, Seconds, SessionId, TenantId, Timestamp, UserId};

/// A stored authorization and the family of refresh tokens that it issues. The authorization code
/// contains the id of the grant, so that inserting the grant marks the code as redeemed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The tenant in which it was granted.
    pub tenant: TenantId,
    /// The id, which the authorization code contains.
    pub id: GrantId,
    /// The client that it authorizes.
    pub client: ClientId,
    /// The user who granted it.
    pub user: UserId,
    /// The session in which the user granted it.
    pub session: SessionId,
    /// The identifier of the resource. Empty if the client requested OpenID scopes only.
    pub resource: String,
    /// Scopes of the resource, without the resource as a prefix.
    pub scopes: Vec<String>,
    /// OpenID scopes: `openid`, `profile`, `email`, `offline_access`.
    pub openid_scopes: Vec<String>,
    /// When the user authenticated: the claim `auth_time`.
    pub auth_time: Timestamp,
    /// The authentication methods of the user: the claim `amr` (RFC 8176).
    pub amr: Vec<String>,
    /// The key to which its tokens are bound.
    pub confirmation: Option<Confirmation>,
    /// Whether it was granted to a single-page app. Such a grant has a fixed, short lifetime.
    /// Its code and refresh tokens are accepted in cross-origin requests only.
    pub single_page: bool,
    /// When the code was redeemed.
    pub opened_at: Timestamp,
    /// When it expires.
    pub expires_at: Timestamp,
    /// The number of times that the refresh token was replaced. The first one has 0.
    pub generation: u32,
    /// When the refresh token was last replaced, or when the grant was opened.
    pub rotated_at: Timestamp,
    /// Set once. A revoked grant never becomes active again.
    pub revoked: Option<Revocation>,
    /// Further results of the authorization request.
    #[serde(default)]
    pub details: GrantDetails,
}

/// Results of an authorization request that only the responses to the client need. A store keeps
/// them as one document, so a new member needs no migration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantDetails {
    /// Scopes of the resource, as the client spelled them. One that has the resource in front, as
    /// Microsoft's libraries send it, is absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope_spellings: Vec<String>,
    /// The claims about the user that the client requested by name; `None` without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claims: Option<Box<RequestedClaims>>,
}

/// The claims that a client requested, by the place that contains them (OpenID Connect Core §5.5).
/// ID token and UserInfo have the names of claims about the user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestedClaims {
    /// The claims of ID tokens.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub id_token: Vec<String>,
    /// The claims of UserInfo.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub userinfo: Vec<String>,
    /// The claims of access tokens.
    #[serde(skip_serializing_if = "RequestedTokenClaims::is_empty")]
    pub access_token: RequestedTokenClaims,
}

/// The claims of access tokens that a client requested, in the form of the Microsoft identity
/// platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RequestedTokenClaims {
    /// The ids of authentication contexts. An access token has those that the authentication
    /// satisfies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acrs: Vec<String>,
    /// The capabilities of the client, such as `cp1`: it handles claims challenges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub xms_cc: Vec<String>,
}

/// The revocation of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revocation {
    /// The time of the revocation.
    pub at: Timestamp,
    /// The reason for it.
    pub reason: RevocationReason,
}

/// The reasons for the revocation of a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// The authorization code was redeemed a second time (RFC 9700 §4.5).
    CodeReplayed,
    /// A replaced refresh token was used again (RFC 9700 §4.14.2).
    RefreshTokenReplayed,
    /// The client requested it (RFC 7009).
    ByClient,
    /// An administrator requested it.
    ByAdministrator,
    /// The user signed out of the session in which it was granted.
    SignedOut,
}

/// The key to which a token is bound (RFC 7800).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// The thumbprint of a DPoP key (RFC 9449 §6.1).
    Jkt([u8; 32]),
}

impl Grant {
    /// The time during which the refresh token that was just replaced yields the same successor.
    /// Clients with several windows refresh at the same moment.
    pub const GRACE: Seconds = Seconds::new(10);

    /// Returns whether the grant is neither revoked nor expired, and not of the future.
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires_at && !self.is_future(now)
    }

    /// Returns whether the grant was opened in the future, or by an authentication in the future.
    pub fn is_future(&self, now: Timestamp) -> bool {
        self.opened_at.is_future(now) || self.auth_time.is_future(now)
    }
}

impl RequestedClaims {
    /// Returns whether no claim is requested.
    pub fn is_empty(&self) -> bool {
        self.id_token.is_empty() && self.userinfo.is_empty() && self.access_token.is_empty()
    }

    /// Returns the names of all claims about the user. A claim that both places contain is named
    /// twice.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.id_token.iter().chain(&self.userinfo).map(String::as_str)
    }
}

impl RequestedTokenClaims {
    /// Returns whether no claim is requested.
    pub const fn is_empty(&self) -> bool {
        self.acrs.is_empty() && self.xms_cc.is_empty()
    }

    /// Adds the values of another request, each once.
    pub fn add(&mut self, other: &Self) {
        for (values, more) in [(&mut self.acrs, &other.acrs), (&mut self.xms_cc, &other.xms_cc)] {
            for value in more {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
        }
    }
}
