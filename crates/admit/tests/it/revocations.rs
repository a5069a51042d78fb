//! Revocations by `admit revoke`, by `revoke_before` of a declaration, and by removing rows.
//!
//! The row ids in comments are those of `docs/reference/hostile-inputs.md`: RV = revocations.

use model::{
    Change, ClientId, CommitOutcome, Consent, Directory as _, DirectoryChange, Grant, GrantDetails,
    GrantId, Ledger as _, RevocationReason, Seconds, Session, SessionId, Tenant, Timestamp, User,
};
use serde_json::Value;
use store::SqliteStore;

use crate::apply::dir;
use crate::directory_rows::{last_event, rows};
use crate::fixtures::{CommandOutput, TestDir};

const DIRECTORY: &str = r#"
[[tenants]]
name = "acme"
[[tenants.resources]]
identifier = "api://orders"
[[tenants.clients]]
name = "web"
client_id = "web"
redirect_uris = { web = ["https://app.example/cb"] }
secrets = [{ generate = true }]
[[tenants.users]]
username = "ana"
id = "11111111-2222-4333-8444-555555555555"
"#;
const ROWS: [&str; 4] =
    ["tenant acme", "client acme/web", "user acme/ana", "resource acme/api://orders"];

fn acme() -> TestDir {
    let dir = dir();
    dir.write("acme.toml", DIRECTORY);
    apply(&dir, "acme.toml", &["--secrets-file", "secrets"]).success();
    dir
}

fn apply(dir: &TestDir, file: &str, more: &[&str]) -> CommandOutput {
    dir.run(&[&["apply", file, "--data", "data"][..], more].concat())
}

fn revoke(dir: &TestDir, arguments: &[&str]) -> CommandOutput {
    dir.run(&[&["revoke", "--data", "data"][..], arguments].concat())
}

fn time(row: &Value) -> i64 {
    row["tokens_not_before"].as_i64().expect("a time")
}

/// Runs a task on the store of the data directory.
fn on_store<T>(dir: &TestDir, task: impl AsyncFnOnce(SqliteStore) -> T) -> T {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let store = SqliteStore::open(&dir.path().join("data")).expect("a store");
    runtime.block_on(task(store))
}

async fn acme_and_ana(store: &SqliteStore) -> (Tenant, User) {
    let tenant = store.tenant("acme").await.expect("a store").expect("a tenant");
    let user = store.user_named(tenant.id, "ana").await.expect("a store").expect("a user");
    (Tenant::clone(&tenant), User::clone(&user))
}

#[test]
fn revoke_before_moves_the_time_of_each_row_and_never_back() {
    // RV5: declares a time for each row, then an earlier one, none, and one in the future. A dry
    // run shows the time.
    let dir = acme();
    let declare = |time: &str| {
        let line = format!("revoke_before = {time}\n");
        let text = DIRECTORY.replace("name = \"acme\"\n", &format!("name = \"acme\"\n{line}"));
        let text = text.replace("client_id = \"web\"\n", &format!("client_id = \"web\"\n{line}"));
        let text = text.replace("username = \"ana\"\n", &format!("username = \"ana\"\n{line}"));
        let api = "identifier = \"api://orders\"\n";
        dir.write("next.toml", &text.replace(api, &format!("{api}{line}")));
    };
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    let now = model::format_rfc3339_seconds(service::now());
    declare(&now);
    let shown = apply(&dir, "next.toml", &["--dry-run"]).success();
    assert_eq!(shown.matches("~ tokens_not_before = ").count(), 4, "{shown}");
    apply(&dir, "next.toml", &[]).success();
    let expected = model::parse_rfc3339(&now).expect("a time").microseconds();
    let after = rows(&dir);
    for row in ROWS {
        assert_eq!(time(&after[row]), expected, "{row}");
    }
    for kind in [
        "tokens_revoked",
        "client_tokens_revoked",
        "user_tokens_revoked",
        "resource_tokens_revoked",
    ] {
        assert!(last_event(&dir, kind).is_some(), "{kind}");
    }
    declare("2020-01-01T00:00:00Z");
    apply(&dir, "next.toml", &[]).success();
    apply(&dir, "acme.toml", &[]).success();
    assert_eq!(rows(&dir), after);
    declare("2099-01-01T00:00:00Z");
    let refused = apply(&dir, "next.toml", &[]).failure();
    assert_eq!(refused.matches("a revocation must not lie in the future").count(), 4, "{refused}");
    assert_eq!(rows(&dir), after);
}

#[test]
fn rows_that_were_removed_or_switched_off_come_back_with_a_new_time() {
    // RV1, RV4: switches each row off and on, then prunes all of them and adds them again with the
    // same ids. Each time moves, and no time moves without a change.
    let dir = acme();
    let first = rows(&dir);
    let off = DIRECTORY
        .replace("name = \"acme\"\n", "name = \"acme\"\nsuspended = true\n")
        .replace("client_id = \"web\"\n", "client_id = \"web\"\nenabled = false\n")
        .replace("username = \"ana\"\n", "username = \"ana\"\nenabled = false\n")
        .replace("= \"api://orders\"\n", "= \"api://orders\"\nenabled = false\n");
    dir.write("off.toml", &off);
    let on = off.replace("enabled = false", "enabled = true");
    dir.write("on.toml", &on.replace("suspended = true", "suspended = false"));
    apply(&dir, "off.toml", &[]).success();
    let switched_off = rows(&dir);
    // A switch off moves the time past the end of the second in which the row was created.
    let latest = ROWS.iter().map(|row| time(&switched_off[*row])).max();
    while latest >= Some(service::now().microseconds()) {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    apply(&dir, "on.toml", &[]).success();
    let switched_on = rows(&dir);
    apply(&dir, "on.toml", &[]).success();
    assert_eq!(rows(&dir), switched_on);
    for row in ROWS {
        assert!(time(&first[row]) < time(&switched_off[row]), "{row}");
        assert!(time(&switched_off[row]) < time(&switched_on[row]), "{row}");
    }
    dir.write("none.toml", "[[tenants]]\nname = \"acme\"\n");
    let listed = apply(&dir, "none.toml", &[]).success();
    for name in ["client web (web)", "resource api://orders"] {
        assert!(listed.contains(&format!("  = {name}\n")), "{listed}");
    }
    assert!(listed.contains("Not in the file, and kept: `--prune` removes them"), "{listed}");
    apply(&dir, "none.toml", &["--prune"]).success();
    apply(&dir, "acme.toml", &["--secrets-file", "more"]).success();
    let again = rows(&dir);
    for row in &ROWS[1..] {
        assert_eq!(first[*row]["id"], again[*row]["id"]);
        assert!(time(&switched_on[*row]) < time(&again[*row]), "{row}");
    }
}

#[test]
fn revoke_ends_one_grant_and_one_session_by_an_administrator() {
    // RV6: stores a grant and a session, and ends them. Unknown ids are refused.
    let dir = acme();
    let (grant, session) = (GrantId::new([7; 16]), SessionId::new([8; 16]));
    on_store(&dir, async |store| {
        let (tenant, user) = acme_and_ana(&store).await;
        let (at, expires_at) = (service::now(), service::now() + Seconds::hours(1));
        let opened = Grant {
            tenant: tenant.id,
            id: grant,
            client: ClientId::new("web").expect("an id"),
            user: user.id,
            session,
            resource: "api://orders".to_owned(),
            scopes: Vec::new(),
            openid_scopes: Vec::new(),
            auth_time: at,
            amr: Vec::new(),
            confirmation: None,
            single_page: false,
            opened_at: at,
            expires_at,
            generation: 0,
            rotated_at: at,
            revoked: None,
            details: GrantDetails::default(),
        };
        let signed_in = Session {
            tenant: tenant.id,
            id: session,
            user: user.id,
            auth_time: at,
            amr: Vec::new(),
            expires_at,
            persistent: false,
            ended_at: None,
            replaces: None,
            origin: None,
        };
        for change in [Change::OpenGrant(opened), Change::OpenSession(signed_in)] {
            let outcome = store.commit(vec![change]).await.expect("a store");
            assert_eq!(outcome, CommitOutcome::Committed);
        }
    });
    for (option, id) in [("--grant", session.to_string()), ("--session", grant.to_string())] {
        let refused = revoke(&dir, &[option, &id]).failure();
        assert!(refused.contains("has no "), "{refused}");
    }
    revoke(&dir, &["--grant", &grant.to_string()]).success();
    revoke(&dir, &["--session", &session.to_string(), "--json"]).success();
    on_store(&dir, async |store| {
        let (tenant, _) = acme_and_ana(&store).await;
        let grant = store.grant(tenant.id, grant).await.expect("a store").expect("a grant");
        let reason = grant.revoked.expect("a revocation").reason;
        assert_eq!(reason, RevocationReason::ByAdministrator);
        let session = store.session(tenant.id, session).await.expect("a store");
        assert!(session.expect("a session").ended_at.is_some());
    });
    assert_eq!(last_event(&dir, "grant_revoked").expect("an event").subject, "ana");
    assert_eq!(last_event(&dir, "session_ended").expect("an event").subject, "ana");
}

#[test]
fn revoke_withdraws_a_consent_and_reaches_a_resource() {
    // RV3: withdraws a consent, which a new one does not undo; where there is none, or an
    // administrator gave it, the command is refused. Then revokes what was given for an API.
    let dir = acme();
    let refused = revoke(&dir, &["--user", "ana", "--client", "web"]).failure();
    assert!(refused.contains("ana has not consented to the app `web`"), "{refused}");
    let consents = |put: Option<Consent>| {
        on_store(&dir, async |store| {
            let (tenant, user) = acme_and_ana(&store).await;
            if let Some(consent) = put {
                store.apply(vec![DirectoryChange::PutConsent(consent)]).await.expect("a store");
            }
            let client = ClientId::new("web").expect("an id");
            store.consents(tenant.id, user.id, &client).await.expect("a store")
        })
    };
    let given = on_store(&dir, async |store| {
        let (tenant, user) = acme_and_ana(&store).await;
        Consent {
            tenant: tenant.id,
            user: user.id,
            client: ClientId::new("web").expect("an id"),
            resource: String::new(),
            scopes: vec!["openid".to_owned()],
            given_at: service::now(),
            grants_not_before: Timestamp::default(),
        }
    });
    consents(Some(given.clone()));
    revoke(&dir, &["--user", "ana", "--client", "web"]).success();
    let withdrawn = consents(None);
    assert_eq!(withdrawn.len(), 1);
    assert!(withdrawn[0].scopes.is_empty() && withdrawn[0].grants_not_before >= given.given_at);
    let again = consents(Some(given));
    assert_eq!(again[0].scopes, ["openid"]);
    assert_eq!(again[0].grants_not_before, withdrawn[0].grants_not_before);
    assert_eq!(last_event(&dir, "consent_withdrawn").expect("an event").detail, "web");

    let before = rows(&dir);
    revoke(&dir, &["--resource", "api://orders"]).success();
    assert!(time(&before[ROWS[3]]) < time(&rows(&dir)[ROWS[3]]));
    let refused = revoke(&dir, &["--resource", "api://else"]).failure();
    assert!(refused.contains("has no API `api://else`"), "{refused}");
}
