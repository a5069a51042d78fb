//! The deletion of the account, after a page that says what is removed and what stays.

use axum::{http::Method, response::Response};
use catalogue::{Refusal, refusal};
use model::{AccountDeletion, UserNotice, UserNoticeKind, username_key};
use pages::{AccountSection, DeleteAccount};
use protocol::Error;

use super::{
    access::{FreshProof, PAGES},
    context::{AccountContext, get_with_fresh_proof, post_with_fresh_proof},
    deleted::DeletedAccount,
    user_change::UserChange,
};
use crate::{
    http::{cookies, form_fields::FormFields, incoming::IncomingRequest, mail_origin},
    own_sign_in::session::PageSession,
    user_mail,
};

/// Asks, and handles the form.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post_with_fresh_proof(incoming, async |account, fields, proof| {
            delete(account, &fields, proof).await
        })
        .await;
    }
    get_with_fresh_proof(incoming, async |account, _| {
        check_allowed(account)?;
        ask(account, None)
    })
    .await
}

/// Returns whether users of the tenant may delete their account.
pub(super) fn is_allowed(account: &AccountContext<'_>) -> bool {
    account.user.tenant().row.account_deletion == AccountDeletion::User
}

fn check_allowed(account: &AccountContext<'_>) -> Result<(), Refusal> {
    if is_allowed(account) { Ok(()) } else { Err(refusal::account_deletion_off()) }
}

async fn delete(
    account: &AccountContext<'_>,
    fields: &FormFields,
    _: &FreshProof,
) -> Result<Response, Error> {
    check_allowed(account)?;
    let user = account.user.user();
    let typed = fields.value("username").trim();
    if username_key(typed) != username_key(&user.username) {
        return ask(account, Some(refusal::deletion_not_confirmed()));
    }
    let notice = UserNotice {
        user: user.id,
        kind: UserNoticeKind::AccountDeleted,
        origin: mail_origin::origin_of(account.incoming),
        username: Some(user.username.clone()),
        language: user_mail::language_of(user, account.language).tag().to_owned(),
    };
    match account.change_user(&UserChange::Delete { notice: Box::new(notice) }).await {
        Ok(_) => {}
        Err(Error::Refused(refusal)) if refusal.number() == LAST_ADMINISTRATOR => {
            return ask(account, Some(refusal));
        }
        Err(error) => return Err(error),
    }
    let deleted = DeletedAccount { tenant: user.tenant };
    let mut response = account.redirect(&deleted.path(&account.incoming.service)?)?;
    cookies::append(response.headers_mut(), vec![PageSession::clear(PAGES)?]);
    Ok(response)
}

/// The number of the refusal that the page shows beside its form.
const LAST_ADMINISTRATOR: u32 = 88_000_447;

fn ask(account: &AccountContext<'_>, refused: Option<Refusal>) -> Result<Response, Error> {
    let page = DeleteAccount {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Data)?,
        problem: account.problem(refused.as_ref()),
    };
    Ok(account.page_refused(page.render(account.language), "page:account_overview", refused))
}
