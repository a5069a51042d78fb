//! The keys of user names that an earlier release stored.

use std::path::Path;

use model::{Directory, DirectoryChange, PasswordPreparation, User};
use rusqlite::{Connection, params};
use store::SqliteStore;

use crate::rows::{tenant, tenant_id, user, user_id};

/// Creates the directory file of the first schema, with these users of tenant 1 and a password of
/// the first one.
fn create_earlier(directory: &Path, users: &[User]) {
    let connection = Connection::open(directory.join("directory.db")).unwrap();
    connection
        .execute_batch(include_str!("../../../src/sqlite/migrations/directory_1.sql"))
        .unwrap();
    connection
        .execute_batch("PRAGMA application_id = 0x414d5444; PRAGMA user_version = 1")
        .unwrap();
    let document = serde_json::to_string(&tenant(1, "one")).unwrap();
    let id = tenant_id(1).into_bytes();
    connection
        .execute("INSERT INTO tenants VALUES (?1, 'one', ?2)", params![id, document])
        .unwrap();
    for user in users {
        let row = params![
            id,
            user.id.into_bytes(),
            user.username.to_lowercase(),
            serde_json::to_string(user).unwrap(),
        ];
        connection.execute("INSERT INTO users VALUES (?1, ?2, ?3, ?4)", row).unwrap();
    }
    let row = params![id, users.first().unwrap().id.into_bytes()];
    connection.execute("INSERT INTO passwords VALUES (?1, ?2, 'hash', 5)", row).unwrap();
}

#[tokio::test]
async fn colliding_names_of_an_earlier_release_are_found_by_their_spelling() {
    // Opens a file with names in several widths and compositions, two of which have one mapped
    // form: each is found by its exact spelling, the others by every spelling, also after the user
    // is stored again. Another user cannot get a mapped name.
    let directory = tempfile::tempdir().unwrap();
    let ana = user(1, 1, "ana@one.test");
    let wide_ana = user(1, 2, "ＡＮＡ@one.test");
    let decomposed = user(1, 3, "A\u{308}nne");
    create_earlier(directory.path(), &[ana.clone(), wide_ana.clone(), decomposed.clone()]);
    let store = SqliteStore::open(directory.path()).unwrap();
    let one = tenant_id(1);
    let colliding = store.colliding_users().await.unwrap();
    assert_eq!(colliding, [("one".to_owned(), wide_ana.clone())]);
    for _ in 0..2 {
        for (name, expected) in [
            ("ana@one.test", &ana),
            ("ANA@one.test", &ana),
            ("ＡＮＡ@one.test", &wide_ana),
            ("ａｎａ@one.test", &wide_ana),
            ("A\u{308}nne", &decomposed),
            ("änne", &decomposed),
        ] {
            let found = store.user_named(one, name).await.unwrap();
            assert_eq!(found.as_deref(), Some(expected), "{name}");
        }
        let again =
            [&ana, &wide_ana, &decomposed].map(|user| DirectoryChange::PutUser(user.clone()));
        store.apply(again.to_vec()).await.unwrap();
    }
    let taken = DirectoryChange::PutUser(user(1, 4, "Ａna@one.test"));
    assert!(store.apply(vec![taken]).await.is_err());
    let renamed = User { username: "ana2@one.test".to_owned(), ..wide_ana };
    store.apply(vec![DirectoryChange::PutUser(renamed)]).await.unwrap();
    assert!(store.colliding_users().await.unwrap().is_empty());
    let found = store.user_named(one, "ＡＮＡ@one.test").await.unwrap();
    assert_eq!(found.as_deref(), Some(&ana));
}

#[tokio::test]
async fn passwords_of_an_earlier_release_are_not_prepared() {
    // Reads the password that the first schema stored.
    let directory = tempfile::tempdir().unwrap();
    create_earlier(directory.path(), &[user(1, 1, "ana")]);
    let store = SqliteStore::open(directory.path()).unwrap();
    let password = store.password(tenant_id(1), user_id(1)).await.unwrap().unwrap();
    assert_eq!((password.hash.as_str(), password.preparation), ("hash", PasswordPreparation::Raw));
    assert_eq!(password.rehashed_from, None);
}
