//! Changes of users that sign them out of their apps.

use model::{
    Change, Client, ClientId, CommitOutcome, Directory, GrantId, History, Ledger, Seconds,
    SessionGrant, SessionId,
};
use store::{SqliteHistory, SqliteStore};

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
