//! Stored user names that are equal to another one when they are compared: notes of `admit check`.

use store::SqliteStore;

use crate::config::Config;

/// Returns a note for each user whose name has the compared form of another user's name. Releases
/// before RFC 8265 stored both. A store that cannot be read has none; its problem is reported
/// elsewhere.
pub(crate) async fn notes(config: &Config) -> Vec<String> {
    let Ok(store) = SqliteStore::open_read_only(&config.data_dir) else { return Vec::new() };
    let users = store.colliding_users().await.unwrap_or_default();
    let note = |(tenant, user): (String, model::User)| {
        format!(
            "note: in the tenant `{tenant}`, the user name `{}` ({}) equals another one \
             (RFC 8265); both sign in with their exact spelling until one of them is renamed",
            user.username, user.id,
        )
    };
    users.into_iter().map(note).collect()
}
