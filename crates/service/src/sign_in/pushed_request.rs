//! Pushed requests: an authorization request that is too long for an address, or that a POST sent,
//! is stored first. Addresses name it by its `request_uri` (RFC 9126 §2.2).

use axum::http::Method;
use catalogue::refusal;
use jose::digest;
use model::{Change, CommitOutcome, Fault, FaultKind, PushedRequest, PushedRequestId, Seconds};
use protocol::{Error, context::TenantContext, parameters::Parameters};

use crate::{
    http::{cookies::RequestCookies, device_cookie::known_browser, incoming::IncomingRequest},
    limits::Limit,
    sign_in::{address::Address, flow_context::FlowContext},
};

/// Maximum length of a request in an address, in bytes. Proxies and browsers accept longer ones,
/// but not all of them.
const QUERY_BYTES_MAX: usize = 4 * 1_024;
/// Maximum length of a pushed request, in bytes.
const REQUEST_BYTES_MAX: usize = 16 * 1_024;
/// The beginning of every `request_uri` (RFC 9126 §2.2).
const REQUEST_URI_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// Lifetime of a pushed request. A flow that expired can begin again for twenty minutes.
const LIFETIME: Seconds = Seconds::minutes(30);

/// Replaces a `request_uri` of this service by the request that it names.
///
/// # Errors
/// The pushed request does not exist, has expired, or belongs to another client.
pub(super) async fn resolve(
    incoming: &IncomingRequest,
    tenant: &TenantContext,
    address: Address,
) -> Result<Address, Error> {
    let parameters = Parameters::parse(address.encoded.as_bytes()).unwrap_or_default();
    let sent = parameters.get("request_uri").and_then(|uri| uri.strip_prefix(REQUEST_URI_PREFIX));
    let Some(sent) = sent else { return Ok(address) };
    let id = digest::base64url_decode(sent).ok().and_then(|bytes| bytes.try_into().ok());
    let stored = match id {
        Some(id) => {
            let id = PushedRequestId::new(id);
            incoming.service.store_of(tenant).pushed_request(id).await?
        }
        None => None,
    };
    let stored = stored.filter(|stored| stored.expires_at > incoming.context.now());
    let stored = stored.filter(|stored| stored.expires_at - LIFETIME >= tenant.remembered_since);
    let stored =
        stored.filter(|stored| parameters.get("client_id") == Some(stored.client.as_str()));
    let stored = stored.ok_or_else(refusal::pushed_request_not_found)?;
    Ok(address.with_pushed_request(&stored.parameters))
}

/// Stores the request if its address would be too long, or if a POST sent it.
///
/// # Errors
/// See [`push`].
pub(super) async fn push_if_needed(flow_context: &mut FlowContext<'_>) -> Result<(), Error> {
    let address = &flow_context.address;
    // A request that is stored already is stored again, so that it lives as long as the new flow.
    let is_stored = address.query != address.encoded;
    let is_post = flow_context.incoming.parts().method == Method::POST;
    if is_stored || is_post || address.query.len() > QUERY_BYTES_MAX {
        push(flow_context).await?;
    }
    Ok(())
}

/// Stores the request, and names it by its `request_uri` from now on.
///
/// # Errors
/// The request is too long, there are too many from this network, or it cannot be stored.
pub(super) async fn push(flow_context: &mut FlowContext<'_>) -> Result<(), Error> {
    let (incoming, context) = (flow_context.incoming, flow_context.rule_context());
    let (address, client) = (&mut flow_context.address, &flow_context.request.client().id);
    if address.encoded.len() > REQUEST_BYTES_MAX {
        return Err(refusal::authorization_request_too_long(REQUEST_BYTES_MAX).into());
    }
    let limits = &incoming.service.limits;
    let cookies = RequestCookies::parse(&incoming.parts().headers);
    let (address_of_sender, browser) =
        (incoming.context.remote_address(), known_browser(&cookies, context.tenant));
    let counted = limits.pushed_requests.count(address_of_sender, browser, context.now);
    limits.refusals.counted(Limit::PushedRequests, counted)?;
    let id = PushedRequestId::new(context.seed.derive("pushed_request"));
    let request = PushedRequest {
        tenant: context.tenant.id(),
        id,
        client: client.clone(),
        parameters: address.encoded.clone(),
        expires_at: context.now + LIFETIME,
    };
    let push = vec![Change::PushRequest(request)];
    if incoming.service.store_of(context.tenant).commit(push).await? == CommitOutcome::Conflict {
        let message = "two pushed requests have the same random id";
        return Err(Fault::from_message(FaultKind::Internal, message).into());
    }
    let request_uri = format!("{REQUEST_URI_PREFIX}{}", digest::base64url(id.into_bytes()));
    address.name_by_request_uri(client, &request_uri);
    Ok(())
}
