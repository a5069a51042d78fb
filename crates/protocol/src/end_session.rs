//! Signing out at the request of a client (OpenID Connect RP-Initiated Logout 1.0): what the
//! request asks for, and whether it is done at once, asked or refused.

mod decide;
mod target;

use catalogue::{Comparison, Difference, Refusal, refusal};
use model::ClientId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    context::TenantContext,
    keys::{JWT, TenantKeys},
    parameters::Parameters,
    redirect_uri,
};

pub use decide::{BrowserSession, Inputs, Verdict, decide};
pub use target::LogoutTarget;

/// The longest `state`, in bytes. It is sealed into addresses.
pub const STATE_BYTES_MAX: usize = 2_048;
/// The longest `logout_hint`, in bytes. A longer one names no account.
const HINT_BYTES_MAX: usize = 320;

/// A request to sign out. Its hint was verified, its redirect URI was not: that needs the client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndSessionRequest {
    /// The claims of the ID token in `id_token_hint`, if its signature was verified.
    pub hint: Option<IdTokenHint>,
    /// `client_id`.
    pub client: Option<ClientId>,
    /// `post_logout_redirect_uri`.
    pub redirect_uri: Option<String>,
    /// `state`.
    pub state: Option<String>,
    /// `logout_hint`: the user name of the account.
    pub username: Option<String>,
    /// Whether the request has an `id_token_hint` that cannot be used.
    pub has_unusable_hint: bool,
}

/// The claims of an ID token of this tenant, which may have expired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdTokenHint {
    /// `aud`: the client that got the token.
    pub client: ClientId,
    /// `sub`, as the client knows the user.
    pub subject: String,
    /// `sid`, as the client knows the session.
    pub session: Option<String>,
}

impl EndSessionRequest {
    /// Parses the parameters and verifies the hint with the keys that the tenant publishes.
    ///
    /// A hint that cannot be verified names no one: the user is then asked. Its key may no longer
    /// be published, and the user wants to sign out nevertheless.
    ///
    /// # Errors
    /// `state` is too long, or `client_id` is not the client of the hint (§2).
    pub fn parse(
        parameters: &Parameters,
        keys: &TenantKeys,
        tenant: &TenantContext,
    ) -> Result<Self, Refusal> {
        let sent = parameters.get("id_token_hint");
        let hint = sent.and_then(|token| IdTokenHint::verify(token, keys, tenant));
        let state = parameters.get("state");
        if state.is_some_and(|state| state.len() > STATE_BYTES_MAX) {
            return Err(refusal::parameter_too_long("state", STATE_BYTES_MAX));
        }
        let redirect_uri = parameters.get("post_logout_redirect_uri");
        if redirect_uri.is_some_and(|uri| uri.len() > redirect_uri::BYTES_MAX) {
            let name = "post_logout_redirect_uri";
            return Err(refusal::parameter_too_long(name, redirect_uri::BYTES_MAX));
        }
        let client_id = parameters.get("client_id");
        if let (Some(client_id), Some(hint)) = (client_id, &hint)
            && hint.client.as_str() != client_id
        {
            let comparison = Comparison::mismatch("client_id", &hint.client, client_id)
                .with_difference(Difference::new("of_another_client"));
            return Err(refusal::logout_client_differs(client_id, &hint.client).with(comparison));
        }
        let username = parameters.get("logout_hint").filter(|it| it.len() <= HINT_BYTES_MAX);
        Ok(Self {
            client: client_id.and_then(ClientId::new),
            redirect_uri: redirect_uri.map(str::to_owned),
            state: state.map(str::to_owned),
            username: username.map(str::to_owned),
            has_unusable_hint: sent.is_some() && hint.is_none(),
            hint,
        })
    }

    /// Returns the client that the request names: that of the hint, or else `client_id`.
    pub fn client(&self) -> Option<&ClientId> {
        self.hint.as_ref().map(|hint| &hint.client).or(self.client.as_ref())
    }
}

impl IdTokenHint {
    /// Verifies an ID token with the keys of the tenant alone: a signature by the client itself
    /// proves nothing. An expired token is accepted (§2).
    fn verify(token: &str, keys: &TenantKeys, tenant: &TenantContext) -> Option<Self> {
        let verified = keys.verify(token)?;
        let claims = verified.claims().ok()?;
        let text = |name: &str| text(&claims, name);
        // An access token has a `sub` too, but is known to APIs. Its `typ` or `client_id` differs.
        let is_id_token = verified.header().typ.as_deref() == Some(JWT)
            && text("iss") == Some(&tenant.endpoints.issuer)
            && !claims.contains_key("client_id");
        let client = ClientId::new(text("aud")?).filter(|_| is_id_token)?;
        Some(Self {
            client,
            subject: text("sub")?.to_owned(),
            session: text("sid").map(str::to_owned),
        })
    }
}

fn text<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    claims.get(name).and_then(Value::as_str)
}
