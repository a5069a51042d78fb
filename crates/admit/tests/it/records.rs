//! Request records and change events in the history file.

use std::path::Path;

use model::{ChangeEvent, RecordQuery, Records, RequestRecord, Timestamp};
use store::SqliteHistory;

use crate::fixtures::{TestDir, curl};
use crate::serve::free_port;

const BEFORE: &str = r#"
[[tenants]]
name = "acme"

[[tenants.clients]]
client_id = "shop"
name = "Shop"
redirect_uris = { web = ["https://shop.example.com/callback"] }
secrets = [{ id = "first", generate = true }]
"#;

fn dir(port: u16, more: &str) -> TestDir {
    let dir = TestDir::new();
    dir.root_key("root.key");
    configure(&dir, port, more);
    dir.write("directory.toml", BEFORE);
    apply(&dir);
    dir
}

fn configure(dir: &TestDir, port: u16, more: &str) {
    let configuration = format!(
        "origin = \"http://localhost:{port}\"\ndata_dir = \"data\"\nroot_key_file = \
         \"root.key\"\n\n[[listeners]]\naddress = \"127.0.0.1:{port}\"\n\n{more}"
    );
    dir.write("admit.toml", &configuration);
}

fn apply(dir: &TestDir) {
    dir.run(&["apply", "directory.toml", "--config", "admit.toml"]).success();
}

/// Sends a token request with a wrong secret and stops the service immediately.
fn refused_once(dir: &TestDir, port: u16) {
    let running = dir.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"");
    let url = format!("http://localhost:{port}/acme/oauth2/v2.0/token");
    let form = "grant_type=client_credentials&client_id=shop&client_secret=wrong";
    let (status, body) = curl(&["--data", form, &url]);
    assert_eq!(status, 401, "{body}");
    assert_eq!(running.stop(), Some(0));
}

fn history<T>(
    dir: &TestDir,
    read: impl AsyncFnOnce(SqliteHistory) -> Result<T, model::Fault>,
) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let data: &Path = &dir.path().join("data");
    let history = SqliteHistory::open_read_only(data).expect("a history");
    runtime.expect("a runtime").block_on(read(history)).expect("readable")
}

fn records(dir: &TestDir) -> Vec<RequestRecord> {
    let all = RecordQuery { limit: 100, ..RecordQuery::default() };
    history(dir, async |history| history.find(all).await)
}

fn events(dir: &TestDir) -> Vec<ChangeEvent> {
    let span = (Timestamp::default(), Timestamp::from_seconds(i64::MAX / 2_000_000));
    let mut events = history(dir, async |history| history.events(None, span, 1_000).await);
    events.reverse();
    events
}

#[test]
fn a_stop_writes_the_last_record_unless_records_are_disabled() {
    // Sends a refused request and stops the service; then repeats this with records disabled.
    let port = free_port();
    let dir = dir(port, "");
    refused_once(&dir, port);
    let records_before = records(&dir);
    assert_eq!(records_before.len(), 1, "{records_before:?}");
    assert_eq!(
        (records_before[0].number, records_before[0].client.as_deref()),
        (Some(7_000_215), Some("shop"))
    );
    assert_eq!(
        records_before[0].attributed_client.as_ref().map(model::ClientId::as_str),
        Some("shop")
    );
    configure(&dir, port, "[records]\nenabled = false\n");
    refused_once(&dir, port);
    assert_eq!(records(&dir).len(), 1);
}

#[test]
fn changes_of_the_directory_are_recorded_as_events() {
    // Applies a declaration twice, then one with another redirect URI and another secret; rotates
    // the keys; starts the service twice.
    let port = free_port();
    let dir = dir(port, "");
    apply(&dir);
    let after = BEFORE
        .replace("/callback", "/signed-in")
        .replace("[{ id = \"first\"", "[{ id = \"second\", generate = true }, { id = \"first\"");
    dir.write("directory.toml", &after);
    apply(&dir);
    dir.run(&["key", "rotate", "--now", "--revoke-old", "--config", "admit.toml"]).success();
    refused_once(&dir, port);
    refused_once(&dir, port);
    let events = events(&dir);
    let found: Vec<(&str, &str)> =
        events.iter().map(|event| (&*event.kind, event.detail.as_str())).collect();
    let times = |kind: &str| found.iter().filter(|(known, _)| *known == kind).count();
    for once in [
        ("tenant_created", ""),
        ("client_created", ""),
        ("secret_added", "second"),
        ("redirect_uri_added", "https://shop.example.com/signed-in"),
        ("redirect_uri_removed", "https://shop.example.com/callback"),
        ("version", env!("CARGO_PKG_VERSION")),
    ] {
        assert_eq!(found.iter().filter(|event| **event == once).count(), 1, "{once:?}: {found:?}");
        assert_eq!(times(once.0), 1, "{once:?}: {found:?}");
    }
    // Two algorithms: the first keys, their successors, and the removal of the first.
    assert_eq!(
        (times("signing_key_created"), times("signing_key_active"), times("signing_key_revoked")),
        (4, 4, 2)
    );
    let of_installation = ["version", "root_key_used"];
    assert!(events.iter().all(|it| it.tenant.is_some() || of_installation.contains(&&*it.kind)));
}
