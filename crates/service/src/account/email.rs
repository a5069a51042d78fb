//! The e-mail address of the user: a code is sent to a new one, or to one that is not verified.

use std::sync::Arc;

use axum::{http::Method, response::Response};
use catalogue::{Comparison, Difference, Refusal, refusal};
use model::{ProfileAttribute, User, Warning};
use pages::{AccountEmail, AccountSection};
use protocol::Error;
use signin::profile::{checked_address, is_address};

use super::{
    access::FreshProof,
    context::{AccountContext, get_with_fresh_proof, post_with_fresh_proof},
    pending_address::{LIFETIME, PendingAddress},
};
use crate::{
    http::{form_fields::FormFields, incoming::IncomingRequest, mail_origin},
    limits::{Limit, MailFlood, MailSlot},
    user_mail::{self, AddressMail, MailSender, Recipient},
};

/// The path of the page, after that of the first account page, when an address was proven.
pub(super) const CHANGED: &str = "/email?changed=email";

/// Shows the page, and handles its forms.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post_with_fresh_proof(incoming, async |account, fields, proof| {
            request(account, &fields, proof)
        })
        .await;
    }
    get_with_fresh_proof(incoming, async |account, _| show(account, ("", None))).await
}

/// Returns whether users of the tenant can change their address.
fn can_change(account: &AccountContext<'_>) -> bool {
    let has_mail = account.incoming.service.settings.mail.is_some();
    has_mail && account.user.tenant().row.lets_users_change(ProfileAttribute::Email)
}

/// Returns the present address, if the user can prove that it is theirs.
fn verifiable<'a>(account: &'a AccountContext<'_>) -> Option<&'a str> {
    let user = account.user.user();
    let address = user.email.as_deref().filter(|_| !user.email_verified)?;
    account.incoming.service.settings.mail.is_some().then_some(address)
}

fn request(
    account: &AccountContext<'_>,
    fields: &FormFields,
    _: &FreshProof,
) -> Result<Response, Error> {
    let typed = fields.value("address");
    let address = match (fields.value("action"), verifiable(account)) {
        ("verify", Some(address)) => Ok(address.to_owned()),
        ("verify", None) => return Ok(account.redirect("/email")?),
        _ if !can_change(account) => Err(refusal::address_change_off()),
        _ => checked_address(typed),
    };
    let address = address.and_then(|address| count(account).map(|()| address));
    match address {
        Ok(address) => send(account, address),
        Err(refusal) => show(account, (typed, Some(refusal))),
    }
}

fn count(account: &AccountContext<'_>) -> Result<(), Refusal> {
    let (limits, user) = (&account.incoming.service.limits, account.user.user());
    let now = account.incoming.context.now();
    let counted = limits.address_mails.count(user.tenant, user.id, now);
    limits.refusals.counted(Limit::Mails, counted)
}

/// Sends the code after the response, and shows the page that asks for it. The page is the same if
/// the mailbox gets no more mails: it may be that of another person.
fn send(account: &AccountContext<'_>, address: String) -> Result<Response, Error> {
    let (context, limits) = (&account.incoming.context, &account.incoming.service.limits);
    let (tenant, now) = (account.user.tenant().id(), context.now());
    let challenge = context.seed()?.derive("address challenge");
    let pending = PendingAddress { challenge, expires_at: now + LIFETIME, address };
    match limits.user_mails.admit_typed(tenant, &pending.address, now) {
        Ok(slot) => send_soon(account, &pending, slot)?,
        Err(flood) => {
            limits.refusals.count(Limit::Mails);
            let difference = Difference::new(match flood {
                MailFlood::Mailbox => "reset_mailbox_limit",
                MailFlood::Waiting => "reset_mails_waiting",
            });
            let reason = Comparison::new("user").with_difference(difference).operator_only();
            context.annotate(|annotations| {
                annotations.add_warning(Warning::new("address_mail_not_sent", ""));
                annotations.no_effect.push(reason);
            });
        }
    }
    let sealed = pending.seal(account)?;
    Ok(account.redirect(&format!("/email/code?pending={sealed}"))?)
}

fn send_soon(
    account: &AccountContext<'_>,
    pending: &PendingAddress,
    slot: MailSlot,
) -> Result<(), Error> {
    let service = &account.incoming.service;
    let Some(mailer) = service.settings.mail.clone() else { return Ok(()) };
    let row = account.user.tenant().row.clone();
    let sender = MailSender { mailer, metrics: Arc::clone(&service.metrics), tenant: row.id };
    let (contexts, service_origin) =
        (Arc::clone(&service.tenant_contexts), service.settings.origin.clone());
    let origin = mail_origin::origin_of(account.incoming);
    let user = account.user.user().clone();
    let language = user_mail::language_of(&user, account.language);
    let id = account.incoming.context.seed()?.derive("address mail");
    let id = uuid::Builder::from_random_bytes(id).into_uuid();
    let pending = pending.clone();
    user_mail::send_soon(sender, slot, move || {
        let tenant = contexts.for_tenant(Arc::new(row)).ok()?;
        let code = pending.code(&tenant, &user)?.text();
        let user = User { email: Some(pending.address), ..user };
        let (tenant, service_origin) = (&tenant.row, service_origin.as_str());
        let recipient = Recipient { tenant, user: &user, language, service_origin };
        AddressMail { code, origin }.email(&recipient, id)
    });
    Ok(())
}

fn show(
    account: &AccountContext<'_>,
    (typed, refused): (&str, Option<Refusal>),
) -> Result<Response, Error> {
    let user = account.user.user();
    let changed = CHANGED.split_once('?').map(|(_, query)| query);
    if refused.is_some() && !can_change(account) {
        return Err(refused.unwrap_or_else(refusal::address_change_off).into());
    }
    let page = AccountEmail {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Email)?,
        address: user.email.clone(),
        is_verified: user.email_verified,
        can_verify: verifiable(account).is_some(),
        can_change: can_change(account),
        username_stays: is_address(&user.username),
        is_changed: refused.is_none() && account.incoming.parts().uri.query() == changed,
        typed: typed.to_owned(),
        problem: account.problem(refused.as_ref()),
    };
    Ok(account.page_refused(page.render(account.language), "page:account_overview", refused))
}
