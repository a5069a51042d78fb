//! `admit user delete`: deletes a user, as the user can on the account page.

use catalogue::Language;
use protocol::Error;
use serde_json::json;
use service::user_deletion::deletion_of;

use super::directory_change::{OpenedTenant, print_result};
use crate::apply::GuardedChanges;
use crate::cli::UserArguments;
use crate::error::CommandError;

/// Deletes a user. Their sessions end, and apps get logout tokens.
pub(super) async fn delete(arguments: &UserArguments) -> Result<(), CommandError> {
    let opened = OpenedTenant::open(&arguments.directory).await?;
    let user = opened
        .update(async || {
            let user = opened.user(&arguments.username).await?;
            let store = opened.service.store_of_id(user.tenant);
            let deletion = deletion_of(store, &user).await.map_err(into_error)?;
            let mut changes = GuardedChanges::default();
            for row in deletion.rows {
                changes.read(format!("the user {} or the tenant", user.username), row);
            }
            deletion.changes.into_iter().for_each(|change| changes.change(change));
            Ok((changes, user))
        })
        .await?;
    let json = json!({ "user": user.username, "id": user.id });
    let text = format!(
        "{} was deleted. Their sessions have ended, and their grants are refused. A declaration \
         does not add them again; `admit user add` does.\n",
        user.username
    );
    print_result(&arguments.directory, &json, &text)
}

fn into_error(error: Error) -> CommandError {
    match error {
        Error::Refused(refusal) => CommandError::message(format!(
            "{} Nothing was changed.",
            refusal.description(Language::ENGLISH)
        )),
        Error::Fault(fault) => fault.into(),
    }
}
