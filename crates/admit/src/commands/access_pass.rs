//! `admit user access-pass`: gives a user a temporary access pass, or revokes it.

use model::{
    AccessPass, Authenticators, DirectoryChange, StoredRow, User, format_rfc3339_seconds,
    format_utc,
};
use serde_json::json;
use signin::factor::access_pass::AccessPassCode;
use uuid::Builder;
use zeroize::Zeroizing;

use super::directory_change::{OpenedTenant, print_result};
use crate::apply::{GeneratedSecret, GuardedChanges};
use crate::cli::UserAccessPassArguments;
use crate::error::CommandError;
use crate::random;

/// Runs the command.
pub(super) async fn run(arguments: &UserAccessPassArguments) -> Result<(), CommandError> {
    let opened = OpenedTenant::open(&arguments.user.directory).await?;
    if arguments.revoke {
        revoke(&opened, arguments).await
    } else {
        create(&opened, arguments).await
    }
}

async fn create(
    opened: &OpenedTenant,
    arguments: &UserAccessPassArguments,
) -> Result<(), CommandError> {
    let user = opened.user(&arguments.user.username).await?;
    let code = AccessPassCode::new(random::bytes()?);
    let pass = code.pass((arguments.valid, arguments.once), opened.service.now());
    let owner = format!("temporary access pass of user {}", user.username);
    let generated = [GeneratedSecret { owner, secret: Zeroizing::new(code.text()) }];
    let written = opened.write_secrets(&generated, arguments.secrets_file.as_deref())?;
    // Before the change: if the process stops in between, the user learns of a pass that does not
    // exist, rather than not of one that does.
    let notice = Builder::from_random_bytes(random::bytes()?).into_uuid();
    let until = (pass.expires_at, pass.once);
    let notice = opened.service.announce_access_pass((&user, notice), until).await;
    let decide = async || replace(opened, &user.username, Some(&pass)).await;
    match opened.update_with_secret(decide).await {
        Ok((_, outcome)) => {
            opened.show(&written)?;
            outcome?;
        }
        Err(error) => {
            written.discard();
            opened.service.withdraw_notice(notice).await;
            return Err(error);
        }
    }
    let json = json!({
        "user": user.username,
        "expires_at": format_rfc3339_seconds(pass.expires_at),
        "once": pass.once,
        "mail": notice.is_some(),
    });
    let uses = if pass.once { "once" } else { "until then" };
    let text = format!(
        "\n{} has a temporary access pass until {}. It works {uses}, in place of the password and \
         of the second factor.\n",
        user.username,
        format_utc(pass.expires_at)
    );
    print_result(&arguments.user.directory, &json, &text)
}

async fn revoke(
    opened: &OpenedTenant,
    arguments: &UserAccessPassArguments,
) -> Result<(), CommandError> {
    let username = &arguments.user.username;
    let (user, revoked) = opened.update(async || replace(opened, username, None).await).await?;
    let json = json!({ "user": user.username, "revoked": revoked });
    let effect = if revoked { "The pass is revoked" } else { "There was no pass" };
    let text = format!(
        "{effect}: {} has no temporary access pass. Sessions stay; `admit user sessions end` ends \
         them.\n",
        user.username
    );
    print_result(&arguments.user.directory, &json, &text)
}

/// Returns the change that replaces the pass of a user, the user, and whether they had one.
async fn replace(
    opened: &OpenedTenant,
    username: &str,
    pass: Option<&AccessPass>,
) -> Result<(GuardedChanges, (std::sync::Arc<User>, bool)), CommandError> {
    let user = opened.user(username).await?;
    let (tenant, id) = (user.tenant, user.id);
    let stored = opened.service.store.authenticators(tenant, id).await?;
    let had_one = stored.as_ref().is_some_and(|stored| stored.access_pass.is_some());
    let mut changes = GuardedChanges::default();
    // Without the row of the user, the pass would be one of a user who was removed meanwhile.
    let row = StoredRow::User(tenant, id, Some(User::clone(&user)));
    changes.read(format!("the user {}", user.username), row);
    let row = StoredRow::Authenticators(tenant, id, stored.clone());
    changes.read(format!("the authenticators of {}", user.username), row);
    if had_one || pass.is_some() {
        let new = stored.unwrap_or_else(|| Authenticators::new(tenant, id));
        let new = Authenticators { access_pass: pass.cloned(), ..new };
        changes.change(DirectoryChange::PutAuthenticators(new));
    }
    Ok((changes, (user, had_one)))
}
