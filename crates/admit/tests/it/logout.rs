//! Changes of users that sign them out of their apps.

use model::{
    Change, Channel, Client, ClientId, CommitOutcome, Delivery, Directory, GrantId, History,
    Ledger, LogoutLimits, LogoutNotice, Seconds, Session, SessionGrant, SessionId, Tickets, UserId,
};
use store::{SqliteHistory, SqliteStore};
use uuid::Uuid;

use crate::fixtures::TestDir;

const TENANT: &str = "[[tenants]]\nname = \"acme\"\n";
const APP: &str = "[[tenants.clients]]\nname = \"web\"\nclient_id = \"web\"\npublic = true\n\
     redirect_uris = { web = [\"https://app.test/cb\"] }\n\
     backchannel_logout_uri = \"https://app.test/bc\"\n";
const USER: &str = "[[tenants.users]]\nusername = \"ana\"\n";

/// Gives the app a grant of the user.
async fn grant(dir: &TestDir) {
    let store = SqliteStore::open(&dir.path().join("data")).expect("a store");
    let tenant = store.tenant("acme").await.expect("a store").expect("a tenant").id;
    let user = store.user_named(tenant, "ana").await.expect("a store").expect("a user").id;
    let clients: Vec<Client> = store.clients(tenant).await.expect("a store");
    assert_eq!(clients[0].backchannel_logout_uri.as_deref(), Some("https://app.test/bc"));
    let grant = SessionGrant {
        tenant,
        user,
        session: SessionId::new([1; 16]),
        grant: GrantId::new([2; 16]),
        client: ClientId::new("web").expect("an id"),
        offline: true,
        expires_at: service::now() + Seconds::days(1),
    };
    let added = store.commit(vec![Change::AddSessionGrant(grant)]).await.expect("a store");
    assert_eq!(added, CommitOutcome::Committed);
}

/// Opens the session of the grant.
async fn open_session(dir: &TestDir) {
    let store = SqliteStore::open(&dir.path().join("data")).expect("a store");
    let tenant = store.tenant("acme").await.expect("a store").expect("a tenant").id;
    let user = store.user_named(tenant, "ana").await.expect("a store").expect("a user").id;
    let session = Session {
        tenant,
        id: SessionId::new([1; 16]),
        user,
        auth_time: service::now(),
        amr: Vec::new(),
        expires_at: service::now() + Seconds::days(1),
        persistent: false,
        ended_at: None,
        replaces: None,
        origin: None,
    };
    let opened = store.commit(vec![Change::OpenSession(session)]).await.expect("a store");
    assert_eq!(opened, CommitOutcome::Committed);
}

/// Stores as many logout tokens of the app as may wait.
async fn fill(dir: &TestDir) {
    let store = SqliteStore::open(&dir.path().join("data")).expect("a store");
    let tenant = store.tenant("acme").await.expect("a store").expect("a tenant").id;
    let history = SqliteHistory::open(&dir.path().join("data")).expect("a history");
    let delivery = |number: u128| Delivery {
        id: Uuid::from_u128(number),
        ticket: None,
        notice: None,
        tenant: Some(tenant),
        channel: Channel::Logout(LogoutNotice {
            client: ClientId::new("web").expect("an id"),
            user: UserId::new(Uuid::nil()),
            session: None,
        }),
        entry: None,
        created_at: service::now(),
        due_at: service::now() + Seconds::days(1),
        attempts: 0,
    };
    let limits = LogoutLimits { of_client: u32::MAX, of_tenant: u32::MAX };
    let deliveries = (0..2_000).map(delivery).collect();
    let left_out = history.add_logouts(tenant, deliveries, limits).await.expect("a history");
    assert_eq!(left_out, []);
}

async fn waiting(dir: &TestDir) -> u64 {
    let history = SqliteHistory::open(&dir.path().join("data")).expect("a history");
    let history: &dyn History = &history;
    history.delivery_queue().await.expect("a history").logouts.waiting
}

#[tokio::test]
async fn apply_stores_logout_tokens_for_a_disabled_and_a_removed_user() {
    // Applies a change of the name, which signs no one out; then disables the user, enables them
    // again, and removes them. A dry run stores nothing.
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    let apply = |text: &str, more: &[&str]| {
        dir.write("acme.toml", text);
        dir.run(&[&["apply", "acme.toml", "--data", "data"], more].concat()).success();
    };
    apply(&format!("{TENANT}{APP}{USER}"), &[]);
    grant(&dir).await;
    apply(&format!("{TENANT}{USER}name = \"Ana\"\n"), &[]);
    assert_eq!(waiting(&dir).await, 0);
    let disabled = format!("{TENANT}{USER}enabled = false\n");
    apply(&disabled, &["--dry-run"]);
    assert_eq!(waiting(&dir).await, 0);
    apply(&disabled, &[]);
    assert_eq!(waiting(&dir).await, 1);
    apply(&format!("{TENANT}{USER}enabled = true\n"), &[]);
    assert_eq!(waiting(&dir).await, 1);
    apply(&format!("{TENANT}{APP}"), &["--prune", "--yes"]);
    assert_eq!(waiting(&dir).await, 2);
}

#[tokio::test]
async fn revoke_of_a_session_stores_a_logout_token_for_its_app() {
    // Ends the session in which an app got a grant, twice. The second time changes nothing.
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    dir.write("acme.toml", &format!("{TENANT}{APP}{USER}"));
    dir.run(&["apply", "acme.toml", "--data", "data"]).success();
    grant(&dir).await;
    open_session(&dir).await;
    let id = SessionId::new([1; 16]).to_string();
    for _ in 0..2 {
        let arguments = ["revoke", "--tenant", "acme", "--session", &id, "--data", "data"];
        dir.run(&arguments).success();
        assert_eq!(waiting(&dir).await, 1);
    }
}

#[tokio::test]
async fn apply_says_how_many_logout_tokens_are_not_sent() {
    // Disables a user while as many tokens of the app wait as may do so.
    let dir = TestDir::new();
    std::fs::create_dir(dir.path().join("data")).expect("a directory");
    dir.root_key("data/root.key");
    dir.write("acme.toml", &format!("{TENANT}{APP}{USER}"));
    dir.run(&["apply", "acme.toml", "--data", "data"]).success();
    grant(&dir).await;
    fill(&dir).await;
    dir.write("acme.toml", &format!("{TENANT}{USER}enabled = false\n"));
    let output = dir.run(&["apply", "acme.toml", "--data", "data"]);
    let expected = "not sent, because too many wait or the history failed: 1;";
    assert!(output.err.contains(expected), "{}", output.err);
    output.success();
    assert_eq!(waiting(&dir).await, 2_000);
}
