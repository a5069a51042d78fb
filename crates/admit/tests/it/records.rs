//! What is left of requests and of changes, in the file.

use std::path::Path;

use model::{Event, Record, Records, Search, Timestamp};
use store::SqliteHistory;

use crate::run::{Place, ask};
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

fn place(port: u16, more: &str) -> Place {
    let place = Place::new();
    place.root_key("root.key");
    configure(&place, port, more);
    place.write("directory.toml", BEFORE);
    apply(&place);
    place
}

fn configure(place: &Place, port: u16, more: &str) {
    let configuration = format!(
        "origin = \"http://localhost:{port}\"\ndata = \"data\"\nroot_key_file = \
         \"root.key\"\n\n[[listeners]]\naddress = \"127.0.0.1:{port}\"\n\n{more}"
    );
    place.write("admit.toml", &configuration);
}

fn apply(place: &Place) {
    place.run(&["apply", "directory.toml", "--config", "admit.toml"]).done();
}

/// Asks once for a token with a secret that is wrong, and stops the service right after.
fn refused_once(place: &Place, port: u16) {
    let running = place.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"");
    let url = format!("http://localhost:{port}/acme/oauth2/v2.0/token");
    let form = "grant_type=client_credentials&client_id=shop&client_secret=wrong";
    let (status, body) = ask(&["--data", form, &url]);
    assert_eq!(status, 401, "{body}");
    assert_eq!(running.stop(), Some(0));
}

fn history<T>(
    place: &Place,
    read: impl AsyncFnOnce(SqliteHistory) -> Result<T, model::Fault>,
) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let data: &Path = &place.path().join("data");
    let history = SqliteHistory::look(data).expect("a history");
    runtime.expect("a runtime").block_on(read(history)).expect("readable")
}

fn records(place: &Place) -> Vec<Record> {
    let all = Search { limit: 100, ..Search::default() };
    history(place, async |history| history.find(all).await)
}

fn events(place: &Place) -> Vec<Event> {
    let span = (Timestamp::default(), Timestamp::from_seconds(i64::MAX / 2_000_000));
    let mut events = history(place, async |history| history.events(None, span, 1_000).await);
    events.reverse();
    events
}

#[test]
fn an_orderly_stop_keeps_the_last_record_and_a_switch_keeps_none() {
    // Has one request refused and stops the service at once; then the same with records off.
    let port = free_port();
    let place = place(port, "");
    refused_once(&place, port);
    let kept = records(&place);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!((kept[0].number, kept[0].client.as_deref()), (Some(7_000_215), Some("shop")));
    assert_eq!(kept[0].owner.as_ref().map(model::ClientId::as_str), Some("shop"));
    configure(&place, port, "[records]\nenabled = false\n");
    refused_once(&place, port);
    assert_eq!(records(&place).len(), 1);
}

#[test]
fn what_is_declared_otherwise_is_written_down_as_what_changed() {
    // Applies a directory, the same again, and one with another redirect URI and another secret;
    // replaces the keys; starts the service twice.
    let port = free_port();
    let place = place(port, "");
    apply(&place);
    let after = BEFORE
        .replace("/callback", "/signed-in")
        .replace("[{ id = \"first\"", "[{ id = \"second\", generate = true }, { id = \"first\"");
    place.write("directory.toml", &after);
    apply(&place);
    place.run(&["key", "rotate", "--now", "--withdraw", "--config", "admit.toml"]).done();
    refused_once(&place, port);
    refused_once(&place, port);
    let events = events(&place);
    let said: Vec<(&str, &str)> =
        events.iter().map(|event| (&*event.kind, event.detail.as_str())).collect();
    let times = |kind: &str| said.iter().filter(|(known, _)| *known == kind).count();
    for once in [
        ("tenant_made", ""),
        ("client_made", ""),
        ("secret_added", "second"),
        ("redirect_uri_added", "https://shop.example.com/signed-in"),
        ("redirect_uri_removed", "https://shop.example.com/callback"),
        ("version", env!("CARGO_PKG_VERSION")),
    ] {
        assert_eq!(said.iter().filter(|found| **found == once).count(), 1, "{once:?}: {said:?}");
        assert_eq!(times(once.0), 1, "{once:?}: {said:?}");
    }
    // Two algorithms: the first keys, their successors, and the end of the first.
    assert_eq!((times("key_made"), times("key_active"), times("key_withdrawn")), (4, 4, 2));
    assert!(events.iter().all(|event| event.tenant.is_some() || event.kind == "version"));
}
