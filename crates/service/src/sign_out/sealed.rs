//! The state of the pages of a sign-out, sealed into their addresses: each can be loaded again, and
//! no other site can write it.

use model::{ClientId, Fault, FaultKind, Seconds, SessionId, Timestamp};
use protocol::{
    context::TenantContext,
    end_session::{EndSessionRequest, LogoutTarget},
};
use serde::{Deserialize, Serialize};

use crate::http::cookies;

/// The lifetime of the address of a request. The user may think about it.
const REQUEST_LIFETIME: Seconds = Seconds::hours(1);
/// The lifetime of what follows a sign-out.
const DONE_LIFETIME: Seconds = Seconds::minutes(10);
/// Maximum length of a sealed text.
const LENGTH_MAX: usize = 12 * 1_024;

/// The pages that follow a sign-out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Done {
    /// The clients whose pages are loaded in frames, with the session that has ended.
    pub(super) frames: Vec<(ClientId, SessionId)>,
    /// The URI that follows.
    pub(super) target: Option<LogoutTarget>,
    /// The client that requested the sign-out.
    pub(super) client: Option<ClientId>,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    at: Timestamp,
    content: Content,
}

#[derive(Serialize, Deserialize)]
enum Content {
    Request(EndSessionRequest),
    Done(Done),
}

/// Seals a request.
pub(super) fn seal_request(
    request: &EndSessionRequest,
    tenant: &TenantContext,
    at: Timestamp,
) -> Result<String, Fault> {
    seal(&Sealed { at, content: Content::Request(request.clone()) }, tenant)
}

/// Opens a sealed request. One that has expired or is not of this tenant asks for nothing: the user
/// is still asked, and the browser is sent nowhere.
pub(super) fn open_request(
    sealed: &str,
    tenant: &TenantContext,
    now: Timestamp,
) -> EndSessionRequest {
    match open(sealed, tenant) {
        Some(Sealed { at, content: Content::Request(request) })
            if is_recent(at, now, REQUEST_LIFETIME) =>
        {
            request
        }
        _ => EndSessionRequest::default(),
    }
}

/// Seals what follows a sign-out.
pub(super) fn seal_done(
    done: Done,
    tenant: &TenantContext,
    at: Timestamp,
) -> Result<String, Fault> {
    seal(&Sealed { at, content: Content::Done(done) }, tenant)
}

/// Opens what follows a sign-out: nothing if it has expired or is not of this tenant.
pub(super) fn open_done(sealed: &str, tenant: &TenantContext, now: Timestamp) -> Done {
    match open(sealed, tenant) {
        Some(Sealed { at, content: Content::Done(done) }) if is_recent(at, now, DONE_LIFETIME) => {
            done
        }
        _ => Done::default(),
    }
}

fn seal(sealed: &Sealed, tenant: &TenantContext) -> Result<String, Fault> {
    let payload = serde_json::to_vec(sealed);
    let payload = payload.map_err(|error| Fault::new(FaultKind::Internal, &error))?;
    cookies::seal(&tenant.sealers.sign_out, &payload)
}

fn open(sealed: &str, tenant: &TenantContext) -> Option<Sealed> {
    let payload = (sealed.len() <= LENGTH_MAX).then(|| tenant.sealers.sign_out.open(sealed).ok());
    serde_json::from_slice(&payload.flatten()?).ok()
}

fn is_recent(at: Timestamp, now: Timestamp, lifetime: Seconds) -> bool {
    now < at + lifetime && !at.is_future(now)
}

#[cfg(test)]
mod tests {
    use jose::seal::{Keyring, RootKey};
    use model::{Tenant, TenantId};
    use uuid::Uuid;

    use super::*;

    fn tenant(number: u128) -> TenantContext {
        let tenant = Tenant::new(TenantId::new(Uuid::from_u128(number)), "demo", [0; 32]);
        let keyring = Keyring::new(RootKey::from_bytes([1; 32]), Vec::new()).expect("a keyring");
        TenantContext::new(tenant, "https://id.test", &keyring).expect("a tenant context")
    }

    #[test]
    fn sealed_request_expires_and_opens_for_its_kind_and_tenant_only() {
        // Seals the longest request and what follows it. Opens them in time; then expired, of
        // another tenant, and as the other kind.
        let (own, other, now) = (tenant(1), tenant(2), Timestamp::from_seconds(1_795_363_200));
        let request = EndSessionRequest {
            redirect_uri: Some("x".repeat(2_048)),
            state: Some("\u{1}".repeat(2_048)),
            ..EndSessionRequest::default()
        };
        let client = ClientId::new(&"c".repeat(128)).expect("an id");
        let frames = vec![(client.clone(), SessionId::new([255; 16])); 10];
        let done = Done { frames, target: None, client: Some(client) };
        let sealed = seal_request(&request, &own, now).expect("sealed");
        let sealed_done = seal_done(done.clone(), &own, now).expect("sealed");
        let nothing = EndSessionRequest::default();
        assert_eq!(open_request(&sealed_done, &own, now), nothing);
        assert_eq!(open_done(&sealed, &own, now), Done::default());
        let short = EndSessionRequest { state: Some("s".repeat(2_048)), ..request };
        let sealed = seal_request(&short, &own, now).expect("sealed");
        assert_eq!(open_request(&sealed, &own, now), short);
        assert_eq!(open_request(&sealed, &other, now), nothing);
        assert_eq!(open_request(&sealed, &own, now + REQUEST_LIFETIME), nothing);
        assert_eq!(open_done(&sealed_done, &own, now), done);
        assert_eq!(open_done(&sealed_done, &own, now + DONE_LIFETIME), Done::default());
    }
}
