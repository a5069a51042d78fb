//! Changing the password, or setting a first one.

use std::sync::Arc;

use axum::{http::Method, response::Response};
use catalogue::Refusal;
use jose::digest;
use model::{Password, UserNotice, UserNoticeKind};
use pages::{AccountSection, ChangePassword};
use protocol::Error;

use super::{
    context::{AccountContext, get_with_fresh_proof, post_with_fresh_proof},
    user_change::UserChange,
};
use crate::{
    http::{form_fields::FormFields, incoming::IncomingRequest, mail_origin},
    limits::{Applicant, Limit},
    new_password::{self, PasswordOwner},
    user_mail,
};

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
    let password = match check_and_hash(account, fields.value("new_password")).await {
        Ok(password) => password,
        Err(Error::Refused(refusal)) => {
            return show(account, (ends_others, Some(refusal))).await;
        }
        Err(fault) => return Err(fault),
    };
    let renewed = account.renewal()?;
    let kept = ends_others.then_some(renewed.id);
    let notice = Box::new(notice(account, ends_others));
    let change = UserChange::SetPassword { password, kept, notice };
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
        username: None,
        language: user_mail::language_of(user, account.language).tag().to_owned(),
    }
}

/// Checks and hashes a new password, in the queue of all passwords.
async fn check_and_hash(account: &AccountContext<'_>, typed: &str) -> Result<Password, Error> {
    let (service, context) = (&account.incoming.service, &account.incoming.context);
    let mut slot = service.limits.password_slot(applicant(account)).await?;
    let user = Arc::new(account.user.user().clone());
    let stored = account.authenticators();
    let of = PasswordOwner {
        user: &user,
        tenant: &account.user.tenant().row,
        authenticators: Some(&stored),
        replaced: None,
    };
    let typed = [typed.to_owned(), typed.to_owned()];
    let seed = context.seed()?;
    let hashing = (&mut slot, &seed);
    let (password, _) = new_password::check_and_hash(service, of, typed, hashing).await?;
    let counted = service.limits.password_changes.count(user.tenant, user.id, context.now());
    service.limits.refusals.counted(Limit::PasswordChanges, counted)?;
    Ok(password)
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
        minimum_length: account
            .user
            .tenant()
            .row
            .password_minimum_length_of(Some(&account.authenticators())),
        ends_others,
        problem: account.problem(refused.as_ref()),
    };
    Ok(account.page_refused(page.render(language), "page:account_overview", refused))
}
