//! Requests the mail that proves the address of a new user. The response is the same, with the same
//! work, whether the address has an account: its owner gets another mail then, without a code.

use std::sync::Arc;

use catalogue::{Comparison, Difference};
use model::{User, UserId, Warning, username_key};
use protocol::{Error, context::TenantContext};
use signin::factor::mailed_code::{MailChallenge, MailedCode, sign_up_message};

use crate::{
    http::mail_origin,
    limits::{Limit, MailFlood, MailRequester, MailSlot},
    sign_in::{
        flow_context::FlowContext,
        sign_up_state::{RequestedCode, SignUp},
    },
    user_mail::{self, MailSender, Recipient, SignUpMail},
};

/// Requests a mail to an address, and restarts the flow, which lasts as long as the code from then
/// on.
///
/// # Errors
/// There were too many requests.
pub(super) async fn request(
    flow_context: &mut FlowContext<'_>,
    address: &str,
) -> Result<(), Error> {
    let known = flow_context.store().user_named(address).await?;
    let requester = count(flow_context, address)?;
    let context = flow_context.rule_context();
    let challenge = context.seed.derive("mail challenge");
    flow_context.clear_flow()?;
    flow_context.flow.restart(&context);
    let requested = RequestedCode { challenge, address: address.to_owned() };
    flow_context.flow.sign_up = Some(SignUp::Requested(requested));
    flow_context.flow.problem = None;
    let has_account = known.is_some();
    if has_account {
        annotate(flow_context, "sign_up_account_exists");
    }
    match admit(flow_context, &requester, address) {
        Ok(slot) => send(flow_context, (address, known), (challenge, slot)),
        Err(reason) => annotate(flow_context, reason),
    }
    Ok(())
}

/// Returns the code of a mail to an address, as it is compared.
fn code(
    tenant: &TenantContext,
    challenge: &MailChallenge,
    address_key: &str,
) -> Option<MailedCode> {
    let message = sign_up_message(challenge, address_key);
    let digest = tenant.sealers.mailed_code.digests(&message).next();
    digest.map(|digest| MailedCode::from_keyed_digest(&digest))
}

/// Returns whether a user typed the code of a mail, under the root key of now or an earlier one.
pub(super) fn is_code(
    tenant: &TenantContext,
    (challenge, address_key): (&MailChallenge, &str),
    typed: &str,
) -> bool {
    let message = sign_up_message(challenge, address_key);
    let mut digests = tenant.sealers.mailed_code.digests(&message);
    digests.any(|digest| MailedCode::from_keyed_digest(&digest).is_typed(typed))
}

/// Says in the record, for the operator only, why no code was sent.
fn annotate(flow_context: &FlowContext<'_>, reason: &'static str) {
    let comparison = Comparison::new("user").with_difference(Difference::new(reason));
    flow_context.request_context().annotate(|annotations| {
        annotations.add_warning(Warning::new("sign_up_code_not_sent", ""));
        annotations.no_effect.push(comparison.operator_only());
    });
}

/// Returns the place of the mail.
///
/// # Errors
/// It is not sent, for this reason.
fn admit(
    flow_context: &FlowContext<'_>,
    requester: &MailRequester,
    address: &str,
) -> Result<MailSlot, &'static str> {
    let limits = &flow_context.incoming.service.limits;
    let now = flow_context.rule_context().now;
    limits.sign_up_mails.admit(requester, address, now).map_err(|flood| {
        limits.refusals.count(Limit::Mails);
        match flood {
            MailFlood::Mailbox => "reset_mailbox_limit",
            MailFlood::Waiting => "reset_mails_waiting",
        }
    })
}

fn count(flow_context: &FlowContext<'_>, address: &str) -> Result<MailRequester, Error> {
    let incoming = flow_context.incoming;
    let requester = MailRequester {
        tenant: flow_context.tenant.id(),
        username_key: username_key(address),
        address: incoming.context.remote_address(),
        // No user has signed in with an address that has no account.
        known_browser: None,
    };
    let (limits, now) = (&incoming.service.limits, flow_context.rule_context().now);
    limits.refusals.counted(Limit::Mails, limits.sign_up_mails.count_sign_up(&requester, now))?;
    Ok(requester)
}

/// Sends the mail after the response.
fn send(
    flow_context: &FlowContext<'_>,
    (address, known): (&str, Option<Arc<User>>),
    (challenge, slot): (MailChallenge, MailSlot),
) {
    let incoming = flow_context.incoming;
    let service = &incoming.service;
    let Some(mailer) = service.settings.mail.clone() else { return };
    let row = flow_context.tenant.row.clone();
    let sender = MailSender { mailer, metrics: Arc::clone(&service.metrics), tenant: row.id };
    let (contexts, service_origin) =
        (Arc::clone(&service.tenant_contexts), service.settings.origin.clone());
    let (origin, of_page) = (mail_origin::origin_of(incoming), flow_context.language());
    let seed = flow_context.rule_context().seed;
    let id = uuid::Builder::from_random_bytes(seed.derive("sign-up mail")).into_uuid();
    let address = address.to_owned();
    user_mail::send_soon(sender, slot, move || {
        let tenant = contexts.for_tenant(Arc::new(row)).ok()?;
        let key = username_key(&address);
        // The mail goes to the address that was typed, and to no other one of the account.
        let new = || User::new(tenant.row.id, UserId::new(uuid::Uuid::nil()), &address);
        let user = known.as_deref().cloned().unwrap_or_else(new);
        let user = User { email: Some(address.clone()), ..user };
        let code = match known {
            Some(_) => None,
            None => Some(code(&tenant, &challenge, &key)?.text()),
        };
        let language = user_mail::language_of(&user, of_page);
        let (tenant, service_origin) = (&tenant.row, service_origin.as_str());
        let recipient = Recipient { tenant, user: &user, language, service_origin };
        SignUpMail { code, origin }.email(&recipient, id)
    });
}
