//! The history file: read-only commands, and the start with a damaged file.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::fixtures::{TestDir, curl};
use crate::serve::free_port;

const TENANT: &str = "[[tenants]]\nname = \"acme\"\n";

fn dir(port: u16) -> TestDir {
    let dir = TestDir::new();
    dir.root_key("root.key");
    let configuration = format!(
        "origin = \"http://localhost:{port}\"\ndata_dir = \"data\"\nroot_key_file = \
         \"root.key\"\n\n[[listeners]]\naddress = \"127.0.0.1:{port}\"\n"
    );
    dir.write("admit.toml", &configuration);
    dir.write("tenant.toml", TENANT);
    dir.run(&["apply", "tenant.toml", "--config", "admit.toml"]).success();
    dir
}

/// Returns all files of the data directory with their contents.
fn data(dir: &TestDir) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir.path().join("data")).expect("a directory");
    let file = |path: &Path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read(path).expect("a file"))
    };
    entries.map(|entry| file(&entry.expect("an entry").path())).collect()
}

/// Requests the discovery document and returns the status.
fn discovery(port: u16) -> u16 {
    let url = format!("http://localhost:{port}/acme/v2.0/.well-known/openid-configuration");
    curl(&[&url]).0
}

#[test]
fn check_says_what_optional_pkce_gives_up() {
    // Checks a configuration whose directory has a client of each mode.
    let dir = dir(free_port());
    let client = |name: &str, mode: &str| {
        format!(
            "[[tenants.clients]]\nname = \"{name}\"\npkce = \"{mode}\"\n\
             redirect_uris = {{ web = [\"https://app.test/cb\"] }}\n\
             secrets = [{{ id = \"one\", generate = true }}]\n"
        )
    };
    let clients = client("old", "optional") + &client("new", "required");
    dir.write("clients.toml", &format!("{TENANT}{clients}"));
    dir.run(&["apply", "clients.toml", "--config", "admit.toml"]).success();
    let output = dir.run(&["check", "--config", "admit.toml"]).success();
    assert!(output.contains("no errors found"), "{output}");
    let about_pkce: Vec<&str> = output.lines().filter(|line| line.contains("pkce")).collect();
    assert_eq!(about_pkce.len(), 1, "{output}");
    assert!(about_pkce[0].starts_with("advice: the client old ("), "{output}");
    assert!(about_pkce[0].contains("`nonce`") && !output.contains("neither"), "{output}");
}

#[test]
fn check_warns_of_networks_that_shut_out_all_users() {
    // Checks a listener of this machine without a proxy: with networks of others in the tenant and
    // an app, then with its own address.
    let dir = dir(free_port());
    let declare = |networks: &str| {
        let networks = format!("allowed_networks = [{networks}]\n");
        let client = format!(
            "[[tenants.clients]]\nname = \"shop\"\n{networks}\
             redirect_uris = {{ web = [\"https://app.test/cb\"] }}\n"
        );
        dir.write("networks.toml", &format!("{TENANT}{networks}{client}"));
        dir.run(&["apply", "networks.toml", "--config", "admit.toml"]).success();
        let output = dir.run(&["check", "--config", "admit.toml"]).success();
        output.lines().filter(|line| line.contains("shuts out every user")).count()
    };
    assert_eq!(declare("\"203.0.113.0/24\""), 2);
    assert_eq!(declare("\"203.0.113.0/24\", \"127.0.0.1\""), 0);
}

#[test]
fn read_only_commands_change_no_file() {
    // Compares all files of the data directory before and after each command, with the history and
    // without it, as in a directory of an older version.
    let dir = dir(free_port());
    let commands: [&[&str]; 3] = [
        &["check", "--config", "admit.toml"],
        &["key", "list", "--config", "admit.toml"],
        &["apply", "--dry-run", "tenant.toml", "--config", "admit.toml"],
    ];
    for history in [true, false] {
        if !history {
            fs::remove_file(dir.path().join("data/history.db")).expect("it was there");
        }
        let before = data(&dir);
        for command in commands {
            dir.run(command).success();
            assert!(data(&dir) == before, "{command:?}");
        }
    }
}

#[test]
fn a_damaged_history_does_not_prevent_the_start() {
    // Replaces the history by a text, starts, sends a request and reads the log; then deletes the
    // file and starts again.
    let port = free_port();
    let dir = dir(port);
    let file = dir.path().join("data/history.db");
    fs::write(&file, "no database at all ".repeat(500)).expect("written");
    let running = dir.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"");
    let output = running.lines.join("\n");
    assert!(output.contains("cannot open the history"), "{output}");
    assert!(output.contains("history.db"), "{output}");
    assert_eq!(discovery(port), 200);
    assert_eq!(running.stop(), Some(0));
    assert!(fs::read(&file).expect("a file").starts_with(b"no database"));

    fs::remove_file(&file).expect("it was there");
    let running = dir.start(&["serve", "--config", "admit.toml"], "\"message\":\"ready\"");
    assert!(!running.lines.join("\n").contains("history"), "{:?}", running.lines);
    assert_eq!(discovery(port), 200);
    assert_eq!(running.stop(), Some(0));
    assert!(fs::read(&file).expect("a file").starts_with(b"SQLite format 3"));
}
