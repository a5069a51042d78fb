//! Codes of the service, which the load generator seals.

use jose::digest::base64url;
use model::{GrantId, RequestedClaims, Seconds, SessionId, Timestamp};
use protocol::context::TenantContext;
use protocol::sealed_token::AuthorizationCode;

use crate::{Result, dataset};

/// Returns a code as the authorization endpoint issues it.
pub(crate) fn sealed_code(
    tenant: &TenantContext,
    client: u64,
    (grant, challenge): (GrantId, &[u8; 32]),
    now: Timestamp,
) -> Result<String> {
    let code = AuthorizationCode {
        grant,
        client: dataset::client_id(client)?,
        user: dataset::user_id(client),
        session: SessionId::new(grant.into_bytes()),
        redirect_uri: dataset::REDIRECT_URI.to_owned(),
        redirect_uri_was_sent: true,
        single_page: false,
        resource: dataset::ES256.to_owned(),
        scopes: vec!["read".to_owned()],
        default_scope: false,
        scope_spellings: Vec::new(),
        openid_scopes: ["openid", "offline_access"].map(str::to_owned).to_vec(),
        claims: RequestedClaims::default(),
        nonce: Some("bench-nonce".to_owned()),
        code_challenge: Some(base64url(challenge)),
        dpop_jkt: None,
        auth_time: now,
        amr: vec!["pwd".to_owned()],
        expires_at: now + Seconds::new(60),
        grant_ends_at: None,
        issued_at: now,
    };
    code.seal(tenant).map_err(|fault| fault.cause().to_owned().into())
}
