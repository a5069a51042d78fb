//! `admit user invite`: invites a user by a link that works once, and revokes invitations.

use std::path::Path;
use std::sync::Arc;

use catalogue::Language;
use model::{
    DirectoryChange, Invitation, RoleAssignment, Seconds, SignUpMode, StoredRow, Timestamp, User,
    UserId, format_rfc3339, username_flaw,
};
use outbound::mail::{Mailer, is_valid_address};
use serde_json::json;
use service::invitations;
use toml::de::DeValue;
use uuid::Builder;

use super::directory_change::{OpenedTenant, print_result};
use crate::apply::GuardedChanges;
use crate::cli::{StoreArguments, UserInviteArguments};
use crate::config::Config;
use crate::error::CommandError;
use crate::random;
use crate::storage::{CONFIG_FILE, StoreLocation};
use crate::toml_document::FromValue;

/// The longest time for which a link is valid.
const VALID_MAX: Seconds = Seconds::days(90);
const NAME_CHARACTERS_MAX: usize = 100;

/// The contents of an invitation besides its address.
struct Invited {
    roles: Vec<RoleAssignment>,
    app: Option<String>,
    language: Option<Language>,
    expires_at: Timestamp,
}

/// Invites a user, or revokes the invitation.
pub(super) async fn run(arguments: &UserInviteArguments) -> Result<(), CommandError> {
    let opened = OpenedTenant::open(&arguments.directory).await?;
    if arguments.revoke {
        return revoke(&opened, arguments).await;
    }
    let mailer = mailer(&arguments.directory.store)?;
    let invited = check(&opened, arguments).await?;
    let secret = random::bytes()?;
    let new_id = UserId::new(Builder::from_random_bytes(random::bytes()?).into_uuid());
    let (user, token) = opened
        .update(async || decide(&opened, (arguments, &invited), (new_id, secret)).await)
        .await?;
    let location = StoreLocation::from_arguments(&arguments.directory.store)?;
    let origin = location.shown_origin();
    let link = invitations::url(origin, &opened.tenant.name, &token);
    let mailed = match &mailer {
        Some(mailer) => mail(&opened, (mailer, origin), (&user, &link)).await?,
        None => false,
    };
    let expires = format_rfc3339(invited.expires_at);
    let json = json!({
        "user": user.username, "id": user.id, "link": link, "expires": expires, "mailed": mailed,
    });
    let sent = if mailed { "It was sent to the address. " } else { "" };
    let text = format!(
        "{} is invited to the tenant {}. {sent}The link works once, until {expires}; who has it \
         can set the password:\n{link}\n",
        user.username, opened.tenant.name
    );
    print_result(&arguments.directory, &json, &text)
}

/// Checks the arguments.
async fn check(
    opened: &OpenedTenant,
    arguments: &UserInviteArguments,
) -> Result<Invited, CommandError> {
    let UserInviteArguments { address, name, valid, app, language, .. } = arguments;
    let refuse = |message: String| Err(CommandError::message(message));
    if opened.tenant.sign_up.mode == SignUpMode::Closed {
        let tenant = &opened.tenant.name;
        return refuse(format!(
            "the tenant `{tenant}` accepts no invitations; declare `sign_up = {{ mode = \
             \"invited\" }}` for it, and apply that first"
        ));
    }
    if !is_valid_address(address) || username_flaw(address).is_some() {
        return refuse(format!("`{address}` is not a single e-mail address"));
    }
    let is_shown = |name: &String| {
        !name.trim().is_empty()
            && !name.contains(char::is_control)
            && name.chars().count() <= NAME_CHARACTERS_MAX
    };
    if name.as_ref().is_some_and(|name| !is_shown(name)) {
        return refuse(format!("expected a name of 1 to {NAME_CHARACTERS_MAX} characters"));
    }
    let lifetime = Seconds::from_value(&DeValue::String(valid.as_str().into())).ok();
    let lifetime = lifetime.filter(|lifetime| *lifetime <= VALID_MAX);
    let Some(lifetime) = lifetime else {
        return refuse(format!("--valid {valid}: expected 1s to 90d, such as 7d or 12h"));
    };
    let language = match language {
        Some(tag) => Some(Language::from_tag(tag).ok_or_else(|| {
            let known: Vec<&str> = Language::all().map(Language::tag).collect();
            CommandError::message(format!("--language {tag}: expected one of {}", known.join(", ")))
        })?),
        None => None,
    };
    Ok(Invited {
        roles: roles(opened, &arguments.role).await?,
        app: match app {
            Some(app) => Some(app_url(opened, app).await?),
            None => None,
        },
        language,
        expires_at: opened.service.now() + lifetime,
    })
}

/// Returns the roles of `--role`, which must exist.
async fn roles(
    opened: &OpenedTenant,
    given: &[String],
) -> Result<Vec<RoleAssignment>, CommandError> {
    let resources = opened.service.store.resources(opened.tenant.id).await?;
    let role = |text: &String| {
        let (resource, role) = text.rsplit_once('=').unwrap_or_default();
        let found = resources.iter().find(|row| row.identifier == resource);
        let found = found.filter(|row| row.roles.iter().any(|known| known.value == role));
        found.map(|_| RoleAssignment { resource: resource.to_owned(), role: role.to_owned() })
    };
    let roles = given.iter().map(|text| {
        let missing = || format!("--role {text}: expected API=ROLE of a role that an API has");
        role(text).ok_or_else(|| CommandError::message(missing()))
    });
    roles.collect()
}

/// Returns the first page of the host of an app.
async fn app_url(opened: &OpenedTenant, name: &str) -> Result<String, CommandError> {
    let client = opened.client(name).await?;
    let is_web = |uri: &str| uri.starts_with("https://") || uri.starts_with("http://");
    let uri = client.redirect_uris.iter().map(|uri| &uri.uri).find(|uri| is_web(uri));
    let origin = uri.and_then(|uri| {
        let (scheme, rest) = uri.split_once("://")?;
        let host = rest.split(['/', '?', '#']).next()?;
        Some(format!("{scheme}://{host}/"))
    });
    origin.ok_or_else(|| {
        CommandError::message(format!("the app `{name}` has no redirect URI of a web page"))
    })
}

/// Returns the change that invites the user, who is new or has an open invitation already, with
/// the row of the user and the token.
async fn decide(
    opened: &OpenedTenant,
    (arguments, invited): (&UserInviteArguments, &Invited),
    (new_id, secret): (UserId, [u8; 16]),
) -> Result<(GuardedChanges, (User, String)), CommandError> {
    let (tenant, store) = (opened.tenant.id, &opened.service.store);
    let address = &arguments.address;
    let stored = store.user_named(tenant, address).await?;
    if stored.as_ref().is_some_and(|user| user.invitation.is_none()) {
        return Err(CommandError::message(format!(
            "the tenant `{}` has a user `{address}` already; nothing was changed",
            opened.tenant.name
        )));
    }
    let before = stored.as_deref();
    let new = || User { email: Some(address.clone()), ..User::new(tenant, new_id, address) };
    let mut user = before.cloned().unwrap_or_else(new);
    if let Some(name) = &arguments.name {
        name.trim().clone_into(&mut user.name);
    }
    if !invited.roles.is_empty() {
        user.roles.clone_from(&invited.roles);
    }
    if let Some(language) = invited.language {
        user.profile.locale = Some(language.tag().to_owned());
    }
    let (token, digest) = invitations::token(user.id, secret);
    let (expires_at, app) = (invited.expires_at, invited.app.clone());
    user.invitation = Some(Box::new(Invitation { digest, expires_at, app }));
    let user = user.changed_at(before, opened.service.now());
    let mut changes = GuardedChanges::default();
    let name = format!("the user {address}");
    if before.is_none() {
        let holder = StoredRow::Username(tenant, address.clone(), None);
        changes.read(name.clone(), holder);
    }
    changes.read(name, StoredRow::User(tenant, user.id, before.cloned()));
    changes.change(DirectoryChange::PutUser(user.clone()));
    Ok((changes, (user, token)))
}

/// Removes a user who has not accepted their invitation, so that its link is refused.
async fn revoke(
    opened: &OpenedTenant,
    arguments: &UserInviteArguments,
) -> Result<(), CommandError> {
    let address = &arguments.address;
    let user = opened.update(async || decide_revocation(opened, address).await).await?;
    let json = json!({ "user": user.username, "revoked": true });
    let text = format!("The invitation of {} is revoked: its link is refused.\n", user.username);
    print_result(&arguments.directory, &json, &text)
}

async fn decide_revocation(
    opened: &OpenedTenant,
    address: &str,
) -> Result<(GuardedChanges, Arc<User>), CommandError> {
    let user = opened.user(address).await?;
    if user.invitation.is_none() {
        let message = format!("{} has no open invitation; nothing was changed", user.username);
        return Err(CommandError::message(message));
    }
    let (tenant, id) = (user.tenant, user.id);
    let password = opened.service.store.password(tenant, id).await?;
    let mut changes = GuardedChanges::default();
    let name = format!("the user {}", user.username);
    changes.read(name, StoredRow::User(tenant, id, Some(User::clone(&user))));
    let row = StoredRow::Password(tenant, id, password.clone());
    changes.read(format!("the password of {}", user.username), row);
    changes.change(if password.is_none() {
        DirectoryChange::RemoveUser { tenant, user: id }
    } else {
        // An administrator has set a password meanwhile: the user stays.
        DirectoryChange::PutUser(User { invitation: None, ..User::clone(&user) })
    });
    Ok((changes, user))
}

/// Returns the mailer of the configuration, if it has one. With `--data`, there is none.
fn mailer(store: &StoreArguments) -> Result<Option<Mailer>, CommandError> {
    let file = match (&store.config, &store.data) {
        (Some(file), _) => file.as_path(),
        (None, None) if Path::new(CONFIG_FILE).exists() => Path::new(CONFIG_FILE),
        (None, _) => return Ok(None),
    };
    let mail = Config::load(file)?.mail;
    let mailer = mail.map(|mail| mail.mailer()).transpose();
    mailer.map_err(|invalid| CommandError::message(invalid.reason))
}

/// Sends the link. If the server does not take the e-mail, the invitation stays, and the link is
/// printed.
async fn mail(
    opened: &OpenedTenant,
    (mailer, origin): (&Mailer, &str),
    (user, link): (&User, &str),
) -> Result<bool, CommandError> {
    let id = Builder::from_random_bytes(random::bytes()?).into_uuid();
    let at = opened.service.now();
    let email = invitations::email(origin, (&opened.tenant, user), link.to_owned(), (id, at));
    let Some(email) = email else { return Ok(false) };
    let sent = mailer.send(email).await;
    if let Err(error) = &sent {
        let cause = &error.cause;
        let warning = format!("the e-mail was not sent: {cause}; pass the link on yourself");
        CommandError::message(warning).print_warning();
    }
    Ok(sent.is_ok())
}
