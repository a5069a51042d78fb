//! Guarded changes of the directory: they are applied only if rows are stored as they were read.

use std::sync::Arc;

use model::{
    Client, DirectoryChange, DirectoryOutcome, SealedSigningKey, Store, StoredRow, Tenant, User,
};

use crate::rows::{
    at, authenticators, client, client_id, password, resource, signing_key, tenant, tenant_id,
    user, user_id,
};

crate::on_every_store! {
    change_is_applied_if_every_kind_of_row_is_as_it_was_read
    change_is_refused_for_every_kind_of_row_that_differs
    refused_change_leaves_no_part_and_names_the_row
    second_writer_of_a_row_is_refused_until_it_reads_again
}

/// Stores a tenant with one row of each kind, and returns these rows.
async fn stored_rows(store: &Arc<dyn Store>) -> Vec<StoredRow> {
    let (id, user_key) = (tenant_id(1), user_id(1));
    let (one, app) = (tenant(1, "one"), client(1, "app"));
    let (api, ann) = (resource(1, "api://a"), user(1, 1, "ann"));
    let secret = password("hash");
    let put = DirectoryChange::PutPassword { tenant: id, user: user_key, password: secret.clone() };
    let changes = vec![
        DirectoryChange::PutTenant(one.clone()),
        DirectoryChange::PutClient(app.clone()),
        DirectoryChange::PutResource(api.clone()),
        DirectoryChange::PutUser(ann.clone()),
        put,
        DirectoryChange::PutAuthenticators(authenticators(1, 1, "app")),
        DirectoryChange::PutSigningKey(signing_key(1, "kid", 1)),
    ];
    store.apply(changes).await.unwrap();
    vec![
        StoredRow::Tenant(id, Some(one)),
        StoredRow::Client(id, app.id.clone(), Some(app)),
        StoredRow::Resources(id, vec![api]),
        StoredRow::User(id, user_key, Some(ann)),
        StoredRow::Username(id, "ANN".to_owned(), Some(user_key)),
        StoredRow::Password(id, user_key, Some(secret)),
        StoredRow::Authenticators(id, user_key, Some(authenticators(1, 1, "app"))),
        StoredRow::SigningKeys(id, vec![signing_key(1, "kid", 1)]),
    ]
}

/// Returns other rows with the same keys: missing ones, and ones with another content.
fn differing_rows() -> Vec<StoredRow> {
    let (id, user_key) = (tenant_id(1), user_id(1));
    let renamed = Tenant { suspended: true, ..tenant(1, "one") };
    let disabled = Client { enabled: false, ..client(1, "app") };
    vec![
        StoredRow::Tenant(id, None),
        StoredRow::Tenant(id, Some(renamed)),
        StoredRow::Client(id, client_id("app"), None),
        StoredRow::Client(id, client_id("app"), Some(disabled)),
        StoredRow::Client(id, client_id("other"), Some(client(1, "other"))),
        StoredRow::Resources(id, Vec::new()),
        StoredRow::Resources(id, vec![resource(1, "api://a"), resource(1, "api://b")]),
        StoredRow::User(id, user_key, None),
        StoredRow::User(id, user_key, Some(User { enabled: false, ..user(1, 1, "ann") })),
        StoredRow::User(id, user_id(2), Some(user(1, 2, "bob"))),
        StoredRow::Username(id, "ann".to_owned(), None),
        StoredRow::Username(id, "ann".to_owned(), Some(user_id(2))),
        StoredRow::Username(id, "bob".to_owned(), Some(user_id(2))),
        StoredRow::Password(id, user_key, None),
        StoredRow::Password(id, user_key, Some(password("other"))),
        StoredRow::Authenticators(id, user_key, None),
        StoredRow::Authenticators(id, user_key, Some(authenticators(1, 1, "other"))),
        StoredRow::SigningKeys(id, Vec::new()),
        StoredRow::SigningKeys(
            id,
            vec![SealedSigningKey { retired_at: at(99), ..signing_key(1, "kid", 1) }],
        ),
        StoredRow::SigningKeys(id, vec![signing_key(1, "kid", 1), signing_key(1, "other", 2)]),
    ]
}

async fn change_is_applied_if_every_kind_of_row_is_as_it_was_read(store: &Arc<dyn Store>) {
    // Names every stored row, and rows of another tenant and user that are not stored.
    let mut rows = stored_rows(store).await;
    rows.extend([
        StoredRow::Tenant(tenant_id(2), None),
        StoredRow::Client(tenant_id(2), client_id("app"), None),
        StoredRow::Resources(tenant_id(2), Vec::new()),
        StoredRow::User(tenant_id(2), user_id(1), None),
        StoredRow::Username(tenant_id(1), "bob".to_owned(), None),
        StoredRow::Password(tenant_id(1), user_id(2), None),
        StoredRow::Authenticators(tenant_id(1), user_id(2), None),
        StoredRow::SigningKeys(tenant_id(2), Vec::new()),
    ]);
    let change = DirectoryChange::PutUser(user(1, 2, "bob"));
    let outcome = store.apply_if_stored(rows, vec![change]).await.unwrap();
    assert_eq!(outcome, DirectoryOutcome::Applied);
    assert!(store.user(tenant_id(1), user_id(2)).await.unwrap().is_some());
}

async fn change_is_refused_for_every_kind_of_row_that_differs(store: &Arc<dyn Store>) {
    // Adds each differing row alone to the stored ones, and looks for the row of the change.
    let stored = stored_rows(store).await;
    for differing in differing_rows() {
        let rows = [stored.clone(), vec![differing.clone()]].concat();
        let change = DirectoryChange::PutUser(user(1, 2, "bob"));
        let outcome = store.apply_if_stored(rows, vec![change]).await.unwrap();
        assert_eq!(outcome, DirectoryOutcome::Conflict(Box::new(differing)));
        assert_eq!(store.user(tenant_id(1), user_id(2)).await.unwrap(), None);
    }
}

async fn refused_change_leaves_no_part_and_names_the_row(store: &Arc<dyn Store>) {
    // Replaces two rows, of which the second was changed after it was read.
    let read = stored_rows(store).await;
    let changed = User { name: "Ann B.".to_owned(), ..user(1, 1, "ann") };
    store.apply(vec![DirectoryChange::PutUser(changed.clone())]).await.unwrap();
    let changes = vec![
        DirectoryChange::PutClient(Client { enabled: false, ..client(1, "app") }),
        DirectoryChange::PutUser(User { enabled: false, ..user(1, 1, "ann") }),
    ];
    let outcome = store.apply_if_stored(read, changes).await.unwrap();
    let read = StoredRow::User(tenant_id(1), user_id(1), Some(user(1, 1, "ann")));
    assert_eq!(outcome, DirectoryOutcome::Conflict(Box::new(read)));
    let stored = store.user(tenant_id(1), user_id(1)).await.unwrap();
    assert_eq!(stored.as_deref(), Some(&changed));
    let stored = store.client(tenant_id(1), &client_id("app")).await.unwrap();
    assert_eq!(stored.as_deref(), Some(&client(1, "app")));
}

async fn second_writer_of_a_row_is_refused_until_it_reads_again(store: &Arc<dyn Store>) {
    // Two writers read one user. One disables the user, the other revokes their tokens.
    stored_rows(store).await;
    let (tenant, id) = (tenant_id(1), user_id(1));
    let replace = async |before: &User, after: User| {
        let row = StoredRow::User(tenant, id, Some(before.clone()));
        store.apply_if_stored(vec![row], vec![DirectoryChange::PutUser(after)]).await.unwrap()
    };
    let revoked = |user: &User| User { tokens_not_before: at(9), ..user.clone() };
    let read = store.user(tenant, id).await.unwrap().unwrap();
    let disabled = User { enabled: false, ..User::clone(&read) };
    assert_eq!(replace(&read, disabled).await, DirectoryOutcome::Applied);
    assert_ne!(replace(&read, revoked(&read)).await, DirectoryOutcome::Applied);
    let read = store.user(tenant, id).await.unwrap().unwrap();
    assert_eq!(replace(&read, revoked(&read)).await, DirectoryOutcome::Applied);
    let stored = store.user(tenant, id).await.unwrap().unwrap();
    assert_eq!((stored.enabled, stored.tokens_not_before), (false, at(9)));
}
