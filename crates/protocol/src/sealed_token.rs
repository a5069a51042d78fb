//! Codes and refresh tokens: what we know, sealed, in the hands of the client.

use jose::{digest, seal::Sealer};
use model::{ClientId, Fault, FaultKind, GrantId, SessionId, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::context::Realm;

pub(crate) mod nearest;

/// Why a handle is not one of ours, as far as it can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotOurs {
    /// It does not have the form of such a handle.
    Malformed,
    /// It has the form, and names another tenant.
    OtherTenant,
    /// It has the form, and was not sealed by us, or was changed since.
    NotAuthentic,
}

/// All that the authorization endpoint found out, for the token endpoint (RFC 6749 §4.1.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The grant that redeeming it opens: the mark of its single use.
    pub grant: GrantId,
    /// Which client asked.
    pub client: ClientId,
    /// Who signed in.
    pub user: UserId,
    /// In which session.
    pub session: SessionId,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// The authorization request named it, so the token request must, too (RFC 6749 §4.1.3).
    pub redirect_uri_was_sent: bool,
    /// The redirect URI is one of a single-page app.
    pub single_page: bool,
    /// The resource's identifier; empty where only OpenID scopes were asked for.
    pub resource: String,
    /// Scopes of the resource, without the resource in front.
    pub scopes: Vec<String>,
    /// The scope `.default` was asked for, and is to be named in the answer.
    pub default_scope: bool,
    /// OpenID scopes.
    pub openid_scopes: Vec<String>,
    /// `nonce` of the request, only if it had one.
    pub nonce: Option<String>,
    /// `code_challenge`, method S256 (RFC 7636).
    pub code_challenge: String,
    /// `dpop_jkt` (RFC 9449 §10).
    pub dpop_jkt: Option<[u8; 32]>,
    /// When the person proved itself.
    pub auth_time: Timestamp,
    /// How.
    pub amr: Vec<String>,
    /// From this moment on it is refused.
    pub expires_at: Timestamp,
    /// When it was made.
    pub issued_at: Timestamp,
}

/// One refresh token of a grant (RFC 6749 §1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefreshToken {
    /// The grant.
    pub grant: GrantId,
    /// Which of the grant's refresh tokens in a row.
    pub generation: u32,
}

const CODE: &str = "ac";
const REFRESH_TOKEN: &str = "rt";

impl Code {
    /// The code as the client gets it.
    ///
    /// # Errors
    /// It could not be sealed.
    pub fn seal(&self, realm: &Realm) -> Result<String, Fault> {
        let payload = serde_json::to_vec(self);
        let payload = payload.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
        wrap(CODE, realm, &realm.seals.code, &payload)
    }

    /// Takes a code apart.
    ///
    /// # Errors
    /// It is not one of this tenant's codes.
    pub fn open(text: &str, realm: &Realm) -> Result<Self, NotOurs> {
        let payload = unwrap(CODE, realm, &realm.seals.code, text)?;
        serde_json::from_slice(&payload).map_err(|_| NotOurs::NotAuthentic)
    }
}

impl RefreshToken {
    /// The refresh token as the client gets it: the same text every time, so that two requests
    /// that race for the same successor get the same one.
    ///
    /// # Errors
    /// It could not be sealed.
    pub fn seal(&self, realm: &Realm) -> Result<String, Fault> {
        let payload = [&self.grant.into_bytes()[..], &self.generation.to_be_bytes()].concat();
        wrap(REFRESH_TOKEN, realm, &realm.seals.refresh_token, &payload)
    }

    /// Takes a refresh token apart.
    ///
    /// # Errors
    /// It is not one of this tenant's refresh tokens.
    pub fn open(text: &str, realm: &Realm) -> Result<Self, NotOurs> {
        let payload = unwrap(REFRESH_TOKEN, realm, &realm.seals.refresh_token, text)?;
        let (grant, generation) = payload.split_at_checked(16).ok_or(NotOurs::NotAuthentic)?;
        Ok(Self {
            grant: GrantId::new(grant.try_into().map_err(|_| NotOurs::NotAuthentic)?),
            generation: u32::from_be_bytes(
                generation.try_into().map_err(|_| NotOurs::NotAuthentic)?,
            ),
        })
    }

    /// Whether a text has the form of a refresh token, ours or not.
    pub fn is_form_of(text: &str) -> bool {
        text.starts_with("rt.")
    }
}

/// The kind and the tenant stand in the clear, so that a handle at the wrong place can be told
/// from one that is no handle at all.
fn wrap(kind: &str, realm: &Realm, sealer: &Sealer, payload: &[u8]) -> Result<String, Fault> {
    let tenant = digest::base64url(realm.tenant.id.into_bytes());
    let sealed = sealer.seal(payload);
    let sealed = sealed.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    Ok(format!("{kind}.{tenant}.{sealed}"))
}

fn unwrap(kind: &str, realm: &Realm, sealer: &Sealer, text: &str) -> Result<Vec<u8>, NotOurs> {
    let mut parts = text.splitn(3, '.');
    if parts.next() != Some(kind) {
        return Err(NotOurs::Malformed);
    }
    let tenant = parts.next().and_then(|part| digest::base64url_decode(part).ok());
    let tenant = tenant.ok_or(NotOurs::Malformed)?;
    if tenant.len() != 16 {
        return Err(NotOurs::Malformed);
    }
    if tenant != realm.tenant.id.into_bytes() {
        return Err(NotOurs::OtherTenant);
    }
    sealer.open(parts.next().ok_or(NotOurs::Malformed)?).map_err(|_| NotOurs::NotAuthentic)
}
