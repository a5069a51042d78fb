//! The apps that may act for the user, and the withdrawal of their access.

use std::{collections::BTreeSet, sync::Arc};

use axum::{http::Method, response::Response};
use model::{Client, ClientId, Resource, ScopeAccess};
use pages::{
    AccountApps, AccountConfirm, AccountQuestion, AccountSection, AuthorizedApp, Consequence,
    Permission,
};
use protocol::Error;

use super::{
    access_of_apps::{self, AppAccess},
    context::{AccountContext, get, post},
    user_change::UserChange,
};
use crate::{http::incoming::IncomingRequest, own_sign_in::start::encode_query};

/// The path of the page, after that of the first account page.
const PAGE: &str = "/apps";

/// Shows the apps.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    get(incoming, async |account| show(account).await).await
}

/// Asks before the access of an app is withdrawn, and handles the form.
pub(crate) async fn withdraw(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post(incoming, async |account, fields| {
            if let Some(client) = find(account, fields.value("id")).await? {
                account.change_user(&UserChange::WithdrawConsents(client)).await?;
            }
            Ok(account.redirect(PAGE)?)
        })
        .await;
    }
    get(incoming, async |account| {
        let query = account.incoming.query()?;
        match find(account, query.get("id").unwrap_or_default()).await? {
            Some(client) => ask(account, &client),
            None => Ok(account.redirect(PAGE)?),
        }
    })
    .await
}

/// Returns the client with an id to which the user can have consented.
async fn find(account: &AccountContext<'_>, id: &str) -> Result<Option<Arc<Client>>, Error> {
    let Some(id) = ClientId::new(id) else { return Ok(None) };
    let store = account.user.store(&account.incoming.service);
    Ok(store.client(&id).await?.filter(|client| !client.admin_consent))
}

fn ask(account: &AccountContext<'_>, client: &Client) -> Result<Response, Error> {
    let page = AccountConfirm {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Apps)?,
        question: AccountQuestion::WithdrawApp,
        name: client.name_in(account.language.tag()).to_owned(),
        consequences: vec![Consequence::AsksAgain, Consequence::AppsLater],
        action: "/apps/withdraw",
        id: client.id.as_str().to_owned(),
        back: PAGE,
    };
    Ok(account.page(page.render(account.language), "page:account_overview"))
}

async fn show(account: &AccountContext<'_>) -> Result<Response, Error> {
    let store = account.user.store(&account.incoming.service);
    let resources = store.resources().await?;
    let all = access_of_apps::all(account).await?;
    let possible = access_of_apps::possible(account, &all).await?;
    let tag = account.language.tag();
    let page = AccountApps {
        layout: account.layout(),
        account_layout: account.account_layout(AccountSection::Apps)?,
        apps: all.iter().map(|access| app(account, access, &resources)).collect(),
        possible: possible.iter().map(|client| client.name_in(tag).to_owned()).collect(),
    };
    Ok(account.page(page.render(account.language), "page:account_overview"))
}

fn app(account: &AccountContext<'_>, access: &AppAccess, resources: &[Resource]) -> AuthorizedApp {
    let (client, tag) = (&access.client, account.language.tag());
    let granted = granted(access);
    let is_basic = |(resource, _): &&(&str, &str)| resource.is_empty();
    let basic_scopes = granted.iter().filter(is_basic).map(|(_, scope)| (*scope).to_owned());
    let of_resources = granted.iter().filter(|it| !is_basic(it));
    let given_at = access.consents.iter().map(|consent| consent.given_at);
    let since = given_at.chain(access.grants.iter().map(|grant| grant.opened_at)).min();
    let last_used = access.grants.iter().map(|grant| grant.rotated_at).max();
    let query = encode_query(&[("id", client.id.as_str())]);
    AuthorizedApp {
        withdrawal: (!client.admin_consent).then_some(query),
        name: client.name_in(tag).to_owned(),
        publisher: client.publisher.clone(),
        basic_scopes: basic_scopes.collect(),
        permissions: of_resources.map(|it| permission(resources, *it, tag)).collect(),
        since: since.map(|at| account.page_time(at)),
        last_used: last_used.map(|at| account.page_time(at)),
    }
}

/// Returns the scopes, each with its resource: those of the consents, or of the grants if an
/// administrator consented.
fn granted(access: &AppAccess) -> BTreeSet<(&str, &str)> {
    let of_consents = access.consents.iter().flat_map(|consent| {
        consent.scopes.iter().map(|scope| (consent.resource.as_str(), scope.as_str()))
    });
    if !access.client.admin_consent {
        return of_consents.collect();
    }
    access
        .grants
        .iter()
        .flat_map(|grant| {
            let own = grant.scopes.iter().map(|scope| (grant.resource.as_str(), scope.as_str()));
            own.chain(grant.openid_scopes.iter().map(|scope| ("", scope.as_str())))
        })
        .collect()
}

/// Describes a scope in the words of its declaration, as the consent page does.
fn permission(resources: &[Resource], (identifier, scope): (&str, &str), tag: &str) -> Permission {
    let resource = resources.iter().find(|known| known.identifier == identifier);
    let declared = resource.and_then(|resource| resource.scope(scope));
    let name = resource.map(|resource| resource.name.in_language_or(tag, identifier));
    let description = declared.map(|declared| declared.description.in_language_or(tag, scope));
    Permission {
        resource: name.unwrap_or(identifier).to_owned(),
        scope: scope.to_owned(),
        description: description.unwrap_or(scope).to_owned(),
        is_change: declared.and_then(|it| it.access).map(|access| access == ScopeAccess::Write),
    }
}
