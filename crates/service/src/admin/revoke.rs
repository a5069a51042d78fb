//! `/admin/revoke`: an administrator ends what was given to a user, an app or the whole tenant.

use std::sync::Arc;

use axum::{http::Method, response::Response};
use model::{
    Actor, Client, DirectoryChange, DirectoryOutcome, Fault, FaultKind, StoredRow, Tenant,
    Timestamp, User, after_revocations,
};
use pages::{AdminRevoke, LanguageSwitch, Layout, RevokedKind};
use protocol::Error;

use crate::{
    admin::page_context::{AdminContext, get, post},
    http::{form_fields::FormFields, incoming::IncomingRequest, response},
};

/// Number of times that the change is decided if its row is changed meanwhile.
const ATTEMPTS_MAX: u32 = 4;

/// The target of a revocation.
enum Target {
    User(Arc<User>),
    App(Box<Client>),
    Tenant(Arc<Tenant>),
}

/// Shows the form, and handles it.
pub(crate) async fn page(incoming: IncomingRequest) -> Response {
    if incoming.parts().method == Method::POST {
        return post(incoming, handle_form).await;
    }
    get(incoming, async |admin| show(admin, (RevokedKind::default(), ""), false)).await
}

async fn handle_form(admin: &AdminContext<'_>, fields: FormFields) -> Result<Response, Error> {
    let kind = match fields.value("kind") {
        "app" => RevokedKind::App,
        "tenant" => RevokedKind::Tenant,
        _ => RevokedKind::User,
    };
    let name = fields.value("name").trim();
    let is_confirmed = match fields.value("action") {
        "end" => true,
        "review" => false,
        // The language switch submits the form, too.
        _ => return show(admin, (kind, name), false),
    };
    let Some(target) = Target::find(admin, (kind, name)).await? else {
        return show(admin, (kind, name), true);
    };
    if !is_confirmed {
        let page = AdminRevoke { confirm: Some(target.name()), ..view(admin, (kind, name))? };
        return Ok(admin.page(page.render(admin.language)));
    }
    revoke(admin, (kind, name)).await?;
    Ok(response::redirect("/admin/changes")?)
}

fn show(
    admin: &AdminContext<'_>,
    form: (RevokedKind, &str),
    unknown: bool,
) -> Result<Response, Error> {
    let page = AdminRevoke { unknown, ..view(admin, form)? };
    Ok(admin.page(page.render(admin.language)))
}

fn view(admin: &AdminContext<'_>, (kind, name): (RevokedKind, &str)) -> Result<AdminRevoke, Fault> {
    Ok(AdminRevoke {
        layout: Layout { language_switch: LanguageSwitch::in_form(), ..admin.layout() },
        admin_layout: admin.admin_layout(AdminRevoke::SECTION)?,
        kind,
        name: name.to_owned(),
        unknown: false,
        confirm: None,
    })
}

/// Revokes, and records the change with the administrator as its actor. If the row is changed
/// meanwhile, the change is decided again.
async fn revoke(admin: &AdminContext<'_>, form: (RevokedKind, &str)) -> Result<(), Error> {
    let service = &admin.incoming.service;
    for _ in 0..ATTEMPTS_MAX {
        let Some(target) = Target::find(admin, form).await? else { return Ok(()) };
        let (row, change) = target.revoked(admin).await?;
        let changes = vec![change];
        let mut events = admin.store().events_of(&changes, service.now()).await?;
        let announced = service.announce_logouts(&changes).await?;
        let outcome = admin.store().apply_if_stored(vec![row], changes).await?;
        if outcome == DirectoryOutcome::Applied {
            let username = admin.administrator.user().username.clone();
            for event in &mut events {
                event.actor = Some(Actor::Administrator { username: username.clone() });
            }
            service.record_events(events).await;
            return Ok(());
        }
        service.withdraw_logouts(&announced).await;
    }
    let cause = "the row changed during every attempt to revoke";
    Err(Fault::from_message(FaultKind::Conflict, cause).into())
}

impl Target {
    /// Finds the target by its name or id, in the tenant of the administrator.
    async fn find(
        admin: &AdminContext<'_>,
        (kind, name): (RevokedKind, &str),
    ) -> Result<Option<Self>, Fault> {
        let store = admin.store();
        Ok(match kind {
            RevokedKind::User => store.user_named(name).await?.map(Self::User),
            RevokedKind::App => {
                let clients = store.clients().await?;
                let is_named = |it: &&Client| it.id.as_str() == name || it.name == name;
                let mut named = clients.iter().filter(is_named);
                // Of two apps with one name, the id must be entered.
                let only = named.next().filter(|_| named.next().is_none());
                only.cloned().map(Box::new).map(Self::App)
            }
            RevokedKind::Tenant => store.row().await?.map(Self::Tenant),
        })
    }

    fn name(&self) -> String {
        match self {
            Self::User(user) => user.username.clone(),
            Self::App(client) => client.name.clone(),
            Self::Tenant(tenant) => tenant.display_name.as_str().to_owned(),
        }
    }

    /// Returns the row as it was read, and the change by which everything that was given ends.
    async fn revoked(
        self,
        admin: &AdminContext<'_>,
    ) -> Result<(StoredRow, DirectoryChange), Fault> {
        let now = admin.incoming.service.now();
        Ok(match self {
            Self::User(before) => {
                let before = User::clone(&before);
                let row = StoredRow::User(before.tenant, before.id, Some(before.clone()));
                (row, DirectoryChange::PutUser(before.with_revocation(now)))
            }
            Self::App(before) => {
                let tokens_not_before = after_revocations(now, earlier(admin).await?);
                let id = before.id.clone();
                let row = StoredRow::Client(before.tenant, id, Some(Client::clone(&before)));
                (row, DirectoryChange::PutClient(Client { tokens_not_before, ..*before }))
            }
            Self::Tenant(before) => {
                let tokens_not_before = after_revocations(now, earlier(admin).await?);
                let before = Tenant::clone(&before);
                let row = StoredRow::Tenant(before.id, Some(before.clone()));
                (row, DirectoryChange::PutTenant(Tenant { tokens_not_before, ..before }))
            }
        })
    }
}

/// Returns the times of earlier revocations, up to which access tokens may be rounded.
async fn earlier(admin: &AdminContext<'_>) -> Result<Vec<Timestamp>, Fault> {
    let store = admin.store();
    let clients = store.clients().await?;
    let resources = store.resources().await?;
    let tenant = admin.administrator.tenant_context().row.tokens_not_before;
    let clients = clients.iter().map(|client| client.tokens_not_before);
    let resources = resources.iter().map(|resource| resource.tokens_not_before);
    Ok(clients.chain(resources).chain([tenant]).collect())
}
