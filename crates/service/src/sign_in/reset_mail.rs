//! Requests a mail that resets a password. The response is the same, with the same work, whether a
//! mail is sent or not; the record of the request says why none was.

use std::sync::Arc;

use catalogue::{Comparison, Difference};
use model::Warning;
use protocol::Error;
use signin::factor::mailed_code::MailChallenge;

use crate::{
    http::mail_origin,
    limits::{Limit, MailFlood, MailRequester, MailSlot},
    sign_in::{
        flow_context::FlowContext,
        mailed_link::MailedLink,
        pushed_request,
        reset_account::{self, MailedUser, ResetAccount},
        reset_state::{RequestedMail, Reset},
    },
    user_mail::{self, MailSender, Recipient, ResetMail},
};

/// Requests a mail for the user with this name, and restarts the flow, which lasts as long as the
/// code from then on.
///
/// # Errors
/// There were too many requests.
pub(super) async fn request(
    flow_context: &mut FlowContext<'_>,
    username: &str,
) -> Result<(), Error> {
    let account = ResetAccount::read(flow_context, username).await?;
    let requester = count(flow_context, &account)?;
    // The link names the request by a short address, which contains nothing of the app.
    pushed_request::push(flow_context).await?;
    let context = flow_context.rule_context();
    let challenge = context.seed.derive("mail challenge");
    let query = flow_context.address.query.clone();
    flow_context.clear_flow()?;
    flow_context.flow.restart(&context);
    flow_context.flow.reset = Some(Reset::Requested(RequestedMail { challenge, query }));
    flow_context.flow.problem = None;
    let mailed = account.mailed_user(context.now).and_then(|mailed| {
        let slot = admit(flow_context, &requester, &mailed)?;
        Ok((mailed, slot))
    });
    flow_context.request_context().annotate(|annotations| {
        annotations.user = account.user().map(|user| user.id);
    });
    match mailed {
        Ok((mailed, slot)) => send(flow_context, (mailed, challenge), slot),
        Err(reason) => flow_context.request_context().annotate(|annotations| {
            annotations.add_warning(Warning::new("reset_mail_not_sent", ""));
            annotations.no_effect.push(reason);
        }),
    }
    Ok(())
}

/// Returns the place of the mail.
///
/// # Errors
/// It is not sent. The reason is for the operator only.
fn admit(
    flow_context: &FlowContext<'_>,
    requester: &MailRequester,
    mailed: &MailedUser,
) -> Result<MailSlot, Comparison> {
    let limits = &flow_context.incoming.service.limits;
    let address = mailed.user.email.as_deref().unwrap_or_default();
    let admitted = limits.user_mails.admit(requester, address, flow_context.rule_context().now);
    admitted.map_err(|flood| {
        limits.refusals.count(Limit::Mails);
        let difference = Difference::new(match flood {
            MailFlood::Mailbox => "reset_mailbox_limit",
            MailFlood::Waiting => "reset_mails_waiting",
        });
        Comparison::new("user").with_difference(difference).operator_only()
    })
}

fn count(flow_context: &FlowContext<'_>, account: &ResetAccount) -> Result<MailRequester, Error> {
    let (incoming, device_cookie) = (flow_context.incoming, flow_context.device_cookie());
    let requester = MailRequester {
        tenant: flow_context.tenant.id(),
        username_key: account.username_key.clone(),
        address: incoming.context.remote_address(),
        known_browser: account.user().and_then(|user| device_cookie.id_for(user)),
    };
    let limits = &incoming.service.limits;
    let now = flow_context.rule_context().now;
    limits.refusals.counted(Limit::Mails, limits.user_mails.count_request(&requester, now))?;
    Ok(requester)
}

/// Sends the mail after the response.
fn send(
    flow_context: &FlowContext<'_>,
    (mailed, challenge): (MailedUser, MailChallenge),
    slot: MailSlot,
) {
    let MailedUser { user, state } = mailed;
    let (incoming, flow) = (flow_context.incoming, flow_context.flow.record_id());
    let service = &incoming.service;
    let Some(mailer) = service.settings.mail.clone() else { return };
    let row = flow_context.tenant.row.clone();
    let sender = MailSender { mailer, metrics: Arc::clone(&service.metrics), tenant: row.id };
    let (contexts, service_origin) =
        (Arc::clone(&service.tenant_contexts), service.settings.origin.clone());
    let origin = mail_origin::origin_of(incoming);
    let language = user_mail::language_of(&user, flow_context.language());
    let seed = flow_context.rule_context().seed;
    let id = uuid::Builder::from_random_bytes(seed.derive("reset mail")).into_uuid();
    user_mail::send_soon(sender, slot, move || {
        let tenant = contexts.for_tenant(Arc::new(row)).ok()?;
        let code = reset_account::code(&tenant, &challenge, &state)?.text();
        let link = MailedLink { flow, challenge, state, origin: origin.clone() };
        let link = link.url(&tenant).ok()?;
        let (tenant, service_origin) = (&tenant.row, service_origin.as_str());
        let recipient = Recipient { tenant, user: &user, language, service_origin };
        ResetMail { code, link, origin }.email(&recipient, id)
    });
}
