//! `admit user`: adds, changes, disables and unlocks users.

mod add;
mod declared_user;

use std::sync::Arc;

use model::{
    Authenticators, Change, CommitOutcome, DirectoryChange, StoredRow, User, username_key,
};
use serde_json::json;
use signin::lockout::Counter;
use toml::{Table, Value};

use super::directory_change::{DeclaredChange, Effect, OpenedTenant, TYPED_PASSWORD, print_result};
use super::{access_pass, invite, revoke, user_delete};
use crate::apply::{GeneratedSecret, GuardedChanges};
use crate::cli::{
    UserArguments, UserCommand, UserExpireArguments, UserPasswordArguments, UserRenameArguments,
    UserSessionsCommand,
};
use crate::error::CommandError;
use crate::server;
use declared_user::{
    declare_password, declare_temporary, declared_users, refuse_breached, user_table,
};

/// Runs a subcommand.
pub(super) fn run(command: &UserCommand) -> Result<(), CommandError> {
    let runtime = server::runtime()?;
    match command {
        UserCommand::AccessPass(arguments) => runtime.block_on(access_pass::run(arguments)),
        UserCommand::Add(arguments) => runtime.block_on(add::add(arguments)),
        UserCommand::Delete(arguments) => runtime.block_on(user_delete::delete(arguments)),
        UserCommand::Disable(arguments) => runtime.block_on(set_enabled(arguments, false)),
        UserCommand::Enable(arguments) => runtime.block_on(set_enabled(arguments, true)),
        UserCommand::Expire(arguments) => runtime.block_on(set_expiry(arguments)),
        UserCommand::Invite(arguments) => runtime.block_on(invite::run(arguments)),
        UserCommand::Password(arguments) => runtime.block_on(set_password(arguments)),
        UserCommand::Rename(arguments) => runtime.block_on(rename(arguments)),
        UserCommand::ResetSecondFactor(arguments) => {
            runtime.block_on(reset_second_factor(arguments))
        }
        UserCommand::Sessions(UserSessionsCommand::End(arguments)) => runtime.block_on(async {
            let opened = OpenedTenant::open(&arguments.directory).await?;
            revoke::revoke_user(&opened, &arguments.username, &arguments.directory).await
        }),
        UserCommand::Unlock(arguments) => runtime.block_on(unlock(arguments)),
    }
}

async fn set_enabled(arguments: &UserArguments, enabled: bool) -> Result<(), CommandError> {
    let opened = OpenedTenant::open(&arguments.directory).await?;
    let user = opened.user(&arguments.username).await?;
    let mut declared = user_table(&user.username);
    declared.insert("enabled".to_owned(), enabled.into());
    replace_options(&opened, declared).await?;
    let json = json!({ "user": user.username, "enabled": enabled });
    let effect = if enabled { "can sign in again" } else { "cannot sign in, and gets no tokens" };
    print_result(&arguments.directory, &json, &format!("{} {effect}.\n", user.username))
}

/// Applies options of one user that need no secret.
async fn replace_options(opened: &OpenedTenant, user: Table) -> Result<(), CommandError> {
    let change = DeclaredChange {
        tenant: declared_users(vec![user]),
        password: None,
        generated: None,
        secrets_file: None,
        effect: Effect::Replaces,
    };
    opened.apply(change).await?;
    Ok(())
}

async fn set_expiry(arguments: &UserExpireArguments) -> Result<(), CommandError> {
    let UserArguments { username, directory } = &arguments.user;
    let opened = OpenedTenant::open(directory).await?;
    let user = opened.user(username).await?;
    let mut declared = user_table(&user.username);
    match &arguments.at {
        Some(at) => declared.insert("expires".to_owned(), at.clone().into()),
        None => declared.insert("unset".to_owned(), vec![Value::from("expires")].into()),
    };
    replace_options(&opened, declared).await?;
    let user = opened.user(username).await?;
    let expires = user.expires.map(model::format_rfc3339);
    let text = match (&expires, user.expired_at(opened.service.now())) {
        (None, _) => format!("{} does not expire.\n", user.username),
        (Some(at), None) => {
            format!("{} can sign in until {at}, and gets no tokens from then on.\n", user.username)
        }
        (Some(at), Some(_)) => {
            format!("{} expired at {at}: they cannot sign in, and get no tokens.\n", user.username)
        }
    };
    let json = json!({ "user": user.username, "expires": expires });
    print_result(directory, &json, &text)
}

async fn set_password(arguments: &UserPasswordArguments) -> Result<(), CommandError> {
    let UserPasswordArguments { user: UserArguments { username, directory }, password: source } =
        arguments;
    let opened = OpenedTenant::open(directory).await?;
    let user = opened.user(username).await?;
    let mut declared = user_table(&user.username);
    // A generated password is typed here, because `generate_password` keeps one that is stored.
    let generated = source
        .generate
        .then(|| GeneratedSecret::password(format!("password of user {}", user.username)));
    let generated = generated.transpose()?;
    let password = if let Some(generated) = &generated {
        Some(generated.secret.clone())
    } else {
        let typed = declare_password(&mut declared, source)?;
        refuse_breached(&opened, typed.as_ref()).await?;
        typed
    };
    declared.insert("password_env".to_owned(), TYPED_PASSWORD.into());
    declare_temporary(&mut declared, source);
    let tenant = declared_users(vec![declared]);
    let effect = Effect::Replaces;
    let secrets_file = source.secrets_file.as_deref();
    opened.apply(DeclaredChange { tenant, password, generated, secrets_file, effect }).await?;
    let json = json!({ "user": user.username, "generated": source.generate });
    let text = format!(
        "{} has a new password. Their sessions have ended, and their grants are revoked.\n",
        user.username
    );
    print_result(directory, &json, &text)
}

async fn rename(arguments: &UserRenameArguments) -> Result<(), CommandError> {
    let UserRenameArguments { username, new_username, directory } = arguments;
    let opened = OpenedTenant::open(directory).await?;
    let user = opened.update(async || rename_user(&opened, username, new_username).await).await?;
    let json = json!({ "user": new_username, "id": user.id, "before": user.username });
    let text = format!(
        "{} is {new_username} now. The id {} and every `sub` stay.\n",
        user.username, user.id
    );
    print_result(directory, &json, &text)
}

/// Returns the change of a user name, and the user before it.
async fn rename_user(
    opened: &OpenedTenant,
    username: &str,
    new_username: &str,
) -> Result<(GuardedChanges, Arc<User>), CommandError> {
    let user = opened.user(username).await?;
    let (tenant, id) = (user.tenant, user.id);
    let holder = opened.service.store.user_named(tenant, new_username).await?;
    if let Some(holder) = holder.as_ref().filter(|holder| holder.id != id) {
        return Err(CommandError::message(format!(
            "the tenant `{}` has a user `{}` already; nothing was changed",
            opened.tenant.name, holder.username
        )));
    }
    opened.check(declared_users(vec![user_table(new_username)])).await?;
    let renamed = User { username: new_username.to_owned(), ..User::clone(&user) };
    let renamed = renamed.changed_at(Some(&user), opened.service.now());
    let mut changes = GuardedChanges::of_user(&user, renamed);
    let holder = StoredRow::Username(tenant, new_username.to_owned(), holder.map(|user| user.id));
    changes.read(format!("the user {new_username}"), holder);
    Ok((changes, user))
}

async fn unlock(arguments: &UserArguments) -> Result<(), CommandError> {
    let opened = OpenedTenant::open(&arguments.directory).await?;
    let user = opened.user(&arguments.username).await?;
    let label = Counter::Account(username_key(&user.username)).label();
    let key = jose::digest::sha256(&label);
    let (tenant, store) = (opened.tenant.id, &opened.service.store);
    let failed = store.failed_sign_ins(tenant, key).await?.map_or(0, |stored| stored.count);
    let outcome = store.commit(vec![Change::ClearFailedSignIns { tenant, key }]).await?;
    if outcome == CommitOutcome::Conflict {
        return Err(CommandError::message("the counter changed meanwhile; try again"));
    }
    let json = json!({ "user": user.username, "failed_sign_ins": failed });
    let text = format!(
        "{} can sign in again: {failed} failed attempts are deleted. The limits of addresses \
         stay.\n",
        user.username
    );
    print_result(&arguments.directory, &json, &text)
}

/// Removes the authenticators of a user besides the password. The password alone signs them in
/// then, or leads them to setting up a new second factor.
async fn reset_second_factor(arguments: &UserArguments) -> Result<(), CommandError> {
    let opened = OpenedTenant::open(&arguments.directory).await?;
    let (user, removed) = opened
        .update(async || {
            let user = opened.user(&arguments.username).await?;
            let stored = opened.service.store.authenticators(user.tenant, user.id).await?;
            let mut changes = GuardedChanges::default();
            let removed = stored
                .as_ref()
                .map(|it| (it.apps.len(), it.passkeys.len(), it.recovery_codes.digests.len()));
            let row = StoredRow::Authenticators(user.tenant, user.id, stored.clone());
            changes.read(format!("the authenticators of {}", user.username), row);
            if stored.is_some() {
                // The pass stays: it is how the user signs in now.
                let access_pass = stored.and_then(|stored| stored.access_pass);
                let none = Authenticators::new(user.tenant, user.id);
                let none = Authenticators { access_pass, ..none };
                changes.change(DirectoryChange::PutAuthenticators(none));
            }
            Ok((changes, (user, removed.unwrap_or_default())))
        })
        .await?;
    let (apps, passkeys, codes) = removed;
    let json = json!({
        "user": user.username, "apps": apps, "passkeys": passkeys, "recovery_codes": codes,
    });
    let text = format!(
        "{} has no second factor any more: {apps} authenticator apps, {passkeys} passkeys and \
         {codes} recovery codes are removed. Sessions stay; `admit user sessions end` ends them.\n",
        user.username
    );
    print_result(&arguments.directory, &json, &text)
}
