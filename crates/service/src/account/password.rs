//! Changing the password, or setting a first one.

use axum::{http::Method, response::Response};
use catalogue::{Refusal, refusal};
use jose::digest;
use model::{Fault, FaultKind, UserNotice, UserNoticeKind};
use pages::{AccountSection, ChangePassword};
use protocol::Error;
use signin::factor::password::{self, policy};

use super::{
    context::{AccountContext, get_with_fresh_proof, post_with_fresh_proof},
    user_change::UserChange,
};
use crate::{
    http::{
        form_fields::FormFields, incoming::IncomingRequest, mail_origin, page_layout, response,
    },
    limits::{Applicant, Limit, hash},
    user_mail,
};

/// The waiting time that the refusal names if too many passwords are verified.
const BUSY_SECONDS: u32 = 5;
/// The query of the overview after a change.
const CHANGED: &str = "?changed=password";

/// Shows the page, and handles its form.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post_with_fresh_proof(incoming, async |account, fields, _| {
            change(account, fields).await
        })
        .await;
    }
    get_with_fresh_proof(incoming, async |account, _| show(account, (true, None)).await).await
}

/// Returns whether the query of the overview says that the password was changed.
pub(super) fn is_changed(account: &AccountContext<'_>) -> bool {
    account.incoming.parts().uri.query() == CHANGED.strip_prefix('?')
}

async fn change(account: &AccountContext<'_>, fields: FormFields) -> Result<Response, Error> {
    let ends_others = !fields.value("end_others").is_empty();
    let hash = match check_and_hash(account, fields.value("new_password")).await {
        Ok(hash) => hash,
        Err(Error::Refused(refusal)) => {
            return show(account, (ends_others, Some(refusal))).await;
        }
        Err(fault) => return Err(fault),
    };
    let renewed = account.renewal()?;
    let kept = ends_others.then_some(renewed.id);
    let notice = Box::new(notice(account, ends_others));
    let change = UserChange::SetPassword { hash, kept, notice };
    let ends_sessions = account.change_user(&change).await?;
    let response = account.redirect(CHANGED)?;
    if !ends_sessions {
        return Ok(response);
    }
    Ok(account.with_renewed_session(response, renewed).await?)
}

/// Returns the notice of the new password.
fn notice(account: &AccountContext<'_>, signed_out: bool) -> UserNotice {
    let user = account.user.user();
    UserNotice {
        user: user.id,
        kind: UserNoticeKind::PasswordSet { signed_out },
        origin: mail_origin::origin_of(account.incoming),
        language: user_mail::language_of(user, account.language).tag().to_owned(),
    }
}

/// Checks a new password by the rules of the tenant, and hashes it in the queue of all passwords.
async fn check_and_hash(account: &AccountContext<'_>, typed: &str) -> Result<String, Error> {
    let (service, user) = (&account.incoming.service, account.user.user());
    let limits = &service.limits;
    let Some(slot) = limits.passwords.acquire(applicant(account)).await else {
        limits.refusals.count(Limit::PasswordQueue);
        return Err(refusal::password_check_busy(BUSY_SECONDS).into());
    };
    let (tenant, typed) = (&account.user.tenant().row, typed.to_owned());
    let minimum_length = tenant.password_minimum_length;
    let mut names = vec![user.username.clone(), user.name.clone(), tenant.name.clone()];
    names.push(tenant.display_name.as_str().to_owned());
    names.extend(user.email.clone());
    let cost = service.password_hashes.cost;
    let salt = account.incoming.context.seed()?.derive("password_salt");
    let hashed = hash(slot.priority(), move || {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        policy::check(&typed, minimum_length, &names)?;
        Ok::<_, Refusal>(password::hash(&typed, salt, cost))
    });
    let unhashed = || Fault::from_message(FaultKind::Internal, "a password could not be hashed");
    Ok(hashed.await??.ok_or_else(unhashed)?)
}

/// Returns the user as the queue sees them: signed in, and with one password at a time.
fn applicant(account: &AccountContext<'_>) -> Applicant {
    let user = account.user.user();
    let parts = [&b"account page\0"[..], &user.id.into_bytes()].concat();
    let key = digest::sha256(&parts);
    Applicant {
        tenant: user.tenant,
        address: account.incoming.context.remote_address(),
        account: key,
        name: key,
        is_known: true,
    }
}

async fn show(
    account: &AccountContext<'_>,
    (ends_others, refused): (bool, Option<Refusal>),
) -> Result<Response, Error> {
    let (language, service) = (account.language, &account.incoming.service);
    let stored = account.user.store(service).password(account.user.user().id).await?;
    let page = ChangePassword {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::SignIn)?,
        has_password: stored.is_some(),
        minimum_length: account.user.tenant().row.password_minimum_length,
        ends_others,
        problem: refused.as_ref().map(|refusal| {
            page_layout::form_error(refusal, account.incoming.context.trace_id(), language)
        }),
    };
    let mut response = account.page(page.render(language), "page:account_overview");
    if let Some(refusal) = refused {
        response::set_refusal_headers(&mut response, &refusal);
        account.incoming.context.annotate(|annotations| annotations.refusal = Some(refusal));
    }
    Ok(response)
}
