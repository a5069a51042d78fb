//! Stored user names that a new user could not get: notes of `admit check`.

use model::User;
use store::SqliteStore;

/// The most notes of one kind.
const NOTES_MAX: usize = 20;

/// Returns a note for each user whose name has the compared form of another user's name, and for
/// each whose name can be read in two orders. Releases before RFC 8265 stored both. Names that
/// cannot be read have none; the problem of the store is reported elsewhere.
pub(crate) async fn notes(store: &SqliteStore) -> Vec<String> {
    let colliding = store.colliding_users().await.unwrap_or_default();
    let of_two_directions = store.users_of_two_directions().await.unwrap_or_default();
    let equal = "equals another one (RFC 8265); both sign in with their exact spelling until one \
                 of them is renamed";
    let in_two_orders = "can be read in two orders (RFC 5893): it mixes right-to-left and \
                         left-to-right letters; it keeps working, and can be renamed";
    let mut notes = notes_of_kind(&colliding, equal);
    notes.extend(notes_of_kind(&of_two_directions, in_two_orders));
    notes
}

fn notes_of_kind(users: &[(String, User)], problem: &str) -> Vec<String> {
    let note = |(tenant, user): &(String, User)| {
        let User { username, id, .. } = user;
        format!("note: in the tenant `{tenant}`, the user name `{username}` ({id}) {problem}")
    };
    let more = users.len().saturating_sub(NOTES_MAX);
    let rest = (more > 0).then(|| format!("note: {more} more user names of this kind"));
    users.iter().take(NOTES_MAX).map(note).chain(rest).collect()
}
