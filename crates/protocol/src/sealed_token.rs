//! Sealed tokens: authorization codes and refresh tokens, encrypted and self-contained.

use jose::{digest, seal::Sealer};
use model::{ClientId, Fault, FaultKind, GrantId, RequestedClaims, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::context::TenantContext;

pub(crate) mod mismatch;

/// The reason why a text is no sealed token of a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealedTokenError {
    /// The text does not have the syntax of such a token.
    Malformed,
    /// The token is of another tenant.
    OtherTenant,
    /// The token was not sealed by this service, or was modified.
    NotAuthentic,
}

/// The content of an authorization code (RFC 6749 §4.1.2): the results of the authorization
/// endpoint that the token endpoint needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// The grant that the redemption opens. Its existence shows that the code was used.
    pub grant: GrantId,
    /// The client to which the code was issued.
    pub client: ClientId,
    /// The user who signed in.
    pub user: UserId,
    /// The session of the sign-in.
    pub session: SessionId,
    /// The redirect URI to which the code was sent.
    pub redirect_uri: String,
    /// The authorization request had the parameter `redirect_uri`, so the token request must have
    /// it too (RFC 6749 §4.1.3).
    pub redirect_uri_was_sent: bool,
    /// The redirect URI is one of a single-page app.
    pub single_page: bool,
    /// The resource's identifier; empty if only OpenID scopes were requested.
    pub resource: String,
    /// Scopes of the resource, without the resource in front.
    pub scopes: Vec<String>,
    /// The scope `.default` was requested, so the response names it.
    pub default_scope: bool,
    /// Scopes of the resource, as the client spelled them: see
    /// [`GrantDetails`](model::GrantDetails::scope_spellings).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope_spellings: Vec<String>,
    /// OpenID scopes.
    pub openid_scopes: Vec<String>,
    /// The claims about the user that the client requested by name.
    #[serde(default)]
    pub claims: RequestedClaims,
    /// `nonce` of the authorization request.
    pub nonce: Option<String>,
    /// `code_challenge`, method S256 (RFC 7636). `None` if the request had none, which only a
    /// client with optional PKCE may do.
    pub code_challenge: Option<String>,
    /// `dpop_jkt` (RFC 9449 §10).
    pub dpop_jkt: Option<[u8; 32]>,
    /// When the user authenticated.
    pub auth_time: Timestamp,
    /// The authentication methods (RFC 8176).
    pub amr: Vec<String>,
    /// When the code expires.
    pub expires_at: Timestamp,
    /// When the grant expires at the latest: the end of a session that was opened with a temporary
    /// access pass. `None` for any other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant_ends_at: Option<Timestamp>,
    /// When the code was issued.
    pub issued_at: Timestamp,
}

/// One refresh token of a grant (RFC 6749 §1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The grant of the token.
    pub grant: GrantId,
    /// The number of rotations of the grant before this token.
    pub generation: u32,
}

const CODE: &str = "ac";
const REFRESH_TOKEN: &str = "rt";

impl AuthorizationCode {
    /// Seals the code for the client.
    ///
    /// # Errors
    /// The code could not be sealed.
    pub fn seal(&self, tenant: &TenantContext) -> Result<String, Fault> {
        let payload = serde_json::to_vec(self);
        let payload = payload.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
        seal_payload(CODE, tenant, &tenant.sealers.code, &payload)
    }

    /// Opens a sealed code.
    ///
    /// # Errors
    /// The text is no code of this tenant.
    pub fn open(text: &str, tenant: &TenantContext) -> Result<Self, SealedTokenError> {
        let payload = open_payload(CODE, tenant, &tenant.sealers.code, text)?;
        serde_json::from_slice(&payload).map_err(|_| SealedTokenError::NotAuthentic)
    }
}

impl RefreshToken {
    /// Seals the refresh token for the client. The text is the same every time, so that two
    /// concurrent refreshes get the same successor.
    ///
    /// # Errors
    /// The token could not be sealed.
    pub fn seal(&self, tenant: &TenantContext) -> Result<String, Fault> {
        let payload = [&self.grant.into_bytes()[..], &self.generation.to_be_bytes()].concat();
        seal_payload(REFRESH_TOKEN, tenant, &tenant.sealers.refresh_token, &payload)
    }

    /// Opens a sealed refresh token.
    ///
    /// # Errors
    /// The text is no refresh token of this tenant.
    pub fn open(text: &str, tenant: &TenantContext) -> Result<Self, SealedTokenError> {
        let payload = open_payload(REFRESH_TOKEN, tenant, &tenant.sealers.refresh_token, text)?;
        let (grant, generation) =
            payload.split_at_checked(16).ok_or(SealedTokenError::NotAuthentic)?;
        Ok(Self {
            grant: GrantId::new(grant.try_into().map_err(|_| SealedTokenError::NotAuthentic)?),
            generation: u32::from_be_bytes(
                generation.try_into().map_err(|_| SealedTokenError::NotAuthentic)?,
            ),
        })
    }

    /// Returns whether a text has the prefix of a refresh token.
    pub fn has_prefix(text: &str) -> bool {
        text.starts_with("rt.")
    }
}

/// Seals a payload. The kind and the tenant are readable, so that a misplaced token can be
/// recognized.
fn seal_payload(
    kind: &str,
    tenant: &TenantContext,
    sealer: &Sealer,
    payload: &[u8],
) -> Result<String, Fault> {
    let tenant = digest::base64url(tenant.id().into_bytes());
    let sealed = sealer.seal(payload);
    let sealed = sealed.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    Ok(format!("{kind}.{tenant}.{sealed}"))
}

fn open_payload(
    kind: &str,
    tenant: &TenantContext,
    sealer: &Sealer,
    text: &str,
) -> Result<Vec<u8>, SealedTokenError> {
    let mut parts = text.splitn(3, '.');
    if parts.next() != Some(kind) {
        return Err(SealedTokenError::Malformed);
    }
    let issuer = parts.next().and_then(|part| digest::base64url_decode(part).ok());
    let issuer = issuer.ok_or(SealedTokenError::Malformed)?;
    if issuer.len() != 16 {
        return Err(SealedTokenError::Malformed);
    }
    if issuer != tenant.id().into_bytes() {
        return Err(SealedTokenError::OtherTenant);
    }
    sealer
        .open(parts.next().ok_or(SealedTokenError::Malformed)?)
        .map_err(|_| SealedTokenError::NotAuthentic)
}
