//! The download of everything that the service knows about the user, without secrets.

use axum::{
    http::{HeaderValue, Method, header::CONTENT_DISPOSITION},
    response::Response,
};
use model::{Authenticators, Consent, Timestamp, User, format_rfc3339_seconds};
use pages::{AccountData, AccountSection};
use protocol::Error;
use serde_json::{Value, json};

use super::{
    access_of_apps::{self, AppAccess},
    context::{AccountContext, get_with_fresh_proof, post_with_fresh_proof},
    delete,
    open_sessions::{LISTED_MAX, SessionUse, open_sessions},
    recent_activity::{self, Activity, ActivityEvent},
};
use crate::http::{incoming::IncomingRequest, response};

/// The name of the file.
const DISPOSITION: &str = "attachment; filename=\"account-data.json\"";

/// Shows the page, and handles its form.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post_with_fresh_proof(incoming, async |account, _, _| download(account).await)
            .await;
    }
    get_with_fresh_proof(incoming, async |account, _| {
        let page = AccountData {
            layout: account.layout(),
            account_layout: account.account_layout(AccountSection::Data)?,
            can_delete: delete::is_allowed(account),
        };
        Ok(account.page(page.render(account.language), "page:account_overview"))
    })
    .await
}

async fn download(account: &AccountContext<'_>) -> Result<Response, Error> {
    account.count_look_up()?;
    let store = account.user.store(&account.incoming.service);
    let password = store.password(account.user.user().id).await?;
    let known = access_of_apps::all(account).await?;
    let possible = access_of_apps::possible(account, &known).await?.into_iter();
    let possible = possible.map(|it| json!({ "name": it.name, "client_id": it.id.as_str() }));
    let (apps, possible_apps) = (apps(&known), possible.collect::<Vec<_>>());
    let authenticators = authenticators(&account.authenticators());
    let data = json!({
        "tenant": account.user.tenant_name(),
        "created_at": time(account.incoming.context.now()),
        "profile": profile(account.user.user()),
        "password_set_at": password.map(|password| time(password.set_at)),
        "authenticators": authenticators,
        "apps": apps,
        "possible_apps": possible_apps,
        "sessions": sessions(account).await?,
        "activity": activity(account).await?,
    });
    let mut response = response::json(&data);
    let disposition = HeaderValue::from_static(DISPOSITION);
    response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    Ok(response)
}

fn profile(user: &User) -> Value {
    let roles = user.roles.iter();
    json!({
        "id": user.id.to_string(),
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "email_verified": user.email_verified,
        "administrator": user.administrator,
        "roles": roles.map(|it| json!({ "api": it.resource, "role": it.role })).collect::<Vec<_>>(),
        "attributes": user.profile,
        "set_by_user": user.replaced_values.keys().collect::<Vec<_>>(),
        "updated_at": user.updated_at.map(time),
    })
}

fn authenticators(stored: &Authenticators) -> Value {
    let apps = stored.apps.iter();
    let apps = apps.map(|app| json!({ "name": app.name, "added_at": time(app.added_at) }));
    let passkeys = stored.passkeys.iter().map(|passkey| {
        json!({
            "name": passkey.name,
            "added_at": time(passkey.added_at),
            "last_used_on": passkey.last_used_on.map(time),
            "backed_up": passkey.backed_up,
        })
    });
    json!({
        "authenticator_apps": apps.collect::<Vec<_>>(),
        "passkeys": passkeys.collect::<Vec<_>>(),
        "recovery_codes": {
            "left": stored.recovery_codes.digests.len(),
            "created_at": stored.recovery_codes.created_at.map(time),
        },
        "access_pass": stored.access_pass.as_ref().map(|pass| json!({
            "created_at": time(pass.created_at),
            "expires_at": time(pass.expires_at),
            "works_once": pass.once,
            "last_used_at": pass.last_used_at.map(time),
        })),
    })
}

fn apps(known: &[AppAccess]) -> Vec<Value> {
    let consent = |consent: &Consent| {
        json!({
            "api": consent.resource,
            "scopes": consent.scopes,
            "given_at": time(consent.given_at),
        })
    };
    let apps = known.iter().map(|access| {
        json!({
            "name": access.client.name,
            "client_id": access.client.id.as_str(),
            "given_by_administrator": access.client.admin_consent,
            "consents": access.consents.iter().map(consent).collect::<Vec<_>>(),
            "last_used_at": access.grants.iter().map(|grant| grant.rotated_at).max().map(time),
        })
    });
    apps.collect()
}

async fn sessions(account: &AccountContext<'_>) -> Result<Vec<Value>, Error> {
    let mut sessions = Vec::new();
    for open in open_sessions(account, LISTED_MAX).await? {
        let SessionUse { apps, last_grant_at } = open.find_use(account).await?;
        let origin = open.session.origin.unwrap_or_default();
        sessions.push(json!({
            "this_browser": open.is_present,
            "browser": origin.browser,
            "address": origin.address,
            "signed_in_at": time(open.session.auth_time),
            "last_app_opened_at": last_grant_at.map(time),
            "expires_at": time(open.session.expires_at),
            "methods": open.session.amr,
            "apps": apps.iter().map(|client| client.id.as_str()).collect::<Vec<_>>(),
        }));
    }
    Ok(sessions)
}

/// Returns the recent activity. `None` if nothing is recorded.
async fn activity(account: &AccountContext<'_>) -> Result<Option<Vec<Value>>, Error> {
    let Some(recent) = recent_activity::recent(account).await else { return Ok(None) };
    let mut entries = Vec::new();
    for entry in &recent {
        let Activity { at, event, address, trace_id, times } = entry;
        let number = match event {
            ActivityEvent::Failed(number) => Some(*number),
            _ => None,
        };
        entries.push(json!({
            "at": time(*at),
            "event": entry.text(account).await?,
            "error_number": number,
            "address": address,
            "trace_id": trace_id,
            "times": times,
        }));
    }
    Ok(Some(entries))
}

fn time(at: Timestamp) -> String {
    format_rfc3339_seconds(at)
}
