//! `admit app`, `admit user` and `admit revoke`: single changes of the directory.

use model::{Directory as _, DirectoryChange, Ledger as _};

use crate::apply::dir;
use crate::directory_rows::rows;
use crate::fixtures::{CommandOutput, TestDir};

const DIRECTORY: &str = r#"
[[tenants]]
name = "acme"

[[tenants.resources]]
identifier = "api://orders"
scopes = [{ value = "orders.read", description = "See your orders" }]

[[tenants.users]]
username = "ana@acme.example"
name = "Ana"
email = "ana@acme.example"
email_verified = true
password = "correct horse battery"
"#;

/// Creates a data directory with one tenant and one user.
fn acme() -> TestDir {
    let dir = dir();
    dir.write("directory.toml", DIRECTORY);
    dir.run(&["apply", "directory.toml", "--data", "data"]).success();
    dir
}

fn run(dir: &TestDir, arguments: &[&str]) -> CommandOutput {
    dir.run(&[arguments, &["--data", "data"]].concat())
}

fn run_with(dir: &TestDir, arguments: &[&str], input: &str) -> CommandOutput {
    dir.run_with(&[arguments, &["--data", "data"]].concat(), input)
}

/// Returns the stored row of this name: `client shop`, `user ana@acme.example`, `tenant acme`.
fn row(dir: &TestDir, name: &str) -> serde_json::Value {
    let (kind, name) = name.split_once(' ').expect("a kind");
    let key =
        if kind == "tenant" { format!("tenant {name}") } else { format!("{kind} acme/{name}") };
    let rows = rows(dir);
    rows.get(&key).unwrap_or_else(|| panic!("no {key} in {:?}", rows.keys())).clone()
}

#[test]
fn app_add_prints_the_connection_and_a_program_without_the_secret() {
    // Adds an app for Express, and looks for its values, the program, and the secret in the file.
    let dir = acme();
    let arguments =
        ["app", "add", "shop", "--redirect", "http://localhost:3000/cb", "--for", "express"];
    let more = [
        "--scopes",
        "api://orders=orders.read",
        "--secrets-file",
        "secrets",
        "--origin",
        "https://localhost:8443",
    ];
    let out = run(&dir, &[&arguments[..], &more].concat()).success();
    let secrets = std::fs::read_to_string(dir.path().join("secrets")).expect("the file");
    let secret = secrets.trim().rsplit(' ').next().expect("a secret");
    assert_eq!(secret.len(), 43, "{secrets}");
    for expected in [
        "issuer        https://localhost:8443/",
        "/v2.0/.well-known/openid-configuration",
        "export ADMIT_CLIENT_ID=",
        "export ADMIT_SCOPE=api://orders/orders.read",
        "import express from \"express\"",
    ] {
        assert!(out.contains(expected), "no {expected} in {out}");
    }
    assert!(!out.contains(secret));
    let client = row(&dir, "client shop");
    assert_eq!(client["redirect_uris"][0]["uri"], "http://localhost:3000/cb");
    assert_eq!(client["permissions"][0]["scopes"][0], "orders.read");
}

#[test]
fn app_add_without_a_terminal_or_a_file_for_the_secret_adds_nothing() {
    // The output of the test is a pipe. A second run with a file must find no app of this name.
    let dir = acme();
    let refused = run(&dir, &["app", "add", "shop"]).failure();
    assert!(refused.contains("--secrets-file"), "{refused}");
    run(&dir, &["app", "add", "shop", "--secrets-file", "secrets"]).success();
}

#[test]
fn app_add_explains_a_wrong_redirect_uri_and_adds_nothing() {
    // Gives a URI with a fragment, and an API that does not exist.
    let dir = acme();
    let uri = ["app", "add", "shop", "--redirect", "https://app.example.com/cb#x"];
    let refused = run(&dir, &[&uri[..], &["--secrets-file", "secrets"]].concat()).failure();
    assert!(refused.contains("this redirect URI is not allowed"), "{refused}");
    let scope = ["app", "add", "shop", "--scopes", "api://order=orders.read"];
    let refused = run(&dir, &[&scope[..], &["--secrets-file", "secrets"]].concat()).failure();
    assert!(refused.contains("api://orders"), "{refused}");
    assert!(!dir.path().join("secrets").exists());
}

#[test]
fn app_add_refuses_a_name_that_cannot_be_shown() {
    // Gives an empty name, one with a line break, and one that is too long.
    let dir = acme();
    for name in ["", " ", "a\nb", &"a".repeat(129)] {
        let refused = run(&dir, &["app", "add", name, "--secrets-file", "secrets"]).failure();
        assert!(refused.contains("this `name` cannot be shown"), "{refused}");
    }
    assert!(!dir.path().join("secrets").exists());
}

#[test]
fn app_add_prints_no_origin_that_it_does_not_know() {
    // Names only the data directory: it does not contain the address of the service.
    let dir = acme();
    let out = run(&dir, &["app", "add", "shop", "--secrets-file", "secrets"]).success();
    assert!(out.contains("issuer        ORIGIN/"), "{out}");
    assert!(out.contains("pass --origin URL"), "{out}");
}

#[test]
fn app_secret_add_keeps_the_others_and_remove_takes_one() {
    // Adds a second secret, removes the first, and then one that does not exist.
    let dir = acme();
    run(&dir, &["app", "add", "shop", "--secrets-file", "one"]).success();
    let add = ["app", "secret", "add", "shop", "--id", "2027", "--expires", "2027-12-31T00:00:00Z"];
    run(&dir, &[&add[..], &["--secrets-file", "two"]].concat()).success();
    assert_eq!(row(&dir, "client shop")["credentials"].as_array().map(Vec::len), Some(2));
    let out = run(&dir, &["app", "secret", "remove", "shop", "first", "--json"]).success();
    assert!(out.contains("\"credentials\":1"), "{out}");
    let refused = run(&dir, &["app", "secret", "remove", "shop", "first"]).failure();
    assert!(refused.contains("its secrets: 2027"), "{refused}");
}

#[test]
fn user_rename_keeps_the_id_and_refuses_a_name_in_use() {
    // Renames a user, and compares the rows. Then renames another one to the same name.
    let dir = acme();
    let before = row(&dir, "user ana@acme.example");
    run(&dir, &["user", "rename", "ana@acme.example", "ana.b@acme.example"]).success();
    let after = row(&dir, "user ana.b@acme.example");
    assert_eq!(before["id"], after["id"]);
    let updated_at = |row: &serde_json::Value| row["updated_at"].as_i64().expect("a time");
    assert!(updated_at(&after) > updated_at(&before), "the claim `updated_at` stayed");
    run_with(&dir, &["user", "add", "budi"], "another long password\n").success();
    let refused = run(&dir, &["user", "rename", "budi", "ANA.B@acme.example"]).failure();
    assert!(refused.contains("already"), "{refused}");
    let refused = run(&dir, &["user", "rename", "budi", " budi"]).failure();
    assert!(refused.contains("this user name is not allowed"), "{refused}");
}

#[test]
fn user_password_comes_from_standard_input_and_revokes_grants() {
    // Sets a password from a pipe, then a short one and an empty one.
    let dir = acme();
    let before = row(&dir, "user ana@acme.example");
    run_with(&dir, &["user", "password", "ana@acme.example"], "a new long password\n").success();
    let after = row(&dir, "user ana@acme.example");
    assert_ne!(before["tokens_not_before"], after["tokens_not_before"]);
    let refused = run_with(&dir, &["user", "password", "ana@acme.example"], "short\n").failure();
    assert!(refused.contains("too short"), "{refused}");
    assert!(!refused.contains("short\n"), "the refusal shows the password: {refused}");
    let refused = run_with(&dir, &["user", "password", "ana@acme.example"], "").failure();
    assert!(refused.contains("standard input has no password"), "{refused}");
}

#[test]
fn user_disable_and_enable_change_only_that() {
    // Disables and enables a user, and compares the rest of the row but the time of revocation.
    let dir = acme();
    let before = row(&dir, "user ana@acme.example");
    run(&dir, &["user", "disable", "ana@acme.example"]).success();
    assert_eq!(row(&dir, "user ana@acme.example")["enabled"], false);
    run(&dir, &["user", "enable", "ana@acme.example"]).success();
    let mut after = row(&dir, "user ana@acme.example");
    assert_ne!(after["tokens_not_before"], before["tokens_not_before"]);
    after["tokens_not_before"] = before["tokens_not_before"].clone();
    assert_eq!(after, before);
    let refused = run(&dir, &["user", "disable", "nobody"]).failure();
    assert!(refused.contains("has no user `nobody`"), "{refused}");
}

#[test]
fn user_expire_sets_and_removes_the_time() {
    // Sets a time in the future, one in the past and none, and passes what is no time.
    let dir = acme();
    let expire =
        |more: &[&str]| run(&dir, &[&["user", "expire", "ana@acme.example"][..], more].concat());
    let out = expire(&["--at", "2100-01-01T00:00:00+07:00"]).success();
    assert!(out.contains("can sign in until 2099-12-31T17:00:00Z"), "{out}");
    let before = row(&dir, "user ana@acme.example");
    let out = expire(&["--at", "2026-01-01T00:00:00Z"]).success();
    assert!(out.contains("they cannot sign in"), "{out}");
    let after = row(&dir, "user ana@acme.example");
    assert_ne!(before["tokens_not_before"], after["tokens_not_before"]);
    assert!(expire(&["--never"]).success().contains("does not expire"));
    assert!(row(&dir, "user ana@acme.example").get("expires").is_none());
    let refused = expire(&["--at", "tomorrow"]).failure();
    assert!(refused.contains("`tomorrow` is not a time with its offset"), "{refused}");
    assert_eq!(expire(&[]).status, Some(2));
}

#[test]
fn a_misspelled_name_in_a_command_gets_the_nearest_one() {
    // Misspells a user, an app and a tenant; names that are far from all get no suggestion.
    let dir = acme();
    for (arguments, meant) in [
        (&["user", "disable", "anna@acme.example"][..], "ana@acme.example"),
        (&["user", "unlock", "ana@acm.example"], "ana@acme.example"),
        (&["user", "disable", "ana@acme.example", "--tenant", "acmee"], "acme"),
    ] {
        let refused = run(&dir, arguments).failure();
        assert!(refused.contains(&format!("did you mean `{meant}`?")), "{refused}");
    }
    let refused = run(&dir, &["user", "disable", "nobody"]).failure();
    assert!(!refused.contains("did you mean"), "{refused}");
}

#[test]
fn users_of_a_csv_file_are_added_all_or_none() {
    // Adds two users. A file that repeats one of them adds none.
    let dir = acme();
    dir.write("users.csv", "username,name\nbudi,Budi\nciti,Citi\n");
    let add = ["user", "add", "--csv", "users.csv", "--secrets-file", "passwords"];
    let out = run(&dir, &add).success();
    assert!(out.contains("2 users were added"), "{out}");
    let passwords = std::fs::read_to_string(dir.path().join("passwords")).expect("the file");
    assert_eq!(passwords.lines().count(), 2);
    dir.write("more.csv", "username,name\ndewi,Dewi\nbudi,Budi\n");
    let refused = run(&dir, &["user", "add", "--csv", "more.csv", "--secrets-file", "x"]).failure();
    assert!(refused.contains("has a user `budi` already"), "{refused}");
    run(&dir, &["user", "disable", "dewi"]).failure();
}

#[test]
fn revoke_moves_the_time_of_a_user_a_client_or_the_tenant() {
    // Revokes each, and reads the time in the row. The tenant needs a confirmation.
    let dir = acme();
    run(&dir, &["app", "add", "shop", "--secrets-file", "secrets"]).success();
    run(&dir, &["revoke", "--user", "ana@acme.example"]).success();
    let out = run(&dir, &["revoke", "--client", "shop", "--json"]).success();
    let result: serde_json::Value = serde_json::from_str(&out).expect("JSON alone");
    let time = result["revoked_before"].as_str().expect("a time");
    assert!(model::parse_rfc3339(time).is_some(), "{time}");
    let refused = run(&dir, &["revoke", "--tenant", "acme"]).failure();
    assert!(refused.contains("--yes"), "{refused}");
    run(&dir, &["revoke", "--tenant", "acme", "--yes"]).success();
    for name in ["user ana@acme.example", "client shop", "tenant acme"] {
        assert_ne!(row(&dir, name)["tokens_not_before"], 0, "{name}");
    }
    assert!(run(&dir, &["revoke"]).failure().contains("pass --user, --client, --resource"));
}

#[test]
fn unlock_deletes_the_failed_sign_ins_of_a_user() {
    // Counts failures as the sign-in does, under the compared form of the name, which is another
    // one than its lower case for fullwidth letters. The second run finds none.
    let dir = acme();
    for name in ["ana@acme.example", "ＪＯＳＥ\u{301}"] {
        if !name.is_ascii() {
            run_with(&dir, &["user", "add", name], "another long password\n").success();
        }
        count_failures(&dir, name, 3);
        for expected in [3, 0] {
            let out = run(&dir, &["user", "unlock", name, "--json"]).success();
            assert!(out.contains(&format!("\"failed_sign_ins\":{expected}")), "{name}: {out}");
        }
    }
}

#[test]
fn reset_of_the_second_factor_removes_apps_and_codes() {
    // Stores two apps and a code of a user, and runs the command twice: the second run finds none.
    let dir = acme();
    store_authenticators(&dir, "ana@acme.example");
    for (apps, codes) in [(2, 1), (0, 0)] {
        let arguments = ["user", "reset-second-factor", "ana@acme.example", "--json"];
        let out = run(&dir, &arguments).success();
        let result: serde_json::Value = serde_json::from_str(&out).expect("JSON alone");
        assert_eq!((&result["apps"], &result["recovery_codes"]), (&apps.into(), &codes.into()));
        assert_eq!(result["passkeys"], 0);
    }
    let refused = run(&dir, &["user", "reset-second-factor", "nobody"]).failure();
    assert!(refused.contains("has no user `nobody`"), "{refused}");
}

#[test]
fn access_pass_is_written_once_stored_as_a_digest_and_replaced() {
    // Creates two passes, of which the second replaces the first, resets the second factor, which
    // leaves the pass, and revokes it twice.
    let dir = acme();
    store_authenticators(&dir, "ana@acme.example");
    let command = ["user", "access-pass", "ana@acme.example", "--json"];
    let mut digests = Vec::new();
    for (file, more) in [("one", &[][..]), ("two", &["--valid", "24h", "--once"])] {
        let arguments = [&command[..], &["--secrets-file", file], more].concat();
        let out = run(&dir, &arguments).success();
        let result: serde_json::Value = serde_json::from_str(&out).expect("JSON alone");
        assert_eq!((&result["once"], &result["mail"]), (&(!more.is_empty()).into(), &true.into()));
        let written = std::fs::read_to_string(dir.path().join(file)).expect("a file");
        let pass = written.trim().rsplit(' ').next().expect("a pass");
        assert_eq!((pass.len(), pass.matches('-').count()), (19, 3), "{written}");
        let code = signin::factor::access_pass::AccessPassCode::parse(pass).expect("a pass");
        let stored = stored_pass(&dir, "ana@acme.example").expect("a pass");
        assert_eq!(
            stored.digest,
            code.pass((model::Seconds::hours(1), false), stored.created_at).digest
        );
        let hours = if more.is_empty() { 1 } else { 24 };
        assert_eq!(stored.expires_at, stored.created_at + model::Seconds::hours(hours));
        digests.push(stored.digest);
    }
    assert_ne!(digests[0], digests[1]);
    run(&dir, &["user", "reset-second-factor", "ana@acme.example"]).success();
    assert!(stored_pass(&dir, "ana@acme.example").is_some(), "the pass stays");
    let export = dir.run(&["export", "--data", "data"]).success();
    assert!(!export.contains("pass_") && !export.contains("access"), "{export}");
    dir.run(&["apply", "directory.toml", "--data", "data"]).success();
    assert!(stored_pass(&dir, "ana@acme.example").is_some(), "a declaration leaves the pass");
    for revoked in [true, false] {
        let out = run(&dir, &[&command[..], &["--revoke"]].concat()).success();
        assert!(out.contains(&format!("\"revoked\":{revoked}")), "{out}");
        assert_eq!(stored_pass(&dir, "ana@acme.example"), None);
    }
}

#[test]
fn access_pass_is_refused_without_a_place_for_it_or_for_another_time() {
    // Prints to a pipe, names lengths that are too short, too long and none, and an unknown user.
    let dir = acme();
    let command = ["user", "access-pass", "ana@acme.example"];
    let refused = run(&dir, &command).failure();
    assert!(refused.contains("--secrets-file"), "{refused}");
    for valid in ["9m", "25h", "1", "0h", "-1h", "an hour"] {
        let argument = format!("--valid={valid}");
        let refused = run(&dir, &[&command[..], &[argument.as_str()]].concat());
        assert_eq!(refused.status, Some(2), "{valid}");
        assert!(refused.err.contains("ten minutes to 24 hours"), "{valid}: {}", refused.err);
    }
    let unknown = ["user", "access-pass", "nobody", "--secrets-file", "file"];
    assert!(run(&dir, &unknown).failure().contains("has no user `nobody`"));
    assert_eq!(stored_pass(&dir, "ana@acme.example"), None);
    assert!(!dir.path().join("file").exists());
}

/// Returns the stored temporary access pass of a user.
fn stored_pass(dir: &TestDir, username: &str) -> Option<model::AccessPass> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let store = store::SqliteStore::open(&dir.path().join("data")).expect("a store");
        let tenant = store.tenant("acme").await.expect("a store").expect("a tenant").id;
        let user = store.user_named(tenant, username).await.expect("a store").expect("a user").id;
        store.authenticators(tenant, user).await.expect("a store")?.access_pass
    })
}

/// Stores two authenticator apps and a recovery code of a user.
fn store_authenticators(dir: &TestDir, username: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let store = store::SqliteStore::open(&dir.path().join("data")).expect("a store");
        let tenant = store.tenant("acme").await.expect("a store").expect("a tenant").id;
        let user = store.user_named(tenant, username).await.expect("a store").expect("a user").id;
        let mut row = model::Authenticators::new(tenant, user);
        for number in 1..=2 {
            row.apps.push(model::AuthenticatorApp {
                id: uuid::Uuid::from_u128(number),
                name: String::new(),
                sealed_secret: vec![1, 2, 3],
                added_at: model::Timestamp::default(),
            });
        }
        row.recovery_codes.digests.push([1; 32]);
        store.apply(vec![DirectoryChange::PutAuthenticators(row)]).await.expect("a store");
    });
}

/// Stores failed sign-ins of a user name, as the service does.
fn count_failures(dir: &TestDir, username: &str, failures: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let store = store::SqliteStore::open(&dir.path().join("data")).expect("a store");
        let tenant = store.tenant("acme").await.expect("a store").expect("a tenant").id;
        let counter = signin::lockout::Counter::Account(model::username_key(username));
        let key = jose::digest::sha256(&counter.label());
        for _ in 0..failures {
            let earlier = store.failed_sign_ins(tenant, key).await.expect("a store");
            let counter = signin::lockout::StoredCounter {
                counter: counter.clone(),
                key,
                earlier,
                recent_users: 0,
            };
            let (counters, now) = (vec![counter], service::now());
            let failures = signin::lockout::Attempt { tenant, counters, now }.fail();
            let changes = failures.into_iter().map(|failure| failure.change).collect();
            let outcome = store.commit(changes).await.expect("a commit");
            assert_eq!(outcome, model::CommitOutcome::Committed);
        }
    });
}

#[test]
fn a_generated_password_is_in_the_file_only_and_json_stays_json() {
    // RP5: generates a password into a pipe, which changes nothing, then with a file and JSON.
    let dir = acme();
    let before = row(&dir, "user ana@acme.example");
    let password = ["user", "password", "ana@acme.example", "--generate"];
    let refused = run(&dir, &password).failure();
    assert!(refused.contains("--secrets-file"), "{refused}");
    assert_eq!(row(&dir, "user ana@acme.example"), before);
    let with_file = [&password[..], &["--secrets-file", "secrets", "--json"]].concat();
    let out = run(&dir, &with_file).success();
    let json: serde_json::Value = serde_json::from_str(&out).expect("JSON alone");
    assert_eq!(json["generated"], true);
    let secrets = std::fs::read_to_string(dir.path().join("secrets")).expect("the file");
    let secret = secrets.trim().rsplit(' ').next().expect("a password");
    assert!(secret.len() == 23 && !out.contains(secret), "{out}");
    assert_ne!(row(&dir, "user ana@acme.example"), before);
}

#[test]
fn a_command_asks_for_the_tenant_if_there_are_several() {
    // Declares a second tenant, and disables a user without and with its name.
    let dir = acme();
    dir.write("other.toml", "[[tenants]]\nname = \"other\"\n");
    dir.run(&["apply", "other.toml", "--data", "data"]).success();
    let refused = run(&dir, &["user", "disable", "ana@acme.example"]).failure();
    assert!(refused.contains("pass --tenant with one of acme, other"), "{refused}");
    run(&dir, &["user", "disable", "ana@acme.example", "--tenant", "acme"]).success();
}

#[test]
fn json_of_a_command_with_a_secret_is_json_alone() {
    // Adds an app, a secret and users with a file for the secrets, and without one.
    let dir = acme();
    let add = ["app", "add", "shop", "--for", "go"];
    let secret = ["app", "secret", "add", "shop", "--id", "two"];
    let user = ["user", "add", "budi", "--generate"];
    let password = ["user", "password", "ana@acme.example", "--generate"];
    for (number, arguments) in [&add[..], &secret, &user, &password].into_iter().enumerate() {
        let refused = run(&dir, &[arguments, &["--json"]].concat()).failure();
        assert!(refused.contains("pass --secrets-file FILE; nothing was changed"), "{refused}");
        let file = format!("secrets-{number}");
        let with_file = [arguments, &["--json", "--secrets-file", &file]].concat();
        let out = run(&dir, &with_file).success();
        assert!(serde_json::from_str::<serde_json::Value>(&out).is_ok(), "{out}");
        assert!(dir.path().join(file).exists());
    }
    let refused = run(&dir, &["app", "secret", "add", "shop", "--secrets-file", "secrets-0"]);
    assert!(refused.failure().contains("secrets go to a new file"));
}

#[test]
fn app_add_for_a_framework_registers_the_redirect_uri_of_its_program() {
    // Adds an app without a redirect URI, then a native one, which can keep no secret.
    let dir = acme();
    let add = ["app", "add", "shop", "--for", "spring", "--secrets-file", "secrets"];
    run(&dir, &add).success();
    let client = row(&dir, "client shop");
    let uri = "http://localhost:5000/login/oauth2/code/admit";
    assert_eq!(client["redirect_uris"][0]["uri"], uri);
    let refused = run(&dir, &["app", "add", "cli", "--kind", "native", "--for", "go"]).failure();
    assert!(refused.contains("leave out --kind or --for"), "{refused}");
}

#[test]
fn values_that_could_never_work_are_refused_with_the_next_step() {
    // Adds public apps without a redirect URI, a secret to a public app, a secret that has expired,
    // and users without an address. No row and no file is created.
    let dir = acme();
    let before = rows(&dir);
    for kind in ["single-page", "native"] {
        let refused = run(&dir, &["app", "add", "spa", "--kind", kind]).failure();
        assert!(refused.contains("add --redirect URL"), "{refused}");
    }
    for address in ["notmail", "a@", "@b.example", "a b@c.example", "a@b@c.example"] {
        let add = ["user", "add", "dewi", "--email", address, "--generate"];
        let refused = run(&dir, &[&add[..], &["--secrets-file", "f"]].concat()).failure();
        assert!(refused.contains("this is not a single e-mail address"), "{refused}");
    }
    assert_eq!(rows(&dir), before);
    let spa = ["app", "add", "spa", "--kind", "single-page", "--redirect", "https://spa.example/"];
    run(&dir, &spa).success();
    run(&dir, &["app", "add", "shop", "--secrets-file", "secrets"]).success();
    let before = rows(&dir);
    let add = |app, more: &[&str]| {
        let arguments = ["app", "secret", "add", app, "--secrets-file", "more"];
        run(&dir, &[&arguments[..], more].concat())
    };
    let refused = add("spa", &[]).failure();
    assert!(refused.contains("is public") && refused.contains("--kind web"), "{refused}");
    for time in ["2020-01-01T00:00:00Z", "2020-01-01"] {
        let refused = add("shop", &["--id", "old", "--expires", time]).failure();
        assert!(refused.contains("--expires"), "{refused}");
    }
    assert_eq!(rows(&dir), before);
    assert!(!dir.path().join("more").exists());
    add("shop", &["--id", "new", "--expires", "2099-01-01T00:00:00Z"]).success();
}

#[test]
fn files_stay_if_it_is_not_known_whether_the_change_was_made() {
    // Lets the store fail while an app is added, and while a generated password is set: the message
    // does not claim that nothing was changed, and the files with the secrets stay.
    let dir = acme();
    let fail = |table: &str| {
        let file = dir.path().join("data/directory.db");
        let connection = rusqlite::Connection::open(file).expect("a database");
        let trigger = format!(
            "CREATE TRIGGER fail_{table} BEFORE INSERT ON {table} \
             BEGIN SELECT RAISE(ABORT, 'no space'); END;"
        );
        connection.execute_batch(&trigger).expect("a trigger");
    };
    fail("clients");
    fail("passwords");
    std::fs::create_dir(dir.path().join("shop")).expect("a folder");
    let add = ["app", "add", "shop", "--for", "express", "--into", "shop"];
    let failed = run(&dir, &add).failure();
    assert!(failed.contains("it is not known whether anything was changed"), "{failed}");
    assert!(failed.contains("`admit export`"), "{failed}");
    let values = std::fs::read_to_string(dir.path().join("shop/.env")).expect("the file stays");
    assert!(values.contains("ADMIT_CLIENT_SECRET="), "{values}");
    let set = ["user", "password", "ana@acme.example", "--generate", "--secrets-file", "new"];
    let failed = run(&dir, &set).failure();
    assert!(failed.contains("it is not known whether"), "{failed}");
    assert!(dir.path().join("new").exists(), "the password may be in use");
}
