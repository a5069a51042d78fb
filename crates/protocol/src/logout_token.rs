//! Logout tokens (OpenID Connect Back-Channel Logout §2.4).

use model::{Client, Fault, FaultKind, LogoutNotice, Seconds, Timestamp};
use serde::Serialize;

use crate::{
    context::TenantContext,
    keys::{LOGOUT_JWT, TenantKeys},
    subject,
};

/// The lifetime of a logout token, which is signed when it is sent (§4).
const LIFETIME: Seconds = Seconds::minutes(2);
/// The time by which `iat` is before the signature, as in ID tokens.
const DATED_BACK: Seconds = Seconds::new(60);

#[derive(Serialize)]
struct LogoutTokenClaims<'a> {
    iss: &'a str,
    sub: String,
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: &'a str,
    events: Events,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
}

/// The only event, whose value is an empty object.
#[derive(Serialize)]
struct Events {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    logout: Empty,
}

#[derive(Serialize)]
struct Empty {}

/// Signs a logout token for a client. `jti` must differ for each attempt to send it: a client may
/// refuse one that it has seen.
///
/// # Errors
/// The tenant has no key with the algorithm of the client's ID tokens.
pub fn sign(
    (notice, jti): (&LogoutNotice, &str),
    client: &Client,
    tenant: &TenantContext,
    keys: &TenantKeys,
    now: Timestamp,
) -> Result<String, Fault> {
    let session = notice.session.map(|id| subject::session_id(id, client, &tenant.row));
    let claims = LogoutTokenClaims {
        iss: &tenant.endpoints.issuer,
        sub: subject::of_user(notice.user, client, &tenant.row),
        aud: client.id.as_str(),
        iat: now.seconds().saturating_sub(DATED_BACK.get()),
        exp: now.seconds().saturating_add(LIFETIME.get()),
        jti,
        events: Events { logout: Empty {} },
        sid: session.map(|id| id.to_string()),
    };
    let internal =
        |error: &(dyn std::error::Error + 'static)| Fault::new(FaultKind::Internal, error);
    let payload = serde_json::to_vec(&claims).map_err(|error| internal(&error))?;
    let signer = keys.signer(&client.id_token_alg, LOGOUT_JWT)?;
    signer.sign(&payload).map_err(|error| internal(&error))
}
