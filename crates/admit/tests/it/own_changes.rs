//! Declarations that were written before a user changed something: own attributes stay, and
//! deleted users do not return.

use model::{Directory as _, DirectoryChange, ProfileAttribute, User};
use signin::profile::{with_own_value, with_proven_address};

use crate::apply::dir;
use crate::directory_rows::rows;
use crate::fixtures::TestDir;

const USER: &str = "user acme/ana@acme.example";

fn apply(dir: &TestDir, text: &str, with: &[&str]) -> String {
    dir.write("next.toml", text);
    dir.run(&[&["apply", "next.toml", "--data", "data"], with].concat()).success()
}

fn declaration(name: &str, email: &str) -> String {
    format!(
        "[[tenants]]\nname = \"acme\"\n[[tenants.users]]\nusername = \"ana@acme.example\"\n\
         name = \"{name}\"\nemail = \"{email}\"\nemail_verified = true\n"
    )
}

/// Changes the user as the account pages do.
fn change(dir: &TestDir, with: impl FnOnce(User) -> User) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let store = store::SqliteStore::open(&dir.path().join("data")).expect("a store");
        let tenant = store.tenant("acme").await.expect("a store").expect("a tenant").id;
        let user = store.user_named(tenant, "ana@acme.example").await.expect("a store");
        let user = with(User::clone(&user.expect("a user")));
        store.apply(vec![DirectoryChange::PutUser(user)]).await.expect("a store");
    });
}

#[test]
fn declaration_of_before_leaves_what_the_user_set() {
    // Applies the same file after the user changed name and address, then a file with others.
    let dir = dir();
    let before = declaration("Ana", "ana@acme.example");
    apply(&dir, &before, &[]);
    change(&dir, |user| {
        let named = with_own_value(user, ProfileAttribute::Name, Some("Ana Putri".to_owned()));
        with_proven_address(named, "new@acme.example".to_owned())
    });
    let own = rows(&dir);
    let plan = apply(&dir, &before, &[]);
    assert!(plan.contains("0 to change"), "{plan}");
    assert_eq!(rows(&dir), own);
    let other = declaration("Ana P.", "ana.p@acme.example");
    let plan = apply(&dir, &other, &["--dry-run"]);
    for line in [
        "~ name = \"Ana Putri\" -> \"Ana P.\", in place of what the user set",
        "~ email = \"new@acme.example\" -> \"ana.p@acme.example\", in place of what the user set",
    ] {
        assert!(plan.contains(line), "{plan}");
    }
    assert_eq!(rows(&dir), own, "a dry run");
    apply(&dir, &other, &[]);
    let row = &rows(&dir)[USER];
    assert_eq!(row["name"], "Ana P.");
    assert!(row.get("replaced_values").is_none(), "{row}");
    let plan = apply(&dir, &before, &[]);
    assert!(plan.contains("~ name = \"Ana P.\" -> \"Ana\"\n"), "{plan}");
}

#[test]
fn deleted_user_returns_by_a_command_and_not_by_a_declaration() {
    // Deletes the user, applies the file that declares them, and adds them by a command.
    let dir = dir();
    let text = declaration("Ana", "ana@acme.example");
    apply(&dir, &text, &[]);
    let id = rows(&dir)[USER]["id"].clone();
    let run = |arguments: &[&str]| dir.run(&[arguments, &["--data", "data"]].concat());
    let deleted = run(&["user", "delete", "ana@acme.example"]).success();
    assert!(deleted.contains("was deleted"), "{deleted}");
    assert!(!rows(&dir).contains_key(USER));
    let plan = apply(&dir, &text, &[]);
    let line = "= user ana@acme.example: not added, because the account was deleted";
    assert!(plan.contains(line), "{plan}");
    assert!(!rows(&dir).contains_key(USER));
    let arguments = ["user", "add", "ana@acme.example", "--data", "data"];
    dir.run_with(&arguments, "seven purple lanterns drift\n").success();
    let added = rows(&dir)[USER].clone();
    assert_ne!(added["id"], id, "tokens of before are for another user");
    apply(&dir, &text, &[]);
    assert_eq!(rows(&dir)[USER]["name"], "Ana");
    assert!(rows(&dir)["tenant acme"].get("deleted_users").is_none());
}

#[test]
fn last_administrator_is_not_deleted() {
    // Deletes the only administrator, then one of two.
    let dir = dir();
    let user =
        |name: &str| format!("[[tenants.users]]\nusername = \"{name}\"\nadministrator = true\n");
    let tenant = "[[tenants]]\nname = \"acme\"\n";
    apply(&dir, &format!("{tenant}{}", user("ana")), &[]);
    let delete = ["user", "delete", "ana", "--data", "data"];
    let refused = dir.run(&delete).failure();
    assert!(refused.contains("the last one that may administer"), "{refused}");
    apply(&dir, &format!("{tenant}{}{}", user("ana"), user("budi")), &[]);
    dir.run(&delete).success();
    assert!(!rows(&dir).contains_key("user acme/ana"));
}
