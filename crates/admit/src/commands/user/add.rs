//! `admit user add`: adds a user, or every user of a CSV file.

use serde_json::json;
use toml::Value;

use super::super::directory_change::{DeclaredChange, Effect, OpenedTenant, print_result};
use super::super::users_csv;
use super::declared_user::{
    declare_password, declare_temporary, declared_users, refuse_breached, user_table,
};
use crate::cli::UserAddArguments;
use crate::error::CommandError;

/// Adds the user, or every user of the CSV file.
pub(super) async fn add(arguments: &UserAddArguments) -> Result<(), CommandError> {
    let opened = OpenedTenant::open(&arguments.directory).await?;
    let secrets_file = arguments.password.secrets_file.as_deref();
    let Some(username) = &arguments.username else {
        let file = arguments.csv.as_deref().ok_or_else(no_user)?;
        let mut users = users_csv::read(file)?;
        for user in &mut users {
            declare_temporary(user, &arguments.password);
        }
        for user in &users {
            let username = user.get("username").and_then(Value::as_str).unwrap_or_default();
            refuse_existing(&opened, username).await?;
        }
        let count = users.len();
        let tenant = declared_users(users);
        let effect = Effect::Inserts;
        opened
            .apply(DeclaredChange { tenant, password: None, generated: None, secrets_file, effect })
            .await?;
        let json = json!({ "tenant": opened.tenant.name, "added": count });
        let users = if count == 1 { "1 user was" } else { &format!("{count} users were") };
        let text = format!("{users} added to the tenant {}.\n", opened.tenant.name);
        return print_result(&arguments.directory, &json, &text);
    };
    refuse_existing(&opened, username).await?;
    let mut user = user_table(username);
    let options =
        [("name", &arguments.name), ("email", &arguments.email), ("expires", &arguments.expires)];
    for (option, value) in options {
        if let Some(value) = value {
            user.insert(option.to_owned(), value.clone().into());
        }
    }
    if arguments.administrator {
        user.insert("administrator".to_owned(), true.into());
    }
    let password = declare_password(&mut user, &arguments.password)?;
    refuse_breached(&opened, password.as_ref()).await?;
    let tenant = declared_users(vec![user]);
    let effect = Effect::Inserts;
    opened
        .apply(DeclaredChange { tenant, password, generated: None, secrets_file, effect })
        .await?;
    let added = opened.user(username).await?;
    let json = json!({ "tenant": opened.tenant.name, "user": added.username, "id": added.id });
    let text = format!("The user {} ({}) was added.\n", added.username, added.id);
    print_result(&arguments.directory, &json, &text)
}

async fn refuse_existing(opened: &OpenedTenant, username: &str) -> Result<(), CommandError> {
    match opened.service.store.user_named(opened.tenant.id, username).await? {
        None => Ok(()),
        Some(user) => Err(CommandError::message(format!(
            "the tenant `{}` has a user `{}` already; nothing was changed",
            opened.tenant.name, user.username
        ))),
    }
}

fn no_user() -> CommandError {
    CommandError::message("pass a user name, or --csv FILE")
}
