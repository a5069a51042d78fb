//! The declaration of a user that the arguments of a command stand for.

use catalogue::Language;
use toml::{Table, Value};
use zeroize::Zeroizing;

use super::super::directory_change::{OpenedTenant, TYPED_PASSWORD};
use super::super::password_input;
use crate::cli::PasswordArguments;
use crate::error::CommandError;

/// Returns the table of a user without any other option.
pub(super) fn user_table(username: &str) -> Table {
    let mut user = Table::new();
    user.insert("username".to_owned(), username.into());
    user
}

/// Returns the table of a tenant with these users.
pub(super) fn declared_users(users: Vec<Table>) -> Table {
    let mut tenant = Table::new();
    let users: Vec<Value> = users.into_iter().map(Value::from).collect();
    tenant.insert("users".to_owned(), users.into());
    tenant
}

/// Declares the password of a user: generated, or the returned one.
pub(super) fn declare_password(
    user: &mut Table,
    arguments: &PasswordArguments,
) -> Result<Option<Zeroizing<String>>, CommandError> {
    declare_temporary(user, arguments);
    if arguments.generate {
        user.insert("generate_password".to_owned(), true.into());
        return Ok(None);
    }
    user.insert("password_env".to_owned(), TYPED_PASSWORD.into());
    password_input::read().map(Some)
}

/// Declares that the user replaces the password, if it is temporary.
pub(super) fn declare_temporary(user: &mut Table, arguments: &PasswordArguments) {
    if arguments.temporary {
        user.insert("must_change_password".to_owned(), true.into());
    }
}

/// Refuses a typed password that the service of breached passwords lists, if there is one.
pub(super) async fn refuse_breached(
    opened: &OpenedTenant,
    typed: Option<&Zeroizing<String>>,
) -> Result<(), CommandError> {
    let Some(typed) = typed else { return Ok(()) };
    service::refuse_breached(&opened.service, typed).await.map_err(|refusal| {
        let [description, remedy] =
            [refusal.description(Language::ENGLISH), refusal.remedy(Language::ENGLISH)];
        CommandError::message(format!("{description}\n{remedy}"))
    })
}
