//! Removing an authenticator app or a passkey, after a page that names it and what remains.

use axum::{http::Method, response::Response};
use jose::digest::{base64url, sha256};
use model::{Authenticators, Passkey};
use pages::{AccountConfirm, AccountQuestion, AccountSection, Consequence};
use protocol::Error;

use super::{
    access::FreshProof,
    context::{AccountContext, get_with_fresh_proof, post_with_fresh_proof},
};
use crate::http::incoming::IncomingRequest;

/// The length of the part of a digest that names a passkey, in bytes.
const KEY_BYTES: usize = 16;

/// An authenticator that is removed, and those that remain.
struct Removal {
    name: String,
    remaining: Authenticators,
}

/// Asks before an app is removed, and handles the form.
pub(crate) async fn app(incoming: IncomingRequest) -> Response {
    handle(incoming, AccountQuestion::RemoveApp).await
}

/// Asks before a passkey is removed, and handles the form.
pub(crate) async fn passkey(incoming: IncomingRequest) -> Response {
    handle(incoming, AccountQuestion::RemovePasskey).await
}

/// Returns the name of a passkey in addresses. Its id can be longer than an address.
pub(super) fn passkey_key(passkey: &Passkey) -> String {
    let digest = sha256(&passkey.id);
    base64url(digest.get(..KEY_BYTES).unwrap_or_default())
}

async fn handle(incoming: IncomingRequest, question: AccountQuestion) -> Response {
    if incoming.parts().method == Method::POST {
        return post_with_fresh_proof(incoming, async |account, fields, proof| {
            remove(account, (question, fields.value("id")), proof).await
        })
        .await;
    }
    get_with_fresh_proof(incoming, async |account, _| {
        let query = account.incoming.query()?;
        let asked = (question, query.get("id").unwrap_or_default());
        match find(account, asked) {
            Some(removal) => ask(account, asked, &removal).await,
            None => Ok(account.redirect("")?),
        }
    })
    .await
}

/// Returns the authenticator with an id. `None` if it was removed before.
fn find(account: &AccountContext<'_>, (question, id): (AccountQuestion, &str)) -> Option<Removal> {
    let mut remaining = account.authenticators();
    let name = if question == AccountQuestion::RemovePasskey {
        let at = remaining.passkeys.iter().position(|it| passkey_key(it) == id)?;
        remaining.passkeys.remove(at).name
    } else {
        let at = remaining.apps.iter().position(|app| app.id.to_string() == id)?;
        remaining.apps.remove(at).name
    };
    if !remaining.has_second_factor() {
        // Without a second factor, there is nothing that they stand in for.
        remaining.recovery_codes.digests.clear();
    }
    Some(Removal { name, remaining })
}

async fn remove(
    account: &AccountContext<'_>,
    (question, id): (AccountQuestion, &str),
    proof: &FreshProof,
) -> Result<Response, Error> {
    let Some(removal) = find(account, (question, id)) else { return Ok(account.redirect("")?) };
    if is_last_way(account, question, &removal).await? {
        return ask(account, (question, id), &removal).await;
    }
    // If another change came first, the page shows what is there now.
    let _ = account.replace(removal.remaining, proof).await?;
    Ok(account.redirect("")?)
}

/// Returns whether the user could not sign in without it: it is the last passkey, and there is no
/// password.
async fn is_last_way(
    account: &AccountContext<'_>,
    question: AccountQuestion,
    removal: &Removal,
) -> Result<bool, Error> {
    let is_passkey = question == AccountQuestion::RemovePasskey;
    if !is_passkey || !removal.remaining.passkeys.is_empty() {
        return Ok(false);
    }
    let store = account.user.store(&account.incoming.service);
    Ok(store.password(account.user.user().id).await?.is_none())
}

async fn ask(
    account: &AccountContext<'_>,
    (question, id): (AccountQuestion, &str),
    removal: &Removal,
) -> Result<Response, Error> {
    let is_passkey = question == AccountQuestion::RemovePasskey;
    let page = AccountConfirm {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::SignIn)?,
        question,
        name: removal.name.clone(),
        consequences: consequences(account, question, removal).await?,
        action: if is_passkey { "/passkey/remove" } else { "/authenticator-app/remove" },
        id: id.to_owned(),
        back: "",
    };
    Ok(account.page(page.render(account.language), "page:account_overview"))
}

async fn consequences(
    account: &AccountContext<'_>,
    question: AccountQuestion,
    removal: &Removal,
) -> Result<Vec<Consequence>, Error> {
    let remaining = &removal.remaining;
    if is_last_way(account, question, removal).await? {
        return Ok(vec![Consequence::LastWay]);
    }
    let is_last_passkey =
        question == AccountQuestion::RemovePasskey && remaining.passkeys.is_empty();
    if remaining.has_second_factor() {
        let others = remaining.apps.len() + remaining.passkeys.len();
        let password_only = is_last_passkey.then_some(Consequence::PasswordOnly);
        return Ok(password_only.into_iter().chain([Consequence::OthersRemain(others)]).collect());
    }
    let mut consequences = vec![Consequence::NoSecondFactor];
    if account.user.tenant().row.second_factor.is_required_of(account.user.user()) {
        consequences.push(Consequence::PolicyAsks);
    }
    if !account.authenticators().recovery_codes.digests.is_empty() {
        consequences.push(Consequence::CodesRemoved);
    }
    Ok(consequences)
}
