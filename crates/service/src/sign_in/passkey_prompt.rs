//! The part of a page that asks the browser for a passkey.

use model::Authenticators;
use pages::{PageKind, PasskeyPrompt};
use signin::factor::passkey::RelyingParty;

use crate::{authenticators, sign_in::flow_context::FlowContext};

/// Returns the service as a relying party. `None` if the tenant or the origin allows no passkeys.
pub(super) fn relying_party(flow_context: &FlowContext<'_>) -> Option<RelyingParty> {
    let service = &flow_context.incoming.service;
    authenticators::relying_party(service, flow_context.tenant, flow_context.language().tag())
}

/// Returns whether users can sign in with passkeys.
pub(super) fn is_possible(flow_context: &FlowContext<'_>) -> bool {
    relying_party(flow_context).is_some()
}

/// Returns the part of a page that asks for a passkey: for one of these if the user is known, or
/// for one of any user. `None` if passkeys are not possible.
pub(super) fn prompt(
    flow_context: &mut FlowContext<'_>,
    known: Option<&Authenticators>,
) -> Option<PasskeyPrompt> {
    let relying_party = relying_party(flow_context)?;
    let allowed = known.map(|known| known.passkeys.as_slice()).unwrap_or_default();
    if known.is_some() && allowed.is_empty() {
        return None;
    }
    let rule_context = flow_context.rule_context();
    let challenge = flow_context.flow.passkey_challenge(&rule_context);
    Some(PasskeyPrompt {
        action: flow_context.address.of_form("passkey", flow_context.flow.id()),
        options: relying_party.request_options(&challenge, allowed),
    })
}

/// Returns the kind of a page with or without a passkey.
pub(super) const fn page_kind(passkey: Option<&PasskeyPrompt>) -> PageKind {
    match passkey {
        Some(_) => PageKind::SignInFlowWithPasskey,
        None => PageKind::SignInFlow,
    }
}
